/**
 * INVALID: what conntrack can make nothing of. netc drops it where it would be taken for something that it is not: at its pod's node, past
 * the translation of its connection, and at a node's own addresses, where the node would answer in a service's stead.
 */

import { inFamily } from "../../address/address.ts";
import type { PortRange, Protocol } from "../../address/port.ts";
import { hostPrefix } from "../../address/prefix.ts";
import { compareDoors } from "../door-order.ts";
import type { Condition, FilterHook, Verdict } from "../plan.ts";
import type { PolicyContext } from "./destinations.ts";
import type { Door } from "./doors.ts";
import { nodeportPrefixes } from "./nodeports.ts";
import { byItself } from "./refusals.ts";

const INVALID: Condition = { kind: "state", state: "invalid" };

const by = (side: "in" | "out"): Verdict => byItself("invalid", "drop", [{ kind: "pod-device", side }, INVALID]);

const BY_DEVICE: Readonly<Record<FilterHook, readonly Verdict[]>> = {
  input: [by("in")],
  forward: [by("in"), by("out")],
  output: [by("out")],
};

/** Of one place, each port once; `null`: every port, or every protocol. */
interface Frontend {
  readonly address: Door["address"];
  readonly protocol: Protocol | null;
  readonly port: PortRange | null;
  /** The service's statement; of several that are joined the word for all. */
  readonly statement: string;
}

const MANY = "frontends";

/**
 * Both as one, where they have a port in common; `null` elsewhere. Ordered by address, protocol and port. What is next to each other stays apart:
 * a frontend more is an element more, and changes no other's.
 */
function joined(before: Frontend, next: Frontend): Frontend | null {
  if (before.address?.text !== next.address?.text) return null;
  const statement = before.statement === next.statement ? before.statement : MANY;
  if (before.protocol === null) return { ...before, statement };
  if (before.protocol !== next.protocol) return null;
  if (before.port === null) return { ...before, statement };
  if (next.port === null || next.port.first > before.port.last) return null;
  const last = Math.max(before.port.last, next.port.last);
  return { ...before, port: { first: before.port.first, last }, statement };
}

/** Where the node itself may be asked: nodeports, external and load-balancer addresses, whoever turns out to hold them. */
function frontends({ doors }: PolicyContext): readonly Frontend[] {
  const found: Frontend[] = [];
  for (const { address, protocol, port, service } of doors
    .filter(({ kind }) => kind !== "vip")
    .toSorted(compareDoors)) {
    const next: Frontend = { address, protocol, port, statement: service.statement };
    const last = found.at(-1);
    const both = last === undefined ? null : joined(last, next);
    if (both === null) found.push(next);
    else found[found.length - 1] = both;
  }
  return found;
}

function asked(context: PolicyContext, { address, protocol, port, statement }: Frontend): readonly Verdict[] {
  const prefixes = address === null ? nodeportPrefixes(context) : [hostPrefix(address)];
  if (prefixes?.length === 0) return [];
  return [
    byItself(statement, "drop", [
      ...(prefixes === null ? [] : [{ kind: "destination", prefixes } as const]),
      ...(protocol === null ? [] : [{ kind: "protocol", protocol } as const]),
      ...(port === null ? [] : [{ kind: "destination-port", ports: port } as const]),
      INVALID,
    ]),
  ];
}

/** In the families of this node's pods, and of the frontends. */
export function planInvalid(context: PolicyContext, hook: FilterHook): readonly Verdict[] {
  const { cluster, node, family } = context;
  const hasPods = cluster.pods.some((pod) => pod.node === node && inFamily(pod.addresses, family) !== null);
  return [
    ...(hasPods ? BY_DEVICE[hook] : []),
    ...(hook === "input" ? frontends(context).flatMap((frontend) => asked(context, frontend)) : []),
  ];
}
