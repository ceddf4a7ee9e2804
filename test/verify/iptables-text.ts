/** Whole texts of iptables by hand, and what is read of them. */
import assert from "node:assert/strict";
import type { Program, Rule, Unread } from "../../src/verify/program.ts";
import { readIptables } from "../../src/verify/read/iptables.ts";

export function programOf(text: string, family: 4 | 6, form: "whole" | "coexist"): Program {
  const read = readIptables(text, family, form);
  assert.ok("program" in read, JSON.stringify(read));
  return read.program;
}

export function unreadOf(text: string, family: 4 | 6 = 4, form: "whole" | "coexist" = "whole"): readonly Unread[] {
  const read = readIptables(text, family, form);
  assert.ok("unread" in read, "it was read");
  return read.unread;
}

/** A whole text whose filter has the chain NETC-A, and these rules from line 7 on; further rules of nat from `NAT` on. */
export function whole(rules: readonly string[], nat: readonly string[] = [], mangle: readonly string[] = []): string {
  return [
    "# by hand",
    "*filter",
    ":INPUT ACCEPT [0:0]",
    ":FORWARD ACCEPT [0:0]",
    ":OUTPUT ACCEPT [0:0]",
    ":NETC-A - [0:0]",
    ...rules,
    "COMMIT",
    "*mangle",
    ":PREROUTING ACCEPT [0:0]",
    ":INPUT ACCEPT [0:0]",
    ":FORWARD ACCEPT [0:0]",
    ":OUTPUT ACCEPT [0:0]",
    ":POSTROUTING ACCEPT [0:0]",
    ":NETC-M - [0:0]",
    ...mangle,
    "COMMIT",
    "",
    "*nat",
    ":PREROUTING ACCEPT [0:0]",
    ":INPUT ACCEPT [0:0]",
    ":OUTPUT ACCEPT [0:0]",
    ":POSTROUTING ACCEPT [0:0]",
    ":NETC-N - [0:0]",
    ...nat,
    "COMMIT",
    "",
  ].join("\n");
}

export const FILTER = 7;
export const MANGLE = 15;
export const NAT = 23;

export const inFilter = (words: string, family: 4 | 6 = 4): Rule =>
  programOf(whole([`-A NETC-A ${words}`]), family, "whole").chains.get("filter NETC-A")![0]!;
export const inNat = (words: string, family: 4 | 6 = 4): Rule =>
  programOf(whole([], [`-A NETC-N ${words}`]), family, "whole").chains.get("nat NETC-N")![0]!;

export const v4 = (value: number, text: string) => ({ family: 4, value, text });

export const inMangle = (words: string): Rule =>
  programOf(whole([], [], [`-A NETC-M ${words}`]), 4, "whole").chains.get("mangle NETC-M")![0]!;

/** Why the one line that is not read is not. */
export function reasonOf(text: string, family: 4 | 6 = 4): string {
  const unread = unreadOf(text, family);
  assert.equal(unread.length, 1, JSON.stringify(unread));
  return unread[0]!.reason;
}
