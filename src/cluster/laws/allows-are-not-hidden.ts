import { type Address, FAMILIES, type Family, inFamily, nextAddress } from "../../address/address.ts";
import { contains, covers, type Prefix } from "../../address/prefix.ts";
import { type Diagnostic, diagnose, type Fix } from "../../diagnostics/diagnostic.ts";
import { type Region, regionsMeet, subtractRegion } from "../../packetset/cover.ts";
import type { Ranges } from "../../packetset/ranges.ts";
import type { Cluster, ClusterNode, Masquerade, Pod, PolicyRule, Selector, Snat } from "../cluster.ts";
import { askedPorts, type ServiceDoor, shiftPorts } from "../doors.ts";
import { type PolicySpace, policySpaceOf } from "../policy-space.ts";
import { coveredDoors, prefixesOf, shiftOf } from "../sides.ts";
import { packets, placesOf } from "../space.ts";

/** Why a node further on sees another source than the one that a rule allows. */
interface Hiding {
  readonly source: string;
  readonly seen: Address;
  readonly node: ClusterNode;
  readonly by: Masquerade | Snat | null;
  readonly judged: Region;
}

/** A rule is tried for so many pairs of source and destination; of long lists the first are enough to show the mistake. */
const MOST_TRIED = 500;

const holds = (cluster: Cluster, list: readonly Selector[], address: Address): boolean =>
  list.some(({ target }) => prefixesOf(cluster, target)?.some((prefix) => contains(prefix, address)) ?? true);

/** The statement that translates what goes from `source` to `destination`, a node's address. */
function translation(cluster: Cluster, source: Address, destination: Address): Masquerade | Snat | null {
  const { snats, masquerades, settings } = cluster;
  if (settings.pods.some((range) => contains(range, destination))) return null;
  const applies = ({ sources, except }: Masquerade): boolean =>
    holds(cluster, sources, source) && !holds(cluster, except, destination);
  return snats.find((snat) => snat.to.family === source.family && applies(snat)) ?? masquerades.find(applies) ?? null;
}

function seenAs(by: Masquerade | Snat, node: ClusterNode, family: Family): Address | null {
  return "to" in by ? by.to : inFamily(node.addresses, family);
}

/** The pods that sources stand for. */
function* podsOf({ pods, settings }: Cluster, sources: readonly Selector[]): Generator<Pod> {
  for (const { target } of sources) {
    if (target.kind === "pod") yield target.pod;
    if (target.kind !== "pods" && target.kind !== "prefix") continue;
    const ranges: readonly Prefix[] = target.kind === "pods" ? settings.pods : [target.prefix];
    const isIn = (address: Address | null) => address !== null && ranges.some((range) => contains(range, address));
    for (const pod of pods) if (isIn(pod.addresses.v4) || isIn(pod.addresses.v6)) yield pod;
  }
}

const nodesOf = ({ nodes }: Cluster, { target }: Selector): readonly ClusterNode[] => {
  if (target.kind === "node") return [target.node];
  return target.kind === "nodes" ? nodes : [];
};

const arriving = (from: Ranges, to: Ranges, { protocol, ports }: Pick<Selector, "protocol" | "ports">): Region => [
  packets(from, to, protocol, ports === null ? [1, 65535] : [ports.first, ports.last]),
];

/** Pods that reach another node under their own node's address. */
function* hiddenPods(cluster: Cluster, { space }: PolicySpace, rule: PolicyRule): Generator<Hiding> {
  if (cluster.masquerades.length + cluster.snats.length === 0) return;
  const reached = rule.destinations.filter(({ target }) => target.kind === "node" || target.kind === "nodes");
  if (reached.length === 0) return;
  for (const pod of podsOf(cluster, rule.sources)) {
    for (const selector of reached) {
      for (const node of nodesOf(cluster, selector)) {
        for (const family of FAMILIES) {
          const from = inFamily(pod.addresses, family);
          const to = inFamily(node.addresses, family);
          if (from === null || to === null || node === pod.node) continue;
          const by = translation(cluster, from, to);
          const seen = by === null ? null : seenAs(by, pod.node, family);
          if (by === null || seen === null) continue;
          const judged = arriving(placesOf(space, [seen], []), placesOf(space, [to], [node]), selector);
          yield { source: pod.name, seen, node, by, judged };
        }
      }
    }
  }
}

/** What a node's clients are seen as where they go on to another node. */
function entryAddress({ settings }: Cluster, node: ClusterNode, family: Family): Address | null {
  const range = node.pods.find(({ address }) => address.family === family);
  if (settings.network === "vxlan" && range !== undefined) return nextAddress(range.address);
  return inFamily(node.addresses, family);
}

/** The doors that a destination is about: `any` says nothing about a service. */
const doorsBehind = (cluster: Cluster, { target }: Selector): readonly ServiceDoor[] =>
  target.kind === "any" ? [] : coveredDoors(cluster, target);

