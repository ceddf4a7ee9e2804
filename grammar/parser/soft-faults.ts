/** Faults of a statement that can be read all the same. */
import type { IToken } from "chevrotain";
import type { AddressLiteral, Fault, PortText } from "../ast.ts";
import { Quoted } from "../tokens.ts";
import { spanOf } from "./build.ts";

export function duplicateClause(clause: IToken): Fault {
  const message = `\`${clause.image}\` is said twice in this statement: keep one of the two`;
  return { code: "duplicate-clause", message, span: spanOf(clause) };
}

const RESERVED: ReadonlySet<string> = new Set(["any", "pods", "nodes", "services", "all", "none"]);

/** Whether `name` is a word for a set in quotes, which is no name either. */
export function isReserved(name: IToken): boolean {
  return name.tokenType === Quoted && name.image.length <= 10 && RESERVED.has(name.image.slice(1, -1));
}

export function reservedName(name: IToken): Fault {
  const word = name.image.slice(1, -1);
  const message = `\`${word}\` is a word for a set and never a name, quoted or not`;
  return { code: "syntax", message, span: spanOf(name) };
}

export function quotedSetWord(name: IToken): Fault {
  const word = name.image.slice(1, -1);
  const fix = { title: `write \`${word}\``, text: word };
  return { code: "syntax", message: `the word \`${word}\` for a set stands without quotes`, span: spanOf(name), fix };
}

/** A port that the run of an IPv6 address took in with its protocol: `fd00::1:53/udp`. */
const SWALLOWED_PORT = /:(\d+\/(?:tcp|udp|sctp))$/;

/** `fd00::1:53/udp` as the address and the port that it must have meant; null for every other address. */
export function splitPort(
  literal: AddressLiteral,
): { readonly address: AddressLiteral; readonly port: PortText } | null {
  const found = literal.text.includes("::") ? SWALLOWED_PORT.exec(literal.text) : null;
  if (found === null) return null;
  const { start, end } = literal.span;
  const port = found[1]!;
  const text = literal.text.slice(0, found.index);
  return {
    address: { ...literal, text, span: { start, end: start + text.length } },
    port: { kind: "PortText", form: "number", text: port, span: { start: end - port.length, end } },
  };
}

export function missingBrackets(address: AddressLiteral, port: PortText): Fault {
  const { text } = address;
  const span = { start: address.span.start, end: port.span.end };
  const written = `[${text}]:${port.text}`;
  return {
    code: "bracket-missing",
    message: `an IPv6 address with a port stands in brackets: \`${written}\``,
    span,
    fix: { title: `write \`${written}\``, text: written },
  };
}
