/** What a rule asks of a packet. Each function reads the words of one match, behind its name, and answers why it cannot. */
import { readConntrack } from "./conntrack.ts";
import { add, type Draft, type Known, next, takes } from "./draft.ts";
import { notBefore, saysNothing, twice, unknown } from "./reasons.ts";
import { addressTest, bytesOver, decimal, portsTest, share } from "./values.ts";
import type { Reason } from "./words.ts";

type MatchReader = (draft: Draft, known: Known) => Reason;

const PROTOCOLS: ReadonlyMap<string, number> = new Map([
  ["tcp", 6],
  ["udp", 17],
  ["sctp", 132],
  ["icmp", 1],
  ["ipv6-icmp", 58],
]);

/** 0 is every protocol to iptables, and no test. */
function readProtocol(draft: Draft): Reason {
  const word = next(draft);
  const protocol = PROTOCOLS.get(word) ?? decimal(word, 255);
  if (protocol <= 0) return `\`${word}\` is no protocol that is known`;
  draft.protocol = protocol;
  return add(draft, { kind: "protocol", protocols: [protocol] });
}

/** The kernel keeps 15 bytes of a device's name; one that ends with `+` stands for all that begin so. */
function readDevice(draft: Draft, side: "in" | "out"): Reason {
  const device = next(draft);
  if (device.length === 0 || device.length > 15 || /[+!/]/.test(device)) return `\`${device}\` is no device's name`;
  return add(draft, { kind: "device", side, device });
}

/** `-m tcp`, `-m udp`, `-m sctp`. */
function readPorts(draft: Draft, known: Known, module: string): Reason {
  if (draft.saysPorts) return twice(`-m ${module}`);
  draft.saysPorts = true;
  if (draft.protocol !== PROTOCOLS.get(module)) return `\`-m ${module}\` has no \`-p ${module}\` in front of it`;
  let seen = "";
  for (;;) {
    const option = draft.words[draft.at];
    if (option !== "--sport" && option !== "--dport") return seen === "" ? saysNothing(module) : null;
    if (seen.includes(option)) return twice(option);
    seen += option;
    draft.at += 1;
    const reason = add(draft, portsTest(known, option, next(draft)));
    if (reason !== null) return reason;
  }
}

function readIcmpType(draft: Draft, { family }: Known): Reason {
  if (family !== 6 || draft.protocol !== 58)
    return "`-m icmp6` has no `-p ipv6-icmp` in front of it, or the text is of IPv4";
  if (!takes(draft, "--icmpv6-type")) return saysNothing("icmp6");
  const word = next(draft);
  const type = decimal(word, 255);
  return type === -1 ? `\`${word}\` is no number of a type` : add(draft, { kind: "icmp-type", types: [type] });
}

function readAddressType(draft: Draft): Reason {
  const is = !takes(draft, "!");
  const option = next(draft);
  if (option !== "--src-type" && option !== "--dst-type") return unknown(option);
  const type = next(draft);
  if (type !== "LOCAL") return `\`${type}\` is no type of address that is known`;
  return add(draft, { kind: "own", of: option === "--src-type" ? "source" : "destination", is });
}

function readStatistic(draft: Draft): Reason {
  if (!takes(draft, "--mode", "random", "--probability"))
    return "`-m statistic` is known with `--mode random --probability` only";
  const word = next(draft);
  const part = share(word);
  return part === -1 ? `\`${word}\` is no number from 0 to 1` : add(draft, { kind: "share", share: part });
}

/** Without `--reap` a check would clear nobody; without `--rsource` the list's own words may be the destination's. */
function readRecent(draft: Draft): Reason {
  if (takes(draft, "--set", "--name")) {
    draft.remember = next(draft);
    return takes(draft, "--rsource") ? null : "`-m recent --set` is known with `--name` and `--rsource` only";
  }
  if (!takes(draft, "--rcheck", "--seconds")) return "`-m recent` is known with `--set` or `--rcheck --seconds` only";
  const word = next(draft);
  const seconds = decimal(word, 0xffffffff);
  if (seconds <= 0) return `\`${word}\` is no number of seconds`;
  if (!takes(draft, "--reap", "--name")) return "`-m recent --rcheck` is known with `--reap` and `--name` only";
  const list = next(draft);
  if (!takes(draft, "--rsource")) return "`-m recent --rcheck` is known with `--rsource` only";
  return add(draft, { kind: "remembered", list, seconds });
}

function readLimit(draft: Draft): Reason {
  if (!takes(draft, "--limit", "10/min", "--limit-burst", "5")) {
    return "`-m limit` is known with `--limit 10/min --limit-burst 5` only";
  }
  draft.isLimited = true;
  return add(draft, { kind: "limit" });
}

/** xt_comment keeps 256 bytes, the last of them zero. */
const COMMENT = 255;

function readComment(draft: Draft): Reason {
  if (!takes(draft, "--comment")) return saysNothing("comment");
  if (draft.about !== null) return twice("--comment");
  draft.about = next(draft);
  return bytesOver(draft.about, COMMENT) ? `the comment has more than ${COMMENT} bytes` : null;
}

const MODULES: ReadonlyMap<string, MatchReader> = new Map<string, MatchReader>([
  ["comment", readComment],
  ["conntrack", readConntrack],
  ["tcp", (draft, known) => readPorts(draft, known, "tcp")],
  ["udp", (draft, known) => readPorts(draft, known, "udp")],
  ["sctp", (draft, known) => readPorts(draft, known, "sctp")],
  ["icmp6", readIcmpType],
  ["addrtype", readAddressType],
  ["statistic", readStatistic],
  ["recent", readRecent],
  ["limit", readLimit],
]);

const readModule: MatchReader = (draft, known) => {
  const name = next(draft);
  const read = MODULES.get(name);
  if (read === undefined) return `the match \`-m ${name}\` is not known`;
  if (name !== "comment" && draft.remember !== null)
    return "only a comment may stand behind `-m recent --set`: it remembers whoever comes so far";
  if (name !== "comment" && draft.isLimited)
    return "only a comment may stand behind `-m limit`: it counts whatever comes so far";
  return read(draft, known);
};

/** A rule's own words, each once. */
const HEADER: ReadonlyMap<string, MatchReader> = new Map<string, MatchReader>([
  ["-s", (draft, known) => add(draft, addressTest(known, "source", next(draft)))],
  ["-d", (draft, known) => add(draft, addressTest(known, "destination", next(draft)))],
  ["-i", (draft) => readDevice(draft, "in")],
  ["-o", (draft) => readDevice(draft, "out")],
  ["-p", readProtocol],
]);

/** Up to the `-j` or `-g` of the rule, which is not read. */
export function readMatches(draft: Draft, known: Known): Reason {
  const header: string[] = [];
  for (;;) {
    const word = next(draft);
    if (word === "-j" || word === "-g") {
      draft.at -= 1;
      return null;
    }
    const read = word === "-m" ? readModule : HEADER.get(word);
    if (read === undefined) return word === "!" ? notBefore(next(draft)) : unknown(word);
    if (word !== "-m") {
      if (header.includes(word)) return twice(word);
      header.push(word);
    }
    const reason = read(draft, known);
    if (reason !== null) return reason;
  }
}
