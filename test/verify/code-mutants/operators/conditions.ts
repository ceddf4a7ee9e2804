/** Comparisons, conditions, and what joins them. */
import { type Change, instead, type Operator } from "../mutation.ts";
import type { Node } from "../syntax.ts";

/** The boundary moved, and the opposite. */
const COMPARED: Readonly<Record<string, readonly string[]>> = {
  "<": ["<=", ">="],
  "<=": ["<", ">"],
  ">": [">=", "<="],
  ">=": [">", "<"],
  "===": ["!=="],
  "!==": ["==="],
  "==": ["!="],
  "!=": ["=="],
};

const comparison: Operator = ({ node, textOf }) => {
  if (node.type !== "BinaryExpression") return [];
  const [left, right] = [textOf(node.left as Node), textOf(node.right as Node)];
  return (COMPARED[node.operator as string] ?? []).map((other) =>
    instead("comparison", node, `${left} ${other} ${right}`),
  );
};

const constantly = (test: Node, value: boolean): Change => instead("condition", test, String(value));

const condition: Operator = ({ node }) => {
  const test = node.test as Node | null;
  switch (node.type) {
    case "IfStatement":
    case "ConditionalExpression":
      return [constantly(test!, true), constantly(test!, false)];
    case "WhileStatement":
    case "ForStatement":
      return test === null ? [] : [constantly(test, false)];
    default:
      return [];
  }
};

const negation: Operator = ({ node, textOf }) =>
  node.type === "UnaryExpression" && node.operator === "!"
    ? [instead("negation", node, textOf(node.argument as Node))]
    : [];

/** The other operator, or one side alone. */
const logic: Operator = ({ node, textOf }) => {
  if (node.type !== "LogicalExpression") return [];
  const [left, right] = [textOf(node.left as Node), textOf(node.right as Node)];
  if (node.operator === "??") return [instead("default", node, left), instead("default", node, right)];
  const other = node.operator === "&&" ? "||" : "&&";
  return [
    instead("and, or", node, `(${left}) ${other} (${right})`),
    instead("and, or", node, left),
    instead("and, or", node, right),
  ];
};

const truth: Operator = ({ node }) =>
  node.type === "BooleanLiteral" ? [instead("boolean", node, String(node.value !== true))] : [];

export const CONDITIONS: readonly Operator[] = [comparison, condition, negation, logic, truth];
