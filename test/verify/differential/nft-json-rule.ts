/** A rule in nft's JSON: a list of expressions. */
import type { Action, Rule, Test } from "../../../src/verify/program.ts";
import { listedAddress, listedNumber, unlisted } from "./literals.ts";
import { bind, bindKey, type Draft, listName, setNamed } from "./nft-json-draft.ts";
import { matchTest } from "./nft-json-match.ts";
import {
  type Json,
  type ListedSet,
  listedKey,
  listedMap,
  listedPortTerm,
  listedTarget,
  listOf,
  objectOf,
  onlyOf,
} from "./nft-json-sets.ts";

const isMark = (value: unknown): boolean => JSON.stringify(value) === '{"meta":{"key":"mark"}}';

/** `mark & KEPT | VALUE`, or what is left of it where one changes nothing. */
function mark(value: unknown): Action {
  if (typeof value === "number") return { kind: "mark", value, mask: 0xffffffff };
  if (isMark(value)) return { kind: "mark", value: 0, mask: 0 };
  const [operator, operands] = onlyOf(value);
  const [left, right] = listOf(operands);
  const number = listedNumber(right, 0xffffffff);
  if (operator === "&" && isMark(left)) return { kind: "mark", value: 0, mask: ~number >>> 0 };
  if (operator === "|" && isMark(left)) return { kind: "mark", value: number, mask: number };
  if ((operator !== "|" && operator !== "^") || isMark(left)) return unlisted("a mark", value);
  const [inner, masked] = onlyOf(left);
  const [other, mask] = listOf(masked);
  if (inner !== "&" || !isMark(other)) return unlisted("a mark", value);
  const kept = listedNumber(mask, 0xffffffff);
  if (operator === "^" && (number & kept) !== 0) return unlisted("a mark that flips bits", value);
  return { kind: "mark", value: number, mask: (~kept | number) >>> 0 };
}

function familyOf(draft: Draft, { family }: Json): 4 | 6 {
  if (family !== "ip" && family !== "ip6") return unlisted("a translation of no family", family);
  bind(draft, family === "ip" ? 4 : 6);
  return family === "ip" ? 4 : 6;
}

function dnat(draft: Draft, said: Json): Action {
  const family = familyOf(draft, said);
  if (said.flags !== undefined) return unlisted("flags", said);
  const { addr, port } = said;
  if (typeof addr === "string") {
    const ports = port === undefined ? null : listedPortTerm(port);
    return { kind: "dnat", to: { address: listedAddress(addr, family), ports, base: null } };
  }
  const [kind, map] = onlyOf(addr);
  if (kind !== "map" || port !== undefined) return unlisted("a translation", said);
  const { key: asked, data } = objectOf(map);
  const key = listedKey(asked);
  bindKey(draft, key);
  const elements = typeof data === "string" ? setNamed(draft, data).elements : listOf(objectOf(data).set);
  return {
    kind: "dnat-map",
    key: key.map(({ part }) => part),
    elements: listedMap(key, elements, (value) => listedTarget(value, family)),
  };
}

function jumpTarget(value: unknown): string {
  const [kind, said] = onlyOf(value);
  return kind === "jump" ? `${objectOf(said).target}` : unlisted("a verdict", value);
}

function vmap(draft: Draft, { key: asked, data }: Json): Action {
  const key = listedKey(asked);
  bindKey(draft, key);
  const { elements } = setNamed(draft, data);
  return { kind: "verdict-map", key: key.map(({ part }) => part), elements: listedMap(key, elements, jumpTarget) };
}

function update(draft: Draft, { op, elem, set }: Json): Action {
  const { val, timeout } = objectOf(objectOf(elem).elem);
  if (op !== "update" || Object.keys(objectOf(objectOf(elem).elem)).length !== 2) return unlisted("an update", elem);
  const key = listedKey(val);
  bindKey(draft, key);
  return { kind: "remember", list: listName(set, key), seconds: listedNumber(timeout, 0xffffffff) };
}

function reject(said: Json): Action {
  const text = JSON.stringify(said);
  if (text === '{"type":"tcp reset"}') return { kind: "reject", answer: "tcp-reset" };
  if (text === '{"type":"icmpx","expr":"port-unreachable"}') return { kind: "reject", answer: "port-unreachable" };
  return unlisted("an answer", said);
}

function action(draft: Draft, kind: string, said: unknown): Action {
  switch (kind) {
    case "accept":
    case "drop":
    case "return":
      return { kind };
    case "jump":
    case "goto":
      return { kind, chain: `${objectOf(said).target}` };
    case "reject":
      return reject(objectOf(said));
    case "dnat":
      return dnat(draft, objectOf(said));
    case "snat": {
      const family = familyOf(draft, objectOf(said));
      if (objectOf(said).flags !== "fully-random" || objectOf(said).port !== undefined) return unlisted("a snat", said);
      return { kind: "snat", address: listedAddress(objectOf(said).addr, family) };
    }
    case "masquerade":
      return JSON.stringify(said) === '{"flags":"fully-random"}'
        ? { kind: "snat", address: null }
        : unlisted("a masquerade", said);
    case "mangle":
      return isMark(objectOf(said).key) ? mark(objectOf(said).value) : unlisted("a mangle", said);
    case "set":
      return update(draft, objectOf(said));
    case "vmap":
      return vmap(draft, objectOf(said));
    case "log": {
      if (said === null) return { kind: "log", prefix: "" };
      const [[option, prefix], more] = Object.entries(objectOf(said)) as [[string, unknown], unknown];
      return option === "prefix" && more === undefined ? { kind: "log", prefix: `${prefix}` } : unlisted("a log", said);
    }
    default:
      return unlisted("a statement", { [kind]: said });
  }
}

/** How long a client is remembered stands in the rule's own update. */
function withTimes(draft: Draft): readonly Test[] {
  return draft.tests.map((test) => {
    if (test.kind !== "remembered") return test;
    const put = draft.actions.find((each) => each.kind === "remember" && each.list === test.list);
    return put?.kind === "remember"
      ? { ...test, seconds: put.seconds ?? 0 }
      : unlisted("a look-up without a time", test);
  });
}

/** Behind an action only what is asked in front of it too. */
function addMatch(draft: Draft, said: Json): void {
  const before = draft.tests.length;
  matchTest(draft, said);
  if (draft.actions.length === 0) return;
  const known = draft.tests.slice(0, before).map((test) => JSON.stringify(test));
  for (const test of draft.tests.splice(before))
    if (!known.includes(JSON.stringify(test))) unlisted("a condition behind an action", said);
}

function addLimit(draft: Draft, said: unknown): void {
  if (JSON.stringify(said) !== '{"rate":10,"burst":5,"per":"minute"}') unlisted("a limit", said);
  if (draft.actions.length > 0) unlisted("a limit behind an action", said);
  draft.tests.push({ kind: "limit" });
}

export function listedRule(
  expressions: unknown,
  sets: ReadonlyMap<string, ListedSet>,
): { readonly family: 4 | 6 | null; readonly rule: Rule } {
  const draft: Draft = { sets, tests: [], actions: [], family: null };
  for (const expression of listOf(expressions)) {
    const [kind, said] = onlyOf(expression);
    if (kind === "match") addMatch(draft, objectOf(said));
    else if (kind === "limit") addLimit(draft, said);
    else if (kind !== "counter") draft.actions.push(action(draft, kind, said));
  }
  return { family: draft.family, rule: { tests: withTimes(draft), actions: draft.actions, line: 0, about: "" } };
}
