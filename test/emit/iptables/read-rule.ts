/** A rule of a restore file, back to data. A word that netc does not print is an error. */
import { type Address, isFault, parseAddress } from "../../../src/address/address.ts";
import { isProtocol, type PortRange, parsePorts } from "../../../src/address/port.ts";
import { type Prefix, parsePrefix } from "../../../src/address/prefix.ts";
import type { IptMatch, IptRule, IptTarget } from "../../../src/emit/iptables/ruleset.ts";
import { expectWord, oneOf, type Words } from "./restore-words.ts";

function sound<T extends object>(read: T, text: string): Exclude<T, { readonly reason: string }> {
  if (isFault(read)) throw new Error(`${text}: ${read.reason}`);
  return read as Exclude<T, { readonly reason: string }>;
}

const address = (text: string): Address => sound(parseAddress(text), text);

function prefix(text: string): Prefix {
  const read = sound(parsePrefix(text), text);
  if (read.text !== text) throw new Error(`${text} is not canonical`);
  return read;
}

/** A range has two ends that differ. */
function ports(text: string, dash: ":" | "-"): PortRange {
  const [first = "", last, ...more] = text.split(dash);
  const range = sound(parsePorts(last === undefined ? first : `${first}-${last}`), text);
  if (more.length > 0 || (last !== undefined && range.first === range.last)) throw new Error(`${text} is no range`);
  return range;
}

function number(text: string, shape: RegExp): number {
  if (!shape.test(text)) throw new Error(`${text} is no number here`);
  return Number(text);
}

const HEX = /^0x(?:0|[1-9a-f][0-9a-f]{0,7})$/;
const DECIMAL = /^(?:0|[1-9]\d*)$/;

const portsIf = (words: Words, option: string): PortRange | null =>
  words.takeIf(option) ? ports(words.take(), ":") : null;

function conntrack(words: Words): IptMatch {
  if (words.takeIf("!")) {
    expectWord(words, "--ctstate", "DNAT");
    return { kind: "untranslated" };
  }
  if (words.takeIf("--ctstate")) {
    const states = words.take().split(",");
    const known = ["NEW", "ESTABLISHED", "RELATED", "INVALID", "DNAT"] as const;
    return { kind: "state", states: states.map((state) => known.find((each) => each === state) ?? words.fail(state)) };
  }
  const asked = words.takeIf("--ctorigdst") ? prefix(words.take()) : null;
  const askedPorts = portsIf(words, "--ctorigdstport");
  if (asked === null && askedPorts === null) words.fail("conntrack without an option");
  return { kind: "original", prefix: asked, ports: askedPorts };
}

function share(words: Words): IptMatch {
  expectWord(words, "--mode", "random", "--probability");
  return { kind: "share", share: Math.round(number(words.take(), /^0\.\d{11}$/) * 0x80000000) };
}

function addrtype(words: Words): IptMatch {
  if (words.takeIf("--src-type")) {
    expectWord(words, "LOCAL");
    return { kind: "own-source" };
  }
  expectWord(words, "--dst-type", "LOCAL");
  return { kind: "local-destination" };
}

function recent(words: Words): IptMatch {
  const seconds = words.takeIf("--rcheck") ? secondsOf(words) : null;
  if (seconds === null) expectWord(words, "--set");
  expectWord(words, "--name");
  const list = words.take();
  if (!/^NETC-V[46]-[A-Za-z0-9_.-]{1,191}$/.test(list)) words.fail(list);
  expectWord(words, "--rsource");
  return seconds === null ? { kind: "recent-set", list } : { kind: "recent-check", list, seconds };
}

function secondsOf(words: Words): number {
  expectWord(words, "--seconds");
  const seconds = number(words.take(), DECIMAL);
  expectWord(words, "--reap");
  return seconds;
}

