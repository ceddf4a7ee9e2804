/** What a rule asks of a packet. Each function reads the words of one match, behind its name, and answers why it cannot. */
import { readConntrack } from "./conntrack.ts";
import { add, type Draft, type Known, next, takes, takesAll } from "./draft.ts";
import { isDevice } from "./names.ts";
import { readIcmpType, readPorts, readProtocol } from "./protocol.ts";
import { notBefore, saysNothing, twice, unknown } from "./reasons.ts";
import { readRecent } from "./recent.ts";
import { addressTest, bytesOver, number, shareTest } from "./values.ts";
import type { Reason } from "./words.ts";

type MatchReader = (draft: Draft, known: Known) => Reason;

function readDevice(draft: Draft, side: "in" | "out"): Reason {
  const device = next(draft);
  if (side === "in") draft.placed.push("-i");
  return isDevice(device) ? add(draft, { kind: "device", side, device }) : `\`${device}\` is no device's name`;
}

function readAddressType(draft: Draft): Reason {
  const is = !takes(draft, "!");
  const option = next(draft);
  if (option !== "--src-type" && option !== "--dst-type") return unknown(option);
  const type = next(draft);
  if (type !== "LOCAL") return `\`${type}\` is no type of address that is known`;
  return add(draft, { kind: "own", of: option === "--src-type" ? "source" : "destination", is });
}

/** A group's name is whatever `/etc/iproute2/group` of the machine says, but for this one, which is everybody's. */
const groupOf = (word: string): number => (word === "default" ? 0 : number(word, 0xffffffff));

const SIDES: ReadonlyMap<string, "in" | "out"> = new Map([
  ["--src-group", "in"],
  ["--dst-group", "out"],
]);

/** A mask would ask for many groups at once. */
function readGroup(draft: Draft): Reason {
  const seen: string[] = [];
  for (;;) {
    const isNot = draft.words[draft.at] === "!";
    const option = draft.words[draft.at + (isNot ? 1 : 0)] ?? "";
    const side = SIDES.get(option);
    if (side === undefined) return isNot ? notBefore(option) : seen.length === 0 ? saysNothing("devgroup") : null;
    if (seen.includes(option)) return twice(option);
    seen.push(option);
    draft.at += isNot ? 2 : 1;
    const word = next(draft);
    const group = groupOf(word);
    if (group === -1) return `\`${word}\` is no number of a group: names and masks are not known`;
    draft.placed.push(side === "in" ? "--src-group" : "--dst-group");
    draft.tests.push({ kind: "group", side, group, is: !isNot });
  }
}

/** By itself the module holds where the way back is that of the packet; `--loose`, `--validmark` and `--accept-local` ask for other ways. */
function readWayBack(draft: Draft): Reason {
  if (draft.table !== "raw" && draft.table !== "mangle")
    return "the kernel takes `-m rpfilter` in raw and mangle alone";
  const is = !takes(draft, "--invert");
  if (draft.words[draft.at]?.startsWith("--")) return "`-m rpfilter` is known with `--invert` only";
  draft.placed.push("-m rpfilter");
  return add(draft, { kind: "way-back", is });
}

const RANDOM = ["--mode", "random", "--probability"];

function readStatistic(draft: Draft, known: Known): Reason {
  if (!takesAll(draft, RANDOM)) return "`-m statistic` is known with `--mode random --probability` only";
  return add(draft, shareTest(known, next(draft)));
}

/** Ten a minute; a burst of five is what the module has by itself, and what `iptables-save` leaves out. */
const LIMITS: ReadonlySet<string> = new Set(["10/min", "10/minute"]);

/** The test itself is put behind all others: xt_limit counts whatever they let through. */
function readLimit(draft: Draft): Reason {
  if (!takes(draft, "--limit") || !LIMITS.has(next(draft))) return ONLY_LIMIT;
  if (takes(draft, "--limit-burst") && !takes(draft, "5")) return ONLY_LIMIT;
  draft.isLimited = true;
  return null;
}

const ONLY_LIMIT = "`-m limit` is known with `--limit 10/min --limit-burst 5` only";

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
  ["icmp", (draft, known) => readIcmpType(draft, known, "icmp")],
  ["icmp6", (draft, known) => readIcmpType(draft, known, "icmp6")],
  ["devgroup", readGroup],
  ["rpfilter", readWayBack],
  ["addrtype", readAddressType],
  ["statistic", readStatistic],
  ["recent", readRecent],
  ["limit", readLimit],
]);

/** A rule of nf_tables keeps less than 4,096 bytes, of which xt_recent takes some 290. */
const MOST_MATCHES = 12;

/** raw comes before conntrack, and what is drawn or remembered there is not known. */
const IN_RAW: ReadonlySet<string> = new Set([
  "comment",
  "tcp",
  "udp",
  "sctp",
  "icmp",
  "icmp6",
  "addrtype",
  "devgroup",
  "rpfilter",
]);

const readModule: MatchReader = (draft, known) => {
  const name = next(draft);
  const read = MODULES.get(name);
  if (read === undefined) return `the match \`-m ${name}\` is not known`;
  draft.matches += 1;
  if (draft.matches > MOST_MATCHES) return `a rule is known with ${MOST_MATCHES} matches at most`;
  if (draft.table === "raw" && !IN_RAW.has(name)) return `the match \`-m ${name}\` is not known in raw`;
  if (name !== "comment" && draft.remember !== null)
    return "only a comment may stand behind `-m recent --set`: it remembers whoever comes so far";
  if (name !== "comment" && draft.isLimited)
    return "only a comment may stand behind `-m limit`: it counts whatever comes so far";
  return read(draft, known);
};

/** A rule's own words, each once: the bits tell them apart. */
const HEADER: ReadonlyMap<string, { readonly bit: number; readonly read: MatchReader }> = new Map([
  ["-s", { bit: 1, read: (draft: Draft, known: Known) => add(draft, addressTest(known, "source", next(draft))) }],
  ["-d", { bit: 2, read: (draft: Draft, known: Known) => add(draft, addressTest(known, "destination", next(draft))) }],
  ["-i", { bit: 4, read: (draft: Draft) => readDevice(draft, "in") }],
  ["-o", { bit: 8, read: (draft: Draft) => readDevice(draft, "out") }],
  ["-p", { bit: 16, read: readProtocol }],
]);

/** Up to the `-j` or `-g` of the rule, which is not read. */
export function readMatches(draft: Draft, known: Known): Reason {
  let seen = 0;
  for (;;) {
    const word = next(draft);
    if (word === "-j" || word === "-g") {
      draft.at -= 1;
      return null;
    }
    const reason = word === "-m" ? readModule(draft, known) : readHeader(word, seen, draft, known);
    if (reason !== null) return reason;
    seen |= HEADER.get(word)?.bit ?? 0;
  }
}

function readHeader(word: string, seen: number, draft: Draft, known: Known): Reason {
  const header = HEADER.get(word);
  if (header === undefined) return word === "!" ? notBefore(next(draft)) : unknown(word);
  return (seen & header.bit) === 0 ? header.read(draft, known) : twice(word);
}
