import { present } from "../../address/address.ts";
import { type Diagnostic, diagnose } from "../../diagnostics/diagnostic.ts";
import { boxContains, boxesMeet } from "../../packetset/box.ts";
import type { Ranges } from "../../packetset/ranges.ts";
import type { Cluster, ClusterNode } from "../cluster.ts";
import { type Layer, type PolicySpace, policySpaceOf } from "../policy-space.ts";
import { packets, placesOf } from "../space.ts";

const SSH: Ranges = [22, 22];

/** Everything of one family, or of both: what a rule for everybody is about. */
function everybody({ space }: PolicySpace): readonly Ranges[] {
  const { v4, size } = space.line;
  return [space.everywhere, [0, v4.length - 1], [v4.length, size - 1]];
}

function closes(policySpace: PolicySpace, { rule, region }: Layer, node: ClusterNode): boolean {
  if (!rule.isDefault || rule.verb === "allow" || region === null) return false;
  const delivered = placesOf(policySpace.space, [], [node]);
  return everybody(policySpace)
    .map((sources) => packets(sources, delivered, "tcp", SSH))
    .some((ssh) => region.some((box) => boxContains(box, ssh)));
}

function opens({ space }: PolicySpace, { rule, region }: Layer, node: ClusterNode): boolean {
  if (rule.verb !== "allow") return false;
  const ssh = packets(space.everywhere, placesOf(space, present(node.addresses), [node]), "tcp", SSH);
  return region === null || region.some((box) => boxesMeet(box, ssh));
}

/** Where a default closes a node for everybody, some rule before it admits 22/tcp: who loads the rules by ssh wants to come back. */
export function sshStaysOpen(cluster: Cluster): readonly Diagnostic[] {
  if (!cluster.policy.some(({ isDefault, verb }) => isDefault && verb !== "allow")) return [];
  const space = policySpaceOf(cluster);
  const { layers } = space;
  const closed = new Map<Layer, ClusterNode[]>();
  for (const node of cluster.nodes) {
    const layer = layers.find((each) => closes(space, each, node) || opens(space, each, node));
    if (layer === undefined || layer.rule.verb === "allow") continue;
    closed.set(layer, [...(closed.get(layer) ?? []), node]);
  }
  return [...closed].map(([{ rule }, nodes]) => {
    const fixes = [{ title: "admit yourself first: `allow ADDR -> nodes:22`", edits: [] }];
    return diagnose("lockout", { nodes: nodes.map(({ name }) => name) }, rule.origin, { fixes });
  });
}
