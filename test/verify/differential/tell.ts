/** A run's figures and faults, as text. */
import type { Fault, Tally } from "./run.ts";

const LONGEST = 400;

/** Every byte shows; a long run of one character is counted. */
const visible = (text: string): string =>
  text
    .replace(/([^\n])\1{30,}/g, (run, char: string) => `«${char} × ${run.length}»`)
    .replace(
      /[\u0000-\u0008\u000b-\u001f\u007f-\u00a0\u2028\ufeff]/g,
      (char) => `«${char.codePointAt(0)!.toString(16).padStart(2, "0")}»`,
    )
    .replace(/(?<!^|\t)\t/gm, "«09»");

const short = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text);

export function faultText({ key, seed, number, of, text, reader, tool }: Fault): string {
  return [
    `--- ${key}`,
    `text ${number} of seed ${seed}, from ${of} (again: npm run fuzz -- --runs 0 --seed ${seed} --only ${number})`,
    visible(text),
    `  reader: ${short(visible(reader))}`,
    `  tool:   ${short(visible(tool))}`,
    "",
  ].join("\n");
}

const share = (part: number, whole: number): string => `${whole === 0 ? 0 : Math.round((100 * part) / whole)} %`;

export const tallyText = ({ texts, read, loaded, equal, faulty }: Tally): string =>
  `${texts} texts, ${read} read (${share(read, texts)}), ${loaded} loaded, ${equal} equal, ${faulty} with faults`;

/** Of several shares of one run. */
export function sumOf(tallies: readonly Tally[]): Tally {
  const sum = (of: (tally: Tally) => number): number => tallies.reduce((total, tally) => total + of(tally), 0);
  const faults = new Map(tallies.flatMap((tally) => tally.faults).map((fault) => [fault.key, fault]));
  return {
    texts: sum(({ texts }) => texts),
    read: sum(({ read }) => read),
    loaded: sum(({ loaded }) => loaded),
    equal: sum(({ equal }) => equal),
    faulty: sum(({ faulty }) => faulty),
    faults: [...faults.values()].sort((one, other) => (one.key < other.key ? -1 : 1)),
  };
}
