/**
 * How packets come to a node and leave it: by a device that rules name or another, of a group that they name or another, and, of what comes,
 * whether that is the way back to its source. It is one header, whose values are just those that hang together: loopback is no pod's device,
 * and what comes by it is on its way back (rpfilter_is_loopback, nft_fib_is_loopback).
 */
import { type Ranges, rangesOf } from "../../packetset/ranges.ts";
import { POD_GROUP } from "../program.ts";

export const LOOPBACK = "lo";

export interface Departure {
  /** `null`: one that no rule names. */
  readonly device: string | null;
  /** `null`: one that no rule names. */
  readonly group: number | null;
}

export interface Arrival extends Departure {
  readonly isWayBack: boolean;
}

const canBe = ({ device, group }: Departure): boolean => device !== LOOPBACK || group !== POD_GROUP;

/** Those that no rule names come first: of two packets that differ alike a person is shown the plainer one. */
export function departuresOf(devices: readonly string[], groups: readonly number[]): readonly Departure[] {
  return [null, ...devices].flatMap((device) => [null, ...groups].map((group) => ({ device, group }))).filter(canBe);
}

export function arrivalsOf(devices: readonly string[], groups: readonly number[]): readonly Arrival[] {
  return departuresOf(devices, groups).flatMap((each): readonly Arrival[] => [
    { ...each, isWayBack: true },
    ...(each.device === LOOPBACK ? [] : [{ ...each, isWayBack: false }]),
  ]);
}

/** The places of those that something is true of. */
export const placesWhere = <T>(all: readonly T[], is: (one: T) => boolean): Ranges =>
  rangesOf(all.flatMap((one, at) => (is(one) ? [at, at] : [])));
