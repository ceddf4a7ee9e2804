/** Conditions and statements of a rule of nft, by the words that they begin with. */
import { only, type Spans, STATES, spansOf, without } from "./box.ts";
import { hasConnection, isOf, type Test, within } from "./machine.ts";
import {
  type Draft,
  dnat,
  end,
  familyIs,
  HAS,
  lookup,
  namedSet,
  randomly,
  requireFamily,
  setOf,
  snat,
  update,
} from "./nft-acts.ts";
import { accept, find, keyOf, listName, listOf, type Part, take, type Words } from "./nft-key.ts";
import { deviceSpans, numberOf, PROTOCOLS, portSpans } from "./values.ts";

const unquoted = (words: Words): string => take(words).replaceAll('"', "");

const isNotNext = (words: Words): boolean => accept(words, "!=");

const isOfConnection = (part: Part): boolean =>
  "field" in part && (part.field === "asked" || part.field === "asked-port");

/** What is asked of a connection breaks the rule of a packet that has none (nft_ct.c, `nft_ct_get_eval`). */
function requireConnection({ steps }: Draft, key: readonly Part[]): void {
  if (key.some(isOfConnection)) steps.push(hasConnection);
}

function membership(draft: Draft, key: readonly Part[]): void {
  const { words, text, steps } = draft;
  const isNot = isNotNext(words);
  const word = take(words);
  const { elements } = namedSet(text, word);
  requireFamily(draft, key);
  if (key.some((part) => "number" in part))
    steps.push({ kind: "recall", list: listName(word.slice(1), key), within: HAS, isNot });
  else steps.push((ask) => (find(ask, key, elements) !== null) !== isNot);
}

/** What begins with a key: a map of verdicts, a set, or a condition on the key's only part. */
function withKey(draft: Draft, key: readonly Part[]): void {
  const { words, steps } = draft;
  const [first] = key as [Part];
  const [next, afterNext] = [words.all[words.at] ?? "", words.all[words.at + 1] ?? ""];
  requireConnection(draft, key);
  if (accept(words, "vmap")) {
    steps.push(
      lookup(key, setOf(draft), ([how, chain]) => ({ kind: how === "goto" ? "goto" : "jump", chain: chain! })),
    );
  } else if (next.startsWith("@") || (next === "!=" && afterNext.startsWith("@"))) membership(draft, key);
  else if ("mod" in first) {
    if (!accept(words, "<")) throw new Error("a draw is compared by < alone");
    const share = Math.min(1, Number(numberOf(take(words))) / first.mod);
    steps.push((ask) => ask.draw([share, 1 - share]) === 0);
  } else if ("field" in first && key.length === 1) {
    const isNot = isNotNext(words);
    requireFamily(draft, key);
    steps.push(isOf(first.field, first.spans(listOf(words)), isNot));
  } else throw new Error("a key that nothing is asked of");
}

const bits = (words: Words): number => Number(numberOf(take(words)));

/** `meta mark set meta mark & KEPT ^ TURNED`, `… set meta mark | BITS`, `… set VALUE`. */
function markSet({ words, steps }: Draft): void {
  if (!accept(words, "meta", "mark")) {
    steps.push({ kind: "mark", keep: 0, turn: bits(words) });
    return;
  }
  const operator = take(words);
  const by = bits(words);
  if (operator === "|") steps.push({ kind: "mark", keep: ~by, turn: by });
  else if (operator === "^") steps.push({ kind: "mark", keep: -1, turn: by });
  else if (operator !== "&") throw new Error(`${operator} is not known to the judge`);
  else steps.push({ kind: "mark", keep: by | 0, turn: accept(words, "^") ? bits(words) : 0 });
}

function meta(draft: Draft): void {
  const { words, steps } = draft;
  if (accept(words, "nfproto")) steps.push(familyIs(take(words) === "ipv4" ? 4 : 6));
  else if (accept(words, "mark", "set")) markSet(draft);
  else throw new Error("meta is not known to the judge with that");
}

/** The states of `new,established` or `{ new, established }`. */
function statesOf(words: Words): Spans {
  const states = listOf(words).flatMap((word) => word.split(","));
  const numbers = states.map((state) => STATES.indexOf(state));
  if (numbers.includes(-1)) throw new Error(`${states.join()} are no states that the judge knows`);
  return spansOf(numbers.flatMap((number) => only(number)));
}

function ofConnection({ words, steps }: Draft): void {
  if (accept(words, "state")) {
    const isNot = isNotNext(words) || accept(words, "!");
    const states = statesOf(words);
    steps.push(isOf("state", isNot ? without([[0n, BigInt(STATES.length - 1)]], states) : states));
    return;
  }
  if (!accept(words, "status")) throw new Error("ct is not known to the judge with that");
  const isNot = accept(words, "!");
  if (!accept(words, "dnat")) throw new Error("of a connection's status dnat alone is known to the judge");
  steps.push(hasConnection, isOf("translated", only(1), isNot));
}

