/** Files that `verify` looks at, as `compile -o` lays them out, and the texts of rules in them. */
import { Bug } from "../../diagnostics/bug.ts";
import type { Unread } from "../../verify/program.ts";
import type { ProvedText } from "../../verify/prove.ts";
import { carriesAll, splitScript, unreadIn } from "../../verify/read/script.ts";

/** Those that hold rules to prove, as `compile --target` names them. */
export const PROVABLE = ["iptables", "ip6tables", "nft", "sh"] as const;
export type Provable = (typeof PROVABLE)[number];

/** `down.sh` holds no rules: it is compared with netc's own. */
export const VERIFIABLE = [...PROVABLE, "down"] as const;
export type Verifiable = (typeof VERIFIABLE)[number];

export const isProvable = (target: string): target is Provable => PROVABLE.some((each) => each === target);
export const isVerifiable = (target: string): target is Verifiable => VERIFIABLE.some((each) => each === target);

/** How rules of iptables are judged: as whole tables, or as own chains that stand beside others' rules. */
export const FORMS = ["whole", "coexist"] as const;
export type Form = (typeof FORMS)[number];

export interface VerifiedFile {
  readonly target: Verifiable;
  /** As it is shown. */
  readonly path: string;
  readonly text: string;
  /** Of a script: what netc itself writes, one of which it has to be, its rules aside. None: netc wrote the text just now. */
  readonly own: readonly string[];
}

/** A text of rules, and where it stands. */
export interface Part {
  readonly text: ProvedText;
  readonly file: VerifiedFile;
  /** How many lines of the file stand before it. */
  readonly above: number;
}

export interface Parts {
  readonly parts: readonly Part[];
  /** Files whose rules cannot be taken for rules alone. */
  readonly unread: readonly { readonly file: VerifiedFile; readonly unread: readonly Unread[] }[];
}

/** The rules that a script carries; its own chains of iptables are led to by the script. */
function carriedIn(file: VerifiedFile): Parts {
  const script = splitScript(file.text);
  if (file.own.length === 0 && !carriesAll(script)) throw new Bug(`${file.path} does not carry all rules`);
  const unread = script.carried.flatMap(unreadIn);
  if (unread.length > 0) return { parts: [], unread: [{ file, unread }] };
  const parts = script.carried.map(({ target, text, above }): Part => {
    const form = target === "nft" ? "whole" : "coexist";
    return { text: { target, text, form }, file, above };
  });
  return { parts, unread: [] };
}

function partsIn(file: VerifiedFile, form: Form): Parts {
  const { target, text } = file;
  if (target === "down") return { parts: [], unread: [] };
  if (target === "sh") return carriedIn(file);
  return { parts: [{ text: { target, text, form: target === "nft" ? "whole" : form }, file, above: 0 }], unread: [] };
}

export function partsOf(files: readonly VerifiedFile[], form: Form): Parts {
  const all = files.map((file) => partsIn(file, form));
  return { parts: all.flatMap(({ parts }) => parts), unread: all.flatMap(({ unread }) => unread) };
}
