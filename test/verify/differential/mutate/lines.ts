/** Whole lines: dropped, doubled, swapped, joined, cut, hidden behind a `#`, or made as long as the tools' own buffers. */
import type { Random } from "../random.ts";
import type { Mutation } from "./kind.ts";

const change =
  (make: (random: Random, lines: readonly string[], at: number) => readonly string[]): Mutation =>
  (random, text) => {
    const lines = text.split("\n");
    return make(random, lines, random.number(0, lines.length - 2)).join("\n");
  };

export const dropLine = change((_, lines, at) => lines.toSpliced(at, 1));
export const doubleLine = change((random, lines, at) =>
  lines.toSpliced(random.percent(70) ? at : random.number(0, lines.length - 1), 0, lines[at]!),
);
export const joinLines = change((random, lines, at) =>
  at + 1 >= lines.length
    ? lines
    : lines.toSpliced(at, 2, lines[at]! + random.one(["", " ", ";", "; ", "\t"]) + lines[at + 1]!.trimStart()),
);
export const splitLine = change((random, lines, at) => {
  const cut = random.number(0, lines[at]!.length);
  return lines.toSpliced(at, 1, lines[at]!.slice(0, cut) + random.one(["", "", "\\", " \\"]), lines[at]!.slice(cut));
});
export const hideLine = change((random, lines, at) =>
  lines.with(at, random.one(["#", "# ", " #", "\t# "]) + lines[at]!),
);
export const emptyLine = change((random, lines, at) =>
  lines.toSpliced(at, 0, random.one(["", " ", "\t", "# remark", "# remark \\", "#"])),
);

/** Neighbours, most often: those are of one chain. */
export const swapLines = change((random, lines, at) => {
  const other = random.percent(70) ? Math.min(at + 1, lines.length - 2) : random.number(0, lines.length - 2);
  return lines.with(at, lines[other]!).with(other, lines[at]!);
});

export const insertRule: Mutation = (random, text, { rules, target }) => {
  const lines = text.split("\n");
  const places = lines.flatMap((line, at) => ((target === "nft" ? /^\t\t\S/ : /^-A /).test(line) ? [at] : []));
  return places.length === 0 ? text : lines.toSpliced(random.one(places), 0, random.one(rules)).join("\n");
};

/** iptables-restore reads 10,240 bytes at most as one line, what is behind them as the next one. */
const BUFFERS = [1023, 1024, 4095, 4096, 8191, 8192, 10237, 10238, 10239, 10240, 65535];

/** A remark, or a comment in quotes, behind whose first bytes a rule stands. */
export const longRemark: Mutation = (random, text, { rules }) => {
  const lines = text.split("\n");
  const at = random.number(0, lines.length - 1);
  const rule = random.one(random.percent(50) ? lines : rules).trim();
  return lines.toSpliced(at, 0, `#${"x".repeat(random.one(BUFFERS) - 1)}${rule}`).join("\n");
};

/** A line made that long by blanks. */
export const longLine: Mutation = (random, text) => {
  const lines = text.split("\n");
  const at = random.number(0, lines.length - 2);
  const cut = lines[at]!.indexOf(" ", random.number(0, lines[at]!.length));
  if (cut === -1) return text;
  const size = random.one(BUFFERS) - (random.percent(50) ? lines[at]!.length : cut);
  return lines.with(at, lines[at]!.slice(0, cut) + " ".repeat(Math.max(1, size)) + lines[at]!.slice(cut)).join("\n");
};

export const cutEnd: Mutation = (random, text) =>
  text.slice(0, random.percent(60) ? -1 : random.number(0, text.length));
