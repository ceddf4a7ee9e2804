import { error } from "./entry.ts";

/** What reading a program and its includes reports. */
export const sourceCodes = {
  "circular-include": error(
    (p: { circle: readonly string[] }) => `these files include each other: ${p.circle.join(" → ")}`,
    "A file that includes itself, over however many others, has no end.",
  ),
  "missing-include": error(
    (p: { path: string; reason: string }) => `cannot read \`${p.path}\`: ${p.reason}`,
    "A file that is not there may hold the rules that close a hole.",
  ),
  "include-outside": error(
    (p: { path: string }) => `\`${p.path}\` lies outside the folder of the program; \`--allow-outside\` lets it in`,
    "A program that is reviewed in one folder should not take in what lies elsewhere without anybody saying so.",
  ),
} as const;
