/**
 * Nodeports are found by blocks of ports, of 256 and then of 16, each protocol by itself: a handful of rules a level. What does not lie
 * within one block stands on the level above.
 */
import type { PortRange, Protocol } from "../../address/port.ts";
import { joined, type Part } from "./blocks.ts";
import type { IptMatch } from "./ruleset.ts";

export const WIDTHS = [256, 16] as const;

export interface PortItem {
  readonly protocol: Protocol;
  readonly port: PortRange;
}

export interface PortBlocks<T extends PortItem> {
  readonly stem: string;
  readonly partOf: (item: T) => Part;
}

export const portMatches = (protocol: Protocol, destination: PortRange): readonly IptMatch[] => [
  { kind: "protocol", protocol },
  { kind: "ports", protocol, source: null, destination },
];

/** The block of so many ports that holds one; port 0 is in none. */
export const blockOf = (port: number, width: number): PortRange => {
  const first = port - (port % width);
  return { first: Math.max(first, 1), last: first + width - 1 };
};

/** The rules of the tree's root, and the chains below it; items come by protocol, then by port. */
export function portsPart<T extends PortItem>(blocks: PortBlocks<T>, items: readonly T[], level = 0): Part {
  const width = WIDTHS[level];
  if (width === undefined) return joined(items.map(blocks.partOf));
  const parts: Part[] = [];
  for (let at = 0; at < items.length; ) {
    const { protocol, port } = items[at]!;
    const block = blockOf(port.first, width);
    const isWithin = (item: T): boolean => item.protocol === protocol && item.port.last <= block.last;
    if (!isWithin(items[at]!)) {
      parts.push(blocks.partOf(items[at]!));
      at += 1;
      continue;
    }
    let end = at + 1;
    while (end < items.length && isWithin(items[end]!)) end += 1;
    const name = `${blocks.stem}${protocol}-${block.first}-${block.last}`;
    const below = portsPart(blocks, items.slice(at, end), level + 1);
    parts.push({
      rules: [{ matches: portMatches(protocol, block), target: { kind: "chain", chain: name }, comment: null }],
      chains: [{ name, rules: below.rules }, ...below.chains],
    });
    at = end;
  }
  return joined(parts);
}
