import type { PortLine, Backend as SaidBackend, ServiceStatement } from "../../../grammar/ast.ts";
import type { Address } from "../../address/address.ts";
import { byFamily, present } from "../../address/address.ts";
import { formatPorts, isProtocol, width } from "../../address/port.ts";
import { diagnose } from "../../diagnostics/diagnostic.ts";
import type { Origin, Source } from "../../diagnostics/source.ts";
import type { Backend, Pod, Service, ServicePort } from "../cluster.ts";
import { membersOf } from "../groups.ts";
import { statementLabel } from "../label.ts";
import { type Ports, readAddress, readByFamily, readPorts } from "../literals.ts";
import { declare, type GroupEntry, lookUp, type Names } from "../names.ts";
import { originOf, type Program, type Report, saidOf } from "../program.ts";
import { readNodeport, readOptions } from "./service-options.ts";

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

type BackendTarget = Pick<Backend, "addresses" | "pod">;

/** Each pod of a group is a backend; anything else in it cannot be one. */
function podsOfGroup(context: Context, group: GroupEntry, origin: Origin): readonly BackendTarget[] {
  return membersOf(group).flatMap(({ target }) => {
    if (target.kind === "pod") return [{ addresses: target.pod.addresses, pod: target.pod }];
    const name = `a member of group ${group.name}`;
    context.report(diagnose("wrong-kind", { name, is: target.kind, wanted: "pod" }, origin));
    return [];
  });
}

/** The backends that one item of a line stands for; none after a report. */
function backendTargets(context: Context, said: SaidBackend): readonly BackendTarget[] {
  const { names, source, report } = context;
  const { endpoint } = said;
  if (endpoint.kind === "BarePort") {
    report(diagnose("port-list", { port: endpoint.port.text }, originOf(source, endpoint)));
    return [];
  }
  const { target } = endpoint;
  switch (target.kind) {
    case "SetWord":
      report(diagnose("wrong-word", { word: target.word, what: "a backend" }, originOf(source, target)));
      return [];
    case "AddressLiteral": {
      const address = readAddress(target, source, report);
      return address === null ? [] : [byAddress(context, address)];
    }
    case "NameRef": {
      const named = lookUp(names, target, ["pod", "group"], source, report);
      if (named?.kind === "group") return podsOfGroup(context, named, originOf(source, target));
      return named?.kind === "pod" ? [{ addresses: named.addresses, pod: named }] : [];
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
    report(diagnose("backend-protocol", { what: "a backend", text: port.text, protocol: service.protocol }, origin));
    return null;
  }
  const ports = readPorts(port, source, report);
  if (ports === null || ports.ports === null || service.ports === null) return ports;
  if (width(ports.ports) === width(service.ports)) return ports;
  const params = { what: `the backend's ports ${port.text}`, service: formatPorts(service.ports) };
  report(diagnose("port-width", params, origin));
  return null;
}

/** More would be a ring of more slots than a draw needs. */
const MOST_WEIGHT = 1000;

function readWeight(context: Context, said: SaidBackend): number {
  if (said.weight === null) return 1;
  const weight = Number(said.weight.text);
  if (/^\d+$/.test(said.weight.text) && weight <= MOST_WEIGHT) return weight;
  context.report(
    diagnose("bad-weight", { text: said.weight.text, most: MOST_WEIGHT }, originOf(context.source, said.weight)),
  );
  return 1;
}

const FEW = 8;

/** Each backend once: an address and a port, the service's where it says none. */
function withoutRepeated(context: Context, backends: readonly Backend[], service: Ports | null): readonly Backend[] {
  const addressOf = ({ addresses }: Backend): string => (addresses.v4 ?? addresses.v6)?.text ?? "";
  const numberOf = ({ port }: Backend): number => (port ?? service?.ports)?.first ?? 0;
  const isSame = (a: Backend, b: Backend): boolean => addressOf(a) === addressOf(b) && numberOf(a) === numberOf(b);
  // Most lines have a few: comparing those costs less than a table of them.
  if (backends.length <= FEW && !backends.some((each, at) => backends.findIndex((other) => isSame(each, other)) < at)) {
    return backends;
  }
  const seen = new Set<string>();
  return backends.filter((backend) => {
    const key = `${addressOf(backend)} ${numberOf(backend)}`;
    const isFirst = !seen.has(key);
    seen.add(key);
    if (!isFirst) context.report(diagnose("duplicate-backend", {}, backend.origin));
    return isFirst;
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
    const port = backendPort(context, backend, service);
    const ports = port === "keep" || port === null ? null : port.ports;
    const weight = readWeight(context, backend);
    const origin = originOf(context.source, backend);
    for (const { addresses, pod } of backendTargets(context, backend)) {
      found.push({ addresses, pod, port: ports, weight, origin });
    }
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
  if (line.label !== null && isProtocol(line.label.text)) {
    report(diagnose("protocol-label", { label: line.label.text }, originOf(source, line.label)));
  }
  return [
    {
      protocol: ports.protocol,
      port: ports.ports,
      label: line.label?.text ?? null,
      nodeport: readNodeport(line, ports, source, report),
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
  const origin = originOf(context.source, statement.name);
  return [{ protocol: null, port: null, label: null, nodeport: null, backends, origin }];
}

/** Services by name, their ports still empty: groups may hold services, and services may lead to groups. */
export function declareServices(program: Program, names: Names, report: Report): void {
  for (const { statement, source } of saidOf(program, "ServiceStatement")) {
    declare(
      names.service,
      statement.name,
      (): Service => {
        const { addresses, places } = readByFamily(statement.addresses, source, report, readAddress);
        const options = readOptions(statement, source, report);
        return {
          kind: "service",
          name: statement.name.text,
          addresses,
          places,
          ports: [],
          ...options,
          origin: originOf(source, statement.name),
          statement: statementLabel(statement),
        };
      },
      source,
      report,
      (service) => service.origin,
    );
  }
}

export function bindServices(program: Program, names: Names, report: Report): void {
  const podsByAddress = new Map<string, Pod>();
  for (const pod of names.pod.values()) {
    for (const address of present(pod.addresses)) podsByAddress.set(address.text, pod);
  }
  for (const { statement, source } of saidOf(program, "ServiceStatement")) {
    const service = names.service.get(statement.name.text);
    const isOwn = service?.origin.span === statement.name.span;
    if (service === undefined || !isOwn) continue;
    (service.ports as ServicePort[]).push(...bindPorts({ names, source, report, podsByAddress }, statement));
  }
}
