/**
 * How a connection that netc translated is known afterwards (semantics.md, "Source translation"): by the address that was asked for where a
 * service alone has it, and with the frontend's protocol and ports where a node or a pod has it, since others translate there too.
 */
import type { AddressRange, Term, Test } from "../program.ts";
import { protocolNumber } from "../protocols.ts";
import { only } from "./addresses.ts";
import { type Frontend, shapesOf } from "./frontends.ts";
import { listensWidely, nodeportAddresses } from "./nodeports.ts";
import type { Subject } from "./subject.ts";
import { addressIn, TRANSLATED } from "./words.ts";

/** Of what asks for an address in the range of services nothing is anybody else's, whether a service has it or not. */
export const askedWhole = ({ services, free }: Subject): readonly AddressRange[] => [...services, ...free];

export const isToldByPorts = ({ holderOf }: Subject, { kind, address }: Frontend): boolean =>
  address === null || (kind !== "vip" && holderOf(address) !== null);

/** Exact frontends, by address, protocol and ports. */
export const askedAtFrontends = ({ family }: Subject, frontends: readonly Frontend[]): readonly (readonly Test[])[] =>
  shapesOf(frontends, family, "asked").map(({ key, elements }) => [
    { kind: "member", key, elements: elements.map(({ terms }) => terms) },
  ]);

/**
 * Nodeports: at the declared address by that; where the address is not known, with the backend as well, which is the packet's
 * destination, or of an answer its source.
 */
function askedAtNodeports(
  subject: Subject,
  frontends: readonly Frontend[],
  end: "destination" | "source",
): readonly (readonly Test[])[] {
  const addresses = nodeportAddresses(subject);
  if (addresses?.length === 0 || frontends.length === 0) return [];
  const at = addresses === null ? [] : [addressIn("asked", addresses)];
  if (!listensWidely(subject)) return askedAtFrontends(subject, frontends).map((tests) => [...at, ...tests]);
  const elements = frontends.flatMap(({ protocol, port, backends }) =>
    backends.map(({ address }): readonly Term[] => [only(address), protocolNumber(protocol!, subject.family), port!]),
  );
  const key = [{ kind: "address", of: end }, { kind: "protocol" }, { kind: "ports", of: "asked-port" }] as const;
  return [[...at, { kind: "member", key, elements }]];
}

/** What was translated at these frontends: nothing at one without a backend. Each list of tests is one way to be it. */
export function translatedAt(
  subject: Subject,
  frontends: readonly Frontend[],
  end: "destination" | "source" = "destination",
): readonly (readonly Test[])[] {
  const leading = frontends.filter(({ backends }) => backends.length > 0);
  const exact = leading.filter(({ address }) => address !== null);
  const nodeports = leading.filter(({ address }) => address === null);
  return [...askedAtFrontends(subject, exact), ...askedAtNodeports(subject, nodeports, end)].map((tests) => [
    TRANSLATED,
    ...tests,
  ]);
}
