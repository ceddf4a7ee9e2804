/** What leads to netc's chains of iptables where they stand beside others' rules. */
import { Bug } from "../../diagnostics/bug.ts";
import { HOOKS, type Hook } from "../program.ts";
import { BESIDE, BUILT_IN, isTable, type TableName } from "./iptables/facts.ts";

/** A jump of one of the kernel's chains, to be there where netc's chain is. */
export interface Lead {
  readonly table: TableName;
  readonly builtIn: string;
  readonly chain: string;
}

function leadOf(hook: Hook, place: string): Lead {
  const [table = "", chain = ""] = place.split(" ");
  if (!isTable(table)) throw new Bug(`no table is named ${table}`);
  const builtIn = Object.entries(BUILT_IN[table]).find(([, at]) => at === hook)![0];
  return { table, builtIn, chain };
}

/** At each hook in the order in which the kernel asks them. */
export const LEADS: readonly Lead[] = HOOKS.flatMap((hook) => (BESIDE[hook] ?? []).map((place) => leadOf(hook, place)));
