import type { NodePlan } from "./plan.ts";

function isEqualList(a: readonly unknown[], b: readonly unknown[]): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at += 1) if (!isEqual(a[at], b[at])) return false;
  return true;
}

/** Data that is equal but for where in the source it comes from. All of a plan's objects of a kind have the same keys. */
function isEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a)) return Array.isArray(b) && isEqualList(a, b);
  for (const key in a) {
    if (key === "origin") continue;
    if (!isEqual(a[key as keyof typeof a], b[key as keyof typeof b])) return false;
  }
  return true;
}

/** Plans of which every target makes the same text: no target knows an origin. */
export const isSamePlan = (a: NodePlan, b: NodePlan): boolean => isEqual(a, b);
