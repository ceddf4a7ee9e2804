/** Statements in words that stay the same when lines move or are laid out anew: what comments in rules and plans name. */
import type { Endpoint, ListItem, NameDef, NameRef, PolicyStatement, Statement } from "../../grammar/ast.ts";

const PLAIN_NAME = /^[\p{L}_][\p{L}\p{M}\d_]*(?:(?:[./]|-+)[\p{L}\p{M}\d_]+)*$/u;

const ASCII_NAME = /^[A-Za-z_][A-Za-z0-9_]*(?:(?:[./]|-+)[A-Za-z0-9_]+)*$/;

const isPlain = (text: string): boolean => ASCII_NAME.test(text) || PLAIN_NAME.test(text);

export function nameLabel(name: NameDef | NameRef): string {
  const text = isPlain(name.text) ? name.text : `"${name.text}"`;
  return name.kind === "NameRef" && name.qualifier !== null ? `${name.qualifier}/${text}` : text;
}

function targetLabel(target: Endpoint["target"]): string {
  switch (target.kind) {
    case "NameRef":
      return nameLabel(target);
    case "AddressLiteral":
      return target.bracketed ? `[${target.text}]` : target.text;
    case "SetWord":
      return target.word;
  }
}

export function itemLabel(item: ListItem): string {
  if (item.kind === "BarePort") return item.port.text;
  return item.port === null ? targetLabel(item.target) : `${targetLabel(item.target)}:${item.port.text}`;
}

export function listLabel(items: readonly ListItem[]): string {
  return items.map(itemLabel).join(", ");
}

function policyLabel(said: PolicyStatement): string {
  return `${said.isDefault ? "default " : ""}${said.verb} ${listLabel(said.sources)} -> ${listLabel(said.destinations)}`;
}

/** What a fact made from this statement is called. */
export function statementLabel(said: Statement): string {
  switch (said.kind) {
    case "ClusterStatement":
      return "cluster";
    case "NodeStatement":
      return `node ${nameLabel(said.name)}`;
    case "PodStatement":
      return `pod ${nameLabel(said.name)}`;
    case "GroupStatement":
      return `group ${nameLabel(said.name)}`;
    case "ServiceStatement":
      return `service ${nameLabel(said.name)}`;
    case "HairpinStatement":
      return `hairpin ${listLabel(said.targets)}`;
    case "MasqueradeStatement":
      return `masquerade ${listLabel(said.sources)}`;
    case "SnatStatement":
      return `snat ${listLabel(said.sources)}`;
    case "RouteStatement":
      return `route ${said.prefix.text}`;
    case "MarkStatement":
      return `mark ${listLabel(said.sources)} -> ${listLabel(said.destinations)}`;
    case "PolicyStatement":
      return policyLabel(said);
    case "ExpectStatement":
      return `expect ${itemLabel(said.source)} -> ${itemLabel(said.destination)}`;
    case "IncludeStatement":
      return `include "${said.path.text}"`;
    case "BrokenStatement":
      return said.of ?? "";
  }
}

/** A declared name as a program would say it. */
export function declaredName(name: string): string {
  return isPlain(name) ? name : `"${name}"`;
}
