/** The chain from texts to what each node must do, and nothing else: sources in, cluster and plans out. Pure: the host reads. */
import type { Fault, IncludeStatement } from "../grammar/ast.ts";
import { parse } from "../grammar/parse.ts";
import { bind } from "./cluster/bind.ts";
import { check } from "./cluster/check.ts";
import type { Cluster, ClusterNode } from "./cluster/cluster.ts";
import type { Program, Said } from "./cluster/program.ts";
import { type Diagnostic, diagnose, type Result, replaceFix } from "./diagnostics/diagnostic.ts";
import type { Source } from "./diagnostics/source.ts";
import { buildPlan } from "./plan/build.ts";
import { optimize } from "./plan/optimize.ts";
import type { NodePlan } from "./plan/plan.ts";

/** Opens what an `include` names; the same file is the same object, however it is named. What cannot be opened is a diagnostic. */
export type Open = (include: IncludeStatement, from: Source) => Source | Diagnostic;

export function fromFault(fault: Fault, source: Source): Diagnostic {
  const origin = { source, span: fault.span };
  const { fix } = fault;
  const at = fix?.span === undefined ? origin : { source, span: fix.span };
  return diagnose(fault.code, { message: fault.message }, origin, {
    fixes: fix === undefined ? [] : [replaceFix(fix.title, at, fix.text)],
  });
}

interface Frame {
  readonly source: Source;
  readonly statements: readonly Said[];
  next: number;
}

/** Every statement of `root` and of what it includes, each file once, in the place where it is first named. */
export function assemble(root: Source, open: Open): Result<Program> {
  const diagnostics: Diagnostic[] = [];
  const program: Said[] = [];
  const taken = new Set<Source>();
  const stack: Frame[] = [];
  const enter = (source: Source): void => {
    taken.add(source);
    const tree = parse(source.text);
    for (const fault of tree.faults) diagnostics.push(fromFault(fault, source));
    stack.push({ source, statements: tree.statements.map((statement) => ({ statement, source })), next: 0 });
  };
  enter(root);
  while (stack.length > 0) {
    const frame = stack.at(-1)!;
    const said = frame.statements[frame.next];
    frame.next += 1;
    if (said === undefined) {
      stack.pop();
      continue;
    }
    const { statement } = said;
    if (statement.kind !== "IncludeStatement") {
      program.push(said);
      continue;
    }
    const opened = open(statement, frame.source);
    if ("code" in opened) diagnostics.push(opened);
    else if (!taken.has(opened)) enter(opened);
    else {
      const at = stack.findIndex(({ source }) => source === opened);
      if (at === -1) continue;
      const circle = [...stack.slice(at).map(({ source }) => source.path), opened.path];
      diagnostics.push(diagnose("circular-include", { circle }, { source: frame.source, span: statement.span }));
    }
  }
  return { value: program, diagnostics };
}

/** What the program means, and everything that is wrong with it. With an error among the diagnostics the cluster is incomplete. */
export function analyze(root: Source, open: Open): Result<Cluster> {
  const program = assemble(root, open);
  const cluster = bind(program.value);
  const said = [...program.diagnostics, ...cluster.diagnostics];
  return { value: cluster.value, diagnostics: [...said, ...check(cluster.value, said)] };
}

/** What one node must do. */
export function planNode(cluster: Cluster, node: ClusterNode): NodePlan {
  return optimize(buildPlan(cluster, node));
}
