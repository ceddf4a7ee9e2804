import { ipv4, ipv6 } from "./address.ts";
import { hostPrefix, prefixOf } from "./prefix.ts";

/** What never leaves a node, by family: 127.0.0.0/8 and ::1. */
export const LOOPBACK = { 4: prefixOf(ipv4(0x7f000000), 8), 6: hostPrefix(ipv6(1n)) } as const;
