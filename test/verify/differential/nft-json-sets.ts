/** Sets, maps, keys and their elements in nft's JSON. */
import type { AddressField, KeyPart, MapElement, Target, Term } from "../../../src/verify/program.ts";
import { listedAddress, listedNumber, listedPrefix, listedProtocol, unlisted } from "./literals.ts";

export type Json = Readonly<Record<string, unknown>>;

export const objectOf = (value: unknown): Json =>
  typeof value === "object" && value !== null ? (value as Json) : unlisted("no object", value);

export const listOf = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value : unlisted("no list", value);

/** The only member of an object. */
export function onlyOf(value: unknown): readonly [string, unknown] {
  const entries = Object.entries(objectOf(value));
  return entries.length === 1 ? entries[0]! : unlisted("an object of one member", value);
}

export interface ListedSet {
  readonly size: number | null;
  readonly flags: readonly string[];
  /** Filled by rules. */
  readonly isRemembering: boolean;
  readonly elements: readonly unknown[];
}

export function listedSet(said: Json): ListedSet {
  const flags = said.flags === undefined ? [] : listOf(said.flags).map(String);
  if (said.timeout !== undefined || said["gc-interval"] !== undefined) unlisted("a time of a set", said);
  return {
    size: said.size === undefined ? null : listedNumber(said.size, 0xffffffff),
    flags,
    isRemembering: flags.includes("timeout"),
    elements: said.elem === undefined ? [] : listOf(said.elem),
  };
}

/** A part of a key, with the only family that it holds for. */
export interface ListedField {
  readonly part: KeyPart;
  readonly family: 4 | 6 | null;
  /** The only protocol that it holds for. */
  readonly protocol: number | null;
}

const ADDRESS: Readonly<Record<string, AddressField>> = { saddr: "source", daddr: "destination" };

function payloadField({ protocol, field }: Json): ListedField {
  if ((protocol === "ip" || protocol === "ip6") && typeof field === "string" && Object.hasOwn(ADDRESS, field))
    return { part: { kind: "address", of: ADDRESS[field]! }, family: protocol === "ip" ? 4 : 6, protocol: null };
  if (field === "dport" && protocol === "th")
    return { part: { kind: "ports", of: "destination-port" }, family: null, protocol: null };
  if (field === "dport" && (protocol === "tcp" || protocol === "udp" || protocol === "sctp"))
    return { part: { kind: "ports", of: "destination-port" }, family: null, protocol: listedProtocol(protocol) };
  return unlisted("a field of a key", `${protocol} ${field}`);
}

/** nft 1.0.6 prints an offset of 2³¹ and more as a negative number. */
const unsigned = (value: unknown): unknown => (typeof value === "number" && value < 0 ? value + 2 ** 32 : value);

function numgenField({ mode, mod, offset }: Json): ListedField {
  if (mode === "random" && offset === 0)
    return { part: { kind: "draw", of: listedNumber(mod, 0xffffffff) }, family: null, protocol: null };
  if (mode === "inc" && mod === 1)
    return {
      part: { kind: "number", value: listedNumber(unsigned(offset), 0xffffffff) },
      family: null,
      protocol: null,
    };
  return unlisted("a numgen", { mode, mod, offset });
}

export function listedField(value: unknown): ListedField {
  const [kind, said] = onlyOf(value);
  if (kind === "payload") return payloadField(objectOf(said));
  if (kind === "numgen") return numgenField(objectOf(said));
  if (kind === "meta" && objectOf(said).key === "l4proto")
    return { part: { kind: "protocol" }, family: null, protocol: null };
  return unlisted("a part of a key", value);
}

export function listedKey(value: unknown): readonly ListedField[] {
  const [kind, said] = onlyOf(value);
  return kind === "concat" ? listOf(said).map(listedField) : [listedField(value)];
}

/** An address, a prefix, a range of either kind, a port, a protocol, a number. */
export function listedTerm({ part, family }: ListedField, value: unknown): Term {
  switch (part.kind) {
    case "address":
      return listedAddresses(value, family ?? 4);
    case "ports":
      return listedPortTerm(value);
    case "protocol":
      return listedProtocol(value);
    default:
      return listedNumber(value, 0xffffffff);
  }
}

export function listedAddresses(value: unknown, family: 4 | 6): Extract<Term, { readonly first: object }> {
  if (typeof value === "string") return { first: listedAddress(value, family), last: listedAddress(value, family) };
  const [kind, said] = onlyOf(value);
  if (kind === "prefix") return listedPrefix(objectOf(said).addr, listedNumber(objectOf(said).len, 128), family);
  if (kind !== "range") return unlisted("addresses", value);
  const [first, last] = listOf(said);
  return { first: listedAddress(first, family), last: listedAddress(last, family) };
}

export function listedPortTerm(value: unknown): { readonly first: number; readonly last: number } {
  if (typeof value === "number") return { first: listedNumber(value, 65535), last: value };
  const [kind, said] = onlyOf(value);
  if (kind !== "range") return unlisted("ports", value);
  const [first, last] = listOf(said).map((port) => listedNumber(port, 65535));
  return { first: first!, last: last! };
}

function termsOf(key: readonly ListedField[], value: unknown): readonly Term[] {
  const isConcat = typeof value === "object" && value !== null && "concat" in value;
  const values = isConcat ? listOf(value.concat) : [value];
  if (values.length !== key.length) return unlisted("an element of another length than its key", value);
  return key.map((field, at) => listedTerm(field, values[at]));
}

export const listedMembers = (
  key: readonly ListedField[],
  elements: readonly unknown[],
): readonly (readonly Term[])[] => elements.map((element) => termsOf(key, element));

export function listedTarget(value: unknown, family: 4 | 6): Target {
  const isConcat = typeof value === "object" && value !== null && "concat" in value;
  if (!isConcat) return { address: listedAddress(value, family), ports: null, base: null };
  const [address, port, more] = listOf(value.concat);
  if (more !== undefined) return unlisted("a target", value);
  return { address: listedAddress(address, family), ports: listedPortTerm(port), base: null };
}

export function listedMap<T>(
  key: readonly ListedField[],
  elements: readonly unknown[],
  readValue: (value: unknown) => T,
): readonly MapElement<T>[] {
  return elements.map((element) => {
    const [from, to, more] = listOf(element);
    if (more !== undefined) return unlisted("an element of a map", element);
    return { key: termsOf(key, from), value: readValue(to), line: 0 };
  });
}
