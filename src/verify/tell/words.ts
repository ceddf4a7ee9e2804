/** What becomes of one packet, in words for people and machines. */

import { readEnd } from "../compare/same.ts";
import { type Effect, wordsOfEffect } from "../fates/effect.ts";
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
  /** Marks and logs on the way to this end. */
  readonly notes: readonly string[];
}

export interface Fate {
  /** What is drawn among, most likely first; one alone is certain. */
  readonly branches: readonly Branch[];
  /** Ends for clients that are remembered, for so many seconds. */
  readonly remembered: readonly { readonly end: string; readonly seconds: number }[];
  /** Marks and logs on the way to any of the ends. */
  readonly notes: readonly string[];
}

const isNote = ({ kind }: Effect): boolean => kind !== "remember";

export function fateOf({ ends, shares, asks }: Outcome, packet: Packet): Fate {
  const read = (end: End): string => {
    const what = readEnd(end, packet.destinationPort);
    return hasPorts(packet.protocol) ? what : what.replace(/ port .*$/, "");
  };
  const branches = ends.map((one, at): Branch => {
    const share = shares[at]!;
    const notes = one.effects.filter(isNote).map(wordsOfEffect);
    const isRemembered = !one.effects.every(isNote);
    return { end: read(one), share, fraction: fractionOf(share), isRemembered, notes };
  });
  return {
    branches: branches.sort((a, b) => b.share - a.share || (a.end < b.end ? -1 : 1)),
    remembered: asks.flatMap(({ found, seconds }) => found.ends.map((end) => ({ end: read(end), seconds }))),
    notes: [...new Set(branches.flatMap(({ notes }) => notes))],
  };
}
