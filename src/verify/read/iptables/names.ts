/** Names that a text gives: of chains, devices, lists. Each is known in the characters in which it can mean one thing only. */
import { bytesOver } from "./values.ts";
import type { Reason } from "./words.ts";

/** XT_EXTENSION_MAXNAMELEN is 29 with its NUL. */
const CHAIN = /^[A-Za-z0-9_][A-Za-z0-9_./:-]{0,27}$/;

/**
 * Extensions are called so, by iptables and by others: `-j LOG` is the target where there is one, and `iptables-save` prints a jump to a
 * chain of that name no other way. `standard` is the file that has the tool's own targets, and legacy iptables fails at it.
 */
const LIKE_TARGET = /^(?:[A-Z][A-Z0-9]*|standard|error)$/;

export function chainName(name: string): Reason {
  if (!CHAIN.test(name)) return `\`${name}\` is no name for a chain`;
  return LIKE_TARGET.test(name) ? `\`${name}\` is no name for a chain: a target may be called so` : null;
}

/** dev_valid_name of net/core/dev.c; one that ends with `+` stands for all that begin so, and a quote is not printed back. */
const DEVICE = /^(?!\.{1,2}$)[^\s+!/:"'\\]+$/;

/** IFNAMSIZ is 16 with its NUL. */
const DEVICE_BYTES = 15;

export const isDevice = (name: string): boolean => DEVICE.test(name) && !bytesOver(name, DEVICE_BYTES);

/** XT_RECENT_NAME_LEN is 200 with its NUL, and the tool cuts what is longer; the list is a file of procfs. */
const LIST = /^[A-Za-z0-9_.:-]{9,199}$/;

/** A list of xt_recent is one for both families (recent_table_lookup asks for its name alone): names say the family, so that no text empties another's. */
export const isList = (name: string, family: 4 | 6): boolean => name.startsWith(`NETC-V${family}-`) && LIST.test(name);
