/**
 * Finds the rules that `up.sh` carries, and the jumps that it makes to them. Of a shell script it knows no more than the lines that netc
 * writes for that: what the rest of the script does is not looked at.
 */
import type { Unread } from "../program.ts";
import { TABLES } from "./iptables/facts.ts";
import { LEADS } from "./leads.ts";

/** Rules in a here-document of a script. */
export interface Carried {
  readonly target: "iptables" | "ip6tables" | "nft";
  readonly text: string;
  /** How many lines of the script stand before them. */
  readonly above: number;
}

export type ReadScript = { readonly carried: readonly Carried[] } | { readonly unread: readonly Unread[] };

/** The functions that print rules, with the names of their here-documents. */
const CARRIERS = [
  { name: "rules_v4", mark: "NETC-RULES-V4", target: "iptables" },
  { name: "rules_v6", mark: "NETC-RULES-V6", target: "ip6tables" },
  { name: "ruleset", mark: "NETC-RULESET", target: "nft" },
] as const;
type Carrier = (typeof CARRIERS)[number];

/** Where FORWARD is led by rules of iptables' own that are not proved: the text that holds netc's rules has no such chain. */
const ACCEPTS = "NETC-FORWARD-ACCEPT";

const JUMPS = [
  ...LEADS.map(({ table, builtIn, chain }) => `${table} ${builtIn} ${chain}`),
  `filter FORWARD ${ACCEPTS}`,
].sort();

/** Lines without which the rules are not loaded, or not all. */
const NEEDED = [`tables='${TABLES.join(" ")}'`, "load"] as const;

interface Reading {
  readonly lines: readonly string[];
  readonly unread: Unread[];
  readonly carried: Map<Carrier, Carried>;
  jumps: "missing" | "known" | "other";
}

function report({ lines, unread }: Reading, at: number, reason: string): void {
  unread.push({ line: at + 1, text: lines[at] ?? "", reason });
}

/** The line on which a here-document that begins on a line ends; `null` where it does not. */
function endOf({ lines }: Reading, at: number, mark: string): number | null {
  const end = lines.indexOf(mark, at + 1);
  return end === -1 ? null : end;
}

/** Reads a function that prints rules, and answers its last line. */
function readCarrier(reading: Reading, at: number, carrier: Carrier): number {
  const { lines, carried } = reading;
  const mark = new RegExp(`^cat <<'(${carrier.mark}-*)'$`).exec(lines[at + 1] ?? "")?.[1];
  const end = mark === undefined ? null : endOf(reading, at + 1, mark);
  if (mark === undefined)
    report(reading, at, `\`${carrier.name}\` is known to print one here-document, \`${carrier.mark}\``);
  else if (end === null) report(reading, at + 1, `no line \`${mark}\` ends it: the file may be cut off`);
  else if (lines[end + 1] !== "}")
    report(reading, end, `\`${carrier.name}\` is known to print these rules and no more`);
  else if (carried.has(carrier)) report(reading, at, `\`${carrier.name}\` is there twice`);
  else {
    const body = lines.slice(at + 2, end);
    carried.set(carrier, { target: carrier.target, text: body.map((line) => `${line}\n`).join(""), above: at + 2 });
  }
  return end ?? at;
}

/** Reads the list of jumps, and answers its last line. */
function readJumps(reading: Reading, at: number): number {
  const { lines } = reading;
  if (reading.jumps !== "missing") report(reading, at, "`jumps` is set once more");
  const end = lines.findIndex((line, place) => place >= at && line.endsWith("'"));
  const last = end === -1 ? at : end;
  const said = lines
    .slice(at, last + 1)
    .join("\n")
    .slice("jumps='".length, -1)
    .split("\n");
  const isKnown = said.sort().join("\n") === JUMPS.join("\n");
  reading.jumps = isKnown ? "known" : "other";
  if (!isKnown) report(reading, at, `the jumps are other than those that the proof stands on: ${JUMPS.join(", ")}`);
  return last;
}

/** A word of the shell that may give a name that matters another meaning. */
const TOUCHES =
  /(?:^|[\s;&|(])(?:function\s+)?(rules_v4|rules_v6|ruleset)\s*\(\s*\)|(?:^|[\s;&|(])(?:unset\s+(?:-\w+\s+)?)?(jumps|tables)=/;

function readLine(reading: Reading, at: number): number {
  const line = reading.lines[at]!;
  const carrier = CARRIERS.find(({ name }) => line === `${name}() {`);
  if (carrier !== undefined) return readCarrier(reading, at, carrier);
  if (line.startsWith("jumps='")) return readJumps(reading, at);
  if (line.startsWith("#") || line === NEEDED[0]) return at;
  const touched = TOUCHES.exec(line);
  if (touched !== null) report(reading, at, `\`${touched[1] ?? touched[2]}\` is known at the beginning of a line only`);
  const mark = /<<-?\s*(['"]?)([\w-]+)\1/.exec(line)?.[2];
  return mark === undefined ? at : (endOf(reading, at, mark) ?? at);
}

/** Where `up.sh` jumps besides, when a text of iptables has the chain. */
function reportAccepts(reading: Reading, { text, above }: Carried): void {
  const at = text.split("\n").findIndex((line) => line.startsWith(`:${ACCEPTS} `));
  if (at !== -1)
    report(reading, above + at, "the script leads FORWARD to this chain, which is no place for netc's own rules");
}

/** What a script must have besides, once nothing in it is unknown. */
function reportMissing(reading: Reading, carried: readonly Carried[]): void {
  const last = reading.lines.length - 1;
  const targets = carried.map(({ target }) => target).join(" ");
  if (targets !== "iptables ip6tables" && targets !== "nft")
    report(
      reading,
      last,
      "neither the rules of both families are here nor a ruleset of nft: is this an up.sh, and whole?",
    );
  else if (reading.jumps === "missing") report(reading, last, "the list `jumps` is missing");
  for (const line of NEEDED)
    if (!reading.lines.includes(line)) report(reading, last, `no line \`${line}\` is here: the file may be cut off`);
  if (reading.lines[last] !== "") report(reading, last, UNENDED);
}

const UNENDED = "the text ends within this line: the file may be cut off";

export function readScript(text: string): ReadScript {
  const reading: Reading = { lines: text.split("\n"), unread: [], carried: new Map(), jumps: "missing" };
  for (let at = 0; at < reading.lines.length; at += 1) at = readLine(reading, at);
  const carried = CARRIERS.flatMap((carrier) => reading.carried.get(carrier) ?? []);
  if (reading.unread.length === 0) {
    reportMissing(reading, carried);
    for (const one of carried) if (one.target !== "nft") reportAccepts(reading, one);
  }
  return reading.unread.length === 0 ? { carried } : { unread: reading.unread };
}
