import type { PortLine, Backend as SaidBackend, ServiceStatement } from "../../../grammar/ast.ts";
import type { Address } from "../../address/address.ts";
import { byFamily, present } from "../../address/address.ts";
import { diagnose } from "../../diagnostics/diagnostic.ts";
import type { Source } from "../../diagnostics/source.ts";
import type { Backend, Pod, Service, ServicePort } from "../cluster.ts";
import { statementLabel } from "../label.ts";
import { type Ports, readAddress, readByFamily, readPorts } from "../literals.ts";
import { declare, lookUp, type Names } from "../names.ts";
import { originOf, type Program, type Report, saidOf } from "../program.ts";

interface Context {
  readonly names: Names;
  readonly source: Source;
  readonly report: Report;
  /** A backend may be named by its address: it is the pod all the same. */
  readonly podsByAddress: ReadonlyMap<string, Pod>;
}

function byAddress(context: Context, address: Address): Pick<Backend, "addresses" | "pod"> {
  const pod = context.podsByAddress.get(address.text) ?? null;
  return { addresses: byFamily(address), pod };
}

function backendTarget(context: Context, said: SaidBackend): Pick<Backend, "addresses" | "pod"> | null {
  const { names, source, report } = context;
  const { endpoint } = said;
  if (endpoint.kind === "BarePort") {
    report(diagnose("port-list", { port: endpoint.port.text }, originOf(source, endpoint)));
    return null;
  }
  const { target } = endpoint;
  switch (target.kind) {
    case "SetWord":
      report(diagnose("wrong-word", { word: target.word, what: "a backend" }, originOf(source, target)));
      return null;
    case "AddressLiteral": {
      const address = readAddress(target, source, report);
      return address === null ? null : byAddress(context, address);
    }
    case "NameRef": {
      const named = lookUp(names, target, ["pod", "group"], source, report);
      if (named === null) return null;
      if (named.kind === "pod") return { addresses: named.addresses, pod: named };
      report(diagnose("not-supported-yet", { what: "a group as a backend" }, originOf(source, target)));
      return null;
    }
  }
}

/** The port a backend listens on; `"keep"` where it is the service's, `null` after a report. */
function backendPort(context: Context, said: SaidBackend, service: Ports | null): Ports | "keep" | null {
  const { source, report } = context;
  if (said.endpoint.kind === "BarePort" || said.endpoint.port === null) return "keep";
  const { port } = said.endpoint;
  const origin = originOf(source, port);
  if (service === null) {
    report(diagnose("port-not-allowed", { port: port.text, what: "a backend of a service for every port" }, origin));
    return null;
  }
  if (port.form === "word" || port.text.includes("/")) {
    report(diagnose("backend-protocol", { text: port.text, protocol: service.protocol }, origin));
    return null;
  }
  return readPorts(port, source, report);
}

/** Each backend once: an address and a port, the service's where it says none. */
function withoutRepeated(context: Context, backends: readonly Backend[], service: Ports | null): readonly Backend[] {
  const number = ({ port }: Backend): number => (port ?? service?.ports)?.first ?? 0;
  const seen = new Map<string, number[]>();
  const isFirst = (backend: Backend): boolean => {
    const address = (backend.addresses.v4 ?? backend.addresses.v6)?.text ?? "";
    const numbers = seen.get(address);
    if (numbers === undefined) seen.set(address, [number(backend)]);
    else if (numbers.includes(number(backend))) return false;
    else numbers.push(number(backend));
    return true;
  };
  return backends.filter((backend) => {
    const first = isFirst(backend);
    if (!first) context.report(diagnose("duplicate-backend", {}, backend.origin));
    return first;
  });
}

function bindBackends(
  context: Context,
  said: readonly SaidBackend[] | "none",
  service: Ports | null,
): readonly Backend[] {
  if (said === "none") return [];
  const found: Backend[] = [];
  for (const backend of said) {
    const target = backendTarget(context, backend);
    const port = backendPort(context, backend, service);
    if (target === null) continue;
    const ports = port === "keep" || port === null ? null : port.ports;
    const origin = originOf(context.source, backend);
    found.push({ addresses: target.addresses, pod: target.pod, port: ports, weight: 1, origin });
  }
  return found.length < 2 ? found : withoutRepeated(context, found, service);
}

function bindLine(context: Context, line: PortLine): readonly ServicePort[] {
  const { source, report } = context;
  const ports = readPorts(line.port, source, report);
  if (ports === null) {
    if (line.port.form === "word")
      report(diagnose("bad-protocol", { text: line.port.text }, originOf(source, line.port)));
    return [];
  }
  return [
    {
      protocol: ports.protocol,
      port: ports.ports,
      label: line.label?.text ?? null,
      backends: bindBackends(context, line.backends, ports),
      origin: originOf(source, line.port),
    },
  ];
}

function bindPorts(context: Context, statement: ServiceStatement): readonly ServicePort[] {
  const { body } = statement;
  if (body.kind === "Block") {
    if (body.lines.length === 0) {
      context.report(
        diagnose("service-without-ports", { service: statement.name.text }, originOf(context.source, statement.name)),
      );
    }
    return body.lines.flatMap((line) => bindLine(context, line));
  }
  const backends = bindBackends(context, body.backends, null);
  return [{ protocol: null, port: null, label: null, backends, origin: originOf(context.source, statement.name) }];
}

export function bindServices(program: Program, names: Names, report: Report): void {
  const podsByAddress = new Map<string, Pod>();
  for (const pod of names.pod.values()) {
    for (const address of present(pod.addresses)) podsByAddress.set(address.text, pod);
  }
  for (const { statement, source } of saidOf(program, "ServiceStatement")) {
    declare(
      names.service,
      statement.name,
      (): Service => ({
        kind: "service",
        name: statement.name.text,
        ...readByFamily(statement.addresses, source, report, readAddress),
        ports: bindPorts({ names, source, report, podsByAddress }, statement),
        origin: originOf(source, statement.name),
        statement: statementLabel(statement),
      }),
      source,
      report,
      (service) => service.origin,
    );
  }
}
