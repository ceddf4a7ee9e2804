/**
 * INVALID at the node's own frontends: looked up in sets, one for each kind of key, so that a service more is an element more, and
 * behind one question for the state, so that no other packet looks.
 */
import type { Address, Family } from "../../address/address.ts";
import { bitsOf } from "../../address/prefix.ts";
import type { Condition, Match, Verdict } from "../../plan/plan.ts";
import { protocolName } from "../protocol.ts";
import { kindOf, type Lookups, type Shape } from "./doors.ts";
import { ipFamily, matchesOf } from "./match.ts";
import type { NftElement, NftField, NftMatch, NftTerm } from "./ruleset.ts";
import { roomFor } from "./size.ts";

export const INVALID: NftMatch = { kind: "ct-state", states: ["invalid"] };

/** A stage that drops INVALID, and does nothing else. */
export const isOfInvalid = ({ match, action, log }: Verdict): boolean =>
  action === "drop" &&
  log === null &&
  match.some((condition) => condition.kind === "state" && condition.state === "invalid");

export const withoutState = (verdict: Verdict): Verdict => ({
  ...verdict,
  match: verdict.match.filter(({ kind }) => kind !== "state"),
});

const KEYS: readonly Condition["kind"][] = ["destination", "protocol", "destination-port", "state"];

/** Whether a verdict is about what a packet asks for, and nothing else. */
export const isAsked = ({ match }: Verdict): boolean =>
  match.every(({ kind }) => KEYS.includes(kind)) &&
  match.some((condition) => condition.kind === "destination-port" || hostOf(condition) !== null);

function hostOf(condition: Condition): Address | null {
  const [first, ...more] = condition.kind === "destination" ? condition.prefixes : [];
  return first !== undefined && more.length === 0 && first.length === bitsOf(first.address) ? first.address : null;
}

interface Asked {
  readonly fields: readonly NftField[];
  readonly terms: readonly NftTerm[];
  readonly shape: Shape;
  /** What is no part of the key: addresses that are more than one. */
  readonly rest: Match;
  readonly statement: string;
}

function askedOf({ match, statement }: Verdict, family: Family): Asked {
  const fields: NftField[] = [];
  const terms: NftTerm[] = [];
  let rest: Match = [];
  let shape: Shape = "addresses";
  const inOrder = match.toSorted((a, b) => KEYS.indexOf(a.kind) - KEYS.indexOf(b.kind));
  for (const condition of inOrder) {
    if (condition.kind === "destination") {
      const host = hostOf(condition);
      if (host === null) rest = [condition];
      else {
        fields.push({ kind: "address", family: ipFamily(family), field: "daddr" });
        terms.push(host);
      }
    } else if (condition.kind === "protocol") {
      fields.push({ kind: "l4proto" });
      terms.push(protocolName(condition.protocol, family));
      shape = "protocols";
    } else if (condition.kind === "destination-port") {
      const { first, last } = condition.ports;
      fields.push({ kind: "dport" });
      terms.push(first === last ? first : condition.ports);
      shape = first === last ? "ports" : "ranges";
    }
  }
  return { fields, terms, shape, rest, statement };
}

/** Each kind of key has a set. Where addresses are no part of it, they are the same for all: those that nodeports listen on. */
export function invalidLookups(verdicts: readonly Verdict[], family: Family): Lookups {
  const groups = new Map<string, Asked[]>();
  for (const verdict of verdicts) {
    const asked = askedOf(verdict, family);
    const place = asked.fields[0]?.kind === "address" ? "" : "node-";
    const name = `netc-invalid-${place}${asked.shape}-v${family}`;
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [asked]);
    else group.push(asked);
  }
  const found = [...groups].map(([name, group]) => ({ name, group, ...group[0]! }));
  return {
    rules: found.map(({ name, rest, fields }) => ({
      matches: [
        ...(fields[0]?.kind === "address" ? [] : matchesOf(rest, family)),
        { kind: "member", key: fields, set: name },
      ],
      actions: [{ kind: "drop" }],
      comment: null,
    })),
    sets: found.map(({ name, fields, shape, group }) => ({
      name,
      key: fields,
      value: [],
      kind: kindOf(shape),
      size: roomFor(group.length),
      elements: group.map(({ terms, statement }): NftElement => ({ key: terms, value: [], statement })),
    })),
  };
}
