/**
 * Finds the rules that `up.sh` carries, and the jumps that it makes to them. Of a shell script it knows no more than the lines that netc
 * writes for that: what the rest of the script does is not looked at.
 */
import type { Unread } from "../program.ts";
import { TABLES } from "./iptables/facts.ts";
import { LEADS } from "./leads.ts";
import { countLines, type Line, outline } from "./outline.ts";

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
  readonly lines: readonly Line[];
  readonly unread: Unread[];
  readonly carried: Map<Carrier, Carried>;
  jumps: "missing" | "known" | "other";
}

function report({ unread }: Reading, line: Line | undefined, reason: string): void {
  unread.push({ line: (line?.at ?? 0) + 1, text: line?.text ?? "", reason });
}

/** Reads a function that prints rules, and answers its last line. */
function readCarrier(reading: Reading, place: number, carrier: Carrier): number {
  const { lines, carried } = reading;
  const [name, print, close] = lines.slice(place, place + 3);
  const mark = new RegExp(`^cat <<'(${carrier.mark}-*)'$`).exec(print?.text ?? "")?.[1];
  const document = mark === undefined ? null : (print?.document ?? null);
  if (document === null)
    report(reading, name, `\`${carrier.name}\` is known to print one here-document, \`${carrier.mark}\``);
  else if (!document.isClosed) report(reading, print, `no line \`${mark}\` ends it: the file may be cut off`);
  else if (close?.text !== "}")
    report(reading, close ?? print, `\`${carrier.name}\` is known to print these rules and no more`);
  else if (carried.has(carrier)) report(reading, name, `\`${carrier.name}\` is there twice`);
  else carried.set(carrier, { target: carrier.target, text: document.text, above: print!.at + 1 });
  return document === null ? place : place + 1;
}

/** Reads the list of jumps, and answers its last line. */
function readJumps(reading: Reading, place: number): number {
  const { lines } = reading;
  if (reading.jumps !== "missing") report(reading, lines[place], "`jumps` is set once more");
  const end = lines.findIndex(({ text }, at) => at >= place && text.endsWith("'"));
  const last = end === -1 ? place : end;
  const said = lines
    .slice(place, last + 1)
    .map(({ text }) => text)
    .join("\n")
    .slice("jumps='".length, -1)
    .split("\n");
  const isKnown = said.sort().join("\n") === JUMPS.join("\n");
  reading.jumps = isKnown ? "known" : "other";
  if (!isKnown)
    report(reading, lines[place], `the jumps are other than those that the proof stands on: ${JUMPS.join(", ")}`);
  return last;
}

/** A word of the shell that may give a name that matters another meaning. */
const TOUCHES =
  /(?:^|[\s;&|(])(?:function\s+)?(rules_v4|rules_v6|ruleset)\s*\(\s*\)|(?:^|[\s;&|(])(?:unset\s+(?:-\w+\s+)?)?(jumps|tables)=/;

function readLine(reading: Reading, place: number): number {
  const { text } = reading.lines[place]!;
  const carrier = CARRIERS.find(({ name }) => text === `${name}() {`);
  if (carrier !== undefined) return readCarrier(reading, place, carrier);
  if (text.startsWith("jumps='")) return readJumps(reading, place);
  if (text.startsWith("#") || text === NEEDED[0]) return place;
  const touched = TOUCHES.exec(text);
  if (touched !== null)
    report(reading, reading.lines[place], `\`${touched[1] ?? touched[2]}\` is known at the beginning of a line only`);
  return place;
}

/** Where `up.sh` jumps besides, when a text of iptables has the chain. */
function reportAccepts({ unread }: Reading, { text, above }: Carried): void {
  const line = `:${ACCEPTS} `;
  const at = text.startsWith(line) ? 0 : text.indexOf(`\n${line}`) + 1;
  if (!text.startsWith(line, at)) return;
  unread.push({
    line: above + countLines(text.slice(0, at)) + 1,
    text: text.slice(at).split("\n", 1)[0]!,
    reason: "the script leads FORWARD to this chain, which is no place for netc's own rules",
  });
}

/** What a script must have besides, once nothing in it is unknown. */
function reportMissing(reading: Reading, carried: readonly Carried[]): void {
  const last = reading.lines.at(-1);
  const targets = carried.map(({ target }) => target).join(" ");
  if (targets !== "iptables ip6tables" && targets !== "nft")
    report(
      reading,
      last,
      "neither the rules of both families are here nor a ruleset of nft: is this an up.sh, and whole?",
    );
  else if (reading.jumps === "missing") report(reading, last, "the list `jumps` is missing");
  for (const needed of NEEDED)
    if (!reading.lines.some(({ text }) => text === needed))
      report(reading, last, `no line \`${needed}\` is here: the file may be cut off`);
  if (last?.text !== "") report(reading, last, UNENDED);
}

const UNENDED = "the text ends within this line: the file may be cut off";

export function readScript(text: string): ReadScript {
  const reading: Reading = { lines: outline(text), unread: [], carried: new Map(), jumps: "missing" };
  for (let place = 0; place < reading.lines.length; place += 1) place = readLine(reading, place);
  const carried = CARRIERS.flatMap((carrier) => reading.carried.get(carrier) ?? []);
  if (reading.unread.length === 0) {
    reportMissing(reading, carried);
    for (const one of carried) if (one.target !== "nft") reportAccepts(reading, one);
  }
  return reading.unread.length === 0 ? { carried } : { unread: reading.unread };
}
