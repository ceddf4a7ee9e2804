/** Faults that are alike have one key: it keeps what a tool says, without the values. */
import type { Asked, Verdict } from "./judge.ts";

const PLAIN: readonly (readonly [RegExp, string])[] = [
  [/^exit \d+: (?:[^:\n]*-restore v[0-9.]+ \([a-z_]+\): *)?\n?/, ""],
  [/\/dev\/stdin:\d+:\d+(?:-\d+)?: /g, ""],
  [/\n[\s\S]*$/, ""],
  [/[`'"‘’«»][^`'"‘’]*[`'"‘’]/g, "…"],
  [/unexpected (?!newline|junk|end of file|…)[^,]*(?:, expecting .*)?$/, "unexpected …"],
  [/\b0x[0-9a-f]+|\b[0-9a-f]*:[0-9a-f:]+\b|\b\d[\d./:-]*/g, "N"],
  [/\bNETC-\S+/g, "…"],
];

const plain = (text: string): string =>
  PLAIN.reduce((left, [pattern, replacement]) => left.replace(pattern, replacement), text).slice(0, 120);

/** The options of the line that a tool names without a reason. */
function failedLine(text: string, reason: string): string {
  const number = /restore: line (\d+) failed/.exec(reason)?.[1];
  if (number === undefined) return "";
  const line = text.split("\n")[Number(number) - 1] ?? "";
  return ` (${(line.match(/(?<= )-(?:[mjg] [a-zA-Z0-9]+|[sdiop])(?= |$)/g) ?? []).join(" ")})`;
}

/** iptables-restore takes what is behind so many bytes for another line (xtables' buffer has 10,240). */
const LINE = 10_238;

/** Where the cause is known the words of the tool, which are by chance, do not count. */
function causeOf({ target, text }: Asked): string | null {
  if (text.includes("\0")) return "a NUL byte";
  const isLong = (line: string): boolean => line.length > LINE / 4 && Buffer.byteLength(line) > LINE;
  return target !== "nft" && text.split("\n").some(isLong) ? "a line over its buffer" : null;
}

export function keyOf(asked: Asked, verdict: Verdict): string | null {
  const { target, variant, text } = asked;
  const tool = target === "nft" ? "nft" : `iptables ${variant}`;
  if (verdict.kind === "crashed") return `${tool}'s reader throws: ${verdict.reason.split("\n").slice(0, 2).join("")}`;
  const cause = causeOf(asked);
  if (verdict.kind === "refused")
    return `${tool} refuses: ${cause ?? plain(verdict.reason) + failedLine(text, verdict.reason)}`;
  if (verdict.kind !== "differs") return null;
  if (cause !== null) return `${tool} understands otherwise: ${cause}`;
  const { where, reader, tool: said } = verdict.difference;
  const place = where.replace(/"[^"]*"|\d+/g, "…");
  return `${tool} understands otherwise: ${place}: ${kindsApart(reader, said)}`;
}

/** The words that one of two rules says and the other does not, without values. */
function kindsApart(reader: string | null, tool: string | null): string {
  if (reader === null || tool === null)
    return `${reader === null ? "nothing" : "more"} / ${tool === null ? "nothing" : plain(tool)}`;
  const [said, loaded] = [reader.split("; "), tool.split("; ")];
  const word = (text: string): string => text.replace(/^→ /, "").split(" ")[0]!;
  const only = (some: readonly string[], others: readonly string[]): string =>
    [...new Set(some.filter((each) => !others.includes(each)).map(word))].sort().join(" ");
  return `${only(said, loaded)} / ${only(loaded, said)}`;
}
