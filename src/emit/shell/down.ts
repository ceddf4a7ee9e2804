import type { NodePlan } from "../../plan/plan.ts";
import { CHANGE_FUNCTIONS, TELL_ALWAYS } from "./changes.ts";
import { KEEPER_FUNCTIONS } from "./keepers.ts";
import { LOCK_FUNCTIONS } from "./lock.ts";
import { OWNER_FUNCTIONS } from "./owner.ts";
import { RECORD_FUNCTIONS } from "./record.ts";
import { REMAINS_FUNCTIONS } from "./remains.ts";
import { RULES_FUNCTIONS } from "./rules.ts";
import { CLOSING, heading, opening } from "./script.ts";
import { TAKE_DOWN_FUNCTIONS } from "./take-down.ts";

/** Takes away what the record holds, whichever program made it: forwarding ends before its rules do. */
export function printDown(plan: NodePlan): string {
  return [
    opening("down.sh", plan, ABOUT),
    CHANGE_FUNCTIONS,
    TELL_ALWAYS,
    LOCK_FUNCTIONS,
    RECORD_FUNCTIONS,
    KEEPER_FUNCTIONS,
    RULES_FUNCTIONS,
    OWNER_FUNCTIONS,
    REMAINS_FUNCTIONS,
    TAKE_DOWN_FUNCTIONS,
    heading("Where there is no record, what is left is named."),
    OPTIONS,
    "check_machine\n",
    'if [ ! -d "$record" ]; then without_record; fi\n',
    "open_record\n",
    'list_chains "$next/chains.nft"\n',
    "take_down\n",
    CLOSING,
  ].join("");
}

const OPTIONS = `case $#\${1:-} in
  0) ;;
  1-v | 1--verbose) verbose=yes ;;
  1-h | 1--help)
    printf '%s\\n' 'usage: sh down.sh [-v]' \\
      'It takes away what up.sh made, as the record holds it. -v or --verbose says each change, on standard error.'
    exit 0
    ;;
  *) stop 2 "it does not know $*: sh down.sh [-v], or sh down.sh --help" ;;
esac
surplus='taken away'
`;

const ABOUT = `Run it on that node, as root:
#   sh down.sh                     -v says each change
# It takes away what up.sh made, as recorded there, and gives back what it found. Where nothing is left to take away it is
# content; what is left without a record it names.`;
