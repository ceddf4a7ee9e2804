/** An element may stand in a set or map once, and its ranges touch no other's: which of two counts would be chance. */
import type { Address } from "../../../address/address.ts";
import { unreachable } from "../../../diagnostics/bug.ts";
import type { KeyPart, Term } from "../../program.ts";
import type { Element } from "./elements.ts";

export interface Twice {
  /** The one that stands behind. */
  readonly element: Element;
  readonly reason: string;
}

function termKey(part: KeyPart, term: Term): string {
  switch (part.kind) {
    case "address":
      return typeof term === "object" && typeof term.first === "object" ? term.first.text : "";
    case "ports":
      return typeof term === "object" ? `${term.first}-${term.last}` : "";
    case "protocol":
    case "draw":
    case "number":
      return `${term}`;
    default:
      return unreachable(part);
  }
}

/** Equal for the same elements; without ports for those that may overlap. */
function elementKey(parts: readonly KeyPart[], key: readonly Term[], what: "all" | "without ports"): string {
  let text = "";
  for (let at = 0; at < parts.length; at += 1) {
    const part = parts[at]!;
    if (what === "all" || part.kind !== "ports") text += `${termKey(part, key[at]!)} `;
  }
  return text;
}

function isSameValue(one: Element["value"], other: Element["value"]): boolean {
  if (one === null || other === null || typeof one === "string" || typeof other === "string") return one === other;
  return one.address.text === other.address.text && one.ports?.first === other.ports?.first;
}

function reasonOf(before: Element, element: Element): string {
  const where =
    before.line === element.line ? `twice on line ${element.line}` : `on lines ${before.line} and ${element.line}`;
  return isSameValue(before.value, element.value)
    ? `the element stands ${where}`
    : `the element stands ${where}, each time with another value`;
}

function equals(parts: readonly KeyPart[], elements: readonly Element[]): readonly Twice[] {
  const found = new Map<string, Element>();
  const twice: Twice[] = [];
  for (const element of elements) {
    const key = elementKey(parts, element.key, "all");
    const before = found.get(key);
    if (before === undefined) found.set(key, element);
    else twice.push({ element, reason: reasonOf(before, element) });
  }
  return twice;
}

function overlaps(parts: readonly KeyPart[], ports: number, elements: readonly Element[]): readonly Twice[] {
  const alike = new Map<string, Element[]>();
  for (const element of elements) {
    const key = elementKey(parts, element.key, "without ports");
    const group = alike.get(key);
    if (group === undefined) alike.set(key, [element]);
    else group.push(element);
  }
  const rangeOf = ({ key }: Element): { readonly first: number; readonly last: number } => {
    const term = key[ports]!;
    return typeof term === "object" && typeof term.first === "number" && typeof term.last === "number"
      ? { first: term.first, last: term.last }
      : { first: 0, last: 0 };
  };
  const twice: Twice[] = [];
  for (const group of alike.values()) {
    const sorted = [...group].sort((a, b) => rangeOf(a).first - rangeOf(b).first);
    for (let at = 1, widest = sorted[0]!; at < sorted.length; at += 1) {
      const element = sorted[at]!;
      const [one, other] = [rangeOf(widest), rangeOf(element)];
      if (other.first <= one.last) {
        const [before, behind] = widest.line <= element.line ? [widest, element] : [element, widest];
        const isSame = one.first === other.first && one.last === other.last;
        const reason = isSame
          ? reasonOf(before, behind)
          : `the ranges of lines ${before.line} and ${behind.line} overlap`;
        twice.push({ element: behind, reason });
      }
      if (other.last > one.last) widest = element;
    }
  }
  return twice;
}

/** Above 0 where the other stands behind; 0 for equal ones; below 0 where it stands before or the ranges overlap. */
function order(one: Term, other: Term): number {
  if (typeof one === "number" || typeof other === "number") {
    return typeof one === "number" && typeof other === "number" ? other - one : -1;
  }
  const [before, after] = [valueAt(one.last), valueAt(other.first)];
  if (before < after) return 1;
  return before === valueAt(other.last) && valueAt(one.first) === after ? 0 : -1;
}

const valueAt = (end: Address | number): number | bigint => (typeof end === "number" ? end : end.value);

/** Whether each element stands behind the one before it: then none is there twice, and nothing has to be kept to see it. */
function areAscending(parts: number, elements: readonly Element[]): boolean {
  for (let at = 1; at < elements.length; at += 1) {
    const [one, other] = [elements[at - 1]!.key, elements[at]!.key];
    let part = 0;
    let found = 0;
    while (found === 0 && part < parts) {
      found = order(one[part]!, other[part]!);
      part += 1;
    }
    if (found <= 0) return false;
  }
  return true;
}

/** In a key with ports, these alone may be ranges. */
export function repeated(
  parts: readonly KeyPart[],
  elements: readonly Element[],
  isInterval: boolean,
): readonly Twice[] {
  if (areAscending(parts.length, elements)) return [];
  const ports = parts.findIndex(({ kind }) => kind === "ports");
  return isInterval && ports >= 0 ? overlaps(parts, ports, elements) : equals(parts, elements);
}
