/** Files that hold rules, as `compile -o` lays them out, and the texts in them that a proof is about. */
import type { Unread } from "../../verify/program.ts";
import type { ProvedText } from "../../verify/prove.ts";
import { readScript } from "../../verify/read/script.ts";

/** As `compile --target` names them. What `down` and `json` print holds no rules to prove. */
export const PROVABLE = ["iptables", "ip6tables", "nft", "sh"] as const;
export type Provable = (typeof PROVABLE)[number];

export const isProvable = (target: string): target is Provable => PROVABLE.some((each) => each === target);

export interface RulesFile {
  readonly target: Provable;
  /** As it is shown. */
  readonly path: string;
  readonly text: string;
}

/** A text of rules, and where it stands. */
export interface Part {
  readonly text: ProvedText;
  readonly path: string;
  /** How many lines of the file stand before it. */
  readonly above: number;
}

export interface Parts {
  readonly parts: readonly Part[];
  /** Files in which no rules could be found. */
  readonly unread: readonly { readonly file: RulesFile; readonly unread: readonly Unread[] }[];
}

type Form = ProvedText["form"];

const OF_THE_KERNEL = /^(?::|-A )(?:PREROUTING|INPUT|FORWARD|OUTPUT|POSTROUTING)(?: |$)/m;

/** Whole tables name the kernel's own chains; `null` where no chain at all is named. */
function formOf(text: string): Form | null {
  if (OF_THE_KERNEL.test(text)) return "whole";
  return /^:/m.test(text) ? "coexist" : null;
}

const isTables = ({ target }: RulesFile): boolean => target === "iptables" || target === "ip6tables";

/**
 * A file of iptables has the form that its chains show. One without chains has the form of the other family's: beside whole tables it
 * is a file that was lost, beside own chains alone it may say that a family has none.
 */
export function partsOf(files: readonly RulesFile[]): Parts {
  const forms = files.filter(isTables).map(({ text }) => formOf(text));
  const common: Form = forms.includes("whole") ? "whole" : "coexist";
  const parts: Part[] = [];
  const unread: Parts["unread"][number][] = [];
  for (const file of files) {
    const { target, path, text } = file;
    if (target === "sh") {
      const script = readScript(text);
      if ("unread" in script) unread.push({ file, unread: script.unread });
      else {
        for (const { target: carried, text: rules, above } of script.carried)
          parts.push({
            text: { target: carried, text: rules, form: carried === "nft" ? "whole" : "coexist" },
            path,
            above,
          });
      }
    } else {
      const form = target === "nft" ? "whole" : (formOf(text) ?? common);
      parts.push({ text: { target, text, form }, path, above: 0 });
    }
  }
  return { parts, unread };
}
