/** Behind policy, of a connection's first packet: a service's own drops, then what is rejected at once (language.md §3.8, §3.9). */

import { hostPrefix, type Prefix } from "../../address/prefix.ts";
import { holderOf } from "../../cluster/holders.ts";
import type { Action, Rule, Test } from "../program.ts";
import type { FilterHook } from "./destinations.ts";
import { type Door, leadsNowhereHere, shapesOf } from "./doors.ts";
import { askedAtDoors } from "./known.ts";
import { delivered } from "./nodeports.ts";
import { REFUSE } from "./policy.ts";
import { inThis, type Subject } from "./subject.ts";
import { addressIn, addressNotIn, FIRST, rule } from "./words.ts";

const DROP: Action = { kind: "drop" };
const REJECT: Action = { kind: "jump", chain: REFUSE };

/** What still has one of these doors as its destination, so that nothing translated it. */
function untranslatedAt(subject: Subject, doors: readonly Door[]): readonly (readonly Test[])[] {
  const at = (some: readonly Door[], tests: readonly Test[]): readonly (readonly Test[])[] =>
    shapesOf(some, subject.family, "destination").map(({ key, elements }) => [
      ...tests,
      { kind: "member", key, elements: elements.map(({ terms }) => terms) },
      FIRST,
    ]);
  const listens = delivered(subject);
  const nodeports = doors.filter(({ address }) => address === null);
  const exact = doors.filter(({ address }) => address !== null);
  return [...at(exact, []), ...(listens === null ? [] : at(nodeports, listens))];
}

/**
 * Where a packet that no door translated comes by: a service's own address no node holds; a nodeport every node holds; of an external or a
 * load-balancer address the program need not know who does. What the node itself sends to other doors than its services' own is
 * translated to any node's backends.
 */
const PLACES: Readonly<Record<Door["kind"], readonly FilterHook[]>> = {
  vip: ["forward", "output"],
  external: ["input", "forward"],
  loadbalancer: ["input", "forward"],
  nodeport: ["input"],
};

function withoutBackendHere(subject: Subject, hook: FilterHook): readonly Rule[] {
  const closed = subject.doors.filter((door) => PLACES[door.kind].includes(hook) && leadsNowhereHere(door));
  return untranslatedAt(subject, closed).map((tests) => rule("local without a backend here", tests, DROP));
}

/** At a service's ports of its load-balancer addresses, and nowhere else. Of a family in which no source is said nobody is one. */
function otherSources(subject: Subject): readonly Rule[] {
  return subject.cluster.services.flatMap((service) => {
    const { statement, loadbalancer } = service;
    if (loadbalancer === null || loadbalancer.from === null) return [];
    const from = inThis(subject.family, loadbalancer.from);
    const own = subject.index.ofService(service).filter(({ kind }) => kind === "loadbalancer");
    return askedAtDoors(subject, own).map((tests) =>
      rule(statement, [...addressNotIn("source", from), ...tests, FIRST], DROP),
    );
  });
}

export const serviceDrops = (subject: Subject, hook: FilterHook): readonly Rule[] => [
  ...otherSources(subject),
  ...withoutBackendHere(subject, hook),
];

/**
 * Addresses of which everything is refused that still asks for them: the range of services and other addresses of services that no node
 * or pod has. Where no range is declared a service's own address that serves every port refuses nothing.
 */
function servicesAlone(subject: Subject): readonly Prefix[] {
  const { cluster, family, free, doors } = subject;
  const declared = inThis(family, cluster.settings.services);
  if (declared.length > 0) return [...declared, ...free];
  const partial = doors.filter(
    ({ kind, protocol, open }) => kind === "vip" && (protocol !== null || open.length === 0),
  );
  return [...partial.flatMap(({ address }) => (address === null ? [] : [hostPrefix(address)])), ...free];
}

/** At a node's own address only ports of a service without an open backend are refused, and at a pod's own nothing. */
function isRefusedAlone({ cluster }: Subject, { kind, address, open }: Door, hook: FilterHook): boolean {
  if (kind === "vip" || open.length > 0) return false;
  const holder = address === null ? "here" : (holderOf(cluster, address)?.kind ?? "nobody");
  // A node may hold an address that the program does not say is its own: then it is asked in INPUT.
  return hook === "input" ? holder !== "pod" : holder === "node";
}

export function rejection(subject: Subject, hook: FilterHook): readonly Rule[] {
  // No node holds an address that services alone have.
  const alone = hook === "input" ? [] : servicesAlone(subject);
  const whole = alone.length === 0 ? [] : [rule("not served", [addressIn("destination", alone), FIRST], REJECT)];
  const closed = subject.doors.filter((door) => isRefusedAlone(subject, door, hook));
  return [...whole, ...untranslatedAt(subject, closed).map((tests) => rule("no backend", tests, REJECT))];
}
