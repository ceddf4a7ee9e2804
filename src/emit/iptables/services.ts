/**
 * A service is found by descending fixed prefixes of its address, a handful of rules a level, never by a list of all. The levels are
 * fixed, and a chain is named by its prefix, so that one more service changes its own chains and nothing else.
 */

import type { Address } from "../../address/address.ts";
import { identifierFor } from "../../address/identifier.ts";
import type { PortRange } from "../../address/port.ts";
import { hostPrefix, type Prefix, prefixOf } from "../../address/prefix.ts";
import type { ServiceTranslation as Door, TranslationBackend } from "../../plan/plan.ts";
import type { IptChain, IptMatch, IptRule } from "./ruleset.ts";

/** The last 16 bits of an address, four at a time; what is before them is one level. */
const LEVELS = { 4: [16, 20, 24, 28], 6: [112, 116, 120, 124] } as const;

export const SERVICES = "NETC-SERVICES";

interface ServiceTranslation extends Door {
  readonly address: Address;
}

const chainOf = (prefix: Prefix): string => identifierFor("chain", "NETC-SVC-", prefix.text);

/** 2³¹ times `weight` out of `left`, as the kernel rounds it. */
const shareOf = (weight: number, left: number): number => Math.round((weight / left) * 0x80000000);

/** The draw: each backend takes its share of what the ones before it left; the last takes the rest. */
export function leafRules(service: ServiceTranslation): readonly IptRule[] {
  const { protocol, port, statement } = service;
  const matches: IptMatch[] = [{ kind: "destination", prefix: hostPrefix(service.address) }];
  if (protocol !== null) matches.push({ kind: "protocol", protocol });
  if (protocol !== null && port !== null) matches.push({ kind: "ports", protocol, source: null, destination: port });
  let left = service.backends.reduce((sum, { weight }) => sum + weight, 0);
  return service.backends.map((backend) => {
    const isLast = backend.weight === left;
    const share: IptMatch = { kind: "share", share: shareOf(backend.weight, left) };
    left -= backend.weight;
    return {
      matches: isLast ? matches : [...matches, share],
      target: { kind: "DNAT", address: backend.address, ...portsOf(service, backend) },
      comment: statement,
    };
  });
}

/** The backend's ports where they differ from the service's; a range keeps its places by the port it begins at. */
function portsOf(
  { port }: ServiceTranslation,
  backend: TranslationBackend,
): { readonly ports: PortRange | null; readonly base: number | null } {
  if (backend.port === null || port === null || backend.port.first === port.first) return { ports: null, base: null };
  return { ports: backend.port, base: port.first === port.last ? null : port.first };
}

interface Block {
  readonly prefix: Prefix;
  readonly services: readonly ServiceTranslation[];
}

/** Runs of services of one prefix; they come in the order of their addresses. */
function blocksOf(services: readonly ServiceTranslation[], length: number): readonly Block[] {
  const blocks: { prefix: Prefix; services: ServiceTranslation[] }[] = [];
  for (const service of services) {
    const prefix = prefixOf(service.address, length);
    const last = blocks.at(-1);
    if (last?.prefix.text === prefix.text) last.services.push(service);
    else blocks.push({ prefix, services: [service] });
  }
  return blocks;
}

function chainsBelow(name: string, services: readonly ServiceTranslation[], level: number): readonly IptChain[] {
  const length = services[0] === undefined ? undefined : LEVELS[services[0].address.family][level];
  if (length === undefined) return [{ name, rules: services.flatMap(leafRules) }];
  const blocks = blocksOf(services, length);
  const rules = blocks.map(
    ({ prefix }): IptRule => ({
      matches: [{ kind: "destination", prefix }],
      target: { kind: "chain", chain: chainOf(prefix) },
      comment: null,
    }),
  );
  return [{ name, rules }, ...blocks.flatMap((block) => chainsBelow(chainOf(block.prefix), block.services, level + 1))];
}

/** The chains of all services, those of the plan's canonical order. */
export function serviceChains(doors: readonly Door[]): readonly IptChain[] {
  const services = doors.filter((door): door is ServiceTranslation => door.address !== null && door.clients === "all");
  return services.length === 0 ? [] : chainsBelow(SERVICES, services, 0);
}
