/** `mark`: set before translation, so that destinations are what the packet asks for. */
import { hostPrefix, type Prefix } from "../../address/prefix.ts";
import type { Mark, Selector } from "../../cluster/cluster.ts";
import { askedPorts } from "../../cluster/doors.ts";
import { nodeportHosts } from "../../cluster/sides.ts";
import type { PacketMark, PacketPlan } from "../plan.ts";
import { addressesOfTarget, asSaid, type ByLength, byLength } from "./addresses.ts";
import type { PolicyContext, Reading } from "./destinations.ts";
import { matchOf } from "./policy.ts";
import { type Side, sourcesOf } from "./sources.ts";

function readingsOf(context: PolicyContext, selector: Selector): readonly Reading[] {
  const { cluster, family, index } = context;
  const { target, protocol, ports } = selector;
  if (target.kind === "service") {
    const nodeports = nodeportHosts(cluster).filter(({ address }) => address.family === family);
    return index.ofService(target.service).flatMap((door) => {
      const asked = askedPorts(selector, door);
      const prefixes = door.address === null ? nodeports : [hostPrefix(door.address)];
      return asked === null || prefixes.length === 0 ? [] : [{ of: "now", prefixes, ...asked }];
    });
  }
  const addresses = addressesOfTarget(cluster, family, target);
  if (addresses === "any") return [{ of: "now", prefixes: null, protocol, ports }];
  return addresses.length === 0 ? [] : [{ of: "now", prefixes: addresses, protocol, ports }];
}

/** `any` is shorter than every prefix; a node as all that it sends only than a single address, as which it is known elsewhere. */
const lengthOfAll = ({ family }: PolicyContext, { target }: Selector): number =>
  target.kind === "any" ? -1 : (family === 4 ? 32 : 128) - 0.5;

function marksOf(context: PolicyContext, mark: Mark, side: Side): readonly (ByLength & { mark: PacketMark })[] {
  const { value, mask, statement, origin } = mark;
  const readings = mark.destinations.flatMap((selector) => readingsOf(context, selector));
  // Each by itself: a wide one takes in no longer prefix, which would lose its length.
  const sources = mark.sources.flatMap((selector) =>
    sourcesOf(context, [selector], side).map((source) => ({ source, everything: lengthOfAll(context, selector) })),
  );
  return sources.flatMap(({ source, everything }) => {
    const each: readonly (Prefix | null)[] = source.prefixes === null ? [null] : asSaid(source.prefixes);
    return each.flatMap((prefix) =>
      readings.flatMap((reading) => {
        const match = matchOf({ ...source, prefixes: prefix === null ? null : [prefix] }, reading);
        if (match === null) return [];
        const key = `${prefix?.text} ${statement}`;
        return [{ length: prefix?.length ?? everything, key, mark: { match, value, mask, statement, origin } }];
      }),
    );
  });
}

function sideMarks(context: PolicyContext, side: Side): readonly PacketMark[] {
  return context.cluster.marks
    .flatMap((mark) => marksOf(context, mark, side))
    .sort(byLength)
    .map(({ mark }) => mark);
}

export function planMarks(context: PolicyContext): PacketPlan["marks"] {
  return { prerouting: sideMarks(context, "arriving"), output: sideMarks(context, "sending") };
}
