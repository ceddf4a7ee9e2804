/**
 * The plan as JSON, for machines and for a diff: version 1, addresses and ranges as text, the statement behind each fact and never its
 * place. One fact is one line, so that a fact more is a line more.
 */

import type { Address } from "../address/address.ts";
import type { PortRange } from "../address/port.ts";
import { unreachable } from "../diagnostics/bug.ts";
import {
  type Condition,
  FILTER_HOOKS,
  type NodePlan,
  type PacketPlan,
  type PodLink,
  type Route,
  type ServiceTranslation,
  SOURCE_STAGES,
  type SourceTranslation,
  STAGES,
  type Verdict,
} from "./plan.ts";

export const PLAN_VERSION = 1;

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
    case "translated":
      return { translated: true };
    case "state":
      return { state: part.state };
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
  ends: ends.map((end) => ({ address: end.address.text, gateway: end.gateway.text, source: text(end.source) })),
});

const route = ({ statement, prefix, via, device, onlink, source }: Route) => ({
  statement,
  prefix: prefix.text,
  via: text(via),
  device,
  onlink,
  source: text(source),
});

const service = ({ statement, address, protocol, port, backends }: ServiceTranslation) => ({
  statement,
  address: address.text,
  protocol,
  port: ports(port),
  backends: backends.map((backend) => ({
    address: backend.address.text,
    port: ports(backend.port),
    weight: backend.weight,
  })),
});

const verdict = (fact: Verdict) => ({ statement: fact.statement, match: match(fact.match), action: fact.action });

const translation = ({ statement, match: conditions, action }: SourceTranslation) => ({
  statement,
  match: match(conditions),
  action: action.kind,
  address: action.kind === "to-address" ? action.address.text : null,
});

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
  const sources = SOURCE_STAGES.map(
    (stage) => [stage, lines(packets.postrouting[stage].map(translation), deeper)] as const,
  );
  return object(
    [
      ["family", String(packets.family)],
      ["services", lines(packets.services.map(service), inner)],
      ["postrouting", object(sources, inner)],
      ["filter", object(filter, inner)],
    ],
    "    ",
  );
}

export function planJson(plan: NodePlan): string {
  const sysctls = plan.sysctls.map(({ statement, key, value }) => ({ statement, key, value }));
  const fields: readonly (readonly [string, string])[] = [
    ["version", String(PLAN_VERSION)],
    ["node", JSON.stringify(plan.node)],
    ["links", lines(plan.links.map(link), "  ")],
    ["routes", lines(plan.routes.map(route), "  ")],
    ["sysctls", lines(sysctls, "  ")],
    ["packets", `[\n    ${plan.packets.map(packetsText).join(",\n    ")}\n  ]`],
  ];
  return `${object(fields, "")}\n`;
}
