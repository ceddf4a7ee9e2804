import type { NodePlan } from "../../plan/plan.ts";
import { heldLines, podLine, routeLine, settingLine, wireLine } from "./data.ts";
import { LOAD_FUNCTIONS } from "./load-functions.ts";
import { hereDocument } from "./quote.ts";
import { RULES_FUNCTIONS } from "./rules.ts";
import { heading, opening } from "./script.ts";
import { UP_FUNCTIONS } from "./up-functions.ts";

/**
 * The script that makes a node what the plan says. `rules.v4` is an `iptables-restore --noflush` document of own chains
 * alone; its jumps are made here. Links come before rules, so that no connection is sent to a pod that is not wired
 * yet; rules before sysctls, so that nothing is forwarded that they would refuse.
 */
export function printUp(plan: NodePlan, rules: { readonly v4: string }): string {
  return [
    opening("up.sh", plan, ABOUT),
    UP_FUNCTIONS,
    RULES_FUNCTIONS,
    LOAD_FUNCTIONS,
    heading("Before anything is changed."),
    "check_machine\n",
    ...heldLines(plan),
    'run mkdir -p "$record"\n',
    heading("Pods."),
    ...plan.links.flatMap((link) => [podLine(link), ...link.ends.map(wireLine)]),
    heading("Routes."),
    ...plan.routes.map(routeLine),
    heading("Rules, in the words of iptables-restore --noflush."),
    `rules_v4() {\n${hereDocument("cat", "NETC-RULES-V4", rules.v4)}}\n`,
    "load_rules_v4\n",
    heading("Sysctls, once there are rules for what they let through."),
    ...plan.sysctls.map(settingLine),
  ].join("");
}

const ABOUT = `Run it on that node, as root:
#   sh up.sh
# It changes what differs from the program and nothing else, so it may be run again at any time, also after a run that
# was interrupted. down.sh undoes it.`;
