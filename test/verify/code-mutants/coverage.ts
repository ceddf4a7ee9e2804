/** Which of the golden nodes run the code of a mutation: every function and every block says when it begins. */
import type { SourceFile } from "./files.ts";
import type { Mutation } from "./mutation.ts";
import { type Node, treeOf, walk } from "./syntax.ts";

/** A block, or an arrow function's expression. */
interface Probe {
  readonly id: number;
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly isBlock: boolean;
}

const PROBED = "netcRuns";

const isBlock = ({ type }: Node): boolean => type === "BlockStatement";
const isExpression = (node: Node, [around]: readonly Node[]): boolean =>
  around?.type === "ArrowFunctionExpression" && around.body === node && !isBlock(node);

function probesIn({ path, text }: SourceFile, first: number): readonly Probe[] {
  const found: Probe[] = [];
  walk(treeOf(text), (node, around) => {
    if (!isBlock(node) && !isExpression(node, around)) return;
    found.push({ id: first + found.length, file: path, start: node.start, end: node.end, isBlock: isBlock(node) });
  });
  return found;
}

/** The arrow's expression may be a tree with TypeScript around it, and is put in brackets as a whole. */
function probed({ text }: SourceFile, probes: readonly Probe[]): string {
  const inserts = probes.flatMap(({ id, start, end, isBlock: opens }) =>
    opens
      ? [{ at: start + 1, order: 0, what: `${PROBED}.add(${id});` }]
      : [
          { at: start, order: start, what: `(${PROBED}.add(${id}), ` },
          { at: end, order: -start, what: ")" },
        ],
  );
  let made = "";
  let from = 0;
  for (const { at, what } of inserts.sort((a, b) => a.at - b.at || a.order - b.order)) {
    made += text.slice(from, at) + what;
    from = at;
  }
  return made + text.slice(from);
}

export interface Coverage {
  /** Texts with probes, by path. */
  readonly texts: ReadonlyMap<string, string>;
  /** The probes that ran while `run` did. */
  readonly during: (run: () => void) => ReadonlySet<number>;
  /** The probe of the innermost block around the mutation; `null`: it runs when the program is loaded. */
  readonly probeOf: (mutation: Mutation) => number | null;
}

export function createCoverage(files: readonly SourceFile[]): Coverage {
  const probes: Probe[] = [];
  const texts = new Map<string, string>();
  for (const file of files) {
    const own = probesIn(file, probes.length);
    for (const probe of own) probes.push(probe);
    texts.set(file.path, probed(file, own));
  }
  const scope = globalThis as Record<string, unknown>;
  scope[PROBED] = new Set<number>();
  return {
    texts,
    during(run) {
      const seen = new Set<number>();
      scope[PROBED] = seen;
      run();
      scope[PROBED] = new Set<number>();
      return seen;
    },
    probeOf({ file, start, end }) {
      const around = probes.filter(
        (probe) =>
          probe.file === file &&
          probe.start <= start &&
          end <= probe.end &&
          !(probe.start === start && probe.end === end),
      );
      const sizes = around.map((probe) => probe.end - probe.start);
      return around[sizes.indexOf(Math.min(...sizes))]?.id ?? null;
    },
  };
}
