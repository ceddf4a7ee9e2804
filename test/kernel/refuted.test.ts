/** Refutations are right: their packets behave as the changed rules are read, and as the program says where the rules are its own. */
import assert from "node:assert/strict";
import { inspect } from "node:util";
import { prove, type Refuted } from "../../src/verify/prove.ts";
import { V4, V6 } from "../verify/by-hand.ts";
import type { Sample } from "../verify/corpus.ts";
import { loadAfresh } from "./afresh.ts";
import { attempt, inside, report } from "./command.ts";
import { IPV6 } from "./family.ts";
import { compile, type Lab } from "./lab.ts";
import { lesson } from "./lesson.ts";
import { behaves, OUTSIDE6, prepare } from "./refuted/send.ts";
import { TWO_NODES } from "./topology.ts";

/** iptables' own command. */
const COMMAND = { "-4": "iptables", "-6": "ip6tables" } as const;

function refuted({ cluster, node, form, target }: Sample, text: string): readonly Refuted[] {
  const findings = prove(cluster, node, [{ target, text, form }]);
  return findings.map((finding) => {
    assert.ok(finding.kind === "refuted", inspect(finding));
    return finding;
  });
}

async function restore(lab: Lab, command: string, text: string): Promise<void> {
  const argv = lab.backend.rules === "nft" ? ["nft", "-f", "-"] : [`${command}-${lab.backend.variant}-restore`];
  const finished = await attempt(inside(lab.at("node1"), argv), { input: text });
  assert.equal(finished.status, 0, `${report(finished)}\n${text}`);
}

for (const { family, program, texts, changes } of [V4, V6])
  lesson(`packets of refutations, ${family.name}`, { topology: TWO_NODES }, async (lab, observe) => {
    const command = COMMAND[family.flag];
    for (const range of [family.services, ...Object.values(family.podRanges)])
      await lab.on("router", "ip", family.flag, "route", "add", range, "via", family.node1);
    if (family === IPV6) {
      await lab.on("outside", "ip", "-6", "address", "add", `${OUTSIDE6}/128`, "dev", "eth0", "nodad");
      await lab.on("router", "ip", "-6", "route", "add", OUTSIDE6, "dev", "out0");
    }
    await loadAfresh(lab, program);
    // What another node's rules say of the packet is not asked here.
    const clear = { nft: "nft delete table inet netc", iptables: `${command} -F; ${command} -t nat -F` };
    await lab.on("node2", "sh", "-ec", clear[lab.backend.rules]);
    await (await lab.agent("c")).ask("listen", { tcp: [], udp: [5353, 5354] });
    const tool = lab.backend.rules;
    const target = tool === "nft" ? "nft" : command;
    const sound = await compile(program, ["--node", "node1", "--target", target]);
    assert.equal(sound, texts[tool].text);
    assert.deepEqual(refuted(texts[tool], sound), []);
    const load = async (text: string): Promise<void> => {
      await restore(lab, command, text);
      await lab.on("node1", "conntrack", "-F");
    };
    for (const [name, change] of Object.entries(changes)) {
      const changed = change[tool].lines.join("\n");
      const all = refuted(texts[tool], changed);
      assert.notEqual(all.length, 0, name);
      for (const one of all)
        await observe(`${name}: ${one.hook}`, async () => {
          await load(sound);
          await prepare(lab, one);
          await behaves(lab, one, one.program);
          await restore(lab, command, changed);
          if (one.packet.state === "new") await lab.on("node1", "conntrack", "-F");
          await behaves(lab, one, one.rules);
        });
    }
  });
