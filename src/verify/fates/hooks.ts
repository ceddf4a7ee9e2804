/**
 * What a hook says of every packet that it sees (docs/semantics.md, "Hooks"). A packet may claim any source: IPv6 drops none that claims the
 * node's own (IPv4 does when it routes, behind PREROUTING, unless `accept_local` is set), and a process may send from any address
 * (IP_FREEBIND, IP_TRANSPARENT, raw sockets).
 */
import type { Hook } from "../program.ts";

export type Flag = "own-source" | "own-destination";

export interface Fixed {
  readonly "own-destination"?: boolean;
  /** By which devices packets come: by none, since they are sent here, or by any but loopback. */
  readonly arrivesBy?: "none" | "not loopback";
}

const SENT: Fixed = { arrivesBy: "none" };

export const FIXED: Readonly<Record<Hook, Fixed>> = {
  "raw-prerouting": {},
  "raw-output": SENT,
  // What comes in by loopback was sent here, and has met nat in OUTPUT: nat has no second say.
  "nat-prerouting": { arrivesBy: "not loopback" },
  "mangle-prerouting": {},
  "mangle-output": SENT,
  "nat-output": SENT,
  "filter-input": {},
  "filter-forward": { arrivesBy: "not loopback", "own-destination": false },
  "filter-output": SENT,
  "nat-postrouting": { arrivesBy: "not loopback" },
};
