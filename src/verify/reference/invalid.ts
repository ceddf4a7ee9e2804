/**
 * What fits no connection (language.md §3.10, INVALID): dropped where it comes from or goes to a pod of this node, and where it asks for a
 * frontend at an address of the node. A service's own address is no node's.
 */
import { type Action, POD_GROUP, type Rule, type Test } from "../program.ts";
import { ofFamily } from "./addresses.ts";
import type { FilterHook } from "./destinations.ts";
import { type Frontend, shapesOf } from "./frontends.ts";
import { delivered } from "./nodeports.ts";
import type { Subject } from "./subject.ts";
import { rule } from "./words.ts";

const DROP: Action = { kind: "drop" };
const INVALID: Test = { kind: "state", states: ["invalid"] };

const SIDES: Readonly<Record<FilterHook, readonly ("in" | "out")[]>> = {
  input: ["in"],
  forward: ["in", "out"],
  output: ["out"],
};

function byDevice({ cluster, node, family }: Subject, hook: FilterHook): readonly Rule[] {
  const hasPod = cluster.pods.some((pod) => pod.node === node && ofFamily(pod.addresses, family) !== null);
  if (!hasPod) return [];
  return SIDES[hook].map((side) =>
    rule("invalid", [{ kind: "group", side, group: POD_GROUP, is: true }, INVALID], DROP),
  );
}

/** Whether they have backends or not. What is delivered at an address that nodeports listen on asks for them. */
function atFrontends(subject: Subject): readonly Rule[] {
  const more = subject.frontends.filter(({ kind }) => kind !== "vip");
  const listens = delivered(subject);
  const exact = more.filter(({ address }) => address !== null);
  const nodeports = listens === null ? [] : more.filter(({ address }) => address === null);
  const dropped = (some: readonly Frontend[], tests: readonly Test[]): readonly Rule[] =>
    shapesOf(some, subject.family, "destination").map(({ key, elements }) =>
      rule("invalid", [...tests, { kind: "member", key, elements: elements.map(({ terms }) => terms) }, INVALID], DROP),
    );
  return [...dropped(exact, []), ...dropped(nodeports, listens ?? [])];
}

export const invalid = (subject: Subject, hook: FilterHook): readonly Rule[] => [
  ...byDevice(subject, hook),
  ...(hook === "input" ? atFrontends(subject) : []),
];
