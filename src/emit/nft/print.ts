/** Writes a ruleset as `nft -f` reads it: one transaction that replaces netc's table and touches no other. */
import type { Address } from "../../address/address.ts";
import { type PortRange, width } from "../../address/port.ts";
import { bitsOf, type Prefix } from "../../address/prefix.ts";
import { unreachable } from "../../diagnostics/bug.ts";
import { comment, quoted, remark } from "./comment.ts";
import { prefixDefinitions, prefixText } from "./log-prefix.ts";
import type {
  NftAction,
  NftBase,
  NftChain,
  NftElement,
  NftField,
  NftMatch,
  NftRule,
  NftRuleset,
  NftSet,
  NftTerm,
} from "./ruleset.ts";

const portText = ({ first, last }: PortRange): string => (first === last ? `${first}` : `${first}-${last}`);

const rangeText = ({ address, length, text }: Prefix): string => (length === bitsOf(address) ? address.text : text);

const listText = (texts: readonly string[]): string => (texts.length === 1 ? texts[0]! : `{ ${texts.join(", ")} }`);

const keyText = (fields: readonly NftField[]): string => fields.map(fieldText).join(" . ");

function fieldText(field: NftField): string {
  switch (field.kind) {
    case "address":
      return `${field.family} ${field.field}`;
    case "l4proto":
      return "meta l4proto";
    case "dport":
      return "th dport";
    case "draw":
      return `numgen random mod ${field.of}`;
    case "number":
      return field.value === null ? "numgen inc mod 2" : `numgen inc mod 1 offset ${field.value}`;
    case "verdict":
      return "verdict";
    default:
      return unreachable(field);
  }
}

function matchText(match: NftMatch): string {
  switch (match.kind) {
    case "nfproto":
      return `meta nfproto ${match.family}`;
    case "device":
      return `${match.field} ${quoted(match.device)}`;
    case "address":
      return `${match.family} ${match.field} ${listText(match.prefixes.map(rangeText))}`;
    case "other-address":
      return `${match.family} ${match.field} != ${listText(match.prefixes.map(rangeText))}`;
    case "local-destination":
      return "fib daddr type local";
    case "own-source":
      return "fib saddr type local";
    case "share":
      return `numgen random mod ${match.of} < ${match.taken}`;
    case "l4proto":
      return `meta l4proto ${match.protocol}`;
    case "port":
      return `${match.protocol} ${match.field} ${portText(match.ports)}`;
    case "icmp-type":
      return `icmp type ${listText(match.types.map(String))}`;
    case "group":
      return `${match.field} ${match.group}`;
    case "astray":
      return "fib saddr . iif oif missing";
    case "icmpv6-type":
      return `icmpv6 type ${listText(match.types.map(String))}`;
    case "ct-state":
      return `ct state ${match.states.join(",")}`;
    case "ct-status":
      return match.status === "dnat" ? "ct status dnat" : "ct status ! dnat";
    case "ct-original-address":
      return `ct original ${match.family} daddr ${listText(match.prefixes.map(rangeText))}`;
    case "ct-original-port":
      return `ct original proto-dst ${portText(match.ports)}`;
    case "member":
      return `${keyText(match.key)} @${match.set}`;
    case "limit":
      return "limit rate 10/minute burst 5 packets";
    default:
      return unreachable(match);
  }
}

const hex = (bits: number): string => `0x${(bits >>> 0).toString(16)}`;

function socketText(address: Address, port: number | null): string {
  if (port === null) return address.text;
  return address.family === 6 ? `[${address.text}]:${port}` : `${address.text}:${port}`;
}

function placesText({ address, from, first }: Extract<NftAction, { kind: "dnat-ports" }>): string {
  const places = Array.from({ length: width(from) }, (_, at) => at);
  return places.map((at) => `${from.first + at} : ${address.text} . ${first + at}`).join(", ");
}

