/** What the proof says of a hand edit. */
import { type Finding, type ProvedText, prove } from "../../../src/verify/prove.ts";
import { BASES } from "./base.ts";
import type { HandEdit } from "./edit.ts";

export function textOf({ tool, family, form, madeFrom, edit }: HandEdit): ProvedText {
  const target = tool === "nft" ? "nft" : family === 4 ? "iptables" : "ip6tables";
  return { target, form, text: edit(BASES[family].textOf(tool, madeFrom)) };
}

export function findingsOf(edit: HandEdit): readonly Finding[] {
  const { cluster, node } = BASES[edit.family];
  return prove(cluster, node, [textOf(edit)]);
}

/** Whether it comes out as the list says; else in words what came out. */
export function otherwise({ comes }: HandEdit, findings: readonly Finding[]): string | null {
  switch (comes.kind) {
    case "proved":
      return findings.length === 0 ? null : said(findings);
    case "unverified": {
      const isSo = findings.some(
        (finding) =>
          finding.kind === "unverified" && finding.unread.some(({ reason }) => reason.includes(comes.because)),
      );
      return isSo ? null : said(findings);
    }
    case "refuted":
      return findings.some((finding) => finding.kind === "refuted" && finding.hook === comes.at)
        ? null
        : said(findings);
  }
}

const said = (findings: readonly Finding[]): string =>
  findings.length === 0
    ? "proved"
    : findings
        .map((finding) =>
          finding.kind === "refuted"
            ? `refuted at ${finding.hook}`
            : `unverified: ${finding.unread.map(({ reason }) => reason).join(", ")}`,
        )
        .join("; ");
