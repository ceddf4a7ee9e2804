/** Names, addresses, ports and items as they are written; quoted only where the text would not be read as the same without. */
import type { AddressLiteral, Backend, ListItem, NameDef, NameRef, PortText, Text } from "../ast.ts";
import { createLexer } from "../lexer.ts";
import { isName, Quoted } from "../tokens.ts";

/** Whether the text alone is one word that may be a name. */
function isBare(text: string): boolean {
  const [word, ...rest] = createLexer(text).next()?.tokens ?? [];
  return (
    word !== undefined &&
    rest.length === 0 &&
    word.image === text &&
    isName(word.tokenType) &&
    word.tokenType !== Quoted
  );
}

const CARRIES_KIND = /^(?:node|pod|group|service)\//;

const inQuotes = (text: string): string => `"${text}"`;

export function nameText({ text, quoted }: NameDef | NameRef | Text): string {
  return quoted && (CARRIES_KIND.test(text) || !isBare(text)) ? inQuotes(text) : text;
}

export function refText(ref: NameRef): string {
  if (ref.qualifier === null) return nameText(ref);
  const bare = `${ref.qualifier}/${ref.text}`;
  return ref.quoted && !isBare(bare) ? `${ref.qualifier}/${inQuotes(ref.text)}` : bare;
}

/** Where the grammar takes nothing but text in quotes. */
export function stringText({ text }: Text): string {
  return inQuotes(text);
}

export function addressText({ text, bracketed }: AddressLiteral): string {
  return bracketed ? `[${text}]` : text;
}

export function portText({ form, text }: PortText): string {
  return form === "number" || isBare(text) ? text : inQuotes(text);
}

export function itemText(item: ListItem): string {
  if (item.kind === "BarePort") return portText(item.port);
  const { target, port } = item;
  const behind = port === null ? "" : `:${portText(port)}`;
  switch (target.kind) {
    case "NameRef":
      return refText(target) + behind;
    case "AddressLiteral":
      return addressText(target) + behind;
    case "SetWord":
      return target.word + behind;
  }
}

export function backendText({ endpoint, weight }: Backend): string {
  return itemText(endpoint) + (weight === null ? "" : ` weight ${weight.text}`);
}
