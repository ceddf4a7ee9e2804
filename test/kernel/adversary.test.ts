/** Of the edits that an adversary would try: the packet of each refutation does what the program says under netc's rules, and what the rules say under the edited ones. */
import assert from "node:assert/strict";
import { BASES } from "../verify/adversary/base.ts";
import type { HandEdit } from "../verify/adversary/edit.ts";
import { findingsOf, textOf } from "../verify/adversary/judge.ts";
import { CLASSES } from "../verify/adversary/lists.ts";
import { kernelTest, missingForPackets } from "./ability.ts";
import { behaves, isVisible } from "./adversary/behaves.ts";
import { type Ground, layOut } from "./adversary/ground.ts";

type Backend = "iptables-nft" | "iptables-legacy" | "nft";

const EMPTY = ["filter", "mangle", "nat", "raw"].map((table) => `*${table}\nCOMMIT\n`).join("");

async function load(ground: Ground, backend: Backend, family: 4 | 6, text: string): Promise<void> {
  const restore = backend.replace("iptables", family === 4 ? "iptables" : "ip6tables").concat("-restore");
  if (backend === "iptables-legacy") await ground.sh("node", restore, EMPTY);
  await ground.sh("node", backend === "nft" ? "nft -f -" : restore, text);
}

async function shows(ground: Ground, backend: Backend, edit: HandEdit): Promise<void> {
  const { comes, family, tool } = edit;
  const found = findingsOf(edit).find(
    (finding) =>
      finding.kind === "refuted" &&
      comes.kind === "refuted" &&
      finding.hook === comes.at &&
      finding.packet.family === family,
  );
  assert.ok(found?.kind === "refuted");
  assert.ok(isVisible(found), "both look alike here");
  const own = BASES[family].textOf(tool, "whole");
  await behaves(ground, found, found.program, () => load(ground, backend, family, own));
  await behaves(ground, found, found.rules, () => load(ground, backend, family, textOf(edit).text));
}

const isShown = ({ comes }: HandEdit): boolean => comes.kind === "refuted" && comes.shown === "yes";

/** Both variants of iptables get the same text: of legacy a few. */
const LEGACY = 5;

for (const backend of ["iptables-nft", "iptables-legacy", "nft"] as const)
  kernelTest(`what an adversary edits by hand [${backend}]`, [missingForPackets], async (t) => {
    const ground = await layOut();
    try {
      const tool = backend === "nft" ? "nft" : "iptables";
      const edits = Object.values(CLASSES).flatMap((all) => all.filter((edit) => edit.tool === tool && isShown(edit)));
      for (const edit of backend === "iptables-legacy" ? edits.filter((_, at) => at % LEGACY === 0) : edits)
        await t.test(`IPv${edit.family}: ${edit.name}`, () => shows(ground, backend, edit));
    } finally {
      await ground.close();
    }
  });
