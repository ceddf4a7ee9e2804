/** Source translation: hairpins, clients of services from elsewhere, `snat`, `masquerade`. */

import { type Family, inFamily, isFault } from "../../address/address.ts";
import { mergePrefixes } from "../../address/intervals.ts";
import { hostPrefix, type Prefix, parsePrefix } from "../../address/prefix.ts";
import type { Cluster, ClusterNode, Snat } from "../../cluster/cluster.ts";
import { meetParts } from "../../cluster/doors.ts";
import { listensWidely } from "../../cluster/sides.ts";
import { Bug } from "../../diagnostics/bug.ts";
import { compareDoors } from "../door-order.ts";
import type { Condition, SourceStage, SourceTranslation } from "../plan.ts";
import { addressesOfTarget, asSaid, byLength, hosts, leavingFrom, localPods, unite } from "./addresses.ts";
import { askedAt, isAskedWithPorts, servedPrefixes } from "./asked.ts";
import type { PolicyContext } from "./destinations.ts";
import { type Door, isKeptLocal, podRanges } from "./doors.ts";
import { keptClients } from "./kept-clients.ts";
import { firstOfRange } from "./links.ts";
import { planInside } from "./nodeports.ts";
import { tunnelDevice } from "./tunnel.ts";

function constant(text: string): Prefix {
  const prefix = parsePrefix(text);
  if (isFault(prefix)) throw new Bug(`${text} is no range`);
  return prefix;
}

const MULTICAST = { v4: constant("224.0.0.0/4"), v6: constant("ff00::/8") };

/** The node's declared address, or, where it has none, that of the device the packet leaves by. */
function toNode(node: ClusterNode, family: Family): SourceTranslation["action"] {
  const address = inFamily(node.addresses, family);
  return address === null ? { kind: "to-device-address" } : { kind: "to-address", address };
}

/** Never leaves the pod's node, so never by the tunnel. */
function hairpins(cluster: Cluster, node: ClusterNode, family: Family): readonly SourceTranslation[] {
  const action = toNode(node, family);
  const local = cluster.hairpins.filter(({ pod }) => pod.node === node);
  return local.flatMap(({ pod, statement, origin }) => {
    const address = inFamily(pod.addresses, family);
    if (address === null) return [];
    const prefixes = [hostPrefix(address)];
    const match: Condition[] = [
      { kind: "source", prefixes },
      { kind: "destination", prefixes },
      { kind: "translated" },
    ];
    return [{ match, action, statement, origin }];
  });
}

type Keep = (prefixes: readonly Prefix[], statement: string) => readonly SourceTranslation[];

const keepFrom =
  (when: readonly Condition[]): Keep =>
  (prefixes, statement) =>
    prefixes.length === 0
      ? []
      : [{ match: [{ kind: "source", prefixes }, ...when], action: { kind: "keep" }, statement, origin: null }];

/** For clients that are not from outside, and so get backends of other nodes too: those inside, and the node at whichever address of its own. */
function notOutside(
  cluster: Cluster,
  family: Family,
  when: readonly Condition[],
  translation: Omit<SourceTranslation, "match">,
): readonly SourceTranslation[] {
  const prefixes = planInside(cluster, family);
  const matches: readonly (readonly Condition[])[] = [
    ...(prefixes.length === 0 ? [] : [[{ kind: "source", prefixes } as const, ...when]]),
    [{ kind: "own-source" }, ...when],
  ];
  return matches.map((match) => ({ match, ...translation }));
}

const ELSEWHERE = { statement: "clients from elsewhere", origin: null } as const;

/** Clients of a service's own addresses, and of those that no declared node and no pod has: the address alone tells them. */
function clientsOfAddresses(context: PolicyContext): readonly SourceTranslation[] {
  const { cluster, node, family } = context;
  const asked = servedPrefixes(cluster, family);
  if (asked.length === 0 || cluster.services.length === 0) return [];
  const when: readonly Condition[] = [{ kind: "translated" }, { kind: "asked", prefixes: asked, ports: null }];
  const keep = keepFrom(when);
  const action = toNode(node, family);
  const kept = keptClients(context, action);
  return [
    ...keep(localPods(cluster, node, family), `pods of ${node.name}`),
    ...throughTunnel(cluster, node, family, when),
    ...keep(hosts(inFamily(node.addresses, family)), node.statement),
    ...(kept.length === 0 ? [] : notOutside(cluster, family, when, { action, ...ELSEWHERE })),
    ...kept,
    { match: when, action, ...ELSEWHERE },
  ];
}

/**
 * Clients of nodeports, and of addresses that a node or a pod has: others translate there too, so that only a door's own ports tell
 * them. nat sees first packets alone, and those go to open backends.
 */
function clientsOfPorts(context: PolicyContext): readonly SourceTranslation[] {
  const { cluster, node, family } = context;
  const isAsked = (door: Door): boolean => door.open.length > 0 && isAskedWithPorts(context, door);
  const exact = context.doors.filter(isAsked).toSorted(compareDoors);
  const asked = exact.flatMap((door) => {
    const when = askedAt(context, door, door.open);
    return when === null ? [] : [{ door, when }];
  });
  if (asked.length === 0) return [];
  // What is not netc's meets nothing further down, so that keeping its source is no more than leaving it alone.
  const keep = keepFrom([{ kind: "translated" }]);
  return [
    ...keep(localPods(cluster, node, family), `pods of ${node.name}`),
    ...asked.flatMap(({ when }) => throughTunnel(cluster, node, family, when)),
    ...keep(hosts(inFamily(node.addresses, family)), node.statement),
    ...asked.flatMap(({ door, when }): readonly SourceTranslation[] => {
      const { statement, origin } = door.service;
      const translation = { action: toNode(node, family), statement, origin };
      if (!isKeptLocal(door)) return [{ match: when, ...translation }];
      const mayMeet = asked.some((other) => mayBeTakenFor(cluster, door, other.door));
      return [
        ...notOutside(cluster, family, when, translation),
        ...(mayMeet ? [{ match: when, action: { kind: "keep" } as const, statement, origin }] : []),
      ];
    }),
  ];
}

