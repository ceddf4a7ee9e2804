/** Which of the golden nodes run the code of a mutation: every function and every block says when it begins. */
import { type Bundler, loaded } from "./bundle.ts";
import type { SourceFile } from "./files.ts";
import type { Mutation } from "./mutation.ts";
import { programNodes } from "./programs.ts";
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

/** The innermost block around the mutation; `null`: it runs when the program is loaded. */
function around({ start, end }: Mutation, probes: readonly Probe[]): number | null {
  const found = probes.filter((probe) => probe.start <= start && end <= probe.end);
  const sizes = found.map((probe) => probe.end - probe.start);
  return found[sizes.indexOf(Math.min(...sizes))]?.id ?? null;
}

/** The titles of the nodes that run a mutation's code. */
export type Coverage = (mutation: Mutation) => readonly string[];

export async function createCoverage(files: readonly SourceFile[], bundler: Bundler): Promise<Coverage> {
  const byFile = new Map<string, readonly Probe[]>();
  const texts = new Map<string, string>();
  let many = 0;
  for (const file of files) {
    const own = probesIn(file, many);
    many += own.length;
    byFile.set(file.path, own);
    texts.set(file.path, probed(file, own));
  }
  const scope = globalThis as Record<string, unknown>;
  scope[PROBED] = new Set<number>();
  const program = loaded(await bundler.bundle(texts));
  const ran = programNodes().map(({ title, cluster, node }) => {
    const seen = new Set<number>();
    scope[PROBED] = seen;
    program.textsOf(cluster, node);
    return { title, seen };
  });
  return (mutation) => {
    const probe = around(mutation, byFile.get(mutation.file)!);
    return ran.filter(({ seen }) => probe === null || seen.has(probe)).map(({ title }) => title);
  };
}
