/** One text: what the reader says of it, what the real tool makes of it, and whether that is the same. */
import type { Read } from "../../../src/verify/program.ts";
import { readIptables } from "../../../src/verify/read/iptables.ts";
import { readNft } from "../../../src/verify/read/nft.ts";
import { Unlisted } from "./literals.ts";
import { programOf, readListing, setLines, withoutOtherIcmp } from "./nft-json.ts";
import { type Difference, differenceOf, type Normal, normalOf } from "./normal.ts";
import { readSaved, withoutSilent } from "./saved.ts";
import { sizesOf } from "./sizes.ts";
import { flushIptables, flushNft, type Loaded, loadIptables, loadNft, type Variant } from "./tools.ts";

export interface Asked {
  readonly target: "iptables" | "ip6tables" | "nft";
  readonly form: "whole" | "coexist";
  /** Of iptables; nft has one. */
  readonly variant: Variant;
  readonly text: string;
}

export type Verdict =
  | { readonly kind: "unread"; readonly reason: string }
  /** The reader threw. */
  | { readonly kind: "crashed"; readonly reason: string }
  | { readonly kind: "equal" }
  | { readonly kind: "refused"; readonly reason: string }
  | { readonly kind: "differs"; readonly difference: Difference };

/** The reader under test: of a text of both families it is asked twice. */
export type Reader = (asked: Asked, family: 4 | 6) => Read;

export const realReader: Reader = ({ target, form, text }, family) =>
  target === "nft" ? readNft(text, family) : readIptables(text, family, form);

const FAMILIES = { iptables: [4], ip6tables: [6], nft: [4, 6] } as const;

/** Lines that are missing from a text are told apart from those that are not known; either way nothing is proved. */
function reasonOf(read: Read): string | null {
  if ("unread" in read) return read.unread[0]?.reason ?? "nothing is said";
  return read.whole != null && read.whole.chains.length > 0 ? "lines are missing" : null;
}

/** What a reader reads; else why it does not. */
function understood(asked: Asked, read: Reader): Normal | string {
  const lines = new Map<string, readonly string[]>();
  for (const family of FAMILIES[asked.target]) {
    const answer = read(asked, family);
    const reason = reasonOf(answer);
    if (reason !== null || !("program" in answer)) return reason ?? "it is not read";
    const program = asked.target === "nft" ? withoutOtherIcmp(answer.program) : withoutSilent(answer.program);
    for (const [name, said] of normalOf(program)) lines.set(name, said);
  }
  if (asked.target === "nft") lines.set("sets", sizesOf(asked.text));
  return lines;
}

function listed({ target, form }: Asked, listing: string): Normal {
  if (target !== "nft") return normalOf(readSaved(listing, target === "iptables" ? 4 : 6, form));
  const table = readListing(listing);
  const lines = new Map<string, readonly string[]>();
  for (const family of FAMILIES.nft)
    for (const [name, said] of normalOf(withoutOtherIcmp(programOf(table, family)))) lines.set(name, said);
  return lines.set("sets", setLines(table));
}

function load({ target, form, variant, text }: Asked): Loaded {
  return target === "nft" ? loadNft(text) : loadIptables(target, variant, form, text);
}

/** What an earlier text left behind. */
export function flush({ target, variant }: Pick<Asked, "target" | "variant">): void {
  if (target === "nft") flushNft();
  else flushIptables(target, variant);
}

function compare(asked: Asked, said: Normal, loaded: Loaded): Verdict {
  if ("refused" in loaded) return { kind: "refused", reason: loaded.refused };
  try {
    const difference = differenceOf(said, listed(asked, loaded.listing));
    return difference === null ? { kind: "equal" } : { kind: "differs", difference };
  } catch (error) {
    if (!(error instanceof Unlisted)) throw error;
    return { kind: "differs", difference: { where: "the listing", reader: null, tool: error.message } };
  }
}

function askReader(asked: Asked, read: Reader): Normal | Verdict {
  try {
    const said = understood(asked, read);
    return typeof said === "string" ? { kind: "unread", reason: said } : said;
  } catch (error) {
    return { kind: "crashed", reason: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}

/** A fault counts only where nothing was left behind by another text. */
export function judge(asked: Asked, read: Reader): Verdict {
  const said = askReader(asked, read);
  if ("kind" in said) return said;
  const verdict = compare(asked, said, load(asked));
  if (verdict.kind === "equal") return verdict;
  flush(asked);
  const again = compare(asked, said, load(asked));
  flush(asked);
  return again;
}
