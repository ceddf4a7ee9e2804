import type { NodePlan } from "../../plan/plan.ts";
import { acceptsText } from "./accepts.ts";
import { heldLines, mtuLine, podLine, routeLine, settingLines, tunnelLines, wireLine } from "./data.ts";
import { KEEPER_FUNCTIONS } from "./keepers.ts";
import { LINK_FUNCTIONS } from "./link-functions.ts";
import { LOAD_IPTABLES, LOAD_NFT } from "./load-functions.ts";
import { NODE_FUNCTIONS } from "./node-functions.ts";
import { hereDocument } from "./quote.ts";
import { RECORD_FUNCTIONS } from "./record.ts";
import { RULES_FUNCTIONS } from "./rules.ts";
import { heading, opening } from "./script.ts";
import { TUNNEL_FUNCTIONS } from "./tunnel-functions.ts";

/** The rules that a script carries. */
export type ScriptRules =
  /** `iptables-restore --noflush` documents of own chains alone; their jumps are made by the script. Empty: a family has no chains. */
  | { readonly kind: "iptables"; readonly v4: string; readonly v6: string }
  /** One transaction that replaces the table `inet netc`. */
  | { readonly kind: "nft"; readonly ruleset: string };

/**
 * The script that makes a node what the plan says. Links come before rules, so that no connection is sent to a pod that is not wired
 * yet; rules before sysctls, so that nothing is forwarded that they would refuse.
 */
export function printUp(plan: NodePlan, rules: ScriptRules): string {
  return [
    opening("up.sh", plan, ABOUT),
    RECORD_FUNCTIONS,
    LINK_FUNCTIONS,
    plan.tunnel === null ? "" : TUNNEL_FUNCTIONS,
    NODE_FUNCTIONS,
    KEEPER_FUNCTIONS,
    RULES_FUNCTIONS,
    rules.kind === "nft" ? LOAD_NFT : LOAD_IPTABLES,
    heading("Before anything is changed."),
    "check_machine\n",
    plan.tunnel === null ? "" : "need iproute2 bridge\n",
    ...needsOf(rules),
    ...heldLines(plan),
    "open_record\n",
    'list_chains "$next/chains.nft"\n',
    heading("Links."),
    mtuLine(plan.mtu),
    ...(plan.tunnel === null ? [] : tunnelLines(plan.tunnel)),
    ...plan.links.flatMap((link) => [podLine(link), ...link.ends.map(wireLine)]),
    heading("Routes."),
    ...plan.routes.map(routeLine),
    ...rulesPart(plan, rules),
    "load\n",
    heading("Sysctls, once there are rules for what they let through."),
    ...settingLines(plan.sysctls),
    heading("What is in the record and no longer in the program."),
    "sweep_settings\n",
    "sweep\n",
    'rm -rf "$next"\n',
  ].join("");
}

function needsOf(rules: ScriptRules): readonly string[] {
  if (rules.kind === "nft") return ["need nftables nft\n"];
  return [
    rules.v4 === "" ? "" : "need iptables iptables iptables-restore\n",
    rules.v6 === "" ? "" : "need iptables ip6tables ip6tables-restore\n",
  ];
}

const text = (name: string, delimiter: string, said: string): string =>
  `${name}() {\n${hereDocument("cat", delimiter, said)}}\n`;

function rulesPart(plan: NodePlan, rules: ScriptRules): readonly string[] {
  if (rules.kind === "iptables") {
    return [
      heading("Rules, in the words of iptables-restore --noflush."),
      text("rules_v4", "NETC-RULES-V4", rules.v4),
      text("rules_v6", "NETC-RULES-V6", rules.v6),
    ];
  }
  return [
    heading("Rules, in the words of nft, and what iptables must accept besides where its chain FORWARD has a say."),
    text("ruleset", "NETC-RULESET", rules.ruleset),
    text("accepts_v4", "NETC-ACCEPTS-V4", acceptsText(plan.packets, 4)),
    text("accepts_v6", "NETC-ACCEPTS-V6", acceptsText(plan.packets, 6)),
  ];
}

const ABOUT = `Run it on that node, as root:
#   sh up.sh
# It changes what differs from the program and nothing else, so it may be run again at any time, also after a run that
# was interrupted. down.sh undoes it.`;
