/** Lists of elements, on any number of lines. */
import { isFull, report, type Source } from "./blocks.ts";
import { type Element, type ListLine, printedElement, readListLine, type Shape } from "./elements.ts";
import type { Terms } from "./terms.ts";
import { type Words, wordsOf } from "./words.ts";

/** The lines of a block that are not empty, one after another. */
export interface Reader {
  readonly source: Source;
  readonly to: number;
  line: number;
}

export function next(reader: Reader): Words | null {
  for (; reader.line <= reader.to; reader.line += 1) {
    const words = wordsOf(reader.line, reader.source.lines[reader.line - 1]!);
    if (words.all.length > 0 || words.fault !== null) return words;
  }
  return null;
}

/** nft takes no empty line in a list; a line that is only a remark is none to it. */
function emptyFault(line: string): string | null {
  const bare = line.trim();
  if (bare === "") return "nft reads no empty line in a list of elements";
  return bare.startsWith("#") ? "" : null;
}

function lineOf(terms: Terms, shape: Shape, line: number, text: string): ListLine | string {
  const element = printedElement(terms, shape, text, line);
  if (element !== null) return { elements: [element], endsWith: "comma" };
  const words = wordsOf(line, text);
  return words.fault ?? readListLine(terms, shape, words.all, line);
}

/** A list as far as it is read. */
interface List {
  readonly elements: Element[];
  endsWith: ListLine["endsWith"];
}

function addLine(source: Source, list: List, read: ListLine | string, line: number): void {
  if (typeof read === "string") {
    report(source, line, read);
    list.endsWith = "comma";
    return;
  }
  if (list.endsWith === "element" && (read.elements.length > 0 || read.endsWith !== "brace")) {
    report(source, list.elements.at(-1)!.line, "no comma stands behind the element");
  }
  for (const element of read.elements) list.elements.push(element);
  list.endsWith = read.endsWith;
}

/** The elements behind `elements = {`, whose line ends with `rest`, as far as the list's `}`. What is wrong is reported. */
export function readElements(reader: Reader, terms: Terms, shape: Shape, rest: readonly string[]): readonly Element[] {
  const { source } = reader;
  const from = reader.line - 1;
  const before = source.unread.length;
  const list: List = { elements: [], endsWith: "comma" };
  if (rest.length > 0) addLine(source, list, readListLine(terms, shape, rest, from), from);
  for (; reader.line <= reader.to && list.endsWith !== "brace" && !isFull(source); reader.line += 1) {
    const text = source.lines[reader.line - 1]!;
    const empty = emptyFault(text);
    if (empty === null) addLine(source, list, lineOf(terms, shape, reader.line, text), reader.line);
    else if (empty !== "") report(source, reader.line, empty);
  }
  if (isFull(source)) return list.elements;
  if (list.endsWith !== "brace") report(source, from, "the list of elements is not closed by a `}`");
  else if (list.elements.length === 0 && source.unread.length === before)
    report(source, from, "nft reads no empty list of elements");
  return list.elements;
}
