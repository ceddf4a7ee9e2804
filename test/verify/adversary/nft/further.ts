/** What else was tried: translations, refusals, other words for the same. */
import {
  all,
  atHead,
  before,
  everywhere,
  nft4,
  nft6,
  proved,
  refuted,
  replacing,
  unverified,
  without,
} from "../edit.ts";
import { REFUSED, REMEMBERED } from "../why.ts";

const NDENY = /drop comment "deny any -> node1:22"/;

export const NFT_FURTHER = [
  nft4(
    "a source out of a range",
    replacing(/hairpin-v4 snat/, "192.168.100.100", "192.168.100.100-192.168.100.101"),
    unverified("is no IPv"),
  ),
  nft4(
    "ports of sources in turn",
    replacing(/hairpin-v4 snat/, " fully-random", ""),
    unverified("the end of the line stands where"),
  ),
  nft4(
    "the other family's destination",
    replacing(/dnat ip to ip daddr/, "dnat ip to", "dnat ip6 to"),
    unverified("it holds for no packet"),
  ),
  nft4(
    "no refusal",
    replacing(/reject with icmpx/, "reject with icmpx port-unreachable", "drop"),
    refuted("filter-forward", REFUSED),
  ),
  nft4(
    "another refusal",
    replacing(/reject with icmpx/, "port-unreachable", "admin-prohibited"),
    unverified("with icmpx port-unreachable"),
  ),
  nft4(
    "a refusal of nft's choice",
    replacing(/reject with icmpx/, " with icmpx port-unreachable", ""),
    unverified("the end of the line stands where"),
  ),
  nft4(
    "slots from one on",
    replacing(/numgen random mod 2 map/, "mod 2 map", "mod 2 offset 1 map"),
    unverified("stands where"),
  ),
  nft4("a slot is missing", without(/10\.96\.0\.100 \. tcp \. 80 \. 1/), refuted("nat-prerouting")),
  nft4(
    "a draw of more slots",
    everywhere(/numgen random mod 2 map/g, () => "numgen random mod 3 map"),
    unverified("is asked by an IPv"),
  ),
  nft4(
    "lists that share one of their numbers",
    everywhere(/51932/g, () => "1640159"),
    proved,
  ),
  nft4(
    "one list for two backends",
    all(
      everywhere(/51932/g, () => "1640159"),
      everywhere(/361153849/g, () => "2101157724"),
    ),
    refuted("nat-prerouting", REMEMBERED),
  ),
  nft4(
    "one list for two backends, in more than 32 bits",
    all(
      everywhere(/51932/g, () => "1640159"),
      everywhere(/361153849/g, () => String(2101157724 + 2 ** 32)),
    ),
    unverified("the offset is no number of 32 bits"),
  ),
  nft4(
    "clients by their destination",
    replacing(/tcp update @/, "ip saddr", "ip daddr"),
    unverified("the key is not a client's address and numbers"),
  ),
  nft4(
    "an element more, behind another",
    replacing(/10\.96\.0\.100 \. tcp \. 80 \. 0/, /, #.*/, ", 10.96.0.102 . tcp . 80 . 0 : 10.244.1.10 . 8080,"),
    refuted("nat-prerouting"),
  ),
  nft4(
    "a jump to a hook's chain",
    replacing(/jump netc-input-policy/, "netc-input-policy", "netc-output"),
    unverified("is asked by a hook: nothing can jump to it"),
  ),
  nft4("a goto where nothing stands behind", replacing(/jump netc-input-policy/, "jump", "goto"), proved),
  nft4("somebody else decides", atHead("netc-input", "queue num 0"), unverified("is not known")),
  nft4(
    "a map in a rule",
    atHead("netc-input", "tcp dport vmap { 22 : accept }"),
    unverified("is no port and no range of ports"),
  ),
  nft4("a device by its index", replacing(/iifname "lo"/, 'iifname "lo"', "iif lo"), unverified("is not known")),
  nft4("protocols in a set", atHead("netc-input", "meta l4proto { tcp, 132 } drop"), unverified("is no protocol")),
  nft4("a port of whatever protocol", atHead("netc-input", "th dport 22 drop"), unverified("stands where")),
  nft4("a protocol by its header", atHead("netc-input", "ip protocol tcp drop"), unverified("stands where")),
  nft4("packets by their mark", atHead("netc-input", "meta mark 0x1 drop"), unverified("stands where")),
  nft4(
    "established is all that is not new",
    replacing(/ct state established,related accept comment "established"/, "established,related", "!= new"),
    refuted("filter-input"),
  ),
  nft4(
    "states in a set",
    replacing(
      /ct state established,related accept comment "established"/,
      "established,related",
      "{ established, related }",
    ),
    proved,
  ),
  nft4(
    "two states at once",
    replacing(
      /ct state established,related accept comment "established"/,
      "ct state established,related",
      "ct state established ct state related",
    ),
    refuted("filter-input"),
  ),
  nft4(
    "what is not tracked is established",
    replacing(
      /ct state established,related accept comment "established"/,
      "established,related",
      "established,related,untracked",
    ),
    refuted("filter-input"),
  ),
  nft4(
    "a chain that is asked later",
    replacing(/hook forward priority/, "filter", "filter + 1"),
    unverified("it is not"),
  ),
  nft4(
    "a chain that routes again",
    replacing(/hook forward/, "type filter", "type route"),
    unverified("netc has no chain of that type, hook and priority"),
  ),
  nft4("a remark's sign in a comment", replacing(NDENY, 'comment "deny', 'comment "# deny'), proved),
  nft4(
    "two statements on a line",
    replacing(NDENY, /^\t\t/, "\t\taccept; "),
    unverified("more than one statement stands on the line"),
  ),
  nft4(
    "a set declared twice",
    before(/^\tchain netc-reject/, "\tset netc-hairpin-v4 {", "\t\ttypeof ip saddr . ip daddr", "\t}", ""),
    unverified("is declared on lines"),
  ),
  nft6(
    "IPv4 in IPv6's clothes",
    atHead("netc-input", "ip6 saddr ::ffff:10.0.0.0/104 drop"),
    unverified("is no prefix: it is an IPv"),
  ),
  nft6(
    "a header in front of the protocol",
    atHead("netc-input", "exthdr frag exists drop"),
    unverified("is not known"),
  ),
  nft6(
    "ports of the other family where nobody asks for them",
    replacing(/546-547/, "meta nfproto ipv6 udp", "udp"),
    proved,
  ),
  nft6(
    "a protocol by its first header",
    atHead("netc-input", "ip6 nexthdr tcp tcp dport 22 accept"),
    unverified("stands where"),
  ),
];
