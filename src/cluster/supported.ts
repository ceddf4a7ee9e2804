/** What the language says and this release does not emit yet: each is an error, so that nothing is silently left out. */
import type { PortLine, ServiceStatement, Span, Statement } from "../../grammar/ast.ts";
import { diagnose } from "../diagnostics/diagnostic.ts";
import type { Program, Report } from "./program.ts";

interface Missing {
  readonly what: string;
  readonly span: Span;
}

const ofLine = ({ nodeport }: PortLine): readonly Missing[] =>
  nodeport === null ? [] : [{ what: "`nodeport`", span: nodeport.span }];

const OPTIONS = {
  Affinity: "`affinity`",
  External: "`external`",
  LoadBalancer: "`loadbalancer`",
  InternalLocal: "`internal local`",
  ExternalTrafficLocal: "`external-traffic local`",
} as const;

function ofService({ body }: ServiceStatement): readonly Missing[] {
  if (body.kind === "AllProtocols") return [];
  return [
    ...body.lines.flatMap(ofLine),
    ...body.options.map((option) => ({ what: OPTIONS[option.kind], span: option.span })),
  ];
}

function ofStatement(said: Statement): readonly Missing[] {
  if (said.kind === "ServiceStatement") return ofService(said);
  if (said.kind !== "ClusterStatement" || said.nodeports === null) return [];
  return [{ what: "`nodeports`", span: said.nodeports.span }];
}

export function reportUnsupported(program: Program, report: Report): void {
  for (const { statement, source } of program) {
    for (const { what, span } of ofStatement(statement))
      report(diagnose("not-supported-yet", { what }, { source, span }));
  }
}
