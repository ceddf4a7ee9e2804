/** The packet that shows a difference is one that could be sent. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { contains, type Prefix, parsePrefix } from "../../src/address/prefix.ts";
import { analyze, planNode } from "../../src/compile.ts";
import { EMITTERS } from "../../src/emit/emitters.ts";
import { type Finding, PROVED, prove, type Refuted } from "../../src/verify/prove.ts";
import { fractionOf } from "../../src/verify/tell/fraction.ts";
import type { Packet } from "../../src/verify/tell/packet.ts";
import { isLoopback, ownAddresses } from "../../src/verify/tell/parties.ts";

const GOLDENS = [
  "11-masquerade",
  "16-allow-to-node",
  "42-vxlan",
  "46-dual-policy",
  "57-nodeports-ranges",
  "62-affinity",
];
const NO_SOURCES = ["0.0.0.0/8", "224.0.0.0/3", "ff00::/8", "::/128"].map((text) => parsePrefix(text) as Prefix);

interface Shown {
  readonly refuted: Refuted;
  readonly own: readonly string[];
  readonly declared: readonly string[];
}

/** What is found where one rule after another is left out of a node's texts. */
function* withoutOneRule(): Generator<Shown> {
  for (const golden of GOLDENS) {
    const path = `golden/${golden}/main.net`;
    const { value: cluster } = analyze({ path, text: readFileSync(path, "utf8") }, () => assert.fail());
    const node = cluster.nodes[0]!;
    const declared = [...cluster.nodes.slice(1), ...cluster.pods].flatMap(({ addresses }) =>
      [addresses.v4, addresses.v6].flatMap((address) => (address === null ? [] : [address.text])),
    );
    const own = ([4, 6] as const).flatMap((family) => ownAddresses(cluster, node, family).map(({ text }) => text));
    const plan = planNode(cluster, node);
    for (const target of PROVED) {
      const lines = EMITTERS.find(({ name }) => name === target)!
        .emit(plan)
        .split("\n");
      for (const [at, line] of lines.entries()) {
        if (!/^-A NETC|^\t\t.*(?:accept|drop|return|snat|dnat|masquerade)/.test(line)) continue;
        const text = lines.toSpliced(at, 1).join("\n");
        const findings: readonly Finding[] = prove(cluster, node, [{ target, text, form: "whole" }]);
        for (const refuted of findings) if (refuted.kind === "refuted") yield { refuted, own, declared };
      }
    }
  }
}

test("every packet that is shown could be sent, and its parts hang together", () => {
  let count = 0;
  for (const { refuted, own, declared } of withoutOneRule()) {
    const { packet, hook } = refuted;
    const { source, destination, asked, fromLoopback, hasOwnSource, isTranslated }: Packet = packet;
    const shown = `${hook} ${source.text} → ${destination.text}`;
    count += 1;
    // raw is about packets from nowhere too: a pod may send them.
    if (!hook.startsWith("raw-")) assert.ok(!NO_SOURCES.some((prefix) => contains(prefix, source)), shown);
    if (own.includes(source.text) || isLoopback(source)) assert.ok(hasOwnSource, shown);
    if (hasOwnSource) assert.ok(!declared.includes(source.text), shown);
    if (fromLoopback) assert.ok(hasOwnSource, shown);
    if (!isTranslated && packet.state === "new")
      assert.deepEqual([asked, packet.askedPort], [destination, packet.destinationPort]);
    if (packet.isReply) assert.deepEqual([asked, packet.askedPort], [source, packet.sourcePort]);
    if (hook.endsWith("output")) assert.ok(hasOwnSource, shown);
    if (hasOwnSource) assert.equal(refuted.parties.source.kind, "node");
    assert.ok(packet.sourcePort > 0 && packet.destinationPort > 0, shown);
  }
  assert.ok(count > 100, String(count));
});

test("shares are told as the fractions that they are", () => {
  for (const [above, below] of [
    [1, 2],
    [1, 3],
    [2, 7],
    [99, 100],
    [1, 1],
    [1, 1000],
  ] as const) {
    const written = Math.round((above / below) * 2 ** 31) / 2 ** 31;
    assert.equal(fractionOf(written), below === 1 ? "1" : `${above}/${below}`);
  }
  assert.equal(fractionOf(Math.PI / 10), "0.3141592654");
});
