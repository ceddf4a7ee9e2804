/** What rules of iptables ask of a packet, as the kernel's matches answer it. */
import { only, type Spans, STATES, spansOf } from "./box.ts";
import { hasConnection, isOf, type Step, type Test, within } from "./machine.ts";
import { addressSpans, deviceSpans, numberOf, portSpans, protocolSpans } from "./values.ts";

export interface Words {
  readonly all: readonly string[];
  at: number;
}

export const take = (words: Words): string => {
  words.at += 1;
  const word = words.all[words.at - 1];
  if (word === undefined) throw new Error("a word is missing");
  return word;
};

const peek = ({ all, at }: Words): string => all[at] ?? "";

const isProtocol = (word: string, isNot: boolean): Test =>
  word === "all" || word === "0" ? () => !isNot : isOf("protocol", protocolSpans(word), isNot);

type Asks = Readonly<Record<string, (word: string, isNot: boolean) => Step>>;

/** Options that stand outside of any match. */
export const HEADER: Asks = {
  "-s": (word, isNot) => isOf("source", addressSpans([word]), isNot),
  "-d": (word, isNot) => isOf("destination", addressSpans([word]), isNot),
  "-i": (word, isNot) => isOf("arrives-by", deviceSpans(word), isNot),
  "-o": (word, isNot) => isOf("leaves-by", deviceSpans(word), isNot),
  "-p": isProtocol,
};

const PORTS: Asks = {
  "--sport": (word, isNot) => isOf("source-port", portSpans([word]), isNot),
  "--dport": (word, isNot) => isOf("destination-port", portSpans([word]), isNot),
};

const typeSpans = (word: string): Spans => only(numberOf(word));

/** 255 is any type (icmp_type_code_match). */
const anyTypeSpans = (word: string): Spans => (numberOf(word) === 255n ? [[0n, 255n]] : typeSpans(word));

const groupSpans = (word: string): Spans => only(word === "default" ? 0n : numberOf(word));

function isDrawn(word: string, isNot: boolean): Test {
  const share = Math.round(Number(word) * 2 ** 31) / 2 ** 31;
  if (!(share >= 0 && share <= 1)) throw new Error(`${word} is no probability`);
  return (ask) => (ask.draw([share, 1 - share]) === 0) !== isNot;
}

/** By match: each of its options is a test of its own. */
const MATCHES: Readonly<Record<string, Asks>> = {
  tcp: PORTS,
  udp: PORTS,
  sctp: PORTS,
  icmp: { "--icmp-type": (word, isNot) => isOf("icmp-type", anyTypeSpans(word), isNot) },
  icmp6: { "--icmpv6-type": (word, isNot) => isOf("icmp-type", typeSpans(word), isNot) },
  devgroup: {
    "--src-group": (word, isNot) => isOf("arrives-group", groupSpans(word), isNot),
    "--dst-group": (word, isNot) => isOf("leaves-group", groupSpans(word), isNot),
  },
  addrtype: {
    "--src-type": (word, isNot) => isOf("own-source", localOnly(word), isNot),
    "--dst-type": (word, isNot) => isOf("own-destination", localOnly(word), isNot),
  },
  statistic: { "--mode": () => () => true, "--probability": isDrawn },
  comment: { "--comment": () => () => true },
};

function localOnly(word: string): Spans {
  if (word !== "LOCAL") throw new Error(`${word} is not known to the judge`);
  return only(1);
}

/** The options up to what is none of the match. */
function* optionsOf(words: Words): Generator<{ readonly option: string; readonly isNot: boolean }> {
  for (;;) {
    const isNot = peek(words) === "!";
    const option = words.all[words.at + (isNot ? 1 : 0)] ?? "";
    if (!option.startsWith("--")) return;
    words.at += isNot ? 2 : 1;
    yield { option, isNot };
  }
}

function stateTest(word: string, isNot: boolean): Test {
  const list = word.toUpperCase().split(",");
  const states = list.filter((each) => each !== "DNAT").map((each) => STATES.indexOf(each.toLowerCase()));
  if (states.includes(-1)) throw new Error(`${word} is no list of states that the judge knows`);
  const spans = spansOf(states.flatMap((state) => only(state)));
  const isTranslated: Test = (ask) => list.includes("DNAT") && hasConnection(ask) && ask.is("translated", only(1));
  return (ask) => (ask.is("state", spans) || isTranslated(ask)) !== isNot;
}

/**
 * One match, with all of its options (xt_conntrack.c, `conntrack_mt`): of a packet without a connection its state alone is asked, and without a
 * test of the state it matches nothing.
 */
function conntrack(words: Words): readonly Step[] {
  let state: Test | null = null;
  const rest: Test[] = [];
  for (const { option, isNot } of optionsOf(words)) {
    const word = take(words);
    if (option === "--ctstate" || option === "--state") state = stateTest(word, isNot);
    else if (option === "--ctorigdst") rest.push(isOf("asked", addressSpans([word]), isNot));
    else if (option === "--ctorigdstport") rest.push(isOf("asked-port", portSpans([word]), isNot));
    else throw new Error(`${option} is not known to the judge`);
  }
  return [
    (ask) => {
      if (state !== null && !state(ask)) return false;
      return hasConnection(ask) ? rest.every((test) => test(ask)) : state !== null;
    },
  ];
}

function recent(words: Words): readonly Step[] {
  let [list, seconds, isSet, isNegated] = ["DEFAULT", null as bigint | null, false, false];
  for (const { option, isNot } of optionsOf(words)) {
    if (isNot) isNegated = true;
    if (option === "--set") isSet = true;
    else if (option === "--seconds") seconds = numberOf(take(words));
    else if (option === "--name") list = take(words);
    else if (option !== "--rcheck" && option !== "--rsource" && option !== "--reap")
      throw new Error(`${option} is not known to the judge`);
  }
  if (isSet && isNegated) throw new Error("a negated --set is not known to the judge");
  if (isSet) return [{ kind: "remember", list, time: "", set: null }];
  const most = seconds ?? 2n ** 32n - 1n;
  return [{ kind: "recall", list, within: [[0n, most]], isNot: isNegated }];
}

function limit(words: Words): readonly Step[] {
  let [rate, burst] = ["3/hour", "5"];
  for (const { option, isNot } of optionsOf(words)) {
    if (isNot) throw new Error("a negated limit is not known to the judge");
    if (option === "--limit") rate = take(words);
    else if (option === "--limit-burst") burst = take(words);
    else throw new Error(`${option} is not known to the judge`);
  }
  return [within(`${rate} ${burst}`)];
}

function wayBack(words: Words): readonly Step[] {
  let is = true;
  for (const { option } of optionsOf(words)) {
    if (option !== "--invert") throw new Error(`${option} is not known to the judge`);
    is = false;
  }
  return [isOf("way-back", only(is ? 1 : 0))];
}

/** Behind `-m`. */
export function matchOf(words: Words): readonly Step[] {
  const name = take(words);
  if (name === "conntrack" || name === "state") return conntrack(words);
  if (name === "recent") return recent(words);
  if (name === "limit") return limit(words);
  if (name === "rpfilter") return wayBack(words);
  const asks = MATCHES[name];
  if (asks === undefined) throw new Error(`-m ${name} is not known to the judge`);
  const steps: Step[] = [];
  for (const { option, isNot } of optionsOf(words)) {
    const ask = asks[option];
    if (ask === undefined) throw new Error(`${option} is not known to the judge`);
    steps.push(ask(take(words), isNot));
  }
  return steps;
}