function log({ words, text, steps }: Draft): void {
  const prefix = accept(words, "prefix") ? unquoted(words) : "";
  steps.push({ kind: "note", note: `log ${text.definitions.get(prefix.slice(1)) ?? prefix}` });
}

function ports({ words, steps }: Draft, protocol: string): void {
  const side = take(words);
  if (side !== "sport" && side !== "dport") throw new Error(`${protocol} ${side} is not known to the judge`);
  const isNot = isNotNext(words);
  const field = side === "sport" ? "source-port" : "destination-port";
  steps.push(isOf("protocol", only(PROTOCOLS[protocol]!)), isOf(field, portSpans(listOf(words)), isNot));
}

const device =
  (field: "arrives-by" | "leaves-by") =>
  ({ words, steps }: Draft): void => {
    const isNot = isNotNext(words);
    steps.push(isOf(field, deviceSpans(unquoted(words)), isNot));
  };

/** `10/minute` is `10/min` to the other tool. */
function rateOf(words: Words): Test {
  if (!accept(words, "rate")) throw new Error("a limit without a rate");
  const rate = take(words).replace("minute", "min");
  const burst = accept(words, "burst") ? take(words) : "5";
  accept(words, "packets");
  return within(`${rate} ${burst}`);
}

function counter({ words }: Draft): void {
  if (accept(words, "packets")) words.at += 3;
}

const group =
  (field: "arrives-group" | "leaves-group") =>
  ({ words, steps }: Draft): void => {
    const isNot = isNotNext(words);
    const name = unquoted(words);
    steps.push(isOf(field, only(name === "default" ? 0n : numberOf(name)), isNot));
  };

const icmp =
  (protocol: "icmp" | "ipv6-icmp") =>
  ({ words, steps }: Draft): void => {
    if (!accept(words, "type")) throw new Error("icmp is not known to the judge with that");
    steps.push(familyIs(protocol === "icmp" ? 4 : 6), isOf("protocol", only(PROTOCOLS[protocol]!)));
    steps.push(isOf("icmp-type", portSpans(listOf(words))));
  };

function local({ words, steps }: Draft): void {
  if (accept(words, "saddr", ".", "iif", "oif")) {
    const is = accept(words, "exists");
    if (!is && !accept(words, "missing")) throw new Error("fib is not known to the judge with that");
    steps.push(isOf("way-back", only(is ? 1 : 0)));
    return;
  }
  const field = take(words) === "saddr" ? "own-source" : "own-destination";
  if (!accept(words, "type")) throw new Error("fib is not known to the judge with that");
  const isNot = isNotNext(words);
  if (!accept(words, "local")) throw new Error("fib is not known to the judge with that");
  steps.push(isOf(field, only(1), isNot));
}

const STATEMENTS: Readonly<Record<string, (draft: Draft, word: string) => void>> = {
  meta,
  ct: ofConnection,
  tcp: ports,
  udp: ports,
  sctp: ports,
  log,
  update,
  dnat,
  snat,
  masquerade: (draft) => end(draft, `from the device${randomly(draft.words)}`),
  icmp: icmp("icmp"),
  icmpv6: icmp("ipv6-icmp"),
  iifgroup: group("arrives-group"),
  oifgroup: group("leaves-group"),
  iifname: device("arrives-by"),
  oifname: device("leaves-by"),
  fib: local,
  limit: ({ words, steps }) => void steps.push(rateOf(words)),
  counter,
  notrack: ({ steps }) => void steps.push({ kind: "note", note: "untracked" }),
  accept: end,
  drop: end,
  return: ({ steps }) => void steps.push({ kind: "return" }),
  reject: (draft) => {
    if (!accept(draft.words, "with")) throw new Error("reject without an answer is not known to the judge");
    end(draft, `reject ${take(draft.words)} ${take(draft.words)}`.replace("icmpx ", ""));
  },
  jump: ({ words, steps }) => void steps.push({ kind: "jump", chain: take(words) }),
  goto: ({ words, steps }) => void steps.push({ kind: "goto", chain: take(words) }),
  comment: ({ words }) => void take(words),
};

export function readStatement(draft: Draft): void {
  const key = keyOf(draft.words);
  if (key !== null) {
    withKey(draft, key);
    return;
  }
  const word = take(draft.words);
  const statement = STATEMENTS[word];
  if (statement === undefined) throw new Error(`${word} is not known to the judge`);
  statement(draft, word);
}
