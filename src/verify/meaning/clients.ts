/** The first stages of nat POSTROUTING (language.md §3.4, §3.5): hairpins, and clients of services from elsewhere, so that answers return. */
import { type Address, inFamily } from "../../address/address.ts";
import type { Prefix } from "../../address/prefix.ts";
import type { Action, Rule, Term, Test } from "../program.ts";
import { type Door, isKeptHere, only } from "./doors.ts";
import { askedAtDoors, askedWhole, isToldByPorts, translatedAt } from "./known.ts";
import { hostOf, inThis, type Subject, tunnelOf } from "./subject.ts";
import { addressIn, addressNotIn, RETURN, rule, TRANSLATED } from "./words.ts";

export const to = (address: Address | null): Action => ({ kind: "snat", address });

/** The node's declared address; where it has none, that of the device that the packet leaves by. */
const toNode = ({ node, family }: Subject): Action => to(inFamily(node.addresses, family));

/** Translated, and from and to the same pod, on the pod's node. */
export function hairpin(subject: Subject): readonly Rule[] {
  const { cluster, node, family } = subject;
  const elements = cluster.hairpins
    .filter(({ pod }) => pod.node === node)
    .flatMap(({ pod }): readonly (readonly Term[])[] => {
      const address = inFamily(pod.addresses, family);
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

/** A pod of the node that translates: an address in the node's `pods`, or a declared pod's where it has none. */
function localPods({ cluster, node, family }: Subject): readonly Prefix[] {
  const slices = inThis(family, node.pods);
  if (slices.length > 0) return slices;
  return cluster.pods
    .filter((pod) => pod.node === node)
    .flatMap(({ addresses }) => hostOf(inFamily(addresses, family)));
}

const from = (about: string, prefixes: readonly Prefix[]): readonly Rule[] =>
  prefixes.length === 0 ? [] : [rule(about, [addressIn("source", prefixes)], RETURN)];

/** What some known connections get: `kept` are those of doors that keep clients from outside, with their own address, on the node. */
function clientsOf(
  subject: Subject,
  all: readonly (readonly Test[])[],
  kept: readonly (readonly Test[])[],
): readonly Rule[] {
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
    ...kept.map((tests) => rule("external-traffic local", [...tests, ...notInside], RETURN)),
    ...all.map((tests) => rule("clients", tests, toNode(subject))),
  ];
}

/** What asked for an address that services alone have is told by that, before ports are looked at. */
export function clients(subject: Subject): readonly Rule[] {
  const { cluster, doors } = subject;
  if (cluster.services.length === 0) return [];
  const asked = askedWhole(subject);
  const whole: readonly Test[] = [TRANSLATED, addressIn("asked", asked)];
  const more = doors.filter((door) => door.kind !== "vip" && isKeptHere(door));
  const keptWhole = askedAtDoors(
    subject,
    more.filter((door) => !isToldByPorts(subject, door)),
  );
  // nat sees a connection's first packet alone, and that goes to an open backend.
  const byPorts = doors.filter((door) => isToldByPorts(subject, door)).map((door) => ({ ...door, leads: door.open }));
  // An exact address wins over a nodeport.
  const exact = byPorts.filter(({ address }) => address !== null);
  const nodeports = byPorts.filter(({ address }) => address === null);
  const ofDoors = (some: readonly Door[]): readonly Rule[] =>
    clientsOf(subject, translatedAt(subject, some), translatedAt(subject, some.filter(isKeptHere)));
  return [
    rule("not translated", [{ kind: "translated", is: false }], RETURN),
    ...from("pods of the node", localPods(subject)),
    ...(asked.length === 0
      ? []
      : clientsOf(
          subject,
          [whole],
          keptWhole.map((tests) => [TRANSLATED, ...tests]),
        )),
    ...ofDoors(exact),
    ...ofDoors(nodeports),
  ];
}
