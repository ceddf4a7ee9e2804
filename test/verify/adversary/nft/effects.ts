/** Class 2: everything that a rule does is compared. */
import { atHead, nft4, nft6, refuted, replacing, unverified } from "../edit.ts";
import { LOGGED, REMEMBERED } from "../why.ts";

const NFT_MARK = /"mark a -> any:443/;
const NFT_LOG = /log prefix/;
const FIRST_LOOKUP = /offset 1640159 .* @netc-affinity-v4 update/;
const FIRST_DRAW = /numgen random mod 2 < 1 update/;
const LAST_UPDATE = /^\t\tmeta l4proto tcp update @netc-affinity-v4/;
const UPDATE =
  "update @netc-affinity-v4 { ip saddr . numgen inc mod 1 offset 1640159 . numgen inc mod 1 offset 2101157724 timeout 10800s }";

export const NFT_EFFECTS = [
  nft4(
    "a chance of none in front of a mark",
    replacing(NFT_MARK, "meta mark set", "numgen random mod 2 < 0 meta mark set"),
    refuted("mangle-prerouting"),
  ),
  nft4(
    "a chance of a half in front of a mark",
    replacing(NFT_MARK, "meta mark set", "numgen random mod 2 < 1 meta mark set"),
    refuted("mangle-prerouting"),
  ),
  nft6(
    "a chance of a half in front of a mark, IPv6",
    replacing(NFT_MARK, "meta mark set", "numgen random mod 2 < 1 meta mark set"),
    refuted("mangle-prerouting"),
  ),
  nft4(
    "a mark in turns",
    replacing(NFT_MARK, "meta mark set", "numgen inc mod 2 < 1 meta mark set"),
    unverified("stands where"),
  ),
  nft4(
    "a rate in front of a mark",
    replacing(NFT_MARK, "meta mark set", "limit rate 10/minute burst 5 packets meta mark set"),
    unverified("a limit stands in front of more than a log"),
  ),
  nft4("a mark under another mask", replacing(NFT_MARK, "0xffffff00", "0xffff0000"), refuted("mangle-prerouting")),
  nft4(
    "a mark that flips a bit",
    replacing(NFT_MARK, "0xffffff00 ^ 0x1", "0xffffff00 ^ 0x101"),
    unverified("bits are turned that were not cleared"),
  ),
  nft4("a mark whole", replacing(NFT_MARK, "meta mark & 0xffffff00 ^ 0x1", "0x1"), refuted("mangle-prerouting")),
  nft4("a mark of the connection", replacing(NFT_MARK, "accept", "ct mark set 0x1 accept"), unverified("stands where")),
  nft4("a mark in filter", atHead("netc-input", "meta mark set meta mark & 0xffffff00 ^ 0x2"), refuted("filter-input")),
  nft4("a mark in nat", atHead("netc-services-in", "meta mark set 0x5"), refuted("nat-prerouting")),
  nft4(
    "a mark behind its accept",
    replacing(NFT_MARK, /(meta mark set .*) accept/, "accept meta mark set 0x1"),
    unverified("stands behind one that ends the rule"),
  ),
  nft4(
    "a log without a limit",
    replacing(NFT_LOG, "limit rate 10/minute burst 5 packets ", ""),
    refuted("filter-forward", LOGGED),
  ),
  nft4("a log of another rate", replacing(NFT_LOG, "10/minute", "10/second"), unverified("stands where")),
  nft4("a log of another burst", replacing(NFT_LOG, "burst 5", "burst 50"), unverified("stands where")),
  nft4("a log above its rate", replacing(NFT_LOG, "limit rate 10", "limit rate over 10"), unverified("stands where")),
  nft4(
    "a log behind the log's own limit",
    replacing(
      NFT_LOG,
      /(limit .* packets) (log prefix "[^"]*")/,
      'log prefix "netc a closed: " limit rate 10/minute burst 5 packets',
    ),
    unverified("a condition stands behind an action or a limit"),
  ),
  nft4("a log with another prefix", replacing(NFT_LOG, "netc a closed: ", "netc a open: "), refuted("filter-forward")),
  nft4(
    "a log at another level",
    replacing(NFT_LOG, 'log prefix "netc a closed: "', 'log prefix "netc a closed: " level debug'),
    unverified("is not known"),
  ),
  nft4(
    "a log to a group",
    replacing(NFT_LOG, 'log prefix "netc a closed: "', 'log prefix "netc a closed: " group 1'),
    unverified("is not known"),
  ),
  nft4(
    "a chance in front of a log",
    replacing(NFT_LOG, "limit rate", "numgen random mod 2 < 1 limit rate"),
    refuted("filter-forward"),
  ),
  nft4(
    "a limit in front of a drop",
    replacing(/drop comment "deny any -> node1:22"/, "drop", "limit rate 10/minute burst 5 packets drop"),
    unverified("a limit stands in front of more than a log"),
  ),
  nft4(
    "a set with room for one",
    replacing(/size 262144/, "262144", "1"),
    unverified("and nothing else is said of it"),
  ),
  nft4(
    "a set with a time of its own",
    replacing(/flags dynamic, timeout/, "flags dynamic, timeout", "flags dynamic, timeout\n\t\ttimeout 1s"),
    unverified("is said of a whole set: a set of clients has"),
  ),
  nft4(
    "a set that is collected now and then",
    replacing(/flags dynamic, timeout/, "flags dynamic, timeout", "flags dynamic, timeout\n\t\tgc-interval 1d"),
    unverified("is said of a whole set: a set of clients has"),
  ),
  nft4(
    "a set that does not time out",
    replacing(/flags dynamic, timeout/, "dynamic, timeout", "dynamic"),
    unverified("and nothing else is said of it"),
  ),
  nft4(
    "a set that holds somebody",
    replacing(/size 262144/, "size 262144", "size 262144\n\t\telements = { 10.244.2.10 . 1640159 . 2101157724 }"),
    unverified("is filled by rules, and begins with elements"),
  ),
  nft4(
    "a client kept for another time",
    replacing(FIRST_LOOKUP, "timeout 10800s", "timeout 10801s"),
    unverified("the client is remembered for another time"),
  ),
  nft4("a client is put in once", replacing(LAST_UPDATE, "update @", "add @"), unverified("is not known")),
  nft4("a client is taken out", replacing(FIRST_LOOKUP, "update @", "delete @"), unverified("is not known")),
  nft4(
    "a client is not remembered any more",
    replacing(LAST_UPDATE, /update @\S+ \{.*\} /, ""),
    refuted("nat-prerouting", REMEMBERED),
  ),
  nft4(
    "a client remembered by another rule",
    atHead("netc-forward", `ip daddr 10.96.0.0/12 ${UPDATE} return`),
    refuted("filter-forward", REMEMBERED),
  ),
  nft4(
    "a client remembered by a rule without a verdict",
    atHead("netc-services", `ip daddr 10.96.0.100 ${UPDATE}`),
    refuted("nat-prerouting", REMEMBERED),
  ),
  nft4(
    "a client remembered in front of the draw",
    replacing(FIRST_DRAW, /numgen random mod 2 < 1 (update .*\}) dnat/, `${UPDATE} numgen random mod 2 < 1 dnat`),
    unverified("a condition stands behind an action or a limit"),
  ),
  nft4(
    "a draw behind a remembered choice",
    replacing(FIRST_LOOKUP, "dnat ip", "numgen random mod 2 < 1 dnat ip"),
    unverified("a condition stands behind an action or a limit"),
  ),
  nft4(
    "a client has to be in two lists",
    replacing(
      FIRST_LOOKUP,
      "update @",
      "ip saddr . numgen inc mod 1 offset 51932 . numgen inc mod 1 offset 361153849 @netc-affinity-v4 update @",
    ),
    unverified("a client is looked up, but not put there again: for how long"),
  ),
  nft4("a draw in turns", replacing(FIRST_DRAW, "numgen random", "numgen inc"), unverified("stands where")),
  nft4("a draw of an offset", replacing(FIRST_DRAW, "mod 2 < 1", "mod 2 offset 1 < 1"), unverified("stands where")),
  nft4(
    "a draw by a hash of the client",
    replacing(FIRST_DRAW, "numgen random mod 2 < 1", "jhash ip saddr mod 2 < 1"),
    unverified("is not known"),
  ),
  nft4(
    "a quota in front of a drop",
    replacing(/drop comment "deny any -> node1:22"/, "drop", "quota over 1 mbytes drop"),
    unverified("is not known"),
  ),
];
