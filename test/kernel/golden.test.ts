/** Whatever is golden is loaded by the real tools: rules by both iptables-restore, scripts by shellcheck and dash. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { kernelTest, missingForPackets, missingForScripts } from "./ability.ts";
import { BACKENDS } from "./backend.ts";
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

for (const { name, variant } of BACKENDS) {
  // Loaded for real, in a namespace that ends with it: with --test, iptables-nft-restore takes a jump to a chain that is not there.
  const restore = ["unshare", "-n", `iptables-${variant}-restore`];
  kernelTest(`every golden rules.v4 loads [${name}]`, [missingForPackets], async () => {
    const nonsense = await attempt(restore, { input: "*nat\n-A PREROUTING -j NETC-MISSING\nCOMMIT\n" });
    assert.notEqual(nonsense.status, 0, "a jump to a chain that is not there must not pass");
    await judge(golden("rules.v4"), (file) => attempt(restore, { input: readFileSync(file, "utf8") }));
  });
}

kernelTest("every golden script passes shellcheck", [missingForScripts], () =>
  judge(golden("up.sh", "down.sh"), (file) => attempt(["shellcheck", file])),
);

kernelTest("every golden script is read by dash", [missingForScripts], () =>
  judge(golden("up.sh", "down.sh"), (file) => attempt(["dash", "-n", file])),
);
