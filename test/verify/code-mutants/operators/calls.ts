/** Calls and lists: what is left out, emptied, or given in another order. */
import { type Change, instead, type Operator } from "../mutation.ts";
import { bare, type Node } from "../syntax.ts";

/** Calls whose result is of the kind of what they are called on. */
const LEAVABLE = new Set([
  ...["filter", "flatMap", "map", "flat", "slice", "concat"],
  ...["sort", "toSorted", "reverse", "toReversed", "trim", "replace", "replaceAll"],
]);

const memberOf = (node: Node): { readonly object: Node; readonly name: unknown } | null => {
  const callee = node.callee as Node | undefined;
  if (node.type !== "CallExpression" || callee?.type !== "MemberExpression") return null;
  return { object: callee.object as Node, name: (callee.property as Node).name };
};

const leftOutCall: Operator = ({ node, textOf }) => {
  const member = memberOf(node);
  if (member === null || !LEAVABLE.has(member.name as string)) return [];
  return [instead("call left out", node, textOf(member.object))];
};

const others = (list: readonly Node[], left: Node, textOf: (node: Node) => string): string =>
  list
    .filter((each) => each !== left)
    .map(textOf)
    .join(", ");

/** Elements of a list and members of an object that are spread from another, and single elements. */
const leftOutPart: Operator = ({ node, textOf }) => {
  const parts = ((node.elements ?? node.properties) as (Node | null)[] | undefined)?.filter((each) => each !== null);
  if (parts === undefined || (node.type !== "ArrayExpression" && node.type !== "ObjectExpression")) return [];
  const [open, close] = node.type === "ArrayExpression" ? "[]" : "{}";
  return parts
    .filter(({ type }) => type === "SpreadElement" || (open === "[" && parts.length > 1))
    .map((part) => instead("part left out", node, `${open}${others(parts, part, textOf)}${close}`));
};

const emptied: Operator = ({ node }) =>
  node.type === "ArrayExpression" && (node.elements as unknown[]).length > 0
    ? [instead("list emptied", node, "[]")]
    : [];

const isFunction = (node: Node): boolean => /Function/.test(bare(node).type);

const swapped: Operator = ({ node, textOf }) => {
  if (node.type !== "CallExpression") return [];
  const given = node.arguments as readonly Node[];
  return given.slice(1).flatMap((second, at): readonly Change[] => {
    const first = given[at]!;
    if ([first, second].some((each) => isFunction(each) || each.type === "SpreadElement")) return [];
    if (textOf(first) === textOf(second)) return [];
    const text = `${textOf(second)}, ${textOf(first)}`;
    return [{ kind: "arguments swapped", start: first.start, end: second.end, text }];
  });
};

/** The first becomes the last. */
const end: Operator = ({ node, textOf }) => {
  const member = memberOf(node);
  const [place] = (node.arguments ?? []) as readonly Node[];
  if (member?.name !== "at" || place === undefined) return [];
  return [instead("end of a list", place, textOf(place) === "-1" ? "0" : "-1")];
};

export const CALLS: readonly Operator[] = [leftOutCall, leftOutPart, emptied, swapped, end];
