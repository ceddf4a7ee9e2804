/**
 * The plan as JSON, for machines and for a diff: version 2, addresses and ranges as text, the statement behind each fact and never its
 * place. One fact is one line, so that a fact more is a line more.
 */

import type { Address } from "../address/address.ts";
import type { PortRange } from "../address/port.ts";
import type { Prefix } from "../address/prefix.ts";
import { unreachable } from "../diagnostics/bug.ts";
import {
  type Condition,
  type Draining,
  FILTER_HOOKS,
  type NodePlan,
  type NodeportAddresses,
  type PacketMark,
  type PacketPlan,
  type PodLink,
  type Route,
  type ServiceTranslation,
  type SourceTranslation,
  STAGES,
  type Tunnel,
  type Verdict,
} from "./plan.ts";

export const PLAN_VERSION = 2;

const text = (address: Address | null): string | null => address?.text ?? null;
const ports = (range: PortRange | null): readonly [number, number] | null =>
  range === null ? null : [range.first, range.last];

function condition(part: Condition): Record<string, unknown> {
  switch (part.kind) {
    case "source":
    case "destination":
      return { [part.kind]: part.prefixes.map((prefix) => prefix.text) };
    case "protocol":
      return { protocol: part.protocol };
    case "source-port":
    case "destination-port":
      return { [part.kind]: ports(part.ports) };
    case "asked":
      return { asked: part.prefixes?.map((prefix) => prefix.text) ?? null, "asked-port": ports(part.ports) };
    case "pod-device":
      return { "pod-device": part.side };
    case "astray":
      return { astray: true };
    case "translated":
      return { translated: true };
    case "own-source":
      return { "own-source": true };
    case "state":
      return { state: part.state };
    case "icmp-types":
      return { "icmp-types": part.types };
    case "leaves-by":
      return { "leaves-by": part.device };
    case "loopback":
      return { loopback: part.side };
    default:
      return unreachable(part);
  }
}

const match = (conditions: readonly Condition[]): unknown => Object.assign({}, ...conditions.map(condition));

const link = ({ statement, pod, namespace, device, ends }: PodLink) => ({
  statement,
  pod,
  namespace,
  device,
  ends: ends.map((end) => ({
    address: end.address.text,
    gateway: end.gateway.text,
    "gateway-by": end.gatewayBy,
    source: text(end.source),
  })),
});

const route = ({ statement, prefix, via, device, onlink, source }: Route) => ({
  statement,
  prefix: prefix.text,
  via: text(via),
  device,
  onlink,
  source: text(source),
});

const service = ({ statement, address, protocol, port, clients, backends, affinity }: ServiceTranslation) => ({
  statement,
  address: text(address),
  protocol,
  port: ports(port),
  clients,
  backends: backends.map((backend) => ({
    address: backend.address.text,
    port: ports(backend.port),
    weight: backend.weight,
  })),
  affinity: affinity === null ? null : { key: affinity.key, seconds: affinity.seconds },
});

const draining = ({ statement, address, protocol, port, backends }: Draining) => ({
  statement,
  address: text(address),
  protocol,
  port: ports(port),
  backends: backends.map((backend) => ({ address: backend.address.text, port: ports(backend.port) })),
});

const verdict = ({ statement, match: conditions, action, log }: Verdict) => ({
  statement,
  match: match(conditions),
  action,
  log: log?.prefix ?? null,
});

const mark = ({ statement, match: conditions, value, mask }: PacketMark) => ({
  statement,
  match: match(conditions),
  value,
  mask,
});

const translation = ({ statement, match: conditions, action }: SourceTranslation) => ({
  statement,
  match: match(conditions),
  action: action.kind,
  address: action.kind === "to-address" ? action.address.text : null,
});

const texts = (prefixes: readonly Prefix[]): readonly string[] => prefixes.map((prefix) => prefix.text);

const nodeports = (where: NodeportAddresses) =>
  where.kind === "named"
    ? { kind: where.kind, prefixes: texts(where.prefixes) }
    : { kind: where.kind, within: where.within === null ? null : texts(where.within) };

