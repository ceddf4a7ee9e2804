/**
 * Where nodeports listen on this node (language.md §2, `nodeports`; §3.3, §3.5): its declared address, every one of its own but loopback, or of
 * these the ones in some ranges.
 */
import type { AddressRange, Test } from "../program.ts";
import { rangesIn, v4, v6Address } from "./addresses.ts";
import type { Subject } from "./subject.ts";
import { addressIn, addressNotIn } from "./words.ts";

/** "Services on 127.0.0.1 are not served" (§3.3). */
const LOOPBACK: Readonly<Record<4 | 6, AddressRange>> = { 4: v4(127, 0, 0, 0, 8), 6: v6Address(1n) };

/** The addresses as far as the program says them: `null` for whichever the node has, empty for none. */
export function nodeportAddresses({ cluster, family, own }: Subject): readonly AddressRange[] | null {
  const { nodeports } = cluster.settings;
  if (nodeports.kind === "primary") return own;
  return nodeports.kind === "all" ? null : rangesIn(family, nodeports.ranges);
}

/** Where nodeports listen at addresses that the program does not know. */
export const listensWidely = ({ cluster }: Subject): boolean => cluster.settings.nodeports.kind !== "primary";

/** What a packet before translation is that asks for such an address; `null` where none listens. */
export function listening(subject: Subject): readonly Test[] | null {
  const addresses = nodeportAddresses(subject);
  if (addresses?.length === 0) return null;
  const within = addresses === null ? [] : [addressIn("destination", addresses)];
  if (!listensWidely(subject)) return within;
  const own: Test = { kind: "own", of: "destination", is: true };
  return [own, ...addressNotIn("destination", [LOOPBACK[subject.family]]), ...within];
}

/** The same of what is delivered here or comes to pass, where whatever is delivered is the node's own. */
export function delivered(subject: Subject): readonly Test[] | null {
  const addresses = nodeportAddresses(subject);
  if (addresses === null) return [];
  return addresses.length === 0 ? null : [addressIn("destination", addresses)];
}
