/** Behind policy, of a connection's first packet: a service's own drops, then what is rejected at once (language.md §3.8, §3.9). */

import type { Action, AddressRange, Rule, Test } from "../program.ts";
import { only, rangesIn } from "./addresses.ts";
import type { FilterHook } from "./destinations.ts";
import { type Frontend, leadsNowhereHere, shapesOf } from "./frontends.ts";
import { askedAtFrontends } from "./known.ts";
import { delivered } from "./nodeports.ts";
import { REFUSE } from "./policy.ts";
import type { Subject } from "./subject.ts";
import { addressIn, addressNotIn, FIRST, rule } from "./words.ts";

const DROP: Action = { kind: "drop" };
const REJECT: Action = { kind: "jump", chain: REFUSE };

/** What still has one of these frontends as its destination, so that nothing translated it. */
function untranslatedAt(subject: Subject, frontends: readonly Frontend[]): readonly (readonly Test[])[] {
  const at = (some: readonly Frontend[], tests: readonly Test[]): readonly (readonly Test[])[] =>
    shapesOf(some, subject.family, "destination").map(({ key, elements }) => [
      ...tests,
      { kind: "member", key, elements: elements.map(({ terms }) => terms) },
      FIRST,
    ]);
  const listens = delivered(subject);
  const nodeports = frontends.filter(({ address }) => address === null);
  const exact = frontends.filter(({ address }) => address !== null);
  return [...at(exact, []), ...(listens === null ? [] : at(nodeports, listens))];
}

/**
 * Where a packet that no frontend translated comes by: a service's own address no node holds; a nodeport every node holds; of an external or a
 * load-balancer address the program need not know who does. What the node itself sends to other frontends than its services' own is
 * translated to any node's backends.
 */
const PLACES: Readonly<Record<Frontend["kind"], readonly FilterHook[]>> = {
  vip: ["forward", "output"],
  external: ["input", "forward"],
  loadbalancer: ["input", "forward"],
  nodeport: ["input"],
};

function withoutBackendHere(subject: Subject, hook: FilterHook): readonly Rule[] {
  const closed = subject.frontends.filter(
    (frontend) => PLACES[frontend.kind].includes(hook) && leadsNowhereHere(frontend),
  );
  return untranslatedAt(subject, closed).map((tests) => rule("local without a backend here", tests, DROP));
}

/** At a service's ports of its load-balancer addresses, and nowhere else. Of a family in which no source is said nobody is one. */
function otherSources(subject: Subject): readonly Rule[] {
  return subject.cluster.services.flatMap((service) => {
    const { statement, loadbalancer } = service;
    if (loadbalancer === null || loadbalancer.from === null) return [];
    const from = rangesIn(subject.family, loadbalancer.from);
    const own = subject.index.ofService(service).filter(({ kind }) => kind === "loadbalancer");
    return askedAtFrontends(subject, own).map((tests) =>
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
function servicesAlone(subject: Subject): readonly AddressRange[] {
  const { cluster, family, free, frontends } = subject;
  const declared = rangesIn(family, cluster.settings.services);
  if (declared.length > 0) return [...declared, ...free];
  const partial = frontends.filter(
    ({ kind, protocol, open }) => kind === "vip" && (protocol !== null || open.length === 0),
  );
  return [...partial.flatMap(({ address }) => (address === null ? [] : [only(address)])), ...free];
}

/** At a node's own address only ports of a service without an open backend are refused, and at a pod's own nothing. */
function isRefusedAlone({ holderOf }: Subject, { kind, address, open }: Frontend, hook: FilterHook): boolean {
  if (kind === "vip" || open.length > 0) return false;
  const holder = address === null ? "here" : (holderOf(address) ?? "nobody");
  // A node may hold an address that the program does not say is its own: then it is asked in INPUT.
  return hook === "input" ? holder !== "pod" : holder === "node";
}

export function rejection(subject: Subject, hook: FilterHook): readonly Rule[] {
  // No node holds an address that services alone have.
  const alone = hook === "input" ? [] : servicesAlone(subject);
  const whole = alone.length === 0 ? [] : [rule("not served", [addressIn("destination", alone), FIRST], REJECT)];
  const closed = subject.frontends.filter((frontend) => isRefusedAlone(subject, frontend, hook));
  return [...whole, ...untranslatedAt(subject, closed).map((tests) => rule("no backend", tests, REJECT))];
}
