/** Where the table sends a connection's first packet: every branch of the draw, and how often it is taken. */
import assert from "node:assert/strict";
import type { NftAction, NftField, NftMatch, NftRule, NftRuleset, NftTerm } from "../../../src/emit/nft/ruleset.ts";
import type { Packet, Side } from "../../plan/evaluate.ts";
import { found, holds as holdsAlways, isOf } from "./walk.ts";

/** Who is remembered: nobody, whoever has this key, or nobody and there is no room for more. */
type Known = "nobody" | "full" | { readonly key: string };

interface Branch {
  readonly end: string;
  readonly chance: number;
  readonly updated: readonly string[];
  readonly looked: readonly string[];
}

/** The numbers of a client's key. */
const numbersOf = (key: readonly NftField[]): string =>
  key.flatMap((field) => (field.kind === "number" ? [`${field.value}`] : [])).join(" ");

const isClients = (match: NftMatch): match is Extract<NftMatch, { kind: "member" }> =>
  match.kind === "member" && match.set.startsWith("netc-affinity-v");

const termText = (term: NftTerm): string => (typeof term === "object" && "text" in term ? term.text : `${term}`);

type Stack = readonly { readonly rules: readonly NftRule[]; readonly at: number }[];

export function branches(ruleset: NftRuleset, side: Side, packet: Packet, known: Known = "nobody"): readonly Branch[] {
  const rulesOf = (name: string): readonly NftRule[] => {
    const chain = ruleset.chains.find((each) => each.name === name);
    assert.ok(chain !== undefined, `${name} is not there`);
    return chain.rules;
  };
  const holds = (match: NftMatch): boolean => {
    if (isClients(match)) return typeof known === "object" && numbersOf(match.key) === known.key;
    return match.kind === "share" || holdsAlways(ruleset, match, packet);
  };

  const from = (stack: Stack, chance: number, looked: readonly string[]): readonly Branch[] => {
    const top = stack.at(-1);
    if (top === undefined) return [{ end: "untranslated", chance, updated: [], looked }];
    const rule = top.rules[top.at];
    if (rule === undefined) return from(stack.slice(0, -1), chance, looked);
    const next: Stack = [...stack.slice(0, -1), { rules: top.rules, at: top.at + 1 }];
    const seen = [...looked, ...rule.matches.filter(isClients).map(({ key }) => numbersOf(key))];
    if (!rule.matches.every(holds)) return from(next, chance, seen);
    const share = rule.matches.find((match) => match.kind === "share");
    const taken = share === undefined ? chance : (chance * share.taken) / share.of;
    const past = taken < chance ? from(next, chance - taken, seen) : [];
    return [...past, ...taking(rule.actions, taken, seen, next, [])];
  };

  const taking = (
    actions: readonly NftAction[],
    chance: number,
    looked: readonly string[],
    next: Stack,
    updated: readonly string[],
  ): readonly Branch[] => {
    const [action, ...rest] = actions;
    if (action === undefined) return from(next, chance, looked);
    const ends = (sockets: readonly string[]): readonly Branch[] =>
      sockets.map((end) => ({ end, chance: chance / sockets.length, updated, looked }));
    const on = () => taking(rest, chance, looked, next, updated);
    switch (action.kind) {
      case "accept":
        return ends(["untranslated"]);
      case "jump":
        return from([...next, { rules: rulesOf(action.chain), at: 0 }], chance, looked);
      case "lookup": {
        const [element] = found(ruleset, action.map, packet);
        const [to] = element?.value ?? [];
        if (to === undefined) return on();
        assert.ok(typeof to === "object" && "jump" in to);
        return from([...next, { rules: rulesOf(to.jump), at: 0 }], chance, looked);
      }
      case "update":
        if (known === "full") return from(next, chance, looked);
        assert.ok(action.seconds > 0);
        return taking(rest, chance, looked, next, [...updated, numbersOf(action.key)]);
      case "dnat": {
        const elements = isOf(action.family, packet) ? found(ruleset, action.map, packet) : [];
        return elements.length === 0 ? on() : ends(elements.map(({ value }) => socketOf(value, packet)));
      }
      case "dnat-to":
        return ends([socketOf([action.address, ...(action.port === null ? [] : [action.port])], packet)]);
      case "dnat-ports":
        return ends([`${action.address.text}:${action.first + packet.destinationPort - action.from.first}`]);
      default:
        throw new Error(`${action.kind} among services`);
    }
  };

  const base = ruleset.chains.find((chain) => chain.base?.type === "nat" && chain.base.hook === side);
  return from(base === undefined ? [] : [{ rules: base.rules, at: 0 }], 1, []);
}

function socketOf([address, port]: readonly NftTerm[], packet: Packet): string {
  return `${termText(address!)}:${port === undefined ? packet.destinationPort : termText(port)}`;
}

/** The ends, `ADDRESS:PORT` or `untranslated`, each with its share of all connections. */
export function drawn(
  ruleset: NftRuleset,
  side: Side,
  packet: Packet,
  known: "nobody" | "full" = "nobody",
): ReadonlyMap<string, number> {
  const shares = new Map<string, number>();
  for (const { end, chance } of branches(ruleset, side, packet, known))
    shares.set(end, (shares.get(end) ?? 0) + chance);
  return shares;
}

/**
 * Whether the client comes back to the backend it got: each branch remembers it under one key that was looked for before, and whoever is
 * known by that key goes where the branch goes and nowhere else, and is remembered by it again.
 */
export function isRemembered(ruleset: NftRuleset, side: Side, packet: Packet): boolean {
  const all = branches(ruleset, side, packet);
  if (all.every(({ updated }) => updated.length === 0)) return false;
  return all.every(({ end, updated, looked }) => {
    const [key] = updated;
    if (key === undefined || updated.length > 1 || !looked.includes(key)) return false;
    const back = branches(ruleset, side, packet, { key });
    return back.length === 1 && back[0]!.end === end && back[0]!.updated[0] === key;
  });
}
