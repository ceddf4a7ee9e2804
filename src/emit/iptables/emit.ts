import { oncePer } from "../../cluster/once.ts";
import type { PacketPlan } from "../../plan/plan.ts";
import { coexistOf, textsOf, wholeOf } from "./print.ts";
import { translate } from "./translate.ts";

/** A node's rules are printed once, whatever forms of them are wanted. */
const tablesOf = oncePer((packets: PacketPlan) => textsOf(translate(packets)));

/** `rules.v4` and `rules.v6`: whole tables, to be loaded by `iptables-restore`. */
export const wholeTables = (packets: PacketPlan): string => wholeOf(tablesOf(packets));

/** Own chains and no jumps, to be loaded by `iptables-restore --noflush`. */
export const coexistTables = (packets: PacketPlan): string => coexistOf(tablesOf(packets));
