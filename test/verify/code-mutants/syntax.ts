/** The syntax tree of a source file, as far as mutations look at it: what runs, no types. */
import { parse } from "@babel/parser";

export interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [key: string]: unknown;
}

const isNode = (value: unknown): value is Node =>
  typeof value === "object" && value !== null && typeof (value as Node).type === "string";

/** Keys that hold types, or names that are not values. */
const LEFT_OUT = new Set([
  "typeAnnotation",
  "typeParameters",
  "typeArguments",
  "returnType",
  "superTypeParameters",
  "loc",
  "errors",
  "comments",
  "leadingComments",
  "trailingComments",
  "innerComments",
  "extra",
  "id",
  "label",
]);

/** Wrappers of TypeScript whose expression runs. */
const TRANSPARENT = new Set(["TSAsExpression", "TSSatisfiesExpression", "TSNonNullExpression"]);
const IMPORTS = new Set(["ImportDeclaration", "ExportAllDeclaration"]);

const isName = ({ type, computed }: Node, key: string): boolean =>
  computed !== true &&
  ((key === "key" && /^(?:Object|Class)/.test(type)) || (key === "property" && /MemberExpression$/.test(type)));

export function childrenOf(node: Node): readonly Node[] {
  if (IMPORTS.has(node.type)) return [];
  if (node.type.startsWith("TS")) return TRANSPARENT.has(node.type) ? [node.expression as Node] : [];
  return Object.keys(node).flatMap((key) => {
    if (LEFT_OUT.has(key) || isName(node, key)) return [];
    const value = node[key];
    return (Array.isArray(value) ? value : [value]).filter(isNode);
  });
}

/** Every node that runs, with those around it, the nearest first. */
export function walk(root: Node, visit: (node: Node, around: readonly Node[]) => void): void {
  const go = (node: Node, around: readonly Node[]): void => {
    visit(node, around);
    for (const child of childrenOf(node)) go(child, [node, ...around]);
  };
  go(root, []);
}

/** The tree without what TypeScript adds around an expression. */
export function bare(node: Node): Node {
  let inner = node;
  while (TRANSPARENT.has(inner.type)) inner = inner.expression as Node;
  return inner;
}

export const treeOf = (text: string): Node =>
  parse(text, { sourceType: "module", plugins: ["typescript"] }).program as unknown as Node;
