/** The grammar that the parser recorded of itself, as EBNF: `[ ]` may be left out, `{ }` may be repeated or left out. */
import type { ISerializedGast } from "chevrotain";
import { StatementParser } from "./parser.ts";

/** chevrotain types its serialized productions as their base; these are the fields of all kinds. */
interface Production {
  readonly type: ISerializedGast["type"];
  readonly name?: string;
  readonly label?: string;
  readonly separator?: Production;
  readonly definition?: readonly Production[];
}

function sequence(definition: readonly Production[] | undefined): string {
  return (definition ?? []).map((each) => render(each, "part")).join(" ");
}

function render(production: Production, place: "whole" | "part"): string {
  const { type, definition } = production;
  switch (type) {
    case "NonTerminal":
      return production.name!;
    case "Terminal":
      return production.label ?? production.name!;
    case "Option":
      return `[ ${inner(definition)} ]`;
    case "Repetition":
      return `{ ${inner(definition)} }`;
    case "RepetitionWithSeparator":
      return `[ ${separated(production)} ]`;
    case "RepetitionMandatoryWithSeparator":
      return separated(production);
    case "Alternation": {
      const alternatives = (definition ?? []).map((each) => sequence(each.definition)).join(" | ");
      return place === "whole" ? alternatives : `( ${alternatives} )`;
    }
    default:
      return sequence(definition);
  }
}

/** Inside of brackets a choice needs none of its own. */
function inner(definition: readonly Production[] | undefined): string {
  return definition?.length === 1 ? render(definition[0]!, "whole") : sequence(definition);
}

function separated({ definition, separator }: Production): string {
  const each = sequence(definition);
  return `${each} { ${separator!.label} ${each} }`;
}

const WIDEST = 120;

function ruleText(rule: Production, width: number): string {
  const head = `${rule.name!.padEnd(width)} = `;
  const only = rule.definition!.length === 1 ? rule.definition![0]! : null;
  const body = only === null ? sequence(rule.definition) : render(only, "whole");
  const indent = `\n${" ".repeat(width)} | `;
  const broken = only?.type === "Alternation" && head.length + body.length > WIDEST;
  return head + (broken ? only.definition!.map((each) => sequence(each.definition)).join(indent) : body);
}

function used(production: Production): readonly string[] {
  const own = production.type === "NonTerminal" ? [production.name!] : [];
  return [...own, ...(production.definition ?? []).flatMap(used)];
}

/** Every rule, each before those that it alone needs. */
export function ebnf(): string {
  const rules = new StatementParser("trusted").getSerializedGastProductions() as unknown as readonly Production[];
  const byName = new Map(rules.map((rule) => [rule.name!, rule]));
  const order: Production[] = [];
  const visit = (name: string): void => {
    const rule = byName.get(name)!;
    if (order.includes(rule)) return;
    order.push(rule);
    for (const next of used(rule)) visit(next);
  };
  visit("statement");
  const width = Math.max(...order.map((rule) => rule.name!.length));
  return order.map((rule) => ruleText(rule, width)).join("\n");
}
