import { oncePer } from "../../cluster/once.ts";
import type { PacketPlan } from "../../plan/plan.ts";
import { coexistOf, namesIn, textsOf, wholeOf } from "./print.ts";
import type { TableName } from "./ruleset.ts";
import { translate } from "./translate.ts";

/** A node's rules are printed once, whatever forms of them are wanted. */
const tablesOf = oncePer((packets: PacketPlan) => textsOf(translate(packets)));

/** `rules.v4` and `rules.v6`: whole tables, to be loaded by `iptables-restore`. */
export const wholeTables = (packets: PacketPlan): string => wholeOf(tablesOf(packets));

/** The tables of which `wholeTables` leaves nothing as it was. */
export const replacedTables = (packets: PacketPlan): readonly TableName[] => namesIn(tablesOf(packets));

/** Own chains and no jumps, to be loaded by `iptables-restore --noflush`. */
export const coexistTables = (packets: PacketPlan): string => coexistOf(tablesOf(packets));
