/** Where nodeports listen on this node: its declared address, every one of its own but loopback, or of these the ones in some ranges. */

import { isFault } from "../../address/address.ts";
import { type Prefix, parsePrefix } from "../../address/prefix.ts";
import { Bug } from "../../diagnostics/bug.ts";
import type { Test } from "../program.ts";
import { inThis, type Subject } from "./subject.ts";
import { addressIn, addressNotIn } from "./words.ts";

export function constant(text: string): Prefix {
  const prefix = parsePrefix(text);
  if (isFault(prefix)) throw new Bug(`${text} is no range`);
  return prefix;
}

const LOOPBACK = { 4: constant("127.0.0.0/8"), 6: constant("::1/128") } as const;

/** The addresses as far as the program says them: `null` for whichever the node has, empty for none. */
export function nodeportAddresses({ cluster, family, own }: Subject): readonly Prefix[] | null {
  const { nodeports } = cluster.settings;
  if (nodeports.kind === "primary") return own;
  return nodeports.kind === "all" ? null : inThis(family, nodeports.ranges);
}

/** What a packet before translation is that asks for such an address; `null` where none listens. */
export function listening(subject: Subject): readonly Test[] | null {
  const addresses = nodeportAddresses(subject);
  if (addresses?.length === 0) return null;
  const within = addresses === null ? [] : [addressIn("destination", addresses)];
  if (subject.cluster.settings.nodeports.kind === "primary") return within;
  const own: Test = { kind: "own", of: "destination", is: true };
  return [own, ...addressNotIn("destination", [LOOPBACK[subject.family]]), ...within];
}

/** The same of what is delivered here or comes to pass, where whatever is delivered is the node's own. */
export function delivered(subject: Subject): readonly Test[] | null {
  const addresses = nodeportAddresses(subject);
  if (addresses === null) return [];
  return addresses.length === 0 ? null : [addressIn("destination", addresses)];
}
