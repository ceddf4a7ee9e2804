/** What the language says and this release does not emit yet: each is an error, so that nothing is silently left out. */
import type { Backend, PortLine, ServiceStatement, Span, Statement } from "../../grammar/ast.ts";
import { diagnose } from "../diagnostics/diagnostic.ts";
import type { Program, Report } from "./program.ts";

interface Missing {
  readonly what: string;
  readonly span: Span;
}

function ofBackends(backends: readonly Backend[] | "none"): readonly Missing[] {
  if (backends === "none") return [];
  return backends.flatMap(({ weight }) => (weight === null ? [] : { what: "`weight`", span: weight.span }));
}

function ofLine(line: PortLine): readonly Missing[] {
  const found: Missing[] = [];
  if (line.nodeport !== null) found.push({ what: "`nodeport`", span: line.nodeport.span });
  if (/^\d+-\d+/.test(line.port.text)) found.push({ what: "a range of ports in a service", span: line.port.span });
  return [...found, ...ofBackends(line.backends)];
}

const OPTIONS = {
  Affinity: "`affinity`",
  External: "`external`",
  LoadBalancer: "`loadbalancer`",
  InternalLocal: "`internal local`",
  ExternalTrafficLocal: "`external-traffic local`",
} as const;

function ofService({ body }: ServiceStatement): readonly Missing[] {
  if (body.kind === "AllProtocols") return ofBackends(body.backends);
  return [
    ...body.lines.flatMap(ofLine),
    ...body.options.map((option) => ({ what: OPTIONS[option.kind], span: option.span })),
  ];
}

function ofStatement(said: Statement): readonly Missing[] {
  switch (said.kind) {
    case "ClusterStatement": {
      const found: Missing[] = [];
      const { network, gateway, mtu, nodeports } = said;
      if (network !== null && network.word !== "host-gw")
        found.push({ what: `\`network ${network.word}\``, span: network.span });
      if (gateway?.word === "proxy-arp") found.push({ what: "`gateway proxy-arp`", span: gateway.span });
      if (mtu !== null) found.push({ what: "`mtu`", span: mtu.span });
      if (nodeports !== null) found.push({ what: "`nodeports`", span: nodeports.span });
      return found;
    }
    case "ServiceStatement":
      return ofService(said);
    case "MasqueradeStatement":
      return said.except === null || said.except.length === 0
        ? []
        : [{ what: "`masquerade … except`", span: said.except[0]!.span }];
    case "SnatStatement":
      return [{ what: "`snat`", span: said.keyword }];
    case "RouteStatement":
      return [{ what: "`route`", span: said.keyword }];
    case "MarkStatement":
      return [{ what: "`mark`", span: said.keyword }];
    case "PolicyStatement":
      return said.log === null ? [] : [{ what: "`log`", span: said.log.span }];
    default:
      return [];
  }
}

export function reportUnsupported(program: Program, report: Report): void {
  for (const { statement, source } of program) {
    for (const { what, span } of ofStatement(statement))
      report(diagnose("not-supported-yet", { what }, { source, span }));
  }
}
