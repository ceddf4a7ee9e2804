/** A rule, one a line: conditions, what it does, and who it is for. */
import type { Family } from "../../../address/address.ts";
import type { Rule } from "../../program.ts";
import { dnat, jump, log, masquerade, reject, snat, update, verdictMap } from "./actions.ts";
import { byteLength } from "./bytes.ts";
import { addAction, type Draft, type Known } from "./draft.ts";
import { beginsKey, readKey } from "./fields.ts";
import { mark } from "./marks.ts";
import {
  connection,
  device,
  family,
  fib,
  fieldMatch,
  group,
  icmpTypes,
  limit,
  member,
  portMatch,
  protocolNumber,
} from "./matches.ts";
import { accept, expect, fail, isAtEnd, peek, quotedText, take, unexpected, type Words } from "./words.ts";

export interface ReadRule {
  readonly rule: Rule;
  /** The only family that it holds for; `null`: both. */
  readonly family: Family | null;
}

/** A condition, a set asked or a map of verdicts: all begin with what is looked at. */
function keyed(draft: Draft): null {
  const { words } = draft;
  const key = readKey(words, "asked");
  if (key === null) return null;
  if (accept(words, "vmap")) return verdictMap(draft, key);
  if (peek(words).startsWith("@")) return member(draft, key);
  if (key.length > 1) return unexpected(words, "a set or `vmap`");
  return fieldMatch(draft, key[0]!);
}

function meta(draft: Draft): null {
  const { words } = draft;
  if (accept(words, "meta", "nfproto")) return family(draft);
  if (accept(words, "meta", "mark")) return mark(draft);
  return keyed(draft);
}

/** What a counter has counted: the kernel takes 64 bits. */
const COUNT = /^(?:0|[1-9][0-9]{0,18})$/;

/** Counts, and does nothing to a packet. */
function counter(draft: Draft): null {
  const { words } = draft;
  draft.hasIdle = true;
  if (!accept(words, "packets")) return null;
  const packets = take(words);
  if (!expect(words, "bytes")) return null;
  const bytes = take(words);
  return COUNT.test(packets) && COUNT.test(bytes) ? null : fail(words, "what a counter has counted is no number");
}

/** Statements that a word of their own begins. */
const STATEMENTS: Readonly<Record<string, (draft: Draft) => null>> = {
  iifname: (draft) => device(draft, "in"),
  oifname: (draft) => device(draft, "out"),
  iifgroup: (draft) => group(draft, "in"),
  oifgroup: (draft) => group(draft, "out"),
  icmp: (draft) => icmpTypes(draft, 4),
  icmpv6: (draft) => icmpTypes(draft, 6),
  ct: connection,
  fib,
  limit,
  counter,
  accept: (draft) => addAction(draft, { kind: "accept" }, "ends"),
  drop: (draft) => addAction(draft, { kind: "drop" }, "ends"),
  return: (draft) => addAction(draft, { kind: "return" }, "ends"),
  jump: (draft) => jump(draft, "jump"),
  goto: (draft) => jump(draft, "goto"),
  reject,
  dnat,
  snat,
  masquerade,
  update,
  log,
};

function statement(draft: Draft): null {
  const { words } = draft;
  const word = peek(words);
  // "Statement after terminal statement has no effect": nft refuses the file, even for what would change nothing.
  if (draft.isEnded) return fail(words, `\`${word}\` stands behind one that ends the rule`);
  if (word === "meta") return meta(draft);
  if (beginsKey(word)) return keyed(draft);
  const protocol = protocolNumber(word);
  if (protocol === null && !Object.hasOwn(STATEMENTS, word)) return fail(words, `\`${word}\` is not known`);
  take(words);
  return protocol === null ? STATEMENTS[word]!(draft) : portMatch(draft, protocol);
}

/** What can be said of the rule only when all of it is read. */
function close(draft: Draft): void {
  const { words, tests, actions, looked } = draft;
  if (tests.length === 0 && actions.length === 0 && draft.family === null && !draft.hasIdle)
    fail(words, "a rule of no statement");
  if (tests.some(({ kind }) => kind === "limit") && actions.some(({ kind }) => kind !== "log")) {
    fail(words, "a limit stands in front of more than a log");
  }
  if (tests.some(({ kind }) => kind === "limit") && actions.length === 0) fail(words, "a limit stands before no log");
  for (const { at, list } of looked) {
    const put = actions.find((action) => action.kind === "remember" && action.list === list);
    if (put?.kind !== "remember" || put.seconds === null) {
      fail(words, "a client is looked up, but not put there again: for how long it is remembered is not known");
    } else tests[at] = { kind: "remembered", list, seconds: put.seconds };
  }
}

/** NFTNL_UDATA_COMMENT_MAXLEN: nft refuses the whole file. */
const LONGEST_COMMENT = 128;

/** `null` where there is something wrong: the words hold it. */
export function readRule(words: Words, known: Known): ReadRule | null {
  const draft: Draft = {
    words,
    known,
    family: null,
    tests: [],
    actions: [],
    looked: [],
    isEnded: false,
    hasIdle: false,
  };
  let about = "";
  while (words.fault === null && !isAtEnd(words)) {
    if (accept(words, "comment")) {
      about = quotedText(words, "a comment") ?? "";
      if (byteLength(about) > LONGEST_COMMENT) fail(words, `a comment is longer than ${LONGEST_COMMENT} bytes`);
      if (!isAtEnd(words)) fail(words, "a comment is not the last of its rule");
    } else statement(draft);
  }
  if (words.fault === null) close(draft);
  if (words.fault !== null) return null;
  return { rule: { tests: draft.tests, actions: draft.actions, line: words.line, about }, family: draft.family };
}
