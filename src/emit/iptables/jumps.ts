import type { TableName } from "./ruleset.ts";

/** A rule of a built-in chain that leads into a chain of netc's own. */
export interface Jump {
  readonly table: TableName;
  readonly hook: "PREROUTING" | "INPUT" | "FORWARD" | "OUTPUT" | "POSTROUTING";
  readonly chain: string;
}

/**
 * Of a built-in chain that leads into several the last comes first: each is put at the head.
 *
 * Tables in the order they are loaded: those that judge first, so that nothing is translated that is not yet judged.
 */
export const JUMPS: readonly Jump[] = [
  { table: "raw", hook: "PREROUTING", chain: "NETC-RAW-IN" },
  { table: "filter", hook: "INPUT", chain: "NETC-INPUT" },
  { table: "filter", hook: "FORWARD", chain: "NETC-FORWARD" },
  { table: "filter", hook: "OUTPUT", chain: "NETC-OUTPUT" },
  { table: "mangle", hook: "PREROUTING", chain: "NETC-MARKS-IN" },
  { table: "mangle", hook: "OUTPUT", chain: "NETC-MARKS-OUT" },
  { table: "nat", hook: "PREROUTING", chain: "NETC-SERVICES" },
  { table: "nat", hook: "OUTPUT", chain: "NETC-SERVICES" },
  { table: "nat", hook: "PREROUTING", chain: "NETC-SERVICES-IN" },
  { table: "nat", hook: "POSTROUTING", chain: "NETC-POSTROUTING" },
];
