/** Whatever is golden is loaded by the real tools: rules by iptables, ip6tables and nft, scripts by shellcheck and dash. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { kernelTest, missingForPackets, missingForScripts } from "./ability.ts";
import { IPTABLES } from "./backend.ts";
import { attempt, type Finished, report } from "./command.ts";

/** `golden/NN-topic/out/<node>/<name>` */
function golden(...names: readonly string[]): readonly string[] {
  if (!existsSync("golden")) return [];
  return readdirSync("golden", { recursive: true, encoding: "utf8" })
    .map((path) => join("golden", path))
    .filter((path) => names.includes(basename(path)) && path.split("/")[2] === "out")
    .sort();
}

/** Judges all files, four at a time, and names every one that fails. */
async function judge(files: readonly string[], verdict: (file: string) => Promise<Finished>): Promise<void> {
  assert.ok(files.length > 0, "no golden file of this kind was found");
  const failures: string[] = [];
  const waiting = [...files];
  const work = async (): Promise<void> => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      const finished = await verdict(file);
      if (finished.status !== 0) failures.push(`${file}: ${report(finished)}`);
    }
  };
  await Promise.all([work(), work(), work(), work()]);
  assert.equal(failures.join("\n\n"), "");
}

/** What must not pass, so that what passes says something. */
const NONSENSE = "*nat\n-A PREROUTING -j NETC-MISSING\nCOMMIT\n";

for (const { name, variant } of IPTABLES) {
  for (const [file, tool] of [
    ["rules.v4", `iptables-${variant}-restore`],
    ["rules.v6", `ip6tables-${variant}-restore`],
  ] as const) {
    // Loaded for real, in a namespace that ends with it: with --test, iptables-nft-restore takes a jump to a chain that is not there.
    const restore = ["unshare", "-n", tool];
    kernelTest(`every golden ${file} loads [${name}]`, [missingForPackets], async () => {
      assert.notEqual(
        (await attempt(restore, { input: NONSENSE })).status,
        0,
        "a jump to a missing chain must not pass",
      );
      await judge(golden(file), (path) => attempt(restore, { input: readFileSync(path, "utf8") }));
    });
  }
}

// A real load, twice, since a reload replaces the table; --check alone sees no chain or set made by the first.
const NFT_LOAD = 'nft -c -f "$0" && nft -f "$0" && nft -f "$0" && nft list table inet netc >/dev/null';

kernelTest("every golden ruleset.nft loads, twice", [missingForPackets], async () => {
  const load = (path: string): Promise<Finished> => attempt(["unshare", "-n", "sh", "-c", NFT_LOAD, path]);
  assert.notEqual((await load("golden/01-pod/main.net")).status, 0, "what is no ruleset must not pass");
  await judge(golden("ruleset.nft"), load);
});

/**
 * Of the scripts with the same functions, the first and each fourth: it takes shellcheck a second to read the functions again. The rest
 * of a script is lines of quoted words (`test/emit/shell/scripts.test.ts`).
 */
function unlike(files: readonly string[]): readonly string[] {
  const times = new Map<string, number>();
  return files.filter((file) => {
    const [functions = ""] = readFileSync(file, "utf8").split("\ncheck_machine\n");
    const key = functions.replace(/^# (?:up|down)\.sh of the node .*$|^record=.*$|^mark=.*$/gm, "");
    const before = times.get(key) ?? 0;
    times.set(key, before + 1);
    return before % 4 === 0;
  });
}

kernelTest("golden scripts pass shellcheck", [missingForScripts], async () => {
  const files = unlike(golden("up.sh", "down.sh"));
  assert.ok(files.length >= 20);
  await judge(files, (file) => attempt(["shellcheck", file]));
});

kernelTest("every golden script is read by dash", [missingForScripts], () =>
  judge(golden("up.sh", "down.sh"), (file) => attempt(["dash", "-n", file])),
);
