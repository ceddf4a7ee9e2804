/** Class 1: texts that the tools read otherwise than they look, or do not load. */
import {
  all,
  before,
  behind,
  everywhere,
  iptables4,
  iptables6,
  proved,
  replacing,
  unverified,
  without,
} from "../edit.ts";

/** iptables-restore reads so many bytes at once, and takes what lies behind for the next line. */
const BUFFER = 10_239;
const padded = (begin: string, rule: string): string => begin.padEnd(BUFFER, "x") + rule;
const DENY = /"deny any -> node1:22" -j DROP/;

export const IPTABLES_TEXT = [
  iptables4(
    "a rule behind a comment as long as the buffer",
    before(/^-A NETC-INPUT -i lo/, padded("#", "-A NETC-INPUT -j RETURN")),
    unverified("bytes: the tool takes what lies beyond for a line of its own"),
  ),
  iptables6(
    "a rule behind a comment as long as the buffer, IPv6",
    before(/^-A NETC-INPUT -i lo/, padded("#", "-A NETC-INPUT -j RETURN")),
    unverified("bytes: the tool takes what lies beyond for a line of its own"),
  ),
  iptables4(
    "a comment of letters of two bytes, as long as the buffer",
    before(/^-A NETC-INPUT -i lo/, `#${"ä".repeat((BUFFER - 1) / 2)}-A NETC-INPUT -j RETURN`),
    unverified("bytes: the tool takes what lies beyond for a line of its own"),
  ),
  iptables4(
    "a table ends behind a comment as long as the buffer",
    before(/^-A NETC-INPUT -i lo/, padded("#", "COMMIT")),
    unverified("bytes: the tool takes what lies beyond for a line of its own"),
  ),
  iptables4(
    "a rule as long as the buffer",
    replacing(DENY, " -m comment", ` ${" ".repeat(BUFFER)}-m comment`),
    unverified("bytes: the tool takes what lies beyond for a line of its own"),
  ),
  iptables4(
    "options in a comment, behind a tab",
    replacing(DENY, '"deny any -> node1:22"', "deny\t-d\t1.2.3.4"),
    unverified("the line holds a TAB, where the tool parts words"),
  ),
  iptables4(
    "a tab in a comment",
    replacing(DENY, "deny any", "deny\tany"),
    unverified("the line holds a TAB, where the tool parts words"),
  ),
  iptables4(
    "a tab between words",
    replacing(DENY, " -j ", "\t-j\t"),
    unverified("the line holds a TAB, where the tool parts words"),
  ),
  iptables4(
    "a NUL in front of a rule's target",
    replacing(DENY, " -j DROP", "\0 -j DROP"),
    unverified("the line holds a NUL, where the tool ends the line"),
  ),
  iptables4(
    "a NUL in a comment",
    replacing(DENY, "deny any", "deny\0any"),
    unverified("the line holds a NUL, where the tool ends the line"),
  ),
  iptables4(
    "a NUL in a remark",
    before(/^\*filter/, "# netc\0"),
    unverified("the line holds a NUL, where the tool ends the line"),
  ),
  iptables4(
    "a policy behind a tab",
    replacing(/^:INPUT/, " ACCEPT ", "\tDROP "),
    unverified("where the tool parts words"),
  ),
  iptables4("a policy is to drop", replacing(/^:INPUT/, "ACCEPT", "DROP"), unverified("is known as ACCEPT only")),
  iptables4(
    "a policy behind two blanks",
    replacing(/^:FORWARD/, " ACCEPT", "  DROP"),
    unverified("a chain is known with a policy and counters"),
  ),
  iptables4(
    "lines that end as on another system",
    everywhere(/\n/g, () => "\r\n"),
    unverified("the line holds a carriage return"),
  ),
  iptables4("one carriage return", replacing(DENY, /$/, "\r"), unverified("the line holds a carriage return")),
  iptables4(
    "a byte of deletion",
    replacing(DENY, "deny any", "deny \x7fany"),
    unverified("the line holds the control character"),
  ),
  iptables4("a bell", replacing(DENY, "deny any", "deny \x07any"), unverified("the line holds the control character")),
  iptables4(
    "a form feed between words",
    replacing(DENY, " -j ", "\f-j "),
    unverified("the line holds the control character"),
  ),
  iptables4(
    "a chain that has a target's name",
    behind(/^:NETC-REJECT/, ":DROP - [0:0]"),
    unverified("is no name for a chain: a target may be called so"),
  ),
  iptables4(
    "a chain that has a target's name, and lets in",
    all(behind(/^:NETC-REJECT/, ":REJECT - [0:0]"), before(/^-A NETC-REJECT -p tcp/, "-A REJECT -j ACCEPT")),
    unverified("a target may be called so"),
  ),
  iptables4(
    "a chain that has a hook's name",
    behind(/^:NETC-REJECT/, ":PREROUTING - [0:0]"),
    unverified("is no name for a chain: a target may be called so"),
  ),
  iptables4(
    "a chain whose name is too long",
    behind(/^:NETC-REJECT/, ":NETC-0123456789-0123456789-0123456789 - [0:0]"),
    unverified("is no name for a chain"),
  ),
  iptables4(
    "a comment of 256 bytes",
    replacing(DENY, "deny any", `deny any${"x".repeat(256)}`),
    unverified("the comment has more than"),
  ),
  iptables4(
    "a comment of 128 letters of two bytes",
    replacing(DENY, /"deny any -> node1:22"/, `"${"ä".repeat(128)}"`),
    unverified("the comment has more than"),
  ),
  iptables4("a backslash in front of a quote", replacing(DENY, "deny any", 'deny \\" any'), proved),
  iptables4("a quote in single quotes", replacing(DENY, /"deny any -> node1:22"/, "'deny'"), proved),
  iptables4(
    "a quote that does not end",
    replacing(DENY, /node1:22"/, "node1:22"),
    unverified("a quote is opened and not closed"),
  ),
  iptables4(
    "a word glued to a quote",
    replacing(DENY, /node1:22" -j/, 'node1:22"-j'),
    unverified("a word goes on behind its closing quote"),
  ),
  iptables4(
    "a backslash at the end of a line",
    replacing(DENY, /$/, " \\"),
    unverified("is not known behind what the rule does"),
  ),
  iptables4(
    "a table twice",
    before(/^\*mangle/, "*filter", ":INPUT ACCEPT [0:0]", ":FORWARD ACCEPT [0:0]", ":OUTPUT ACCEPT [0:0]", "COMMIT"),
    unverified("the table filter stands twice"),
  ),
  iptables4("a table that is not committed", without(/^COMMIT/), unverified("the table raw above has no COMMIT")),
  iptables4(
    "a chain declared twice",
    behind(/^:NETC-INPUT-POLICY/, ":NETC-INPUT-POLICY - [0:0]"),
    unverified("NETC-INPUT-POLICY"),
  ),
  iptables4(
    "a chain emptied behind its rules",
    before(/^COMMIT/, "-F NETC-INPUT-POLICY"),
    unverified("no line of a table is known that begins so"),
  ),
  iptables4(
    "a rule deleted again",
    before(/^COMMIT/, "-D NETC-INPUT -j NETC-INPUT-POLICY"),
    unverified("no line of a table is known that begins so"),
  ),
  iptables4(
    "a rule inserted at the head",
    before(/^COMMIT/, "-I NETC-INPUT -j RETURN"),
    unverified("no line of a table is known that begins so"),
  ),
  iptables4(
    "a policy set behind",
    before(/^COMMIT/, "-P INPUT DROP"),
    unverified("no line of a table is known that begins so"),
  ),
  iptables4(
    "a rule of another table",
    before(/^COMMIT/, "-t nat -A PREROUTING -j ACCEPT"),
    unverified("no line of a table is known that begins so"),
  ),
  iptables4(
    "a rule whose table stands at its end",
    replacing(DENY, "-j DROP", "-j DROP -t raw"),
    unverified("is not known behind what the rule does"),
  ),
  iptables4(
    "a rule of the other family",
    before(/^-A NETC-INPUT -i lo/, "-A INPUT -6 -j DROP"),
    unverified("is not known here"),
  ),
  iptables4(
    "an option by its first letters",
    replacing(DENY, "--dport", "--dpor"),
    unverified("is known with its options only"),
  ),
  iptables4(
    "an option in its long form, shortened",
    replacing(/"allow c -> node1:22" -j RETURN/, "-s ", "--sou "),
    unverified("is not known here"),
  ),
  iptables4("an option twice", replacing(DENY, "--dport 22", "--dport 22 --dport 23"), unverified("stands twice")),
  iptables4(
    "a word glued to its option",
    replacing(/"allow c -> node1:22" -j RETURN/, "-s 10", "-s10"),
    unverified("is not known here"),
  ),
  iptables4(
    "an address with leading zeros",
    replacing(/"allow c -> node1:22" -j RETURN/, "10.244.2.10/32", "010.244.2.10/32"),
    unverified("is no range of addresses: the leading zero of"),
  ),
  iptables4(
    "an address of three numbers",
    replacing(/"allow c -> node1:22" -j RETURN/, "10.244.2.10/32", "10.244.522/32"),
    unverified("address has four numbers, this has"),
  ),
  iptables4(
    "an address by a host's name",
    replacing(/"allow c -> node1:22" -j RETURN/, "10.244.2.10/32", "localhost"),
    unverified("is no range of addresses"),
  ),
  iptables4(
    "two addresses in one word",
    replacing(/"allow c -> node1:22" -j RETURN/, "10.244.2.10/32", "10.244.2.10/32,10.244.2.11/32"),
    unverified("is no range of addresses"),
  ),
  iptables4(
    "a mask with holes",
    replacing(/"allow c -> node1:22" -j RETURN/, "/32", "/255.0.255.255"),
    unverified("is no range of addresses"),
  ),
  iptables4("a port in octal", replacing(DENY, "--dport 22", "--dport 022"), unverified("and no range of them")),
  iptables4(
    "a range of ports the wrong way round",
    replacing(DENY, "--dport 22", "--dport 22:21"),
    unverified("end before they begin"),
  ),
  iptables4(
    "a rule in braces of counters that hides a word",
    replacing(DENY, "-A NETC", "[1:2 -A NETC"),
    unverified("no line of a table is known that begins so"),
  ),
  iptables4(
    "a byte order mark",
    replacing(/^\*raw/, "*", "\ufeff*"),
    unverified("the text begins with a byte-order mark"),
  ),
  iptables4(
    "a blank that is no blank",
    replacing(DENY, " -j", "\u00a0-j"),
    unverified("a word goes on behind its closing quote"),
  ),
  iptables4("a negation in the new place", replacing(DENY, "-p tcp", "! -p tcp"), unverified("is not known")),
];
