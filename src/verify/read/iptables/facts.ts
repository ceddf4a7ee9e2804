/** What is known of tables before any text is read. */
import type { Hook } from "../../program.ts";

/** Those that netc writes. */
const TABLES = ["raw", "filter", "mangle", "nat"] as const;

/** A whole text may have this besides: `iptables-save` prints whatever table the kernel has. */
const BESIDES = ["security"] as const;

export type TableName = (typeof TABLES)[number] | (typeof BESIDES)[number];

const KNOWN: readonly string[] = [...TABLES, ...BESIDES];

export const isTable = (word: string): word is TableName => KNOWN.includes(word);

/** The kernel's chains by table, each with its hook; `null` where no rule is known to stand. */
export const BUILT_IN: Readonly<Record<TableName, Readonly<Record<string, Hook | null>>>> = {
  filter: { INPUT: "filter-input", FORWARD: "filter-forward", OUTPUT: "filter-output" },
  mangle: {
    PREROUTING: "mangle-prerouting",
    INPUT: null,
    FORWARD: null,
    OUTPUT: "mangle-output",
    POSTROUTING: null,
  },
  nat: { PREROUTING: "nat-prerouting", INPUT: null, OUTPUT: "nat-output", POSTROUTING: "nat-postrouting" },
  raw: { PREROUTING: "raw-prerouting", OUTPUT: "raw-output" },
  security: { INPUT: null, FORWARD: null, OUTPUT: null },
};

/** Beside other rules, the chains that a hook jumps to, in this order: `up.sh` puts a jump there where the chain is. */
export const BESIDE: Readonly<Partial<Record<Hook, readonly string[]>>> = {
  "raw-prerouting": ["raw NETC-RAW-IN"],
  "mangle-prerouting": ["mangle NETC-MARKS-IN"],
  "nat-prerouting": ["nat NETC-SERVICES-IN", "nat NETC-SERVICES"],
  "mangle-output": ["mangle NETC-MARKS-OUT"],
  "nat-output": ["nat NETC-SERVICES"],
  "filter-input": ["filter NETC-INPUT"],
  "filter-forward": ["filter NETC-FORWARD"],
  "filter-output": ["filter NETC-OUTPUT"],
  "nat-postrouting": ["nat NETC-POSTROUTING"],
};
