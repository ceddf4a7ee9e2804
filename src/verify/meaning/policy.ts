/** Policy at one hook of the filter (language.md §3.7): the first rule that matches; `allow` ends the policy and nothing else. */
import { inFamily } from "../../address/address.ts";
import type { PortRange, Protocol } from "../../address/port.ts";
import type { Prefix } from "../../address/prefix.ts";
import type { ClusterNode, PolicyRule, Selector } from "../../cluster/cluster.ts";
import { prefixesOf } from "../../cluster/sides.ts";
import type { Action, Rule, Test } from "../program.ts";
import { type FilterHook, readingsOf } from "./destinations.ts";
import type { Reading } from "./readings.ts";
import { declaredAddress, hostOf, inThis, type Subject, tunnelOf } from "./subject.ts";
import { addressIn, partIs, RETURN, rule, TRANSLATED } from "./words.ts";

/** `arriving`: what a hook sees that did not begin on the node. `sending`: what the node itself sends. */
export type Side = "arriving" | "sending";

export interface Source {
  /** `null`: anywhere. */
  readonly prefixes: readonly Prefix[] | null;
  readonly protocol: Protocol | null;
  readonly ports: PortRange | null;
}

/** Elsewhere a node is its address, with `network vxlan` the one inside the tunnel too; on itself it is all that it sends. */
function addressesOfNode(subject: Subject, node: ClusterNode, side: Side): readonly Prefix[] | null {
  const isSelf = node === subject.node;
  if (side === "sending") return isSelf ? null : [];
  if (isSelf) return [];
  const inner = tunnelOf(subject.cluster, node, subject.family)?.address ?? null;
  return [...declaredAddress(node, subject.family), ...hostOf(inner)];
}

/** The sources that one item of a list stands for. */
export function sourcesOf(subject: Subject, { target, protocol, ports }: Selector, side: Side): readonly Source[] {
  const { cluster, family } = subject;
  const from = (prefixes: readonly Prefix[] | null): readonly Source[] =>
    prefixes?.length === 0 ? [] : [{ prefixes, protocol, ports }];
  switch (target.kind) {
    case "node":
      return from(addressesOfNode(subject, target.node, side));
    case "nodes":
      return cluster.nodes.flatMap((node) => from(addressesOfNode(subject, node, side)));
    case "pod":
      // A node never sends from a declared pod's address.
      return side === "sending" ? [] : from(hostOf(inFamily(target.pod.addresses, family)));
    default: {
      const prefixes = prefixesOf(cluster, target);
      return from(prefixes === null ? null : inThis(family, prefixes));
    }
  }
}

/** Sources of the same ports as one, so that a long list stays a few rules. */
function joined(sources: readonly Source[]): readonly Source[] {
  const byPorts = new Map<string, { prefixes: Prefix[] | null } & Omit<Source, "prefixes">>();
  for (const { prefixes, protocol, ports } of sources) {
    const key = `${protocol} ${ports?.first}-${ports?.last}`;
    const earlier = byPorts.get(key);
    if (earlier === undefined)
      byPorts.set(key, { prefixes: prefixes === null ? null : [...prefixes], protocol, ports });
    else if (prefixes === null) earlier.prefixes = null;
    else for (const prefix of prefixes) earlier.prefixes?.push(prefix);
  }
  return [...byPorts.values()];
}

export const testsOfSource = ({ prefixes, protocol, ports }: Source, { family }: Subject): readonly Test[] => [
  ...(prefixes === null ? [] : [addressIn("source", prefixes)]),
  ...partIs({ protocol, ports }, "source-port", family),
];

function testsOfReading({ of, prefixes, protocol, ports, behind }: Reading, { family }: Subject): readonly Test[] {
  return [
    ...(prefixes === null ? [] : [addressIn(of, prefixes)]),
    ...partIs({ protocol, ports }, `${of}-port`, family),
    ...(behind === null ? [] : [TRANSLATED, addressIn("destination", behind)]),
  ];
}

/** A reset for TCP, ICMP port unreachable for the rest. */
export const REFUSE = "filter refuse";

export const refusal: readonly Rule[] = [
  rule("", [{ kind: "protocol", protocols: [6] }], { kind: "reject", answer: "tcp-reset" }),
  rule("", [], { kind: "reject", answer: "port-unreachable" }),
];

const VERDICTS: Readonly<Record<PolicyRule["verb"], Action>> = {
  allow: RETURN,
  deny: { kind: "drop" },
  reject: { kind: "jump", chain: REFUSE },
};

function decided({ verb, log, statement }: PolicyRule, tests: readonly Test[]): readonly Rule[] {
  const verdict = rule(statement, tests, VERDICTS[verb]);
  if (log === null) return [verdict];
  return [rule(statement, [...tests, { kind: "limit" }], { kind: "log", prefix: log.prefix }), verdict];
}

export function policy(subject: Subject, hook: FilterHook): readonly Rule[] {
  const side = hook === "output" ? "sending" : "arriving";
  return subject.cluster.policy.flatMap((one) => {
    const sources = joined(one.sources.flatMap((selector) => sourcesOf(subject, selector, side)));
    if (sources.length === 0) return [];
    return readingsOf(subject, one, hook).flatMap((reading) =>
      sources
        .filter(({ protocol }) => protocol === null || reading.protocol === null || protocol === reading.protocol)
        .flatMap((source) => decided(one, [...testsOfSource(source, subject), ...testsOfReading(reading, subject)])),
    );
  });
}
