/** A sample of `npm run fuzz`: mutated texts that a reader reads are loaded by the real tools, which must understand the same. */
import assert from "node:assert/strict";
import { judgeTexts } from "../verify/differential/start.ts";
import { faultText, tallyText } from "../verify/differential/tell.ts";
import { kernelTest, missingForPackets } from "./ability.ts";

const SEED = 14;

kernelTest("what a reader reads of mutated texts is what the tools load", [missingForPackets], async (t) => {
  const tally = await judgeTexts({ seed: SEED, texts: 3000, only: null, reader: "real" });
  t.diagnostic(tallyText(tally));
  assert.equal(tally.texts, 3000);
  assert.ok(tally.read >= tally.texts / 5, tallyText(tally));
  assert.equal(tally.faults.map(faultText).join("\n"), "");
  assert.equal(tally.equal, tally.read);
});

kernelTest("a reader that passes over destinations is found out, for each tool", [missingForPackets], async () => {
  const { faults } = await judgeTexts({ seed: SEED, texts: 120, only: null, reader: "forgetful" });
  const found = faults.filter(({ key }) => key.includes("understands otherwise") && key.endsWith("/ destination"));
  const tools = new Set(found.map(({ key }) => key.replace(/ understands.*/, "")));
  assert.deepEqual([...tools].sort(), ["iptables legacy", "iptables nft", "nft"]);
  assert.ok(found.every(({ reader, tool }) => !reader.includes("destination ") && tool.includes("destination ")));
});

kernelTest("a reader that reads what the tools refuse is found out, for each tool", [missingForPackets], async () => {
  const { faults } = await judgeTexts({ seed: SEED, texts: 120, only: null, reader: "careless" });
  const refused = faults.filter(({ key }) => key.includes(" refuses: "));
  const tools = new Set(refused.map(({ key }) => key.replace(/ refuses:.*/, "")));
  assert.deepEqual([...tools].sort(), ["iptables legacy", "iptables nft", "nft"]);
});