function moduleMatch(words: Words, name: string): IptMatch {
  switch (name) {
    case "addrtype":
      return addrtype(words);
    case "conntrack":
      return conntrack(words);
    case "recent":
      return recent(words);
    case "devgroup": {
      const side = words.takeIf("--src-group") ? "in-group" : "out-group";
      if (side === "out-group") expectWord(words, "--dst-group");
      return { kind: side, group: number(words.take(), HEX) };
    }
    case "rpfilter":
      expectWord(words, "--invert");
      return { kind: "astray" };
    case "icmp":
      expectWord(words, "--icmp-type");
      return { kind: "icmp-type", type: number(words.take(), DECIMAL) };
    case "icmp6":
      expectWord(words, "--icmpv6-type");
      return { kind: "icmpv6-type", type: number(words.take(), DECIMAL) };
    case "statistic":
      return share(words);
    case "limit":
      expectWord(words, "--limit", "10/min", "--limit-burst", "5");
      return { kind: "limit" };
    case "tcp":
    case "udp":
    case "sctp": {
      const source = portsIf(words, "--sport");
      const destination = portsIf(words, "--dport");
      if (source === null && destination === null) words.fail(`${name} without a port`);
      return { kind: "ports", protocol: name, source, destination };
    }
    default:
      return words.fail(name);
  }
}

function match(words: Words, option: string): IptMatch {
  switch (option) {
    case "-i":
      return { kind: "in-interface", device: words.take() };
    case "-o":
      return { kind: "out-interface", device: words.take() };
    case "-s":
      return { kind: "source", prefix: prefix(words.take()) };
    case "-d":
      return { kind: "destination", prefix: prefix(words.take()) };
    case "-p": {
      const protocol = words.take();
      if (protocol !== "ipv6-icmp" && !isProtocol(protocol)) return words.fail(protocol);
      return { kind: "protocol", protocol };
    }
    default:
      return words.fail(option);
  }
}

function destination(text: string): IptTarget {
  const [, bracketed, plain, range, base] =
    /^(?:\[([^\]]+)\]|([^:[]+))(?::(\d+(?:-\d+)?)(?:\/(\d+))?)?$/.exec(text) ?? [];
  const host = bracketed ?? plain ?? text;
  if (bracketed !== undefined && range === undefined) throw new Error(`${text}: brackets without a port`);
  return {
    kind: "DNAT",
    address: address(host),
    ports: range === undefined ? null : ports(range, "-"),
    base: base === undefined ? null : number(base, DECIMAL),
  };
}

function mark(words: Words): IptTarget {
  expectWord(words, "--set-xmark");
  const [value = "", mask = "", ...more] = words.take().split("/");
  if (more.length > 0) words.fail(more.join("/"));
  return { kind: "MARK", value: number(value, HEX), mask: number(mask, HEX) };
}

function target(words: Words, chains: ReadonlySet<string>): IptTarget {
  const name = words.take();
  switch (name) {
    case "ACCEPT":
    case "DROP":
    case "RETURN":
      return { kind: name };
    case "MASQUERADE":
      expectWord(words, "--random-fully");
      return { kind: name };
    case "REJECT":
      expectWord(words, "--reject-with");
      return { kind: name, answer: oneOf(words, "tcp-reset", "icmp-port-unreachable", "icmp6-port-unreachable") };
    case "DNAT":
      expectWord(words, "--to-destination");
      return destination(words.take());
    case "LOG":
      return { kind: name, prefix: words.takeIf("--log-prefix") ? words.take() : "" };
    case "MARK":
      return mark(words);
    case "SNAT": {
      expectWord(words, "--to-source");
      const source = address(words.take());
      expectWord(words, "--random-fully");
      return { kind: name, address: source };
    }
    default:
      return chains.has(name) ? { kind: "chain", chain: name } : words.fail(name);
  }
}

/** What stands behind `-A CHAIN`; only the chains of `chains` can be jumped to. */
export function readRule(words: Words, chains: ReadonlySet<string>): IptRule {
  const matches: IptMatch[] = [];
  let comment: string | null = null;
  for (;;) {
    const option = words.take();
    if (option === "-j" || option === "-g") {
      const found = target(words, chains);
      if (!words.isAtEnd()) words.fail(words.take());
      if (option === "-j") return { matches, target: found, comment };
      return found.kind === "chain" ? { matches, target: { ...found, kind: "goto" }, comment } : words.fail(option);
    }
    if (comment !== null) words.fail(option);
    if (option !== "-m") {
      matches.push(match(words, option));
      continue;
    }
    const name = words.take();
    if (name === "comment") {
      expectWord(words, "--comment");
      comment = words.take();
    } else matches.push(moduleMatch(words, name));
  }
}
