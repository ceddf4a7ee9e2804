/** `mark`: set before translation, so that destinations are what the packet asks for. */
import { hostPrefix, type Prefix } from "../../address/prefix.ts";
import type { Mark, Selector } from "../../cluster/cluster.ts";
import { askedPorts } from "../../cluster/doors.ts";
import { nodeportHosts } from "../../cluster/sides.ts";
import type { PacketMark, PacketPlan } from "../plan.ts";
import { addressesOfTarget, asSaid, type ByLength, byLength } from "./addresses.ts";
import type { PolicyContext, Reading } from "./destinations.ts";
import { matchOf } from "./policy.ts";
import { type Side, type Source, sourcesOf } from "./sources.ts";

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

/** Readings of the same ports as one: a list is one condition, however long. */
function joined(readings: readonly Reading[]): readonly Reading[] {
  const byPorts = new Map<string, Reading & { readonly prefixes: Prefix[] | null }>();
  for (const reading of readings) {
    const { prefixes, protocol, ports } = reading;
    const key = `${prefixes === null} ${protocol} ${ports?.first}-${ports?.last}`;
    const earlier = byPorts.get(key);
    if (earlier === undefined) byPorts.set(key, { ...reading, prefixes: prefixes && [...prefixes] });
    else for (const prefix of prefixes ?? []) earlier.prefixes?.push(prefix);
  }
  return [...byPorts.values()];
}

/** Sources of one length and of the same ports. */
interface Alike extends Source {
  readonly length: number;
  readonly prefixes: Prefix[] | null;
}

/** A wide prefix takes in no longer one, which would lose its length. */
function alike(context: PolicyContext, sources: readonly Selector[], side: Side): readonly Alike[] {
  const groups = new Map<string, Alike>();
  const add = (length: number, { protocol, ports }: Source, prefix: Prefix | null): void => {
    const key = `${length} ${protocol} ${ports?.first}-${ports?.last}`;
    const group = groups.get(key) ?? { length, protocol, ports, prefixes: prefix === null ? null : [] };
    groups.set(key, group);
    if (prefix !== null) group.prefixes?.push(prefix);
  };
  for (const selector of sources)
    for (const source of sourcesOf(context, [selector], side)) {
      if (source.prefixes === null) add(lengthOfAll(context, selector), source, null);
      else for (const prefix of asSaid(source.prefixes)) add(prefix.length, source, prefix);
    }
  return [...groups.values()];
}

function marksOf(context: PolicyContext, mark: Mark, side: Side): readonly (ByLength & { mark: PacketMark })[] {
  const { value, mask, statement, origin } = mark;
  const readings = joined(mark.destinations.flatMap((selector) => readingsOf(context, selector)));
  return alike(context, mark.sources, side).flatMap((source) =>
    readings.flatMap((reading) => {
      const match = matchOf(source, reading);
      if (match === null) return [];
      return [{ length: source.length, key: statement, mark: { match, value, mask, statement, origin } }];
    }),
  );
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
