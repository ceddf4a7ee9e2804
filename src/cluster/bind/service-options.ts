/** The options of a service's block, and the nodeports of its lines. */
import type { AddressLiteral, PortLine, ServiceOption, ServiceStatement } from "../../../grammar/ast.ts";
import { formatPorts, width } from "../../address/port.ts";
import { diagnose, replaceFix } from "../../diagnostics/diagnostic.ts";
import type { Source } from "../../diagnostics/source.ts";
import type { SaidAddress, SaidPorts, Service } from "../cluster.ts";
import { type Ports, readAddress, readPorts, readPrefixes } from "../literals.ts";
import { originOf, type Report } from "../program.ts";

type Options = Pick<Service, "affinity" | "external" | "loadbalancer" | "isInternalLocal" | "isExternalLocal">;

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** Language reference, `affinity`. */
const LONGEST = 86_400;

function readAffinity(
  { duration }: Extract<ServiceOption, { kind: "Affinity" }>,
  source: Source,
  report: Report,
): Options["affinity"] {
  const [, digits = "", unit = ""] = /^(\d+)([smhd])$/.exec(duration.text) ?? [];
  const seconds = Number(digits) * (SECONDS[unit] ?? 0);
  const origin = originOf(source, duration);
  if (seconds >= 1 && seconds <= LONGEST) return { seconds, origin };
  const nearest = seconds > LONGEST ? "24h" : "1s";
  const fixes = [replaceFix(`write \`${nearest}\``, origin, nearest)];
  report(diagnose("bad-duration", { text: duration.text }, origin, { fixes }));
  return null;
}

function readAddresses(literals: readonly AddressLiteral[], source: Source, report: Report): readonly SaidAddress[] {
  return literals.flatMap((literal) => {
    const address = readAddress(literal, source, report);
    return address === null ? [] : [{ address, origin: originOf(source, literal) }];
  });
}

function readLoadBalancer(
  option: Extract<ServiceOption, { kind: "LoadBalancer" }>,
  source: Source,
  report: Report,
): Options["loadbalancer"] {
  return {
    addresses: readAddresses(option.addresses, source, report),
    from: option.from === null ? null : readPrefixes(option.from, source, report),
    origin: originOf(source, option),
  };
}

const NONE: Options = {
  affinity: null,
  external: [],
  loadbalancer: null,
  isInternalLocal: false,
  isExternalLocal: false,
};

type Kind = ServiceOption["kind"];

/** Each option once: the grammar reports a second one and leaves it out. */
export function readOptions({ body }: ServiceStatement, source: Source, report: Report): Options {
  if (body.kind === "AllProtocols" || body.options.length === 0) return NONE;
  const said = <K extends Kind>(kind: K) =>
    body.options.find((option): option is Extract<ServiceOption, { kind: K }> => option.kind === kind);
  const affinity = said("Affinity");
  const loadbalancer = said("LoadBalancer");
  return {
    affinity: affinity === undefined ? null : readAffinity(affinity, source, report),
    external: readAddresses(said("External")?.addresses ?? [], source, report),
    loadbalancer: loadbalancer === undefined ? null : readLoadBalancer(loadbalancer, source, report),
    isInternalLocal: said("InternalLocal") !== undefined,
    isExternalLocal: said("ExternalTrafficLocal") !== undefined,
  };
}

/** As many ports as the line's; `null` where none are said, or after a report. */
export function readNodeport({ nodeport }: PortLine, line: Ports, source: Source, report: Report): SaidPorts | null {
  if (nodeport === null) return null;
  const origin = originOf(source, nodeport);
  const { text } = nodeport;
  const slash = text.indexOf("/");
  if (slash !== -1) {
    const bare = text.slice(0, slash);
    const fixes = [replaceFix(`write \`${bare}\``, origin, bare)];
    report(diagnose("backend-protocol", { what: "a nodeport", text, protocol: line.protocol }, origin, { fixes }));
    return null;
  }
  if (line.protocol === "icmp") {
    report(diagnose("icmp-port", { text: `nodeport ${text}` }, origin));
    return null;
  }
  const ports = readPorts(nodeport, source, report)?.ports ?? null;
  if (ports === null) return null;
  if (line.ports !== null && width(ports) === width(line.ports)) return { ...ports, origin };
  const service = line.ports === null ? `ports of ${line.protocol}, which are all,` : formatPorts(line.ports);
  report(diagnose("port-width", { what: `the nodeport ${text}`, service }, origin));
  return null;
}
