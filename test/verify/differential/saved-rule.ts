/** The words of one rule of a saved text, behind its chain. */
import {
  type Action,
  type AddressRange,
  CONNTRACK_STATES,
  type ConntrackState,
  type PortField,
  type Rule,
  type Target,
  type Test,
} from "../../../src/verify/program.ts";
import { listedAddress, listedNumber, listedPorts, listedPrefix, listedProtocol, unlisted } from "./literals.ts";

interface Line {
  readonly words: readonly string[];
  readonly family: 4 | 6;
  readonly chainOf: (name: string) => string | null;
  readonly tests: Test[];
  readonly actions: Action[];
  at: number;
}

const take = (line: Line): string => line.words[line.at++] ?? unlisted("a rule that ends early", line.words.join(" "));

function accept(line: Line, ...phrase: readonly string[]): boolean {
  if (!phrase.every((word, index) => line.words[line.at + index] === word)) return false;
  line.at += phrase.length;
  return true;
}

function expect(line: Line, ...phrase: readonly string[]): void {
  if (!accept(line, ...phrase)) unlisted(`no \`${phrase.join(" ")}\``, line.words.slice(line.at).join(" "));
}

function rangeOf(text: string, family: 4 | 6): AddressRange {
  const [address, length = family === 4 ? "32" : "128"] = text.split("/");
  return listedPrefix(address, listedNumber(length, family === 4 ? 32 : 128), family);
}

const STATES: Readonly<Record<string, ConntrackState>> = {
  NEW: "new",
  ESTABLISHED: "established",
  RELATED: "related",
  INVALID: "invalid",
  UNTRACKED: "untracked",
};

const noNot = (isNot: boolean, what: string): void => void (isNot && unlisted("a negation", what));

function conntrackOption(line: Line, option: string, isNot: boolean): Test {
  const word = take(line);
  if (option === "--ctorigdst") return { kind: "address", of: "asked", ranges: [rangeOf(word, line.family)], isNot };
  if (option === "--ctstate" && word === "DNAT") return { kind: "translated", is: !isNot };
  if (option === "--ctstate") {
    const states = word.split(",").map((state) => STATES[state] ?? unlisted("a state", state));
    return { kind: "state", states: isNot ? CONNTRACK_STATES.filter((state) => !states.includes(state)) : states };
  }
  noNot(isNot, option);
  if (option === "--ctorigdstport") return { kind: "ports", of: "asked-port", ranges: [listedPorts(word, ":")] };
  return unlisted("an option of conntrack", option);
}

const PORTS: Readonly<Record<string, PortField>> = { "--sport": "source-port", "--dport": "destination-port" };

/** One option of a match that has several. */
function option(line: Line, module: string, word: string, isNot: boolean): Test {
  if (module === "conntrack") return conntrackOption(line, word, isNot);
  if (module === "addrtype" && (word === "--src-type" || word === "--dst-type")) {
    expect(line, "LOCAL");
    return { kind: "own", of: word === "--src-type" ? "source" : "destination", is: !isNot };
  }
  if (module === "devgroup" && (word === "--src-group" || word === "--dst-group")) {
    const group = take(line);
    const number =
      group === "default" ? 0 : listedNumber(/^0x[0-9a-f]{1,8}$/.test(group) ? Number(group) : group, 0xffffffff);
    return { kind: "group", side: word === "--src-group" ? "in" : "out", group: number, is: !isNot };
  }
  noNot(isNot, `${module} ${word}`);
  const of = PORTS[word];
  if (of !== undefined) return { kind: "ports", of, ranges: [listedPorts(take(line), ":")] };
  if (module === "icmp" && word === "--icmp-type") return { kind: "icmp-type", types: [listedNumber(take(line), 254)] };
  if (module === "icmp6" && word === "--icmpv6-type")
    return { kind: "icmp-type", types: [listedNumber(take(line), 255)] };
  return unlisted("an option", `-m ${module} ${word}`);
}

/** Of a packet without a connection xt_conntrack looks at the state alone where a match has one: no other test of that match is asked. */
function checkConntrack(tests: readonly Test[], words: readonly string[]): void {
  const isAlone = tests.length === 1;
  const holds = (test: Test): boolean =>
    test.kind === "state"
      ? test.states.includes("invalid") || test.states.includes("untracked")
      : test.kind === "translated" && !test.is;
  if (!isAlone && tests.some(holds)) unlisted("tests that hold without a connection, beside a state", words.join(" "));
}

function options(line: Line, module: string): void {
  const before = line.tests.length;
  readOptions(line, module);
  if (module === "conntrack") checkConntrack(line.tests.slice(before), line.words);
}

function readOptions(line: Line, module: string): void {
  for (;;) {
    const isNot = accept(line, "!");
    const word = line.words[line.at];
    if (word === undefined || !word.startsWith("--")) {
      if (isNot) line.at -= 1;
      return;
    }
    line.at += 1;
    line.tests.push(option(line, module, word, isNot));
  }
}

const FULL_MASK = { 4: "255.255.255.255", 6: "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff" } as const;

