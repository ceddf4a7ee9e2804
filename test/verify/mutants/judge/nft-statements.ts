/** Conditions and statements of a rule of nft, by the words that they begin with. */
import { only, STATES, spansOf } from "./box.ts";
import { isOf } from "./machine.ts";
import { type Draft, dnat, end, familyIs, HAS, lookup, setOf, snat, update } from "./nft-acts.ts";
import { accept, find, keyOf, listName, listOf, type Part, take, type Words } from "./nft-key.ts";
import { deviceSpans, PROTOCOLS, portSpans } from "./values.ts";

const unquoted = (words: Words): string => take(words).replaceAll('"', "");

function membership(draft: Draft, key: readonly Part[]): void {
  const { words, text, steps } = draft;
  const set = take(words).slice(1);
  if (!key.some((part) => "number" in part)) {
    const elements = text.sets.get(set)!;
    steps.push((ask) => find(ask, key, elements) !== null);
    return;
  }
  for (const part of key) if ("field" in part && part.family !== null) steps.push(familyIs(part.family));
  steps.push(isOf(`list ${listName(set, key)}`, HAS));
}

/** What begins with a key: a map of verdicts, a set, or a condition on the key's only part. */
function withKey(draft: Draft, key: readonly Part[]): void {
  const { words, steps, acts } = draft;
  const [first] = key as [Part];
  if (accept(words, "vmap")) {
    acts.push(lookup(key, setOf(draft), ([, chain]) => ({ kind: "jump", chain: chain! })));
  } else if (words.all[words.at]?.startsWith("@") === true) membership(draft, key);
  else if ("mod" in first) {
    accept(words, "<");
    const share = Number(take(words)) / first.mod;
    steps.push((ask) => ask.draw([share, 1 - share]) === 0);
  } else if ("field" in first) {
    const isNot = accept(words, "!=");
    if (first.family !== null) steps.push(familyIs(first.family));
    steps.push(isOf(first.field, first.spans(listOf(words)), isNot));
  }
}

function meta({ words, steps, acts }: Draft): void {
  if (accept(words, "nfproto")) steps.push(familyIs(take(words) === "ipv4" ? 4 : 6));
  else if (accept(words, "mark", "set", "meta", "mark", "&")) {
    acts.push({ kind: "note", note: `mark ${take(words)} ${take(words)} ${take(words)}` });
  }
}

function ofConnection({ words, steps }: Draft): void {
  if (accept(words, "state")) {
    const states = take(words).split(",");
    steps.push(isOf("state", spansOf(states.flatMap((state) => only(STATES.indexOf(state))))));
    return;
  }
  accept(words, "status");
  const isNot = accept(words, "!");
  accept(words, "dnat");
  steps.push(isOf("translated", only(1), isNot));
}

function log({ words, text, acts }: Draft): void {
  const prefix = accept(words, "prefix") ? unquoted(words) : "";
  acts.push({ kind: "note", note: `log ${text.definitions.get(prefix.slice(1)) ?? prefix}` });
}

function ports({ words, steps }: Draft, protocol: string): void {
  const field = take(words) === "sport" ? "source-port" : "destination-port";
  steps.push(isOf("protocol", only(PROTOCOLS[protocol]!)), isOf(field, portSpans(listOf(words))));
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
  masquerade: (draft) => {
    accept(draft.words, "fully-random");
    end(draft, "from the device");
  },
  icmpv6: ({ words, steps }) => {
    accept(words, "type");
    steps.push(isOf("icmp-type", portSpans(listOf(words))));
  },
  iifname: ({ words, steps }) => {
    steps.push(isOf("in-loopback", only(unquoted(words) === "lo" ? 1 : 0)));
  },
  oifname: ({ words, steps }) => {
    steps.push(isOf("leaves-by", deviceSpans(unquoted(words))));
  },
  fib: ({ words, steps }) => {
    const field = take(words) === "saddr" ? "own-source" : "own-destination";
    accept(words, "type", "local");
    steps.push(isOf(field, only(1)));
  },
  limit: ({ words }) => void accept(words, "rate", "10/minute", "burst", "5", "packets"),
  accept: end,
  drop: end,
  return: ({ acts }) => void acts.push({ kind: "return" }),
  reject: (draft) => {
    accept(draft.words, "with");
    end(draft, `reject ${take(draft.words)} ${take(draft.words)}`);
  },
  jump: ({ words, acts }) => void acts.push({ kind: "jump", chain: take(words) }),
  goto: ({ words, acts }) => void acts.push({ kind: "goto", chain: take(words) }),
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
