/** What differs between two sides: for each node first its plan in words, then its files. */
import { type ChangedParagraph, diffPlans } from "../../plan/diff.ts";
import { isSamePlan } from "../../plan/same.ts";
import type { PlanJson } from "../../plan/schema.ts";
import type { NodeOutputs, Side } from "./side.ts";
import { diffTexts, type FileDiff } from "./unified.ts";

export interface NodeDiff {
  readonly node: string;
  readonly change: "added" | "removed" | "changed";
  readonly plan: readonly ChangedParagraph[];
  /** In the order of the targets; only those that differ. */
  readonly files: readonly FileDiff[];
}

const planOf = (outputs: NodeOutputs | null): PlanJson | null => (outputs === null ? null : JSON.parse(outputs.json()));

function diffFiles(node: string, old: NodeOutputs | null, next: NodeOutputs | null): readonly FileDiff[] {
  const before = old?.files() ?? new Map<string, string>();
  const after = next?.files() ?? new Map<string, string>();
  return [...new Set([...after.keys(), ...before.keys()])].flatMap((file) => {
    const texts = { old: before.get(file) ?? null, next: after.get(file) ?? null };
    return texts.old === texts.next ? [] : [diffTexts(`${node}/${file}`, texts)];
  });
}

function diffNode(node: string, old: NodeOutputs | null, next: NodeOutputs | null): NodeDiff | null {
  // Files that are made from the same plan need not be made to be compared.
  if (old?.plan && next?.plan && isSamePlan(old.plan, next.plan)) return null;
  const files = diffFiles(node, old, next);
  if (files.length === 0) return null;
  const change = old === null ? "added" : next === null ? "removed" : "changed";
  return { node, change, plan: diffPlans(planOf(old), planOf(next)), files };
}

/** The nodes that differ, by name. */
export function compareSides(old: Side, next: Side): readonly NodeDiff[] {
  return [...new Set([...old.keys(), ...next.keys()])].sort().flatMap((node) => {
    const found = diffNode(node, old.get(node)?.() ?? null, next.get(node)?.() ?? null);
    return found === null ? [] : [found];
  });
}
