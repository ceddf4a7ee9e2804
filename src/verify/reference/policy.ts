/** Policy at one hook of the filter (language.md §3.7): the first rule that matches; `allow` ends the policy and nothing else (§3.9). */
import type { PortRange, Protocol } from "../../address/port.ts";
import type { ClusterNode, PolicyRule, Selector } from "../../cluster/cluster.ts";
import type { Action, AddressRange, Rule, Test } from "../program.ts";
import { ofFamily, onlyIf } from "./addresses.ts";
import { type FilterHook, readingsOf } from "./destinations.ts";
import type { Reading } from "./readings.ts";
import { addressesOf, type Sized } from "./selectors.ts";
import { declaredAddress, type Subject, tunnelOf } from "./subject.ts";
import { addressIn, partIs, RETURN, rule, TRANSLATED } from "./words.ts";

/** `arriving`: what a hook sees that did not begin on the node. `sending`: what the node itself sends. */
export type Side = "arriving" | "sending";

export interface Source {
  /** `null`: anywhere. */
  readonly ranges: readonly Sized[] | null;
  readonly protocol: Protocol | null;
  readonly ports: PortRange | null;
}

/** "A node as SRC is, on that node, everything it sends; elsewhere its declared addresses", and with `network vxlan` the one inside the tunnel. */
function addressesOfNode(subject: Subject, node: ClusterNode, side: Side): readonly AddressRange[] | null {
  const isSelf = node === subject.node;
  if (side === "sending") return isSelf ? null : [];
  if (isSelf) return [];
  const inner = tunnelOf(subject.cluster, node, subject.family)?.address ?? null;
  return [...declaredAddress(node, subject.family), ...onlyIf(inner)];
}

/** The sources that one item of a list stands for. */
export function sourcesOf(subject: Subject, { target, protocol, ports }: Selector, side: Side): readonly Source[] {
  const { cluster, family } = subject;
  const from = (ranges: readonly Sized[] | null): readonly Source[] =>
    ranges?.length === 0 ? [] : [{ ranges, protocol, ports }];
  const fromNode = (node: ClusterNode): readonly Source[] => {
    const ranges = addressesOfNode(subject, node, side);
    return from(ranges?.map((range) => ({ range, length: family === 4 ? 32 : 128 })) ?? null);
  };
  switch (target.kind) {
    case "node":
      return fromNode(target.node);
    case "nodes":
      return cluster.nodes.flatMap(fromNode);
    case "pod": {
      // "In OUTPUT a pod is never SRC" (§3.10).
      const address = ofFamily(target.pod.addresses, family);
      return side === "sending" || address === null ? [] : from(addressesOf(subject, target));
    }
    default:
      return from(addressesOf(subject, target));
  }
}

/** Sources of the same ports as one, so that a long list stays a few rules. */
function joined(sources: readonly Source[]): readonly Source[] {
  const byPorts = new Map<string, { ranges: Sized[] | null } & Omit<Source, "ranges">>();
  for (const { ranges, protocol, ports } of sources) {
    const key = `${protocol} ${ports?.first}-${ports?.last}`;
    const earlier = byPorts.get(key);
    if (earlier === undefined) byPorts.set(key, { ranges: ranges === null ? null : [...ranges], protocol, ports });
    else if (ranges === null) earlier.ranges = null;
    else for (const range of ranges) earlier.ranges?.push(range);
  }
  return [...byPorts.values()];
}

export const testsOfSource = ({ ranges, protocol, ports }: Source, { family }: Subject): readonly Test[] => [
  ...(ranges === null
    ? []
    : [
        addressIn(
          "source",
          ranges.map(({ range }) => range),
        ),
      ]),
  ...partIs({ protocol, ports }, "source-port", family),
];

function testsOfReading({ of, ranges, protocol, ports, behind }: Reading, { family }: Subject): readonly Test[] {
  return [
    ...(ranges === null ? [] : [addressIn(of, ranges)]),
    ...partIs({ protocol, ports }, `${of}-port`, family),
    ...(behind === null ? [] : [TRANSLATED, addressIn("destination", behind)]),
  ];
}

/** "A reset for TCP, ICMP port unreachable for the rest" (§3.8). */
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

/** `log` "also logs, rate-limited" (§2). */
function decided({ verb, log, statement }: PolicyRule, tests: readonly Test[]): readonly Rule[] {
  const verdict = rule(statement, tests, VERDICTS[verb]);
  if (log === null) return [verdict];
  return [rule(statement, [...tests, { kind: "limit" }], { kind: "log", prefix: log.prefix }), verdict];
}

export function policy(subject: Subject, hook: FilterHook): readonly Rule[] {
  const side = hook === "output" ? "sending" : "arriving";
  return subject.cluster.policy.flatMap((one) => {
    const sources = joined(one.sources.flatMap((item) => sourcesOf(subject, item, side)));
    if (sources.length === 0) return [];
    return readingsOf(subject, one, hook).flatMap((reading) =>
      sources
        .filter(({ protocol }) => protocol === null || reading.protocol === null || protocol === reading.protocol)
        .flatMap((source) => decided(one, [...testsOfSource(source, subject), ...testsOfReading(reading, subject)])),
    );
  });
}
