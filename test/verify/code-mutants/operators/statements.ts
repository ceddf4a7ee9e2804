/** Statements that are left out, blocks that are emptied or left early. */
import type { Change, Operator } from "../mutation.ts";
import type { Node } from "../syntax.ts";

const whole = (kind: string, { start, end }: Node, text: string): Change => ({ kind, start, end, text });

const REMOVABLE = new Set(["ExpressionStatement", "ContinueStatement", "BreakStatement"]);

const leftOut: Operator = ({ node, around }) => {
  if (!REMOVABLE.has(node.type)) return [];
  if (node.type === "BreakStatement" && around[0]?.type !== "SwitchCase" && !around.some(isLoop)) return [];
  return [whole("statement left out", node, ";")];
};

const isLoop = ({ type }: Node): boolean => /^(?:For|While|DoWhile)/.test(type);

const isBody = (node: Node, [around]: readonly Node[]): boolean =>
  around !== undefined && /Function|ObjectMethod|ClassMethod/.test(around.type) && around.body === node;

const emptied: Operator = ({ node, around }) =>
  node.type === "BlockStatement" && (node.body as readonly unknown[]).length > 0
    ? [whole(isBody(node, around) ? "function emptied" : "block emptied", node, "{}")]
    : [];

/** Behind the first statement of a function. */
const early: Operator = ({ node, around }) => {
  const body = node.body as readonly Node[];
  if (node.type !== "BlockStatement" || !isBody(node, around) || body.length < 3) return [];
  return [{ kind: "early return", start: body[0]!.end, end: body[0]!.end, text: " if (true) return;" }];
};

/** A loop that ends with its first turn. */
const once: Operator = ({ node }) => {
  const body = node.body as Node | undefined;
  if (!isLoop(node) || body?.type !== "BlockStatement") return [];
  return [{ kind: "one turn", start: body.end - 1, end: body.end - 1, text: " break; " }];
};

export const STATEMENTS: readonly Operator[] = [leftOut, emptied, early, once];
