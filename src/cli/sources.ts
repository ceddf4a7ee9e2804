/** The texts of a program that was read, so that a thread can compile it again without reading anything. */
import type { Source } from "../diagnostics/source.ts";
import type { Program } from "./host.ts";

/** A plain value, for a copy to another thread. The first text is the root. */
export interface Sources {
  readonly texts: readonly Source[];
  /** What an `include` of a text led to. */
  readonly opened: readonly { readonly from: number; readonly path: string; readonly to: number }[];
}

export interface Recorded {
  readonly program: Program;
  /** What was opened up to now. */
  readonly sources: () => Sources;
}

export function recording({ root, open }: Program): Recorded {
  const texts = [root];
  const opened: { from: number; path: string; to: number }[] = [];
  const numberOf = (source: Source): number => {
    if (!texts.includes(source)) texts.push(source);
    return texts.indexOf(source);
  };
  return {
    program: {
      root,
      open: (include, from) => {
        const answer = open(include, from);
        if (!("code" in answer)) opened.push({ from: numberOf(from), path: include.path.text, to: numberOf(answer) });
        return answer;
      },
    },
    sources: () => ({ texts, opened }),
  };
}

/** The program of `sources`; only of one in which every `include` could be opened. */
export function reopen({ texts, opened }: Sources): Program {
  const places = new Map(opened.map(({ from, path, to }) => [`${from}\n${path}`, texts[to]!]));
  const numbers = new Map(texts.map((source, at) => [source, at]));
  return {
    root: texts[0]!,
    open: (include, from) => places.get(`${numbers.get(from)}\n${include.path.text}`)!,
  };
}
