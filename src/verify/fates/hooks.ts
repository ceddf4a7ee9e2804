/**
 * What a hook says of every packet that it sees (docs/semantics.md, "Hooks"). A packet may claim any source: IPv6 drops none that claims the
 * node's own (IPv4 does when it routes, behind PREROUTING, unless `accept_local` is set), and a process may send from any address
 * (IP_FREEBIND, IP_TRANSPARENT, raw sockets).
 */
import type { Hook } from "../program.ts";

export type Flag = "own-source" | "own-destination";

export interface Fixed {
  /** By which devices packets come: by none, since they are sent here, or by any but loopback. */
  readonly arrivesBy?: "none" | "not loopback";
  /** It is not known yet by which device the packet leaves, or it leaves by none. */
  readonly leavesBy?: "none";
  /** Rules are asked about a connection's first packet, and a related one; never about what is established (nf_nat_inet_fn). */
  readonly isOfFirstPackets?: true;
}

const ARRIVING: Fixed = { leavesBy: "none" };
const SENT: Fixed = { arrivesBy: "none" };

export const FIXED: Readonly<Record<Hook, Fixed>> = {
  "raw-prerouting": ARRIVING,
  "raw-output": SENT,
  // What comes in by loopback was sent here, and has met nat in OUTPUT: nat has no second say.
  "nat-prerouting": { arrivesBy: "not loopback", leavesBy: "none", isOfFirstPackets: true },
  "mangle-prerouting": ARRIVING,
  "mangle-output": SENT,
  "nat-output": { arrivesBy: "none", isOfFirstPackets: true },
  "filter-input": ARRIVING,
  // A route of somebody's that leads to loopback brings packets back (tried: 203.0.113.0/24 dev lo).
  "filter-forward": {},
  "filter-output": SENT,
  "nat-postrouting": { arrivesBy: "not loopback", isOfFirstPackets: true },
};
