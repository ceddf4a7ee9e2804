/** What becomes of one packet, in words for people and machines. */

import { readEnd } from "../compare/same.ts";
import type { End } from "../fates/end.ts";
import type { Outcome } from "../fates/outcome.ts";
import { hasPorts } from "../protocols.ts";
import { fractionOf } from "./fraction.ts";
import type { Packet } from "./packet.ts";

export interface Branch {
  /** `accept`, `drop`, `reject with tcp-reset`, `to 10.244.1.10 port 80`, `from 192.168.100.100`, `pass`: no rule of this hook decides. */
  readonly end: string;
  /** From 0 to 1. */
  readonly share: number;
  /** The share as a fraction, `1/3`. */
  readonly fraction: string;
  /** Whether the client is remembered for this backend. */
  readonly isRemembered: boolean;
}

export interface Fate {
  /** What is drawn among, most likely first; one alone is certain. */
  readonly branches: readonly Branch[];
  /** Ends for clients that are remembered, for so many seconds. */
  readonly remembered: readonly { readonly end: string; readonly seconds: number }[];
  /** Marks and logs on the way. */
  readonly notes: readonly string[];
}

export function fateOf({ ends, shares, held, notes }: Outcome, packet: Packet): Fate {
  const read = (end: End): { readonly end: string; readonly isRemembered: boolean } => {
    const { end: what, list } = readEnd(end, packet.destinationPort);
    return { end: hasPorts(packet.protocol) ? what : what.replace(/ port .*$/, ""), isRemembered: list !== null };
  };
  const branches = ends.map((end, at) => {
    const share = shares[at]!;
    return { ...read(end), share, fraction: fractionOf(share) };
  });
  return {
    branches: branches.sort((a, b) => b.share - a.share || (a.end < b.end ? -1 : 1)),
    remembered: held.map(({ end, seconds }) => ({ end: read(end).end, seconds })),
    notes,
  };
}
