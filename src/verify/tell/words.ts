/** What becomes of one packet, in words for people and machines. */

import { readEnd, tolerance } from "../compare/same.ts";
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
  /** The ends that ask whether they know the client from then on; the branch's own, where all is well. */
  readonly rememberedFor: readonly string[];
  /** Marks and logs on the way to this end, as often as they are made. */
  readonly notes: readonly string[];
}

export interface Fate {
  /** What is drawn among, most likely first; one alone is certain. */
  readonly branches: readonly Branch[];
  /** Ends for clients that are remembered, for so many seconds, in a list as the program or the rules call it. */
  readonly remembered: readonly { readonly end: string; readonly seconds: number; readonly list: string }[];
  /** Marks and logs on the way to any of the ends. */
  readonly notes: readonly string[];
}

const isNote = ({ kind }: Effect): boolean => kind !== "remember";

export function fateOf({ ends, shares, asks }: Outcome, packet: Packet): Fate {
  const read = (end: End): string => {
    const what = readEnd(end, packet.destinationPort);
    return hasPorts(packet.protocol) ? what : what.replace(/ port .*$/, "");
  };
  const remembered = asks.flatMap(({ list, found, seconds }) =>
    found.ends.map((end) => ({ list, end: read(end), seconds })),
  );
  const askedOf = (effects: readonly Effect[]): readonly string[] => {
    const lists = effects.flatMap((effect) => (effect.kind === "remember" ? [effect.list] : []));
    return [...new Set(remembered.filter(({ list }) => lists.includes(list)).map(({ end }) => end))];
  };
  const near = tolerance(ends.length);
  const branches = ends.map((one, at): Branch => {
    const share = shares[at]!;
    const notes = one.effects.filter(isNote).map(wordsOfEffect);
    const isRemembered = !one.effects.every(isNote);
    const rememberedFor = askedOf(one.effects);
    return { end: read(one), share, fraction: fractionOf(share, near), isRemembered, rememberedFor, notes };
  });
  return {
    branches: branches.sort((a, b) => b.share - a.share || (a.end < b.end ? -1 : 1)),
    remembered: remembered.map(({ end, seconds, list }) => ({ end, seconds, list })),
    notes: [...new Set(branches.flatMap(({ notes }) => notes))],
  };
}