/** Whoever comes in by it is given a backend of that node. */
const isLocal = ({ kind, service }: ServiceDoor): boolean =>
  kind === "vip" ? service.isInternalLocal : service.isExternalLocal;

/** The nodes of one family that clients enter at by a door that a destination covers. */
function entriesOf({ nodes, settings }: Cluster, { target }: Selector, door: ServiceDoor, family: Family) {
  const entered = nodes.filter(({ addresses }) => inFamily(addresses, family) !== null);
  if (door.kind !== "nodeport") return entered;
  if (target.kind === "node") return entered.filter((node) => node === target.node);
  if (target.kind !== "prefix" || settings.nodeports.kind === "ranges") return entered;
  return entered.filter(({ addresses }) => contains(target.prefix, inFamily(addresses, family)!));
}

/** A range that is not all pods: what stands for clients from outside. */
const isOutside = ({ settings }: Cluster, prefix: Prefix): boolean =>
  !settings.pods.some((range) => covers(range, prefix));

/** Clients from outside that enter at one node and are given a backend on another. */
function* hiddenClients(cluster: Cluster, { space }: PolicySpace, rule: PolicyRule): Generator<Hiding> {
  const outside = rule.sources.flatMap(({ target }) => (target.kind === "prefix" ? [target.prefix] : []));
  for (const prefix of cluster.nodes.length < 2 ? [] : outside.filter((each) => isOutside(cluster, each))) {
    const { family } = prefix.address;
    for (const selector of rule.destinations) {
      for (const door of doorsBehind(cluster, selector)) {
        const asked = isLocal(door) || (door.address?.family ?? family) !== family ? null : askedPorts(selector, door);
        if (asked === null) continue;
        const entries = entriesOf(cluster, selector, door, family);
        for (const { pod, port } of door.line.backends) {
          const to = pod === null ? null : inFamily(pod.addresses, family);
          const entry = entries.find((node) => node !== pod?.node);
          const seen = entry === undefined ? null : entryAddress(cluster, entry, family);
          if (pod === null || to === null || seen === null) continue;
          const judged = arriving(placesOf(space, [seen], []), placesOf(space, [to], []), {
            protocol: asked.protocol,
            ports: shiftPorts(asked.ports, shiftOf(door, port)),
          });
          yield { source: prefix.text, seen, node: pod.node, by: null, judged };
        }
      }
    }
  }
}

/** The rule that closes what is judged, or a part of it; `null` where none does. */
function closedBy({ layers }: PolicySpace, judged: Region): PolicyRule | null {
  let left = judged;
  for (const { rule, region } of layers) {
    if (region === null) return null;
    if (!regionsMeet(left, region)) continue;
    if (rule.verb !== "allow") return rule;
    left = subtractRegion(left, region);
    if (left.length === 0) return null;
  }
  return null;
}

function fixOf({ by }: Hiding, rule: PolicyRule): Fix {
  if (by === null) {
    const [, destinations = ""] = rule.statement.split(" -> ");
    return { title: `allow the nodes as well: \`allow nodes -> ${destinations}\``, edits: [] };
  }
  const { source, span } = by.origin;
  const at = { source, span: { start: span.end, end: span.end } };
  if (by.except.length === 0)
    return { title: `add \`except nodes\` to \`${by.statement}\``, edits: [{ origin: at, text: " except nodes" }] };
  const edits = "to" in by ? [] : [{ origin: at, text: ", nodes" }];
  return { title: `add \`nodes\` to the exceptions of \`${by.statement}\``, edits };
}

/** The node that an `allow` is about sees the source that it names: no source translation on the way hides it, where a later rule would close the rest. */
export function allowsAreNotHidden(cluster: Cluster): readonly Diagnostic[] {
  if (!cluster.policy.some(({ verb }) => verb !== "allow")) return [];
  const space = policySpaceOf(cluster);
  return space.layers.flatMap(({ rule }, at): readonly Diagnostic[] => {
    if (rule.verb !== "allow" || space.shadows.has(at)) return [];
    let tried = 0;
    for (const find of [hiddenPods, hiddenClients]) {
      for (const hiding of find(cluster, space, rule)) {
        tried += 1;
        if (tried > MOST_TRIED) return [];
        const closing = closedBy(space, hiding.judged);
        if (closing === null) continue;
        const params = {
          source: hiding.source,
          node: hiding.node.name,
          seen: hiding.seen.text,
          closing: closing.statement,
        };
        const notes = [
          ...(hiding.by === null ? [] : [{ message: `\`${hiding.by.statement}\` is here`, origin: hiding.by.origin }]),
          { message: `\`${closing.statement}\` is here`, origin: closing.origin },
        ];
        return [diagnose("hidden-allow", params, rule.origin, { notes, fixes: [fixOf(hiding, rule)] })];
      }
    }
    return [];
  });
}
