/** Numbers, texts, and names of what is read. */
import { instead, type Operator } from "../mutation.ts";
import type { Node } from "../syntax.ts";

const ARITHMETIC: Readonly<Record<string, string>> = {
  "+": "-",
  "-": "+",
  "*": "/",
  "/": "*",
  "%": "*",
  "<<": ">>>",
  ">>": "<<",
  ">>>": "<<",
  "&": "|",
  "|": "&",
  "^": "&",
};

const isText = ({ type }: Node): boolean => type === "StringLiteral" || type === "TemplateLiteral";

const arithmetic: Operator = ({ node, textOf }) => {
  if (node.type !== "BinaryExpression" && node.type !== "AssignmentExpression") return [];
  const [left, right] = [node.left as Node, node.right as Node];
  const isAssigned = node.type === "AssignmentExpression";
  const other = ARITHMETIC[(node.operator as string).replace(/=$/, "")];
  if (other === undefined || isText(left) || isText(right)) return [];
  return [instead("arithmetic", node, `${textOf(left)} ${other}${isAssigned ? "=" : ""} ${textOf(right)}`)];
};

const sign: Operator = ({ node, textOf }) => {
  if (node.type === "UnaryExpression" && (node.operator === "-" || node.operator === "~"))
    return [instead("arithmetic", node, textOf(node.argument as Node))];
  if (node.type !== "UpdateExpression") return [];
  const other = node.operator === "++" ? "--" : "++";
  const name = textOf(node.argument as Node);
  return [instead("arithmetic", node, node.prefix === true ? `${other}${name}` : `${name}${other}`)];
};

/** One more, one less. */
const number: Operator = ({ node, textOf }) => {
  if (node.type !== "NumericLiteral" && node.type !== "BigIntLiteral") return [];
  const one = node.type === "BigIntLiteral" ? "1n" : "1";
  return ["+", "-"].map((sign) => instead("number", node, `${textOf(node)} ${sign} ${one}`));
};

/** What a broken invariant says is no rule. */
const isMessage = (around: readonly Node[]): boolean =>
  around.some(({ type, callee }) => type === "NewExpression" && /^(?:Bug|Error)$/.test(String((callee as Node).name)));

const text: Operator = ({ node, around }) => {
  const isEmpty = node.type === "StringLiteral" && node.value === "";
  if (!isText(node) || isMessage(around) || around[0]?.type === "TaggedTemplateExpression") return [];
  return [instead("text", node, isEmpty ? '"x"' : '""')];
};

/** Members of one type that are read for each other by mistake. */
const SIBLINGS: readonly (readonly [string, string])[] = [
  ["first", "last"],
  ["source", "destination"],
  ["sources", "destinations"],
  ["original", "present"],
  ["external", "loadbalancer"],
  ["pods", "services"],
  ["port", "nodeport"],
  ["isInternalLocal", "isExternalLocal"],
  ["min", "max"],
  ["some", "every"],
  ["v4", "v6"],
  ["startsWith", "endsWith"],
];

const otherName = (name: unknown): string | undefined => {
  const pair = SIBLINGS.find((names) => names.includes(name as string));
  return pair?.find((each) => each !== name);
};

const sibling: Operator = ({ node }) => {
  if (!/MemberExpression$/.test(node.type) || node.computed === true) return [];
  const property = node.property as Node;
  const other = otherName(property.name);
  return other === undefined ? [] : [{ kind: "member", start: property.start, end: property.end, text: other }];
};

/** `{ first }`, taken apart or put together, as the other member. */
const shorthand: Operator = ({ node }) => {
  if (node.type !== "ObjectProperty" || node.shorthand !== true) return [];
  const { name } = node.key as Node;
  const other = otherName(name);
  if (other === undefined || (node.value as Node).type !== "Identifier") return [];
  return [{ kind: "member", start: node.start, end: node.end, text: `${other}: ${name}` }];
};

export const VALUES: readonly Operator[] = [arithmetic, sign, number, text, sibling, shorthand];
