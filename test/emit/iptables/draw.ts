/** Where the rules of services send a connection's first packet: every branch of the draw, and how often it is taken. */
import type { IptMatch, IptRule, IptRuleset, IptTarget } from "../../../src/emit/iptables/ruleset.ts";
import type { Packet, Side } from "../../plan/evaluate.ts";
import { matches } from "./walk.ts";

interface Branch {
  readonly end: string;
  readonly chance: number;
  /** The lists that the client is put in, and those that it was looked for in. */
  readonly set: readonly string[];
  readonly checked: readonly string[];
}

/** What is left to do, the innermost chain last. */
type Stack = readonly { readonly rules: readonly IptRule[]; readonly at: number }[];

/** Nobody is remembered yet, unless `known` names the list. */
function holds(match: IptMatch, packet: Packet, known: string | null): boolean {
  switch (match.kind) {
    case "recent-check":
      return match.list === known;
    case "recent-set":
    case "share":
      return true;
    default:
      return matches(match, packet);
  }
}

function endOf(target: IptTarget, packet: Packet): string {
  if (target.kind === "ACCEPT") return "untranslated";
  if (target.kind !== "DNAT") throw new Error(`${target.kind} among services`);
  const { ports, base, address } = target;
  const place = base === null ? 0 : packet.destinationPort - base;
  return `${address.text}:${ports === null ? packet.destinationPort : ports.first + place}`;
}

export function branches(
  ruleset: IptRuleset,
  side: Side,
  packet: Packet,
  known: string | null = null,
): readonly Branch[] {
  const nat = ruleset.find(({ name }) => name === "nat")!;
  const chains = new Map(nat.chains.map(({ name, rules }) => [name, rules]));

  /** What may become of `chance` from here on. */
  const from = (stack: Stack, chance: number, checked: readonly string[]): readonly Branch[] => {
    const top = stack.at(-1);
    if (top === undefined) return [{ end: "untranslated", chance, set: [], checked }];
    const rule = top.rules[top.at];
    const outer = stack.slice(0, -1);
    if (rule === undefined) return from(outer, chance, checked);
    const next: Stack = [...outer, { rules: top.rules, at: top.at + 1 }];
    const first = rule.matches.findIndex((match) => !holds(match, packet, known));
    const reached = first === -1 ? rule.matches : rule.matches.slice(0, first + 1);
    const seen = [...checked, ...listsOf(reached, "recent-check")];
    if (first !== -1) return from(next, chance, seen);
    const share = rule.matches.find((match) => match.kind === "share");
    const taken = share === undefined ? chance : (chance * share.share) / 0x80000000;
    const past = taken < chance ? from(next, chance - taken, seen) : [];
    return [...past, ...taking(rule, taken, seen, outer, next)];
  };

  const taking = (
    rule: IptRule,
    chance: number,
    checked: readonly string[],
    outer: Stack,
    next: Stack,
  ): readonly Branch[] => {
    const { target, matches: said } = rule;
    if (target.kind === "RETURN") return from(outer, chance, checked);
    if (target.kind === "chain" || target.kind === "goto") {
      const rules = chains.get(target.chain)!;
      return from([...(target.kind === "goto" ? outer : next), { rules, at: 0 }], chance, checked);
    }
    return [{ end: endOf(target, packet), chance, set: listsOf(said, "recent-set"), checked }];
  };

  // The first in the kernel's order is on top.
  const roots = side === "prerouting" ? ["NETC-SERVICES", "NETC-SERVICES-IN"] : ["NETC-SERVICES"];
  return from(
    roots.flatMap((root) => (chains.has(root) ? [{ rules: chains.get(root)!, at: 0 }] : [])),
    1,
    [],
  );
}

function listsOf(all: readonly IptMatch[], kind: "recent-check" | "recent-set"): readonly string[] {
  return all.flatMap((match) => ("list" in match && match.kind === kind ? [match.list] : []));
}

/** The ends, `ADDRESS:PORT` or `untranslated`, each with its share of all connections of clients that nobody remembers. */
export function drawn(ruleset: IptRuleset, side: Side, packet: Packet): ReadonlyMap<string, number> {
  const shares = new Map<string, number>();
  for (const { end, chance } of branches(ruleset, side, packet)) shares.set(end, (shares.get(end) ?? 0) + chance);
  return shares;
}

/**
 * Whether the client comes back to the backend it got: each branch puts it in one list that was looked at before, and whoever is
 * in that list goes where the branch goes and nowhere else.
 */
export function isRemembered(ruleset: IptRuleset, side: Side, packet: Packet): boolean {
  const all = branches(ruleset, side, packet);
  if (all.every(({ set }) => set.length === 0)) return false;
  return all.every(({ end, set, checked }) => {
    const [list] = set;
    if (list === undefined || set.length > 1 || !checked.includes(list)) return false;
    const back = branches(ruleset, side, packet, list);
    return back.length === 1 && back[0]!.end === end && back[0]!.set[0] === list;
  });
}
