import { type Diagnostic, diagnose } from "../../diagnostics/diagnostic.ts";
import type { Origin } from "../../diagnostics/source.ts";
import type { Cluster, Expectation } from "../cluster.ts";
import { selectorKey } from "../groups.ts";

function outcomeKey({ outcome }: Expectation): string {
  if (outcome.kind !== "reaches") return outcome.kind;
  const pods = outcome.pods.map(({ name }) => name).sort();
  return ["reaches", outcome.as?.text ?? "", ...pods].join("\0");
}

function keyOf(expectation: Expectation): string {
  const { source, via, destination } = expectation;
  return [selectorKey(source), via?.name ?? "", selectorKey(destination), outcomeKey(expectation)].join("\0");
}

/** No `expect` says again what another says: the same question with the same answer. */
export function expectationsAreSaidOnce({ expectations }: Cluster): readonly Diagnostic[] {
  const first = new Map<string, Origin>();
  return expectations.flatMap((expectation) => {
    const key = keyOf(expectation);
    const earlier = first.get(key);
    if (earlier === undefined) {
      first.set(key, expectation.origin);
      return [];
    }
    const notes = [{ message: "the first one is here", origin: earlier }];
    return [diagnose("repeated-expect", {}, expectation.origin, { notes })];
  });
}
