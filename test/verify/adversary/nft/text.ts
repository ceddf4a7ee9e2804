/** Class 1: texts that the tools read otherwise than they look, or do not load. */
import {
  all,
  before,
  behind,
  everywhere,
  nft4,
  nft6,
  proved,
  refuted,
  replacing,
  unverified,
  without,
} from "../edit.ts";
import { UNDECLARED } from "../why.ts";

const NDENY = /drop comment "deny any -> node1:22"/;
const AGAIN = "\t\t\t10.96.0.100 . tcp . 80 . 0 : 10.244.2.10 . 8080,";

export const NFT_TEXT = [
  nft4("a NUL in a comment", replacing(NDENY, "deny any", "deny\0any"), unverified("is none that nft reads")),
  nft4("a NUL in front of a verdict", replacing(NDENY, "drop", "\0drop"), unverified("is none that nft reads")),
  nft4("a carriage return", replacing(NDENY, /$/, "\r"), unverified("d is none that nft reads")),
  nft4("a byte of deletion", replacing(NDENY, "deny any", "deny \x7fany"), unverified("f is none that nft reads")),
  nft4("a vertical tab between words", replacing(NDENY, " drop", "\vdrop"), unverified("b is none that nft reads")),
  nft4("a tab in a comment", replacing(NDENY, "deny any", "deny\tany"), unverified("a tab stands in quotes")),
  nft4(
    "a chain named by a reserved word",
    everywhere(/netc-egress/g, () => "accept"),
    unverified("is a word of nft's own, and no name"),
  ),
  nft4(
    "a chain named by a word of its hooks",
    everywhere(/netc-egress/g, () => "hook"),
    unverified("is a word of nft's own, and no name"),
  ),
  nft4(
    "a set named by a reserved word",
    everywhere(/netc-hairpin-v4/g, () => "tcp"),
    unverified("is a word of nft's own, and no name"),
  ),
  nft4(
    "a comment of 129 bytes",
    replacing(NDENY, /"deny any -> node1:22"/, `"${"x".repeat(129)}"`),
    unverified("a comment is longer than"),
  ),
  nft6(
    "a comment of 129 bytes, IPv6",
    replacing(NDENY, /"deny any -> node1:22"/, `"${"x".repeat(129)}"`),
    unverified("a comment is longer than"),
  ),
  nft4(
    "a comment of 65 letters of two bytes",
    replacing(NDENY, /"deny any -> node1:22"/, `"${"ä".repeat(65)}"`),
    unverified("a comment is longer than"),
  ),
  nft4("a definition of a word", before(/^table inet netc \{/, "define drop = accept"), unverified("table inet netc")),
  nft4(
    "a definition that is used",
    all(before(/^table inet netc \{/, "define bad = 23"), replacing(NDENY, "dport 22", "dport $bad")),
    unverified("table inet netc"),
  ),
  nft4("an include", before(/^table inet netc \{/, 'include "/etc/nftables.d/*.nft"'), unverified("table inet netc")),
  nft4("a backslash at the end of a remark", before(/tcp dport 22 drop/, "\t\t# netc \\"), proved),
  nft4(
    "a backslash at the end of a rule",
    replacing(NDENY, /$/, " \\"),
    unverified("a backslash stands outside of quotes: at the end of a line n"),
  ),
  nft4(
    "a remark that ends a rule",
    replacing(NDENY, "drop comment", "# drop comment"),
    refuted("filter-input", UNDECLARED),
  ),
  nft4(
    "two rules on a line",
    replacing(NDENY, /comment "deny any -> node1:22"/, "; accept"),
    unverified("more than one statement stands on the line"),
  ),
  nft4(
    "an element twice, with another value",
    behind(/10\.96\.0\.100 \. tcp \. 80 \. 0 :/, AGAIN),
    unverified("each time with another value"),
  ),
  nft4(
    "an element twice, the same",
    behind(/10\.244\.1\.10 \. 10\.244\.1\.10/, "\t\t\t10.244.1.10 . 10.244.1.10,"),
    unverified("the element stands on lines"),
  ),
  nft4(
    "a map filled once more behind",
    (text) => `${text}add element inet netc netc-hairpin-v4 { 10.244.1.11 . 10.244.1.11 }\n`,
    unverified("it stands behind the end of the table"),
  ),
  nft4(
    "a rule added behind",
    (text) => `${text}add rule inet netc netc-input accept\n`,
    unverified("it stands behind the end of the table"),
  ),
  nft4(
    "a rule inserted behind",
    (text) => `${text}insert rule inet netc netc-input accept\n`,
    unverified("it stands behind the end of the table"),
  ),
  nft4(
    "the table deleted behind",
    (text) => `${text}delete table inet netc\n`,
    unverified("it stands behind the end of the table"),
  ),
  nft4(
    "all tables flushed behind",
    (text) => `${text}flush ruleset\n`,
    unverified("it stands behind the end of the table"),
  ),
  nft4(
    "the table is dormant",
    behind(/^table inet netc \{/, "\tflags dormant;"),
    unverified("is no set, no map and no chain"),
  ),
  nft4("the table is there before", without(/^delete table inet netc/), unverified("delete table inet netc")),
  nft4(
    "another table drops",
    (text) => `${text}table ip other {\n\tchain in {\n\t\ttype filter hook input priority 0; policy drop;\n\t}\n}\n`,
    unverified("it stands behind the end of the table"),
  ),
  nft4(
    "the table of one family",
    everywhere(/inet netc/g, () => "ip netc"),
    unverified("add table inet netc"),
  ),
  nft4(
    "the table opened twice",
    (text) => `${text}table inet netc {\n\tchain netc-input {\n\t\taccept\n\t}\n}\n`,
    unverified("it stands behind the end of the table"),
  ),
  nft4(
    "a chain opened twice",
    replacing(/^\tchain netc-reject \{/, /^/, "\tchain netc-input-policy {\n\t\taccept\n\t}\n\n"),
    unverified("is declared on lines"),
  ),
  nft4(
    "an address with leading zeros",
    replacing(/"allow c -> node1:22"/, "10.244.2.10", "010.244.2.10"),
    unverified("is no IPv"),
  ),
  nft4(
    "a port with leading zeros",
    replacing(NDENY, "dport 22", "dport 022"),
    unverified("is no port and no range of ports"),
  ),
  nft4(
    "a range of ports the wrong way round",
    replacing(NDENY, "dport 22", "dport 22-21"),
    unverified("ends before it begins"),
  ),
  nft4(
    "a comparison with a range",
    replacing(NDENY, "dport 22", "dport != 22"),
    unverified("is no port and no range of ports"),
  ),
  nft4(
    "a comparison that is greater",
    replacing(NDENY, "dport 22", "dport > 22"),
    unverified("is no port and no range of ports"),
  ),
  nft4("a set without a name", replacing(NDENY, "dport 22", "dport { 22, 23 }"), refuted("filter-input")),
  nft4(
    "a byte order mark",
    (text) => `\ufeff${text}`,
    unverified("a character that is not ASCII stands outside of quotes"),
  ),
  nft4(
    "a blank that is no blank",
    replacing(NDENY, " drop", "\u00a0drop"),
    unverified("a character that is not ASCII stands outside of quotes"),
  ),
  nft4(
    "a chain's priority by a number that is near",
    replacing(/hook input priority filter/, "filter; policy", "1; policy"),
    unverified("netc has no chain of that type, hook and priority"),
  ),
  nft4(
    "a chain's hook is another",
    replacing(/hook input priority filter/, "hook input", "hook forward"),
    unverified("hangs at the same hook: which is asked first is chance"),
  ),
  nft4("a remark opens a block", before(/^\tchain netc-reject/, "\t# {", "\t#\\"), proved),
];
