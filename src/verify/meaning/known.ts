/**
 * How a connection that netc translated is known afterwards (semantics.md, "Source translation"): by the address that was asked for where a
 * service alone has it, and with the door's protocol and ports where a node or a pod has it, since others translate there too.
 */
import type { Prefix } from "../../address/prefix.ts";
import { holderOf } from "../../cluster/holders.ts";
import type { Term, Test } from "../program.ts";
import { protocolNumber } from "../protocols.ts";
import { type Door, only, shapesOf } from "./doors.ts";
import { nodeportAddresses } from "./nodeports.ts";
import type { Subject } from "./subject.ts";
import { addressIn, TRANSLATED } from "./words.ts";

/** Of what asks for an address in the range of services nothing is anybody else's, whether a service has it or not. */
export const askedWhole = ({ services, free }: Subject): readonly Prefix[] => [...services, ...free];

export const isToldByPorts = ({ cluster }: Subject, { kind, address }: Door): boolean =>
  address === null || (kind !== "vip" && holderOf(cluster, address) !== null);

/** Exact doors, by address, protocol and ports. */
export const askedAtDoors = ({ family }: Subject, doors: readonly Door[]): readonly (readonly Test[])[] =>
  shapesOf(doors, family, "asked").map(({ key, elements }) => [
    { kind: "member", key, elements: elements.map(({ terms }) => terms) },
  ]);

/**
 * Nodeports: at the declared address by that; where the address is not known, with the backend as well, which is the packet's
 * destination, or of an answer its source.
 */
function askedAtNodeports(
  subject: Subject,
  doors: readonly Door[],
  end: "destination" | "source",
): readonly (readonly Test[])[] {
  const addresses = nodeportAddresses(subject);
  if (addresses?.length === 0 || doors.length === 0) return [];
  const at = addresses === null ? [] : [addressIn("asked", addresses)];
  if (subject.cluster.settings.nodeports.kind === "primary")
    return askedAtDoors(subject, doors).map((tests) => [...at, ...tests]);
  const elements = doors.flatMap(({ protocol, port, leads }) =>
    leads.map(({ address }): readonly Term[] => [only(address), protocolNumber(protocol!, subject.family), port!]),
  );
  const key = [{ kind: "address", of: end }, { kind: "protocol" }, { kind: "ports", of: "asked-port" }] as const;
  return [[...at, { kind: "member", key, elements }]];
}

/** What was translated at these doors: nothing at one without a backend. Each list of tests is one way to be it. */
export function translatedAt(
  subject: Subject,
  doors: readonly Door[],
  end: "destination" | "source" = "destination",
): readonly (readonly Test[])[] {
  const leading = doors.filter(({ leads }) => leads.length > 0);
  const exact = leading.filter(({ address }) => address !== null);
  const nodeports = leading.filter(({ address }) => address === null);
  return [...askedAtDoors(subject, exact), ...askedAtNodeports(subject, nodeports, end)].map((tests) => [
    TRANSLATED,
    ...tests,
  ]);
}
