import { type Diagnostic, diagnose } from "../../diagnostics/diagnostic.ts";
import type { Cluster } from "../cluster.ts";

/** Some statement uses a group. */
export function groupsAreUsed({ groups }: Cluster): readonly Diagnostic[] {
  return groups
    .filter(({ isUsed }) => !isUsed)
    .map(({ name, place }) => diagnose("unused-group", { group: name }, place));
}