/** A list with one item a line. */
function lines(items: readonly unknown[], indent: string): string {
  if (items.length === 0) return "[]";
  return `[\n${items.map((item) => `${indent}  ${JSON.stringify(item)}`).join(",\n")}\n${indent}]`;
}

function object(fields: readonly (readonly [string, string])[], indent: string): string {
  return `{\n${fields.map(([key, value]) => `${indent}  ${JSON.stringify(key)}: ${value}`).join(",\n")}\n${indent}}`;
}

function packetsText(packets: PacketPlan): string {
  const inner = "      ";
  const deeper = "        ";
  const filter = FILTER_HOOKS.map((hook) => {
    const stages = STAGES.map(
      (stage) => [stage, lines(packets.filter[hook][stage].map(verdict), `${deeper}  `)] as const,
    );
    return [hook, object(stages, deeper)] as const;
  });
  const stages = packets.postrouting.map((stage) =>
    object(
      [
        ["stage", JSON.stringify(stage.kind)],
        ["except", JSON.stringify(stage.except)],
        ["translations", lines(stage.translations.map(translation), `${deeper}  `)],
      ],
      deeper,
    ),
  );
  const { pods, others } = packets.senders;
  const senders = object(
    [
      ["pods", lines(pods.map(verdict), deeper)],
      ["others", lines(others.map(verdict), deeper)],
    ],
    inner,
  );
  const marks = object(
    [
      ["prerouting", lines(packets.marks.prerouting.map(mark), deeper)],
      ["output", lines(packets.marks.output.map(mark), deeper)],
    ],
    inner,
  );
  return object(
    [
      ["family", String(packets.family)],
      ["service-ranges", JSON.stringify(texts(packets.serviceRanges))],
      ["inside", JSON.stringify(texts(packets.inside))],
      ["nodeports", JSON.stringify(nodeports(packets.nodeports))],
      ["senders", senders],
      ["marks", marks],
      ["services", lines(packets.services.map(service), inner)],
      ["draining", lines(packets.draining.map(draining), inner)],
      ["postrouting", stages.length === 0 ? "[]" : `[\n${deeper}${stages.join(`,\n${deeper}`)}\n${inner}]`],
      ["filter", object(filter, inner)],
    ],
    "    ",
  );
}

function tunnelText(tunnel: Tunnel | null): string {
  if (tunnel === null) return "null";
  const peers = tunnel.peers.map(({ statement, hardware, remote, addresses }) => ({
    statement,
    hardware,
    remote: remote.text,
    addresses: addresses.map((address) => address.text),
  }));
  return object(
    [
      ["device", JSON.stringify(tunnel.device)],
      ["hardware", JSON.stringify(tunnel.hardware)],
      ["underlay", JSON.stringify(tunnel.underlay)],
      ["local", JSON.stringify(tunnel.local.text)],
      ["addresses", JSON.stringify(tunnel.addresses.map((address) => address.text))],
      ["peers", lines(peers, "    ")],
    ],
    "  ",
  );
}

export function planJson(plan: NodePlan): string {
  const slices = plan.slices.map(({ statement, prefix }) => ({ statement, prefix: prefix.text }));
  const sysctls = plan.sysctls.map(({ statement, key, value }) => ({ statement, key, value }));
  const fields: readonly (readonly [string, string])[] = [
    ["version", String(PLAN_VERSION)],
    ["node", JSON.stringify(plan.node)],
    ["mtu", JSON.stringify(plan.mtu)],
    ["tunnel", tunnelText(plan.tunnel)],
    ["links", lines(plan.links.map(link), "  ")],
    ["routes", lines(plan.routes.map(route), "  ")],
    ["slices", lines(slices, "  ")],
    ["sysctls", lines(sysctls, "  ")],
    ["packets", `[\n    ${plan.packets.map(packetsText).join(",\n    ")}\n  ]`],
  ];
  return `${object(fields, "")}\n`;
}