/** A nodeport at an address that is not known is told by its port and its backend alone. */
const mayBeTakenFor = (cluster: Cluster, { address, protocol, port }: Door, nodeport: Door): boolean =>
  address !== null &&
  nodeport.address === null &&
  listensWidely(cluster) &&
  meetParts({ protocol, ports: port }, { protocol: nodeport.protocol, ports: nodeport.port }) !== null;

/** Clients from elsewhere, so that answers return by this node; those from outside that are kept on the node keep their address. */
const serviceClients = (context: PolicyContext): readonly SourceTranslation[] => [
  ...clientsOfAddresses(context),
  ...clientsOfPorts(context),
];

/** What leaves by the tunnel carries the tunnel's address, the node's own requests too: the other node answers by the tunnel only what came by it. */
function throughTunnel(
  cluster: Cluster,
  node: ClusterNode,
  family: Family,
  when: readonly Condition[],
): readonly SourceTranslation[] {
  const device = tunnelDevice(cluster);
  const address = device === null ? null : firstOfRange(node, family);
  if (device === null || address === null) return [];
  const match: readonly Condition[] = [...when, { kind: "leaves-by", device }];
  return [{ match, action: { kind: "to-address", address }, statement: "clients by the tunnel", origin: null }];
}

function keepTo(prefixes: readonly Prefix[], statement: string): readonly SourceTranslation[] {
  if (prefixes.length === 0) return [];
  return [{ match: [{ kind: "destination", prefixes }], action: { kind: "keep" }, statement, origin: null }];
}

const inside = (cluster: Cluster, family: Family): readonly Prefix[] => [
  ...podRanges(cluster, family),
  family === 4 ? MULTICAST.v4 : MULTICAST.v6,
];

/** One source prefix of one `snat`: first what it excepts, which falls to `masquerade`, then the translation. */
function snatOf(cluster: Cluster, family: Family, snat: Snat, source: Prefix | null): readonly SourceTranslation[] {
  const from: readonly Condition[] = source === null ? [] : [{ kind: "source", prefixes: [source] }];
  const { statement, origin } = snat;
  const except = unite(snat.except.map(({ target }) => addressesOfTarget(cluster, family, target)));
  const action = { kind: "to-address", address: snat.to } as const;
  const keep = { action: { kind: "keep" }, statement, origin } as const;
  if (except === "any") return [{ match: from, ...keep }];
  return [
    ...(except.length === 0 ? [] : [{ match: [...from, { kind: "destination", prefixes: except } as const], ...keep }]),
    { match: from, action, statement, origin },
  ];
}

function snats(cluster: Cluster, node: ClusterNode, family: Family): readonly SourceTranslation[] {
  const said = cluster.snats
    .filter(({ to }) => to.family === family)
    .flatMap((snat) => {
      const sources = snat.sources.map((selector) => leavingFrom(cluster, node, family, selector));
      // `any` takes in no longer prefix of its own list, which would lose its length.
      const ranges = asSaid(sources.flatMap((source) => (source === "any" ? [] : source)));
      const each: readonly (Prefix | null)[] = sources.includes("any") ? [...ranges, null] : ranges;
      return each.map((source) => ({
        length: source?.length ?? -1,
        key: `${source?.text} ${snat.statement}`,
        facts: snatOf(cluster, family, snat, source),
      }));
    })
    .sort(byLength)
    .flatMap(({ facts }) => facts);
  return said.length === 0 ? [] : [...keepTo(inside(cluster, family), "pods and multicast"), ...said];
}

/** One stage for each list of exceptions: what one `masquerade` excepts another may still cover. */
function masquerades(cluster: Cluster, node: ClusterNode, family: Family): readonly SourceStage[] {
  const stages = new Map<string, { except: readonly Prefix[]; found: SourceTranslation[] }>();
  for (const { sources, except, statement, origin } of cluster.masquerades) {
    const excepted = unite(except.map(({ target }) => addressesOfTarget(cluster, family, target)));
    const from = unite(sources.map((selector) => leavingFrom(cluster, node, family, selector)));
    if (excepted === "any" || (from !== "any" && from.length === 0)) continue;
    const merged = mergePrefixes(excepted);
    const key = merged.map(({ text }) => text).join(",");
    const stage = stages.get(key) ?? { except: merged, found: [] };
    stages.set(key, stage);
    const match: readonly Condition[] = from === "any" ? [] : [{ kind: "source", prefixes: from }];
    stage.found.push({ match, action: { kind: "to-device-address" }, statement, origin });
  }
  return [...stages]
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([key, { except, found }]) => ({
      kind: "egress",
      except: key,
      translations: [
        ...keepTo(inside(cluster, family), "pods and multicast"),
        ...keepTo(except, "masquerade except"),
        ...found,
      ],
    }));
}

export function planPostrouting(context: PolicyContext): readonly SourceStage[] {
  const { cluster, node, family } = context;
  const stages: readonly SourceStage[] = [
    { kind: "hairpin", except: "", translations: hairpins(cluster, node, family) },
    { kind: "services", except: "", translations: serviceClients(context) },
    { kind: "snat", except: "", translations: snats(cluster, node, family) },
    ...masquerades(cluster, node, family),
  ];
  return stages.filter(({ translations }) => translations.length > 0);
}
