/** Clients from outside that are kept on the node, at addresses that netc alone serves: whose source stays as it is. */
import { contains, hostPrefix, type Prefix } from "../../address/prefix.ts";
import { meetParts } from "../../cluster/doors.ts";
import { listensWidely } from "../../cluster/sides.ts";
import { compareDoors } from "../door-order.ts";
import type { SourceTranslation } from "../plan.ts";
import { askedAt, freeAddresses, isAskedWithPorts } from "./asked.ts";
import type { PolicyContext } from "./destinations.ts";
import { type Door, isKeptLocal } from "./doors.ts";
import { nodeportPrefixes } from "./nodeports.ts";

/** Addresses of services that no declared node has, at which nodeports listen all the same, should this node have them. */
function nodeportsAlso(context: PolicyContext): readonly Prefix[] {
  const { cluster, family } = context;
  if (!listensWidely(cluster)) return [];
  const listening = nodeportPrefixes(context);
  const free = freeAddresses(cluster, family);
  const found = listening === null ? free : free.filter((each) => listening.some((prefix) => contains(prefix, each)));
  return found.map(hostPrefix);
}

const isMet = (door: Door, others: readonly Door[]): boolean =>
  others.some(
    (other) =>
      meetParts({ protocol: door.protocol, ports: door.port }, { protocol: other.protocol, ports: other.port }) !==
      null,
  );

/**
 * Of what asks for an address that netc alone serves, the doors that keep a client from outside as it is: those of the address, and
 * nodeports that are kept on the node, asked there. A door of the address that is not kept stands before a nodeport of its port.
 */
export function keptClients(context: PolicyContext, action: SourceTranslation["action"]): readonly SourceTranslation[] {
  // One without an open backend translates nothing: a nodeport of its port does, should this node have the address.
  const exact = context.doors
    .filter((door) => door.kind !== "vip" && door.open.length > 0 && !isAskedWithPorts(context, door))
    .toSorted(compareDoors);
  const also = nodeportsAlso(context);
  const nodeports = context.doors.filter(
    (door) => door.kind === "nodeport" && also.length > 0 && door.open.length > 0 && isKeptLocal(door),
  );
  const keep = { kind: "keep" } as const;
  const kept = exact.flatMap((door): readonly SourceTranslation[] => {
    const isKept = isKeptLocal(door);
    const match = isKept || isMet(door, nodeports) ? askedAt(context, door, door.backends) : null;
    const { statement, origin } = door.service;
    return match === null ? [] : [{ match, action: isKept ? keep : action, statement, origin }];
  });
  return [
    ...kept,
    ...nodeports.toSorted(compareDoors).map(
      ({ protocol, port, service: { statement, origin } }): SourceTranslation => ({
        match: [
          ...(protocol === null ? [] : [{ kind: "protocol", protocol } as const]),
          { kind: "translated" },
          { kind: "asked", prefixes: also, ports: port },
        ],
        action: keep,
        statement,
        origin,
      }),
    ),
  ];
}
