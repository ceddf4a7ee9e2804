import { fitsAsItIs, identifierFor } from "../../address/identifier.ts";
import { type Diagnostic, diagnose } from "../../diagnostics/diagnostic.ts";
import type { Cluster, ClusterNode, Pod } from "../cluster.ts";

type Made = (name: string) => string;

function collisions(holders: readonly (ClusterNode | Pod)[], what: string, make: Made): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  const byIdentifier = new Map<string, ClusterNode | Pod>();
  for (const holder of holders) {
    const identifier = make(holder.name);
    // A name that fits is used as it is, and never looks like one that was made.
    if (identifier.endsWith(holder.name)) continue;
    const earlier = byIdentifier.get(identifier);
    if (earlier === undefined) byIdentifier.set(identifier, holder);
    else {
      const params = { what, identifier, name: holder.name, earlier: earlier.name };
      found.push(
        diagnose("name-collision", params, holder.origin, {
          notes: [{ message: `\`${earlier.statement}\` is here`, origin: earlier.origin }],
        }),
      );
    }
  }
  return found;
}

/** Two names never become one interface, namespace or folder. */
export function namesDoNotCollide({ nodes, pods }: Cluster): readonly Diagnostic[] {
  const found = [
    ...collisions(pods, "interface", (name) => identifierFor("interface", "veth-pod-", name)),
    ...collisions(pods, "namespace", (name) => (fitsAsItIs(name) ? name : identifierFor("namespace", "pod-", name))),
    ...collisions(nodes, "folder", (name) => (fitsAsItIs(name) ? name : identifierFor("file", "", name))),
  ];
  return [...new Map(found.map((diagnostic) => [diagnostic.origin, diagnostic])).values()];
}