function recent(line: Line): void {
  const isSet = accept(line, "--set");
  if (!isSet) expect(line, "--rcheck", "--seconds");
  const seconds = isSet ? 0 : listedNumber(take(line), 0xffffffff);
  if (!isSet) expect(line, "--reap");
  expect(line, "--name");
  const list = take(line);
  expect(line, "--mask", FULL_MASK[line.family], "--rsource");
  if (isSet) line.actions.push({ kind: "remember", list, seconds: null });
  else line.tests.push({ kind: "remembered", list, seconds });
}

/** xt_statistic keeps units of 2⁻³¹; what is saved has eleven digits, more than it takes to tell them apart. */
function statistic(line: Line): void {
  expect(line, "--mode", "random", "--probability");
  line.tests.push({ kind: "share", share: Math.round(Number(take(line)) * 0x80000000) / 0x80000000 });
}

/** A burst of five is the default, which is not saved. */
function limit(line: Line): void {
  expect(line, "--limit", "10/min");
  accept(line, "--limit-burst", "5");
  line.tests.push({ kind: "limit" });
}

function wayBack(line: Line): void {
  line.tests.push({ kind: "way-back", is: !accept(line, "--invert") });
  if (line.words[line.at]?.startsWith("--") === true) unlisted("an option of rpfilter", line.words.join(" "));
}

function match(line: Line): void {
  const module = take(line);
  if (module === "comment") {
    expect(line, "--comment");
    take(line);
  } else if (module === "recent") recent(line);
  else if (module === "statistic") statistic(line);
  else if (module === "limit") limit(line);
  else if (module === "rpfilter") wayBack(line);
  else options(line, module);
}

function targetOf(text: string, family: 4 | 6): Target {
  const [, bracketed, plain, ports, base] =
    /^(?:\[([^\]]+)\]|([^[\]]+?))(?::([0-9-]+)(?:\/([0-9]+))?)?$/.exec(
      text.includes("[") || family === 4 ? text : `[${text}]`,
    ) ?? unlisted("a target", text);
  return {
    address: listedAddress(bracketed ?? plain, family),
    ports: ports === undefined ? null : listedPorts(ports, "-"),
    base: base === undefined ? null : listedNumber(base, 65535),
  };
}

function mark(word: string): Action {
  const [, value = "", mask = ""] = /^(0x[0-9a-f]{1,8})\/(0x[0-9a-f]{1,8})$/.exec(word) ?? unlisted("a mark", word);
  if ((Number(value) & ~Number(mask)) !== 0) unlisted("a mark that flips bits", word);
  return { kind: "mark", value: Number(value), mask: Number(mask) };
}

function reject(word: string, family: 4 | 6): Action {
  if (word === "tcp-reset") return { kind: "reject", answer: "tcp-reset" };
  if (word === `icmp${family === 4 ? "" : "6"}-port-unreachable`) return { kind: "reject", answer: "port-unreachable" };
  return unlisted("an answer", word);
}

function randomly(line: Line, action: Action): Action {
  expect(line, "--random-fully");
  return action;
}

function target(line: Line): Action {
  const word = take(line);
  const chain = line.chainOf(word);
  if (chain !== null) return { kind: "jump", chain };
  switch (word) {
    case "ACCEPT":
      return { kind: "accept" };
    case "DROP":
      return { kind: "drop" };
    case "RETURN":
      return { kind: "return" };
    case "REJECT":
      expect(line, "--reject-with");
      return reject(take(line), line.family);
    case "LOG":
      return { kind: "log", prefix: accept(line, "--log-prefix") ? take(line) : "" };
    case "MARK":
      expect(line, "--set-xmark");
      return mark(take(line));
    case "DNAT":
      expect(line, "--to-destination");
      return { kind: "dnat", to: targetOf(take(line), line.family) };
    case "SNAT":
      expect(line, "--to-source");
      return randomly(line, { kind: "snat", address: listedAddress(take(line), line.family) });
    case "MASQUERADE":
      return randomly(line, { kind: "snat", address: null });
    default:
      return unlisted("a target", word);
  }
}

function header(line: Line, word: string, isNot: boolean): void {
  const value = take(line);
  if (word === "-s" || word === "-d") {
    const of = word === "-s" ? "source" : "destination";
    line.tests.push({ kind: "address", of, ranges: [rangeOf(value, line.family)], isNot });
    return;
  }
  noNot(isNot, word);
  if (word === "-p") line.tests.push({ kind: "protocol", protocols: [listedProtocol(value)] });
  else if (word === "-i" || word === "-o")
    line.tests.push({ kind: "device", side: word === "-i" ? "in" : "out", device: value });
  else unlisted("a word", word);
}

export function savedRule(words: readonly string[], family: 4 | 6, chainOf: Line["chainOf"]): Rule {
  const line: Line = { words, family, chainOf, tests: [], actions: [], at: 0 };
  while (line.at < words.length) {
    const isNot = accept(line, "!");
    const word = take(line);
    if (word === "-j") line.actions.push(target(line));
    else if (word === "-g") {
      const name = take(line);
      line.actions.push({ kind: "goto", chain: chainOf(name) ?? unlisted("a goto to no chain", name) });
    } else if (word === "-m") match(line);
    else header(line, word, isNot);
  }
  return { tests: line.tests, actions: line.actions, line: 0, about: "" };
}
