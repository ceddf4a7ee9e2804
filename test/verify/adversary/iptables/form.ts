/** Class 4: the form is asked for, not guessed. */
import {
  all,
  before,
  behind,
  everywhere,
  type HandEdit,
  iptables4,
  iptables6,
  judgedAs,
  proved,
  refuted,
  replacing,
  swapping,
  unverified,
  without,
} from "../edit.ts";
import { ALIKE, POD, UNTRANSLATED } from "../why.ts";

const JUMPS = /^-A (?:PREROUTING|INPUT|FORWARD|OUTPUT|POSTROUTING) -j NETC-\S+\n/gm;
const none = (): string => "";
/** From own chains, which are judged as whole tables, and the other way round. */
const ownChains = (edit: HandEdit): HandEdit => ({ ...edit, madeFrom: "coexist" });
const asIs = (text: string): string => text;

const table = (name: string) => (text: string) =>
  text
    .split(/(?<=COMMIT\n)/)
    .filter((each) => !each.startsWith(`*${name}`))
    .join("");

export const IPTABLES_FORM = [
  iptables4("no jumps", everywhere(JUMPS, none), refuted("filter-input")),
  iptables6("no jumps, IPv6", everywhere(JUMPS, none), refuted("filter-input")),
  iptables4("a jump is missing", without(/^-A FORWARD -j/), refuted("filter-forward", ALIKE)),
  iptables4(
    "the jump to services is missing in OUTPUT",
    without(/^-A OUTPUT -j NETC-SERVICES/),
    refuted("nat-output", "no: it is drawn"),
  ),
  iptables4(
    "a jump leads to another chain",
    replacing(/^-A INPUT -j/, "NETC-INPUT", "NETC-OUTPUT"),
    unverified("`--dst-group` is reached from INPUT: the kernel refuses it"),
  ),
  iptables4(
    "two jumps are swapped",
    all(
      replacing(/^-A INPUT -j/, "-j NETC-INPUT", "-j NETC-FORWARD-POLICY"),
      replacing(/^-A FORWARD -j/, "-j NETC-FORWARD", "-j NETC-INPUT-POLICY"),
    ),
    refuted("filter-forward", ALIKE),
  ),
  iptables4(
    "stages of sources are swapped",
    swapping(/^-A NETC-POSTROUTING -j NETC-HAIRPIN/, /^-A NETC-POSTROUTING -j NETC-EGRESS/),
    refuted("nat-postrouting", UNTRANSLATED),
  ),
  iptables4("a jump has a condition", replacing(/^-A INPUT -j/, "-j", "-p tcp -j"), refuted("filter-input", POD)),
  iptables4(
    "a rule in front of a jump",
    before(/^-A INPUT -j/, "-A INPUT -p tcp -m tcp --dport 22 -j ACCEPT"),
    refuted("filter-input", ALIKE),
  ),
  iptables4("a rule behind a jump", before(/^-A NETC-INPUT -i lo/, "-A INPUT -p udp -j DROP"), refuted("filter-input")),
  iptables4("a jump is a goto", replacing(/^-A INPUT -j/, "-j", "-g"), proved),
  iptables4("a jump twice", before(/^-A INPUT -j/, "-A INPUT -j NETC-INPUT"), proved),
  iptables4(
    "the policy of FORWARD is to drop",
    replacing(/^:FORWARD/, "ACCEPT", "DROP"),
    unverified("is known as ACCEPT only"),
  ),
  iptables4("a table is missing", table("filter"), refuted("filter-input")),
  iptables4("the marks' table is missing", table("mangle"), refuted("mangle-prerouting")),
  iptables6("nat is missing, IPv6", table("nat"), refuted("nat-prerouting", "no: it is drawn")),
  iptables4(
    "a table without one of its hooks' chains",
    without(/^:POSTROUTING/),
    unverified("is not declared: its policy stays"),
  ),
  iptables4("no text at all", () => "", unverified("no table is named: the file may be lost")),
  ownChains(iptables4("own chains, as whole tables", asIs, refuted("filter-input"))),
  ownChains(iptables6("own chains, as whole tables, IPv6", asIs, refuted("filter-input"))),
  ownChains(judgedAs("coexist", iptables4("own chains, as such", asIs, proved))),
  ownChains(judgedAs("coexist", iptables6("own chains, as such, IPv6", asIs, proved))),
  ownChains(
    judgedAs(
      "coexist",
      iptables4(
        "the chain that up.sh leads FORWARD to by itself",
        behind(/^[*]filter$/, ":NETC-FORWARD-ACCEPT - [0:0]", "-A NETC-FORWARD-ACCEPT -j ACCEPT"),
        unverified("`up.sh` leads FORWARD to this chain"),
      ),
    ),
  ),
  ownChains(
    judgedAs(
      "coexist",
      iptables4(
        "own chains with a jump",
        before(/^-A NETC-INPUT -i lo/, "-A INPUT -j NETC-INPUT"),
        unverified("the table filter has no chain"),
      ),
    ),
  ),
  ownChains(
    judgedAs(
      "coexist",
      iptables4(
        "own chains, of which one has another rule",
        replacing(/"deny any -> node1:22" -j DROP/, "DROP", "ACCEPT"),
        refuted("filter-input", "no: own chains are loaded by up.sh"),
      ),
    ),
  ),
  ownChains(
    judgedAs(
      "coexist",
      iptables4(
        "own chains, of which one is missing",
        all(everywhere(/^(?::|-A )NETC-MARK.*\n/gm, none)),
        refuted("mangle-prerouting", "no: own chains are loaded by up.sh"),
      ),
    ),
  ),
  judgedAs(
    "coexist",
    iptables4("whole tables, as own chains", asIs, unverified("beside other rules the kernel's own chain")),
  ),
  judgedAs(
    "coexist",
    iptables6("whole tables, as own chains, IPv6", asIs, unverified("beside other rules the kernel's own chain")),
  ),
];
