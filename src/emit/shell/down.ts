import type { NodePlan } from "../../plan/plan.ts";
import { podLine, routeLine } from "./data.ts";
import { DOWN_FUNCTIONS } from "./down-functions.ts";
import { RULES_FUNCTIONS } from "./rules.ts";
import { heading, opening } from "./script.ts";

/** Takes away what `up.sh` of the same plan made, the other way round: forwarding ends before its rules do. */
export function printDown(plan: NodePlan): string {
  return [
    opening("down.sh", plan, ABOUT),
    RULES_FUNCTIONS,
    DOWN_FUNCTIONS,
    heading("Before anything is changed."),
    "check_machine\n",
    'run mkdir -p "$next"\n',
    heading("Sysctls and rules."),
    "restore_settings\n",
    "remove_rules\n",
    heading("Routes."),
    ...plan.routes.map(routeLine),
    heading("Pods."),
    ...plan.links.map(podLine),
    heading("The record."),
    "forget\n",
  ].join("");
}

const ABOUT = `Run it on that node, as root:
#   sh down.sh
# It takes away what up.sh made and gives the sysctls back the values that up.sh found. Where nothing is left to take
# away it is content.`;
