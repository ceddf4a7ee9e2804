/**
 * What a hook says of every packet that it sees (docs/semantics.md, "Hooks"): packets that arrive from elsewhere with one of the node's own
 * addresses as their source are martians, which the kernel drops when it routes them (fib_validate_source); what OUTPUT sees the node
 * sends; what is forwarded is nobody's own.
 */
import type { Hook } from "../program.ts";

export type Flag = "in-loopback" | "own-source" | "own-destination";

export type Fixed = Readonly<Partial<Record<Flag, boolean>>>;

const SENT: Fixed = { "in-loopback": false, "own-source": true };

export const FIXED: Readonly<Record<Hook, Fixed>> = {
  "raw-prerouting": {},
  "raw-output": SENT,
  // What comes in by loopback was sent here, and has met nat in OUTPUT: nat has no second say.
  "nat-prerouting": { "in-loopback": false, "own-source": false },
  "mangle-prerouting": {},
  "mangle-output": SENT,
  "nat-output": SENT,
  "filter-input": {},
  "filter-forward": { "in-loopback": false, "own-source": false, "own-destination": false },
  "filter-output": SENT,
  "nat-postrouting": { "in-loopback": false },
};
