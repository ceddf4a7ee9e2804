/** Rules that are put into a text where none stood. */
import type { Chance } from "../../draw.ts";
import type { Doc, Line } from "../doc.ts";
import { added, type Edit, oneOf } from "../edit.ts";

/** A rule in the words of each tool; of iptables without its `-A` and chain. */
export interface Said {
  readonly iptables: string;
  readonly nft: string;
}

export const lineOf = (doc: Doc, of: string, { iptables, nft }: Said): string =>
  doc.tool === "nft" ? `\t\t${nft}` : `-A ${of.split(" ")[1]!} ${iptables}`;

/** The first rule of each chain. */
const heads = ({ rules }: Doc): readonly Line[] => rules.filter(({ of }, at) => rules[at - 1]?.of !== of);

/** At the head of a chain whose name is this. */
export function atHead(doc: Doc, isChain: RegExp, said: readonly Said[], chance: Chance): Edit | null {
  const head = oneOf(
    heads(doc).filter(({ of }) => isChain.test(of)),
    chance,
  );
  const rule = oneOf(said, chance);
  return head === null || rule === null ? null : added(doc, head.at - 1, lineOf(doc, head.of, rule));
}

/** Chains of the filter, as both tools' texts name them. */
export const FILTER = /^filter (?:NETC-)?(?:INPUT|OUTPUT|FORWARD)$|^netc-(?:input|output|forward)$/;
export const MANGLE = /^mangle |^netc-marks/;
export const NAT = /^nat NETC-(?:SERVICES|POSTROUTING|CLIENTS)|^netc-(?:services|clients|postrouting)/;
export const ANYWHERE = /./;

/** A rule's conditions: what stands before its target or statement. */
const VERDICT =
  / (?:-m comment .*)?-[jg] \S+.*$|(?:(?<=\t)|(?<= ))(?:accept|drop|return|jump \S+|goto \S+)(?: comment .*)?$/;

export const hasVerdict = ({ text }: Line): boolean => VERDICT.test(text);

/** The rule with more conditions in front of its verdict, and another verdict where one is said. */
export function refined(text: string, tool: Doc["tool"], condition: string, verdict: string | null): string {
  const found = VERDICT.exec(text);
  if (found === null) return text;
  const [before, behind] = [text.slice(0, found.index), text.slice(found.index)];
  if (tool === "nft") return `${before}${condition} ${verdict ?? behind}`;
  return `${before} ${condition}${verdict === null ? behind : ` -j ${verdict}`}`;
}
