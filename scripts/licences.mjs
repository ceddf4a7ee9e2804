// The licence notices of what the bundle holds: its packages by what esbuild put in, each with the text that its author ships.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const PACKAGE = /^((?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+)\//;
const NOTICE = /^(?:licen[cs]e|copying|notice)(?:[.-].*)?$/i;

/** Folders of the packages that the inputs of a bundle come from, each once, by name. */
export function packagesIn(inputs) {
  const folders = inputs.map((path) => PACKAGE.exec(path)?.[1]).filter((folder) => folder !== undefined);
  return [...new Set(folders)]
    .map((folder) => ({ folder, ...JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) }))
    .map(({ folder, name, version, license }) => ({ folder, name, version, license }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function noticesOf({ folder, name }) {
  const files = readdirSync(folder).filter((file) => NOTICE.test(file));
  if (files.length === 0)
    throw new Error(`${name} ships no licence text: say in scripts/licences.mjs what stands for it`);
  return files.sort().map((file) => readFileSync(join(folder, file), "utf8").trim());
}

/** Packages whose archive has no licence file: the file of the package that they are a part of. */
const INSTEAD = {
  "@chevrotain/cst-dts-gen": "chevrotain",
  "@chevrotain/gast": "chevrotain",
  "@chevrotain/regexp-to-ast": "chevrotain",
  "@chevrotain/types": "chevrotain",
  "@chevrotain/utils": "chevrotain",
};

/** The text of dist/THIRD-PARTY.txt. Throws where a package ships no licence. */
export function thirdParty(packages) {
  const parts = packages.map((one) => {
    const hasOwn = readdirSync(one.folder).some((file) => NOTICE.test(file));
    const whole = INSTEAD[one.name];
    const folder =
      hasOwn || whole === undefined ? one.folder : join(one.folder.split("node_modules/")[0], "node_modules", whole);
    if (!existsSync(folder)) throw new Error(`${folder} is missing`);
    const notices = noticesOf({ folder, name: one.name });
    return [`${one.name} ${one.version} (${one.license})`, "", ...notices].join("\n");
  });
  const rule = `\n\n${"-".repeat(78)}\n\n`;
  return `netc holds parts of these packages, under the licences that follow.${rule}${parts.join(rule)}\n`;
}
