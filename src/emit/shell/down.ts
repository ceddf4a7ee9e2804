import type { NodePlan } from "../../plan/plan.ts";
import { KEEPER_FUNCTIONS } from "./keepers.ts";
import { RECORD_FUNCTIONS } from "./record.ts";
import { RULES_FUNCTIONS } from "./rules.ts";
import { heading, opening } from "./script.ts";

/** Takes away what the record holds, whichever program made it: forwarding ends before its rules do. */
export function printDown(plan: NodePlan): string {
  return [
    opening("down.sh", plan, ABOUT),
    RECORD_FUNCTIONS,
    KEEPER_FUNCTIONS,
    RULES_FUNCTIONS,
    DOWN_FUNCTIONS,
    heading("Where there is no record there is nothing to take down."),
    "check_machine\n",
    'if [ ! -d "$record" ]; then exit 0; fi\n',
    "open_record\n",
    'list_chains "$next/chains.nft"\n',
    heading("Sysctls, rules, then links and routes."),
    "sweep_settings\n",
    "remove_rules\n",
    "sweep\n",
    "forget\n",
  ].join("");
}

const ABOUT = `Run it on that node, as root:
#   sh down.sh
# It takes away what up.sh made, as recorded there, and gives back what it found. Where nothing is left to take away it is
# content.`;

const DOWN_FUNCTIONS = `
# remove_rules: those of every keeper and of nft that the record tells of.
remove_rules() {
  for rules_family in v4 v6; do
    need_keepers "$rules_family"
    while read -r keeper_variant keeper_command; do
      if [ ! -e "$record/chains.$rules_family.$keeper_variant" ]; then continue; fi
      : >"$next/rules"
      load_rules "$rules_family" "$keeper_variant" "$keeper_command"
    done <"$next/keepers"
  done
  if [ -s "$record/ruleset.nft" ] || [ -s "$record/chains.nft" ]; then need nftables nft; fi
  : >"$next/ruleset"
  load_ruleset
}

# forget: without a record there is nothing left to take down.
forget() {
  rm -rf "$next"
  for file in "$record"/chains.v*; do
    if [ -s "$file" ]; then
      stop 1 "all is taken down but the chains named above: take away the rules that refer to them and run this again"
    fi
  done
  rm -rf "$record"
  rmdir /run/netc 2>/dev/null || :
}
`;
