/** Whatever is golden is proved as `iptables-save` prints it once it is loaded: other spellings, another order, counters. */
import assert from "node:assert/strict";
import { inspect } from "node:util";
import { prove } from "../../src/verify/prove.ts";
import { goldenSamples, type Sample, titleOf } from "../verify/corpus.ts";
import { kernelTest, missingForPackets } from "./ability.ts";
import { IPTABLES } from "./backend.ts";
import { attempt, report } from "./command.ts";

const COMMANDS = { iptables: "iptables", ip6tables: "ip6tables" } as const;

const isWhole = (sample: Sample): sample is Sample & { readonly target: keyof typeof COMMANDS } =>
  sample.target !== "nft" && sample.form === "whole";

/**
 * Loads the text in a namespace that ends with it, lets others' tables be there without rules, and prints all without counters and, behind
 * a line, with them.
 */
const BOTH = [
  '"$0-restore"',
  'for table in $1; do "$0" -t $table -A OUTPUT -j ACCEPT; "$0" -t $table -D OUTPUT -j ACCEPT; done',
  '"$0-save"',
  "echo NETC-COUNTED",
  '"$0-save" -c',
].join("\n");

for (const { name, variant } of IPTABLES)
  kernelTest(`every golden rules.v4 and rules.v6 is proved as it is saved [${name}]`, [missingForPackets], async () => {
    const waiting = goldenSamples().filter(isWhole);
    assert.ok(waiting.length > 200);
    const failures: string[] = [];
    const work = async (): Promise<void> => {
      for (let sample = waiting.pop(); sample !== undefined; sample = waiting.pop()) {
        const { cluster, node, target, text } = sample;
        const command = `${COMMANDS[target]}-${variant}`;
        // Of a family of which the program says nothing only raw is netc's.
        const tables = text.includes("*filter\n") ? ["raw", "security"] : ["raw"];
        const finished = await attempt(["unshare", "-n", "sh", "-ec", BOTH, command, tables.join(" ")], {
          input: text,
        });
        assert.equal(finished.status, 0, report(finished));
        const saved = finished.stdout.split("NETC-COUNTED\n");
        assert.equal(saved.length, 2);
        for (const table of tables) assert.ok(saved[0]!.includes(`\n*${table}\n`), table);
        assert.ok(!text.includes("\n-A ") || /^\[\d+:\d+\] -A /m.test(saved[1]!), "no rule has counters");
        for (const each of saved) {
          const findings = prove(cluster, node, [{ target, form: "whole", text: each }]);
          if (findings.length > 0) failures.push(`${titleOf(sample)}: ${inspect(findings[0], { depth: 4 })}`);
        }
      }
    };
    await Promise.all([work(), work()]);
    assert.equal(failures.join("\n\n"), "");
  });