function actionText(action: NftAction): string {
  switch (action.kind) {
    case "accept":
    case "drop":
    case "return":
      return action.kind;
    case "masquerade":
      return "masquerade fully-random";
    case "jump":
      return `jump ${action.chain}`;
    case "reject":
      return `reject with ${action.answer}`;
    case "dnat":
      return `dnat ${action.family} to ${keyText(action.key)} map @${action.map}`;
    case "dnat-to":
      return `dnat ${action.family} to ${socketText(action.address, action.port)}`;
    case "dnat-ports":
      return `dnat ${action.family} to th dport map { ${placesText(action)} }`;
    case "lookup":
      return `${keyText(action.key)} vmap @${action.map}`;
    case "update":
      return `update @${action.set} { ${keyText(action.key)} timeout ${action.seconds}s }`;
    case "snat":
      return `snat ${action.address.family === 6 ? "ip6" : "ip"} to ${action.address.text} fully-random`;
    case "log":
      return action.prefix === "" ? "log" : `log prefix ${prefixText(action.prefix)}`;
    case "mark":
      return `meta mark set meta mark & ${hex(~action.mask)} ^ ${hex(action.value)}`;
    default:
      return unreachable(action);
  }
}

function ruleText({ matches, actions, comment: about }: NftRule): string {
  const words = [...matches.map(matchText), ...actions.map(actionText)];
  if (about !== null) words.push(`comment ${comment(about)}`);
  return `\t\t${words.join(" ")}\n`;
}

const baseText = ({ type, hook, priority }: NftBase): string =>
  `\t\ttype ${type} hook ${hook} priority ${priority}; policy accept;\n`;

const chainText = ({ name, base, rules }: NftChain): string =>
  `\tchain ${name} {\n${base === null ? "" : baseText(base)}${rules.map(ruleText).join("")}\t}\n`;

function termText(term: NftTerm): string {
  if (typeof term === "string") return term;
  if (typeof term === "number") return `${term}`;
  if ("jump" in term) return `jump ${term.jump}`;
  return "text" in term ? term.text : portText(term);
}

/** Puts the terms into the line from a place on; answers the place behind them. */
function putTerms(line: string[], from: number, terms: readonly NftTerm[]): number {
  let place = from;
  for (let at = 0; at < terms.length; at += 1) {
    if (at > 0) line[place++] = " . ";
    line[place++] = termText(terms[at]!);
  }
  return place;
}

/**
 * An element a line, the last with a comma as well, so that one more changes no other line. What it is for is said to nft's reader, not
 * to the kernel: with a comment that the kernel keeps, a large map takes a sixth more to load. An element's words are joined at once: a
 * string that grows keeps all its parts alive until it is read.
 */
function elementsText(elements: readonly NftElement[]): string {
  const lines: string[] = [];
  const line: string[] = [];
  let statement = "";
  let said = "";
  for (const element of elements) {
    if (said === "" || element.statement !== statement) {
      statement = element.statement;
      said = remark(statement);
    }
    line[0] = "\t\t\t";
    let place = putTerms(line, 1, element.key);
    if (element.value.length > 0) line[place++] = " : ";
    place = putTerms(line, place, element.value);
    line[place++] = ", ";
    line[place++] = said;
    line[place++] = "\n";
    line.length = place;
    lines.push(line.join(""));
  }
  return lines.join("");
}

const FLAGS: Readonly<Record<NftSet["kind"], string>> = {
  plain: "",
  interval: "\t\tflags interval\n",
  dynamic: "\t\tflags dynamic, timeout\n",
};

function setText({ name, key, value, kind, size, elements }: NftSet): string {
  const [word, to] = value.length === 0 ? ["set", ""] : ["map", ` : ${keyText(value)}`];
  const head = `\t${word} ${name} {\n\t\ttypeof ${keyText(key)}${to}\n${FLAGS[kind]}\t\tsize ${size}\n`;
  const body = kind === "dynamic" ? "" : `\t\telements = {\n${elementsText(elements)}\t\t}\n`;
  return `${head}${body}\t}\n`;
}

export function print({ table, sets, chains }: NftRuleset): string {
  const replaced = `add table inet ${table}\ndelete table inet ${table}\n`;
  const body = [...sets.map(setText), ...chains.map(chainText)].join("\n");
  return `${prefixDefinitions(chains)}${replaced}table inet ${table} {\n${body}}\n`;
}
