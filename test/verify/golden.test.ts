/** Every golden file means what its program means. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { prove } from "../../src/verify/prove.ts";
import { goldenSamples, type Sample, titleOf } from "./corpus.ts";

/** What is proved of one node at once. */
function byNode(samples: readonly Sample[]): readonly (readonly Sample[])[] {
  const nodes = new Map<string, Sample[]>();
  for (const sample of samples) {
    const key = `${sample.program} ${sample.node.name} ${sample.form}`;
    nodes.set(key, [...(nodes.get(key) ?? []), sample]);
  }
  return [...nodes.values()];
}

test("every golden text, whole and beside others, iptables and nft, is proved", () => {
  const samples = goldenSamples();
  assert.ok(samples.length > 500);
  const found = byNode(samples).flatMap((texts) =>
    prove(texts[0]!.cluster, texts[0]!.node, texts).map((finding) => ({ of: titleOf(texts[0]!), finding })),
  );
  assert.deepEqual(found, []);
});
