/** What a rule does. */
import type { Family } from "../../../address/address.ts";
import type { MapElement, Target } from "../../program.ts";
import { byteLength } from "./bytes.ts";
import { addAction, bind, type Draft, namedSet } from "./draft.ts";
import { targetOf } from "./elements.ts";
import { beginsKey, type Field, readKey } from "./fields.ts";
import { canSetPort, fits, isOnlyTcp, isPortsSafe, listName } from "./matches.ts";
import { portsOf } from "./terms.ts";
import { accept, decimal, expect, fail, peek, quotedText, take, unexpected } from "./words.ts";

export function jump(draft: Draft, kind: "jump" | "goto"): null {
  const chain = take(draft.words);
  if (chain === "") return unexpected(draft.words, "a chain");
  return addAction(draft, { kind, chain }, "ends");
}

export function reject(draft: Draft): null {
  const { words } = draft;
  if (accept(words, "with", "tcp", "reset")) {
    if (!isOnlyTcp(draft)) fail(words, "`tcp reset` stands in a rule that is not of tcp alone");
    return addAction(draft, { kind: "reject", answer: "tcp-reset" }, "ends");
  }
  if (!accept(words, "with", "icmpx", "port-unreachable")) {
    return unexpected(words, "`with tcp reset` or `with icmpx port-unreachable`");
  }
  return addAction(draft, { kind: "reject", answer: "port-unreachable" }, "ends");
}

/** `10.0.0.1`, `10.0.0.1:80`, `fd00::1`, `[fd00::1]:80`. */
function socketOf(draft: Draft, family: Family, word: string): Target | string {
  const { terms } = draft.known;
  if (family === 6 && !word.startsWith("[")) return targetOf(terms, 6, word, null);
  const colon = word.lastIndexOf(":");
  if (family === 4)
    return colon < 0 ? targetOf(terms, 4, word, null) : targetOf(terms, 4, word.slice(0, colon), word.slice(colon + 1));
  if (word[colon - 1] !== "]") return `\`${word}\` is no IPv6 address with a port`;
  return targetOf(terms, 6, word.slice(1, colon - 1), word.slice(colon + 1));
}

const NO_PORT = "the port cannot be set: the rule is of no protocol with ports";

/** `{ 8000 : 10.0.0.1 . 9000, ... }`, behind `th dport map`. */
function inlineMap(draft: Draft, key: readonly Field[], family: Family): readonly MapElement<Target>[] | null {
  const { words, known } = draft;
  if (key.length !== 1 || key[0]!.part.kind !== "ports")
    return fail(words, "a map in braces is asked by more than `th dport`");
  const elements: MapElement<Target>[] = [];
  const seen = new Set<number>();
  do {
    if (elements.length > 0 && peek(words) === "}") break;
    const asked = take(words);
    const from = portsOf(known.terms, asked);
    if (typeof from === "string" || from.first !== from.last) return fail(words, `\`${asked}\` is no port`);
    if (seen.has(from.first)) return fail(words, `the element ${asked} stands twice on line ${words.line}`);
    seen.add(from.first);
    if (!expect(words, ":")) return null;
    const address = take(words);
    if (!expect(words, ".")) return null;
    const value = targetOf(known.terms, family, address, take(words));
    if (typeof value === "string") return fail(words, value);
    elements.push({ key: [from], value, line: words.line });
  } while (accept(words, ","));
  return expect(words, "}") ? elements : null;
}

function translateByKey(draft: Draft, family: Family): null {
  const { words } = draft;
  const asked = readKey(words, "asked");
  if (asked === null || !asked.every((field) => bind(draft, field.family)) || !expect(words, "map")) return null;
  const key = asked.map(({ part }) => part);
  if (accept(words, "{")) {
    const elements = isPortsSafe(draft, asked) ? inlineMap(draft, asked, family) : null;
    if (elements !== null) addAction(draft, { kind: "dnat-map", key, elements }, "ends");
    return null;
  }
  const map = namedSet(draft, take(words));
  if (map === null || !fits(draft, map, asked)) return null;
  if (map.holding.kind !== "targets") return fail(words, `\`${map.name}\` is no map of addresses`);
  if (map.family !== family) return fail(words, `\`${map.name}\` leads to addresses of the other family`);
  if (map.holding.hasPorts && !canSetPort(draft, asked)) return fail(words, NO_PORT);
  return addAction(draft, { kind: "dnat-map", key, elements: map.holding.elements }, "ends");
}

