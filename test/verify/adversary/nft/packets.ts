/** Class 3: every packet that a wire or a process can make. */
import { atHead, behind, nft4, nft6, refuted, replacing, unverified, without } from "../edit.ts";
import { ERRORS, LOOPBACK, OTHER_DEVICE, UNTRANSLATED } from "../why.ts";

const NDENY = /drop comment "deny any -> node1:22"/;

export const NFT_PACKETS = [
  nft4(
    "a deny holds for first packets alone",
    replacing(NDENY, "tcp dport", "ct state new tcp dport"),
    refuted("filter-input"),
  ),
  nft6(
    "a deny holds for first packets alone, IPv6",
    replacing(NDENY, "tcp dport", "ct state new tcp dport"),
    refuted("filter-input"),
  ),
  nft4(
    "a deny leaves out what is invalid",
    replacing(NDENY, "tcp dport", "ct state new,untracked tcp dport"),
    refuted("filter-input"),
  ),
  nft4(
    "replies of ssh are dropped",
    atHead("netc-output", "tcp sport 22 ct state established drop"),
    refuted("filter-output"),
  ),
  nft6(
    "replies of ssh are dropped, IPv6",
    atHead("netc-output", "meta nfproto ipv6 tcp sport 22 ct state established drop"),
    refuted("filter-output"),
  ),
  nft4(
    "replies by what was asked",
    atHead(
      "netc-output",
      "meta l4proto tcp ct state established ct original ip daddr 192.168.100.100 ct original proto-dst 22 drop",
    ),
    refuted("filter-output"),
  ),
  nft4(
    "replies whose original destination is another",
    atHead("netc-forward", "ip daddr != 10.244.1.11 ct original ip daddr 10.244.1.11 drop"),
    refuted("filter-forward", UNTRANSLATED),
  ),
  nft4(
    "errors about connections are dropped",
    replacing(/ct state established,related accept comment "established"/, "established,related", "established"),
    refuted("filter-input", ERRORS),
  ),
  nft4(
    "errors are dropped first",
    atHead("netc-forward", "meta nfproto ipv4 meta l4proto icmp ct state related drop"),
    refuted("filter-forward", ERRORS),
  ),
  nft4("what is invalid is dropped", atHead("netc-input", "ct state invalid drop"), refuted("filter-input")),
  nft4(
    "what is invalid and forwarded is dropped",
    atHead("netc-forward", "ct state invalid drop"),
    refuted("filter-forward"),
  ),
  nft4("what is not tracked is dropped", atHead("netc-forward", "ct state untracked drop"), refuted("filter-forward")),
  nft4(
    "an invalid ssh is let in",
    atHead("netc-input", "tcp dport 22 ct state invalid accept"),
    refuted("filter-input"),
  ),
  nft4(
    "established is what is not translated",
    atHead("netc-input", "ct status ! dnat accept"),
    refuted("filter-input"),
  ),
  nft6(
    "the node's own address comes from outside",
    atHead("netc-input", "ip6 saddr fd00:100::100 tcp dport 22 accept"),
    refuted("filter-input"),
  ),
  nft6(
    "the node's own addresses come from outside",
    atHead("netc-input", "meta nfproto ipv6 fib saddr type local accept"),
    refuted("filter-input"),
  ),
  nft4(
    "the node sends from an address that is not its own",
    atHead("netc-output", "ip saddr 198.51.100.9 drop"),
    refuted("filter-output"),
  ),
  nft4(
    "the node sends from a pod's address",
    atHead("netc-output", "ip saddr 10.244.1.11 meta l4proto udp drop"),
    refuted("filter-output"),
  ),
  nft4("a copy for one device", atHead("netc-input", 'iifname "ens33" tcp dport 22 accept'), refuted("filter-input")),
  nft4(
    "a deny for one device",
    replacing(NDENY, "tcp dport", 'iifname "ens33" tcp dport'),
    refuted("filter-input", OTHER_DEVICE),
  ),
  nft4("loopback is another device", replacing(/iifname "lo"/, '"lo"', '"ens33"'), refuted("filter-input")),
  nft4(
    "loopback is every device that begins so",
    replacing(/iifname "lo"/, '"lo"', '"l*"'),
    unverified("is no device's name"),
  ),
  nft4(
    "a copy for loopback drops",
    atHead("netc-input", 'iifname "lo" tcp dport 22 drop'),
    refuted("filter-input", LOOPBACK),
  ),
  nft4("raw drops before conntrack", atHead("netc-senders", "tcp dport 22 drop"), refuted("raw-prerouting")),
  nft4(
    "raw's policy is to drop",
    behind(
      /^table inet netc \{/,
      "\tchain early {",
      "\t\ttype filter hook output priority raw; policy drop;",
      "\t}",
      "",
    ),
    unverified("is not known: netc's chains have"),
  ),
  nft4(
    "raw exempts from conntrack",
    behind(
      /^table inet netc \{/,
      "\tchain early {",
      "\t\ttype filter hook prerouting priority raw; policy accept;",
      "\t\ttcp dport 80 notrack",
      "\t}",
      "",
    ),
    unverified("is not known"),
  ),
  nft4(
    "a chain at another priority",
    behind(/^table inet netc \{/, "\tchain late {", "\t\ttype filter hook input priority 10; policy drop;", "\t}", ""),
    unverified("netc has no chain of that type, hook and priority"),
  ),
  nft4(
    "a chain at ingress",
    behind(
      /^table inet netc \{/,
      "\tchain early {",
      '\t\ttype filter hook ingress device "ens33" priority 0; policy drop;',
      "\t}",
      "",
    ),
    unverified("is not known: netc's chains have"),
  ),
  nft4(
    "a chain of nat for what is delivered",
    behind(
      /^table inet netc \{/,
      "\tchain early {",
      "\t\ttype nat hook input priority 100; policy accept;",
      "\t\tip saddr 10.0.0.1 snat ip to 10.0.0.2",
      "\t}",
      "",
    ),
    unverified("netc has no chain of that type, hook and priority"),
  ),
  nft4("mangle drops", atHead("netc-marks-in", "tcp dport 22 drop"), refuted("mangle-prerouting")),
  nft4(
    "a policy is to drop",
    replacing(/hook forward priority/, "policy accept", "policy drop"),
    unverified("is not known: netc's chains have"),
  ),
  nft4(
    "a deny of the first packets by their flags",
    replacing(NDENY, "tcp dport", "tcp flags syn tcp dport"),
    unverified("stands where"),
  ),
  nft4("packets of one direction", atHead("netc-forward", "ct direction reply drop"), unverified("stands where")),
  nft4(
    "both families, where one was meant",
    replacing(/"mark a/, "ip saddr 10.244.1.10 ", ""),
    refuted("mangle-prerouting"),
  ),
  nft4(
    "loopback in OUTPUT, invalid packets left out",
    without(/oifname "lo" ct state/),
    refuted("filter-output", LOOPBACK),
  ),
  nft4(
    "loopback in OUTPUT by the destination alone",
    without(/oifname "lo" ct status ! dnat/),
    refuted("filter-output", LOOPBACK),
  ),
];
