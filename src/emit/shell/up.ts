import { FAMILIES, type Family } from "../../address/address.ts";
import type { NodePlan } from "../../plan/plan.ts";
import { acceptsText } from "./accepts.ts";
import { ASKED_FUNCTIONS } from "./asked.ts";
import { CHANGE_FUNCTIONS, CHECK_FUNCTIONS, TELL_FUNCTIONS } from "./changes.ts";
import { CLAIM_FUNCTIONS, CLAIM_TUNNEL_FUNCTIONS } from "./claims.ts";
import { CONFIRM_FUNCTIONS } from "./confirm.ts";
import {
  askedLines,
  claimLines,
  heldLines,
  ipv6Lines,
  mtuLine,
  podLine,
  routeLine,
  settingLines,
  sliceLine,
  tunnelLines,
  wireLine,
} from "./data.ts";
import { FAMILY_FUNCTIONS } from "./families.ts";
import { connectionsText } from "./flush-data.ts";
import { FLUSH_FUNCTIONS } from "./flush-functions.ts";
import { KEEPER_FUNCTIONS } from "./keepers.ts";
import { LINK_FUNCTIONS } from "./link-functions.ts";
import { LOAD_FUNCTIONS } from "./load-functions.ts";
import { LOCK_FUNCTIONS } from "./lock.ts";
import { NODE_FUNCTIONS } from "./node-functions.ts";
import { OPTION_FUNCTIONS } from "./options.ts";
import { OTHERS_FUNCTIONS } from "./others.ts";
import { OWNER_FUNCTIONS } from "./owner.ts";
import { hereDocument, quote } from "./quote.ts";
import { hasAffinity, RECENT_FUNCTIONS } from "./recent.ts";
import { RECORD_FUNCTIONS } from "./record.ts";
import { REMAINS_FUNCTIONS } from "./remains.ts";
import { RULES_FUNCTIONS } from "./rules.ts";
import { CLOSING, heading, markOf, opening } from "./script.ts";
import { SLICE_FUNCTIONS } from "./slice-functions.ts";
import { TAKE_DOWN_FUNCTIONS } from "./take-down.ts";
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
  const remembers = rules.kind === "iptables" && hasAffinity(plan);
  return [
    opening("up.sh", plan, ABOUT),
    CHANGE_FUNCTIONS,
    CHECK_FUNCTIONS,
    TELL_FUNCTIONS,
    FAMILY_FUNCTIONS,
    LOCK_FUNCTIONS,
    RECORD_FUNCTIONS,
    LINK_FUNCTIONS,
    ASKED_FUNCTIONS,
    CLAIM_FUNCTIONS,
    ...(plan.tunnel === null ? [] : [CLAIM_TUNNEL_FUNCTIONS, TUNNEL_FUNCTIONS]),
    NODE_FUNCTIONS,
    SLICE_FUNCTIONS,
    KEEPER_FUNCTIONS,
    RULES_FUNCTIONS,
    OWNER_FUNCTIONS,
    LOAD_FUNCTIONS[rules.kind],
    OTHERS_FUNCTIONS,
    remembers ? RECENT_FUNCTIONS : "",
    REMAINS_FUNCTIONS,
    TAKE_DOWN_FUNCTIONS,
    FLUSH_FUNCTIONS,
    OPTION_FUNCTIONS,
    CONFIRM_FUNCTIONS,
    heading("Before anything is changed."),
    `mark=${quote(markOf("up.sh", plan))}\n`,
    'read_options "$@"\n',
    "check_machine\n",
    "watch_or_keep\n",
    plan.tunnel === null ? "" : "need iproute2 bridge\n",
    "look_for_ipv6\n",
    ...needsOf(rules),
    ...ipv6Lines(plan),
    ...askedLines(plan),
    ...heldLines(plan),
    "open_record\n",
    ...claimLines(plan),
    "say_families\n",
    'list_chains "$next/chains.nft"\n',
    "begin_change\n",
    "untouched=\n",
    heading("Links."),
    mtuLine(plan.mtu),
    ...(plan.tunnel === null ? [] : tunnelLines(plan.tunnel)),
    ...plan.links.flatMap((link) => [podLine(link), ...link.ends.map(wireLine)]),
    heading("Routes."),
    ...plan.routes.map(routeLine),
    ...plan.slices.map(sliceLine),
    ...rulesPart(plan, rules),
    heading("What tells the connections that these rules would not let begin."),
    ...FAMILIES.map((family) =>
      text(`connections_v${family}`, `NETC-CONNECTIONS-V${family}`, connectionsOf(plan, family)),
    ),
    "note_doors\n",
    remembers ? "load_recent\n" : "",
    "load\n",
    'if [ -n "$flush" ]; then flush_connections; fi\n',
    heading("Sysctls, once there are rules for what they let through."),
    ...settingLines(plan),
    heading("What is in the record and no longer in the program."),
    "sweep_settings\n",
    "sweep\n",
    "end_check\n",
    "keep_said\n",
    "end_change\n",
    'rm -rf "$next"\n',
    CLOSING,
  ].join("");
}

function needsOf(rules: ScriptRules): readonly string[] {
  if (rules.kind === "nft") return ["need nftables nft\n"];
  return [rules.v4 === "" ? "" : "need_rules iptables\n", rules.v6 === "" ? "" : "need_rules ip6tables\n"];
}

const connectionsOf = ({ packets }: NodePlan, family: Family): string =>
  packets
    .filter((each) => each.family === family)
    .map(connectionsText)
    .join("");

const text = (name: string, delimiter: string, said: string): string =>
  `${name}() {\n${hereDocument("cat", delimiter, said)}}\n`;

function rulesPart(plan: NodePlan, rules: ScriptRules): readonly string[] {
  const own =
    rules.kind === "iptables"
      ? [
          heading("Rules, in the words of iptables-restore --noflush."),
          text("rules_v4", "NETC-RULES-V4", rules.v4),
          text("rules_v6", "NETC-RULES-V6", rules.v6),
        ]
      : [heading("Rules, in the words of nft."), text("ruleset", "NETC-RULESET", rules.ruleset)];
  return [
    ...own,
    heading("What other chains FORWARD of iptables must accept besides, where they have a say."),
    text("accepts_v4", "NETC-ACCEPTS-V4", acceptsText(plan.packets, 4)),
    text("accepts_v6", "NETC-ACCEPTS-V6", acceptsText(plan.packets, 6)),
  ];
}

const ABOUT = `Run it on that node, as root:
#   sh up.sh                       it changes what differs from the program and nothing else, so that it may be run again at
#                                  any time, also after a run that was interrupted
#   sh up.sh --confirm SECONDS     the same, and what was before comes back unless this is run in time:
#   sh up.sh --keep
#   sh up.sh --check               it changes nothing and prints what a run would change
#   sh up.sh --flush               the same, and connections end that the program would not let begin, or whose backend is gone
# down.sh undoes it.`;