export function dnat(draft: Draft): null {
  const { words } = draft;
  const family = accept(words, "ip", "to") ? 4 : accept(words, "ip6", "to") ? 6 : null;
  if (family === null) return unexpected(words, "`ip to` or `ip6 to`");
  if (!bind(draft, family)) return null;
  if (beginsKey(peek(words))) return translateByKey(draft, family);
  const to = socketOf(draft, family, take(words));
  if (typeof to === "string") return fail(words, to);
  if (to.ports !== null && !canSetPort(draft, [])) return fail(words, NO_PORT);
  return addAction(draft, { kind: "dnat", to }, "ends");
}

export function snat(draft: Draft): null {
  const { words } = draft;
  const family = accept(words, "ip", "to") ? 4 : accept(words, "ip6", "to") ? 6 : null;
  if (family === null) return unexpected(words, "`ip to` or `ip6 to`");
  const to = targetOf(draft.known.terms, family, take(words), null);
  if (typeof to === "string") return fail(words, to);
  return bind(draft, family) && expect(words, "fully-random")
    ? addAction(draft, { kind: "snat", address: to.address }, "ends")
    : null;
}

export function masquerade(draft: Draft): null {
  return expect(draft.words, "fully-random") ? addAction(draft, { kind: "snat", address: null }, "ends") : null;
}

export function verdictMap(draft: Draft, asked: readonly Field[]): null {
  const { words } = draft;
  const map = namedSet(draft, take(words));
  if (map === null || !fits(draft, map, asked) || !asked.every(({ family }) => bind(draft, family))) return null;
  if (map.holding.kind !== "chains") return fail(words, `\`${map.name}\` is no map of verdicts`);
  const key = asked.map(({ part }) => part);
  return addAction(draft, { kind: "verdict-map", key, elements: map.holding.elements }, "ends");
}

/** In seconds: nft takes no number of more than eight digits. */
const LONGEST_TIME = 99_999_999;

/** Puts the client into a list; where the set is full the kernel leaves the rule, and what stood in front is done. */
export function update(draft: Draft): null {
  const { words } = draft;
  if (draft.actions.length > 0)
    return fail(words, "an action stands in front of `update`, which leaves the rule where the set is full");
  const set = namedSet(draft, take(words));
  if (set === null || !expect(words, "{")) return null;
  const key = readKey(words, "asked");
  if (key === null || !fits(draft, set, key) || !key.every(({ family }) => bind(draft, family))) return null;
  if (set.holding.kind !== "remembered") return fail(words, `\`${set.name}\` is no \`dynamic\` set`);
  const list = listName(set, key);
  if (list === null) return fail(words, "the key is not a client's address and numbers");
  if (!expect(words, "timeout")) return null;
  const time = take(words);
  const seconds = time.endsWith("s") ? decimal(time.slice(0, -1), LONGEST_TIME) : -1;
  if (seconds < 1) return fail(words, `\`${time}\` is no time in seconds`);
  return expect(words, "}") ? addAction(draft, { kind: "remember", list, seconds }, "goes on") : null;
}

/** NF_LOG_PREFIXLEN without the byte that ends it. */
const LONGEST_PREFIX = 127;

/** A prefix that is `"$name"` is a variable's text: inside a prefix nft reads `$` as one. */
export function log(draft: Draft): null {
  const { words, known } = draft;
  if (!accept(words, "prefix")) return addAction(draft, { kind: "log", prefix: "" }, "goes on");
  const text = quotedText(words, "the prefix of a log");
  if (text === null) return null;
  const prefix = text.startsWith("$") ? known.definitions.get(text.slice(1)) : text;
  if (prefix === undefined) return fail(words, `there is no variable \`${text.slice(1)}\``);
  if (prefix === text && text.includes("$")) return fail(words, "nft reads `$` in a prefix as a variable");
  if (byteLength(prefix) > LONGEST_PREFIX) return fail(words, `a prefix is longer than ${LONGEST_PREFIX} bytes`);
  if (prefix === "" && prefix !== text) return fail(words, "nft takes no empty variable for a prefix");
  return addAction(draft, { kind: "log", prefix }, "goes on");
}
