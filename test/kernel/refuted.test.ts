/** Refutations are right: their packets behave as the changed rules are read, and as the program says where the rules are its own. */
import assert from "node:assert/strict";
import { prove, type Refuted } from "../../src/verify/prove.ts";
import { CHANGES, iptables, nft, PROGRAM } from "../verify/by-hand.ts";
import { loadAfresh } from "./afresh.ts";
import { attempt, inside, report } from "./command.ts";
import { compile, type Lab } from "./lab.ts";
import { lesson } from "./lesson.ts";
import { behaves, prepare } from "./refuted/send.ts";
import { TWO_NODES } from "./topology.ts";

const SAMPLES = { iptables, nft } as const;

function refuted(target: "iptables" | "nft", text: string): readonly Refuted[] {
  const { cluster, node, form } = SAMPLES[target];
  const findings = prove(cluster, node, [{ target, text, form }]);
  return findings.map((finding) => {
    assert.ok(finding.kind === "refuted", JSON.stringify(finding));
    return finding;
  });
}

async function restore(lab: Lab, text: string): Promise<void> {
  const argv = lab.backend.rules === "nft" ? ["nft", "-f", "-"] : [`iptables-${lab.backend.variant}-restore`];
  const finished = await attempt(inside(lab.at("node1"), argv), { input: text });
  assert.equal(finished.status, 0, `${report(finished)}\n${text}`);
}

lesson("packets of refutations", { topology: TWO_NODES }, async (lab, observe) => {
  await lab.on("router", "ip", "route", "add", "10.96.0.0/12", "via", "192.168.100.100");
  await lab.on("router", "ip", "route", "add", "10.244.0.0/16", "via", "192.168.100.100");
  await loadAfresh(lab, PROGRAM);
  // What another node's rules say of the packet is not asked here.
  const clear = { nft: "nft delete table inet netc", iptables: "iptables -F; iptables -t nat -F" };
  await lab.on("node2", "sh", "-ec", clear[lab.backend.rules]);
  await (await lab.agent("c")).ask("listen", { tcp: [], udp: [5353, 5354] });
  const kind = lab.backend.rules;
  const right = await compile(PROGRAM, ["--node", "node1", "--target", kind]);
  assert.deepEqual(refuted(kind, right), []);
  const load = async (text: string): Promise<void> => {
    await restore(lab, text);
    await lab.on("node1", "conntrack", "-F");
  };
  assert.equal(right, SAMPLES[kind].text);
  for (const [name, change] of Object.entries(CHANGES)) {
    const changed = change[kind].lines.join("\n");
    const all = refuted(kind, changed);
    assert.notEqual(all.length, 0, name);
    for (const one of all)
      await observe(`${name}: ${one.hook}`, async () => {
        await load(right);
        await prepare(lab, one);
        await behaves(lab, one, one.program);
        await restore(lab, changed);
        if (one.packet.state === "new") await lab.on("node1", "conntrack", "-F");
        await behaves(lab, one, one.rules);
      });
  }
});
