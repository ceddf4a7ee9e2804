/** Texts of both tools for one node do the same with every packet, as the judge of mutants reads them: it takes the one tool's words as the other's. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { HOOKS } from "../../../../src/verify/program.ts";
import { goldenSamples, type Sample, titleOf } from "../../corpus.ts";
import { judgedIptables } from "./iptables.ts";
import { judge, type Pair } from "./judge.ts";
import { judgedNft } from "./nft.ts";
import { scenesOf } from "./scenes.ts";

const MOST = 20_000;
const LONGEST = 60_000;

function pairOf(of: Sample, nft: Sample): Pair {
  const family = of.target === "iptables" ? 4 : 6;
  const original = { ...judgedIptables(of.text, family), alike: { accept: "pass" } };
  // No rule has that line: every packet is asked about.
  return { original, mutant: judgedNft(nft.text, family), touched: { before: [0], after: [] } };
}

function differences(of: Sample, nft: Sample): readonly string[] {
  const pair = pairOf(of, nft);
  // The names of lists are the tools' own.
  const hooks = HOOKS.filter((hook) => !/^nat-(?:prerouting|output)$/.test(hook) || !nft.text.includes("update @"));
  return hooks.flatMap((hook) =>
    scenesOf(of.cluster, of.node, pair.original.family, hook).flatMap((scene) => {
      const { difference, isWhole } = judge(pair, hook, [scene.box], MOST);
      const fates =
        difference === null ? "too many classes" : `${difference.fates.original} — ${difference.fates.mutant}`;
      return difference === null && isWhole ? [] : [`${titleOf(of)} ${hook} ${scene.kind}: ${fates}`];
    }),
  );
}

test("the judge finds no packet that iptables and nft treat otherwise", () => {
  const samples = goldenSamples().filter(({ form, text }) => form === "whole" && text.length < LONGEST);
  let asked = 0;
  const found = samples.flatMap((of) => {
    const nft = samples.find(
      (other) => other.target === "nft" && other.cluster === of.cluster && other.node === of.node,
    );
    if (of.target === "nft" || nft === undefined) return [];
    asked += 1;
    return differences(of, nft);
  });
  assert.deepEqual(found, []);
  assert.ok(asked > 100, String(asked));
});
