/** `-m recent`: who was put into a list, and who is. */
import { add, type Draft, type Known, next, takes, takesAll } from "./draft.ts";
import { isList } from "./names.ts";
import { decimal } from "./values.ts";
import type { Reason } from "./words.ts";

const SET = ["--set", "--name"];
const CHECK = ["--rcheck", "--seconds"];
const REAP = ["--reap", "--name"];

/** recent_mt multiplies the seconds by HZ, of at most 1000, within 32 bits. */
const SECONDS = Math.floor(0xffffffff / 1000);

const MASKS = { 4: ["--mask", "255.255.255.255"], 6: ["--mask", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff"] } as const;

/** `--name`'s word, and behind it the client's whole address, whose mask `iptables-save` says too; `without`: why it is not read else. */
function list(draft: Draft, { family }: Known, without: string): { readonly list: string } | string {
  const name = next(draft);
  takesAll(draft, MASKS[family]);
  if (!takes(draft, "--rsource")) return without;
  return isList(name, family)
    ? { list: name }
    : `\`${name}\` is no name of a list that is known: those of IPv${family} begin with \`NETC-V${family}-\``;
}

/** Without `--reap` a check would clear nobody; without `--rsource` the list's own words may be the destination's. */
export function readRecent(draft: Draft, known: Known): Reason {
  if (takesAll(draft, SET)) {
    const of = list(draft, known, "`-m recent --set` is known with `--name` and `--rsource` only");
    if (typeof of === "string") return of;
    draft.remember = of.list;
    return null;
  }
  if (!takesAll(draft, CHECK)) return "`-m recent` is known with `--set` or `--rcheck --seconds` only";
  const word = next(draft);
  const seconds = decimal(word, SECONDS);
  if (seconds <= 0) return `\`${word}\` is no number of seconds from 1 to ${SECONDS}`;
  if (!takesAll(draft, REAP)) return "`-m recent --rcheck` is known with `--reap` and `--name` only";
  const of = list(draft, known, "`-m recent --rcheck` is known with `--rsource` only");
  return typeof of === "string" ? of : add(draft, { kind: "remembered", list: of.list, seconds });
}
