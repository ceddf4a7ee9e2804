/** The first stages of nat POSTROUTING (language.md §3.4, §3.5): hairpins, and clients of services from elsewhere, so that answers return. */
import type { Address } from "../../address/address.ts";
import type { Action, AddressRange, Rule, Term, Test } from "../program.ts";
import { liesIn, ofFamily, only } from "./addresses.ts";
import { type Frontend, isLocalOnly, shapesOf } from "./frontends.ts";
import { askedAtFrontends, askedWhole, isToldByPorts, translatedAt } from "./known.ts";
import { listensWidely, nodeportAddresses } from "./nodeports.ts";
import { localPods, type Subject, tunnelOf } from "./subject.ts";
import { addressIn, addressNotIn, RETURN, rule, TRANSLATED } from "./words.ts";

export const to = (address: Address | null): Action => ({ kind: "snat", address });

/** The node's declared address; where it has none, that of the device that the packet leaves by. */
const toNode = ({ node, family }: Subject): Action => to(ofFamily(node.addresses, family));

/** Translated, and from and to the same pod, on the pod's node. */
export function hairpin(subject: Subject): readonly Rule[] {
  const { cluster, node, family } = subject;
  const elements = cluster.hairpins
    .filter(({ pod }) => pod.node === node)
    .flatMap(({ pod }): readonly (readonly Term[])[] => {
      const address = ofFamily(pod.addresses, family);
      return address === null ? [] : [[only(address), only(address)]];
    });
  const key = [
    { kind: "address", of: "source" },
    { kind: "address", of: "destination" },
  ] as const;
  return elements.length === 0
    ? []
    : [rule("hairpin", [{ kind: "member", key, elements }, TRANSLATED], toNode(subject))];
}

const from = (about: string, ranges: readonly AddressRange[]): readonly Rule[] =>
  ranges.length === 0 ? [] : [rule(about, [addressIn("source", ranges)], RETURN)];

/** Connections that one frontend, or frontends of one kind, lead on: `isKept`, where clients from outside are kept on the node, with their own address. */
interface Led {
  readonly tests: readonly Test[];
  readonly isKept: boolean;
}

/** What some known connections get; of `led` the first that a connection is counts. */
function clientsOf(subject: Subject, all: readonly (readonly Test[])[], led: readonly Led[]): readonly Rule[] {
  const tunnel = tunnelOf(subject.cluster, subject.node, subject.family);
  const notInside: readonly Test[] = [
    ...addressNotIn("source", subject.inside),
    { kind: "own", of: "source", is: false },
  ];
  const byTunnel = (tests: readonly Test[]): readonly Rule[] =>
    tunnel === null
      ? []
      : [rule("tunnel", [...tests, { kind: "device", side: "out", device: tunnel.device }], to(tunnel.address))];
  return [
    ...all.flatMap(byTunnel),
    ...all.flatMap((tests) => from("node", subject.own).map((one) => ({ ...one, tests: [...one.tests, ...tests] }))),
    ...led.map(({ tests, isKept }) =>
      isKept
        ? rule("external-traffic local", [...tests, ...notInside], RETURN)
        : rule("clients", tests, toNode(subject)),
    ),
    ...all.map((tests) => rule("clients", tests, toNode(subject))),
  ];
}

const kept = (tests: readonly Test[]): Led => ({ tests, isKept: true });

/** Addresses that services alone have, as far as the program says, at which nodeports listen should this node have them. */
function alsoNodeports(subject: Subject): readonly AddressRange[] {
  const listens = nodeportAddresses(subject);
  if (!listensWidely(subject)) return [];
  return listens === null ? subject.free : subject.free.filter((free) => listens.some((range) => liesIn(free, range)));
}

/** What asked for an address that services alone have: for a frontend of the address, or else, should the node have it, for a nodeport. */
function ledWhole(subject: Subject): readonly Led[] {
  const { frontends, family } = subject;
  const whole = (some: readonly Frontend[]): readonly (readonly Test[])[] =>
    askedAtFrontends(subject, some).map((tests) => [TRANSLATED, ...tests]);
  // A frontend without an open backend translates nothing: a nodeport of its port does.
  const exact = frontends.filter(
    (frontend) => frontend.kind !== "vip" && frontend.open.length > 0 && !isToldByPorts(subject, frontend),
  );
  const exactKept = whole(exact.filter(isLocalOnly)).map(kept);
  const also = alsoNodeports(subject);
  const nodeports = frontends.filter(
    (frontend) => frontend.address === null && frontend.open.length > 0 && isLocalOnly(frontend),
  );
  if (also.length === 0 || nodeports.length === 0) return exactKept;
  const passing = exact.filter((frontend) => !isLocalOnly(frontend));
  return [
    ...exactKept,
    ...whole(passing).map((tests): Led => ({ tests, isKept: false })),
    ...shapesOf(nodeports, family, "asked").map(({ key, elements }) =>
      kept([
        TRANSLATED,
        addressIn("asked", also),
        { kind: "member", key, elements: elements.map(({ terms }) => terms) },
      ]),
    ),
  ];
}

/** What asked for an address that services alone have is told by that, before ports are looked at. */
export function clients(subject: Subject): readonly Rule[] {
  const { cluster, frontends } = subject;
  if (cluster.services.length === 0) return [];
  const asked = askedWhole(subject);
  const whole: readonly Test[] = [TRANSLATED, addressIn("asked", asked)];
  // nat sees a connection's first packet alone, and that goes to an open backend.
  const byPorts = frontends
    .filter((frontend) => isToldByPorts(subject, frontend))
    .map((frontend) => ({ ...frontend, backends: frontend.open }));
  // An exact address wins over a nodeport.
  const exact = byPorts.filter(({ address }) => address !== null);
  const nodeports = byPorts.filter(({ address }) => address === null);
  const ofDoors = (some: readonly Frontend[]): readonly Rule[] =>
    clientsOf(subject, translatedAt(subject, some), translatedAt(subject, some.filter(isLocalOnly)).map(kept));
  return [
    rule("not translated", [{ kind: "translated", is: false }], RETURN),
    ...from("pods of the node", localPods(subject)),
    ...(asked.length === 0 ? [] : clientsOf(subject, [whole], ledWhole(subject))),
    ...ofDoors(exact),
    ...ofDoors(nodeports),
  ];
}
