/** Values that a real packet would have, where a difference leaves a choice. */
import { type Address, inFamily, ipv4, ipv6 } from "../../address/address.ts";
import type { Cluster, ClusterNode } from "../../cluster/cluster.ts";
import type { Stretch, Value } from "../../packetset/axis.ts";
import { isLoopback, ownAddresses } from "./parties.ts";

/** Of the ranges for documentation. */
const OUTSIDE = { 4: ipv4(0xc6336407), 6: ipv6(0x20010db8000000000000000000000007n) } as const;
/** All hosts of the link. */
const EVERYBODY = { 4: ipv4(0xffffffff), 6: ipv6(0xff020000000000000000000000000001n) } as const;

/** Unicast addresses that are nobody's loopback; the likeliest first. */
const UNICAST: Readonly<Record<4 | 6, readonly Stretch[]>> = {
  4: [
    { first: 0x01000000, last: 0x7effffff },
    { first: 0x80000000, last: 0xdfffffff },
  ],
  6: [
    { first: 0x2000n << 112n, last: (0x4000n << 112n) - 1n },
    { first: 0xfc00n << 112n, last: (0xfe00n << 112n) - 1n },
    { first: 1n << 120n, last: (0xff00n << 112n) - 1n },
  ],
};

export const addressOf = (family: 4 | 6, value: Value): Address =>
  family === 4 ? ipv4(Number(value)) : ipv6(BigInt(value));

const isWithin = ({ first, last }: Stretch, value: Value): boolean => first <= value && value <= last;

const higher = (one: Value, other: Value): Value => {
  if (one < other) return other;
  return one;
};

/** The first of the addresses that lies in the stretch, else a unicast one of the stretch, else its first. */
export function addressIn(family: 4 | 6, stretch: Stretch, likely: readonly Address[]): Address {
  const known = likely.find((address) => address.family === family && isWithin(stretch, address.value));
  if (known !== undefined) return known;
  for (const unicast of UNICAST[family]) {
    const first = higher(stretch.first, unicast.first);
    if (first > stretch.last || first > unicast.last) continue;
    // A range's first address is seldom anybody's.
    const next = typeof first === "bigint" ? first + 1n : first + 1;
    const isBase = Number(BigInt(first) & 0xffn) === 0 && next <= stretch.last;
    return addressOf(family, isBase ? next : first);
  }
  return addressOf(family, stretch.first);
}

export function portIn({ first, last }: Stretch, likely: readonly number[]): number {
  const known = likely.find((port) => isWithin({ first, last }, port));
  return known ?? Math.max(Number(first), Math.min(1, Number(last)));
}

interface Addressed {
  readonly addresses: Parameters<typeof inFamily<Address>>[0];
}

const declared = (things: readonly Addressed[], family: 4 | 6): readonly Address[] =>
  things.map(({ addresses }) => inFamily(addresses, family)).filter((address) => address !== null);

export interface Likely {
  /** The node's own, loopback behind the others. */
  readonly own: readonly Address[];
  /** Somebody else's, who may send to the node. */
  readonly clients: readonly Address[];
  /** Of pods on this node. */
  readonly pods: readonly Address[];
  /** Somebody else's, whom the node may send or pass on to. */
  readonly servers: readonly Address[];
  readonly everybody: readonly Address[];
}

export function likelyOf(cluster: Cluster, node: ClusterNode, family: 4 | 6): Likely {
  const own = ownAddresses(cluster, node, family);
  const isHere = (pod: { readonly node: ClusterNode }): boolean => pod.node === node;
  const pods = [...cluster.pods.filter(isHere), ...cluster.pods.filter((pod) => !isHere(pod))];
  const others = cluster.nodes.filter((each) => each !== node);
  const inside = [...declared(pods, family), ...declared(others, family)];
  const loopback = family === 4 ? ipv4(0x7f000001) : ipv6(1n);
  return {
    own: [...own, loopback],
    clients: [OUTSIDE[family], ...inside],
    pods: declared(cluster.pods.filter(isHere), family),
    servers: [...inside, OUTSIDE[family]],
    everybody: [EVERYBODY[family]],
  };
}

export const isOwn = ({ own }: Likely, address: Address): boolean =>
  isLoopback(address) || own.some(({ text }) => text === address.text);
