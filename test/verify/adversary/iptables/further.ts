/** What else was tried: translations, refusals, other words for the same. */
import {
  all,
  atHead,
  before,
  behind,
  everywhere,
  iptables4,
  iptables6,
  proved,
  refuted,
  replacing,
  unverified,
} from "../edit.ts";
import { ALIKE, FIRST_PORT, HELPED, REFUSED, REMEMBERED, UNSENT } from "../why.ts";

const DENY = /"deny any -> node1:22" -j DROP/;

/** Each doubles what a packet may have been through. */
const TOSSES = Array.from({ length: 32 }, (_, bit) => {
  const mark = `0x${(2 ** bit).toString(16)}`;
  return `-A PREROUTING -m statistic --mode random --probability 0.5 -j MARK --set-xmark ${mark}/${mark}`;
});

export const IPTABLES_FURTHER = [
  iptables4(
    "a list of clients that the other family has",
    everywhere(/--name NETC-V4-/g, () => "--name NETC-V6-"),
    unverified("those of IPv4 begin with `NETC-V4-`"),
  ),
  iptables4(
    "more ways than can be told apart",
    before(/^-A PREROUTING -j NETC-MARKS-IN/, ...TOSSES),
    unverified("has more than 16384 ends"),
  ),
  iptables4(
    "a range of targets for one port",
    replacing(/"service web" -j DNAT/, "10.244.1.10:8080", "10.244.1.10:8080-8081/80"),
    unverified("a range of ports is known behind the `--dport` that it maps"),
  ),
  iptables4(
    "what comes back by loopback is not passed on",
    atHead("NETC-FORWARD", "-i lo -j DROP"),
    refuted("filter-forward", "no: it takes a route that leads to loopback"),
  ),
  iptables4(
    "what is for the node is not passed on",
    atHead("NETC-FORWARD", "-m addrtype --dst-type LOCAL -j DROP"),
    refuted("filter-forward", "no: no packet of that kind can be made here"),
  ),
  iptables4(
    "what was asked for, negated",
    replacing(/ctorigdst 192.168.100.100.*DROP/, "--ctorigdst", "! --ctorigdst"),
    unverified("is not known"),
  ),
  iptables4(
    "a list of states that ends in a comma",
    replacing(/"established"/, "ESTABLISHED,RELATED", "ESTABLISHED,"),
    unverified("is no list of states that is known"),
  ),
  iptables4(
    "states by the old match",
    replacing(/"established"/, "-m conntrack --ctstate", "-m state --state"),
    unverified("is not known"),
  ),
  iptables4(
    "a source out of a range",
    replacing(/hairpin all/, "192.168.100.100 --", "192.168.100.100-192.168.100.101 --"),
    unverified("is no address: a range is written with a length, not from on"),
  ),
  iptables4("ports of sources in turn", replacing(/hairpin all/, " --random-fully", ""), unverified("--random-fully")),
  iptables4(
    "ports of sources by a hash",
    replacing(/hairpin all/, "--random-fully", "--random"),
    unverified("--random-fully"),
  ),
  iptables4(
    "ports of sources out of a range",
    replacing(/MASQUERADE/, "--random-fully", "--to-ports 1000-1001 --random-fully"),
    unverified("--random-fully"),
  ),
  iptables4(
    "a backend that stays",
    replacing(/"service web" -j DNAT/, /$/, " --persistent"),
    unverified("is not known behind what the rule does"),
  ),
  iptables4(
    "a backend out of a range",
    replacing(/"service web" -j DNAT/, "10.244.1.10:8080", "10.244.1.10-10.244.1.11:8080"),
    unverified("is no address: a range is written with a length, not from on"),
  ),
  iptables4(
    "a port out of a range",
    replacing(/"service web" -j DNAT/, "10.244.1.10:8080", "10.244.1.10:8080-8081"),
    refuted("nat-prerouting", FIRST_PORT),
  ),
  iptables4(
    "port 0",
    replacing(/"service web" -j DNAT/, "10.244.1.10:8080", "10.244.1.10:0"),
    unverified("and no range of them"),
  ),
  iptables4(
    "the port that was asked for",
    replacing(/"service web" -j DNAT/, "10.244.1.10:8080", "10.244.1.10"),
    refuted("nat-prerouting"),
  ),
  iptables4(
    "two backends in one rule",
    replacing(/"service web" -j DNAT/, /$/, " --to-destination 10.244.1.11:8080"),
    unverified("is not known behind what the rule does"),
  ),
  iptables4(
    "another refusal",
    replacing(/NETC-REJECT -j/, "icmp-port-unreachable", "icmp-host-unreachable"),
    unverified("is no answer that is known of IPv"),
  ),
  iptables4(
    "a reset for every protocol",
    replacing(/NETC-REJECT -j/, "icmp-port-unreachable", "tcp-reset"),
    unverified("answers TCP alone, and the rule has no"),
  ),
  iptables4(
    "no refusal",
    replacing(/NETC-REJECT -j/, "REJECT --reject-with icmp-port-unreachable", "DROP"),
    refuted("filter-forward", REFUSED),
  ),
  iptables4(
    "ports by another match",
    replacing(DENY, "-m tcp --dport 22", "-m multiport --dports 22"),
    unverified("-m multiport"),
  ),
  iptables4("the other port", replacing(DENY, "--dport", "--sport"), refuted("filter-input")),
  iptables4("ports of another protocol", replacing(DENY, "-m tcp", "-m udp"), unverified("in front of it")),
  iptables4(
    "a stage that does not come back",
    replacing(/NETC-FORWARD -j NETC-FORWARD-POLICY/, "-j", "-g"),
    refuted("filter-forward", ALIKE),
  ),
  iptables4("all of ICMP", atHead("NETC-INPUT", "-p icmp -j DROP"), refuted("filter-input")),
  iptables4(
    "a chain that leads to itself",
    atHead("NETC-REJECT", "-j NETC-REJECT"),
    unverified("the rule leads back to filter NETC-REJECT, which leads here"),
  ),
  iptables4(
    "a chain that nothing leads to",
    all(behind(/^:NETC-REJECT/, ":NETC-X - [0:0]"), before(/^-A NETC-REJECT -p/, "-A NETC-X -j DROP")),
    proved,
  ),
  iptables4(
    "a chain that nothing leads to, and that leads to itself",
    all(behind(/^:NETC-REJECT/, ":NETC-X - [0:0]"), before(/^-A NETC-REJECT -p/, "-A NETC-X -j NETC-X")),
    unverified("the rule leads back to filter NETC-X, which leads here"),
  ),
  iptables4(
    "another table",
    before(
      /^\*mangle/,
      "*security",
      ":INPUT ACCEPT [0:0]",
      ":FORWARD ACCEPT [0:0]",
      ":OUTPUT ACCEPT [0:0]",
      "-A INPUT -j DROP",
      "COMMIT",
    ),
    unverified("no rule is known to stand in security INPUT"),
  ),
  iptables4(
    "lists under each other's names",
    everywhere(/6v542297vwk|5mr53c4yzj0/g, (f) => (f === "6v542297vwk" ? "5mr53c4yzj0" : "6v542297vwk")),
    proved,
  ),
  iptables4(
    "one list for two backends",
    everywhere(/10\.244\.2\.10-443-5mr53c4yzj0/g, () => "10.244.1.10-443-6v542297vwk"),
    refuted("nat-prerouting", REMEMBERED),
  ),
  iptables4(
    "lists without a name",
    everywhere(/ --name NETC-V4-service-kept\S*6v542297vwk/g, () => ""),
    unverified("-m recent --rcheck"),
  ),
  iptables4(
    "clients by their networks",
    replacing(/--rcheck/, "--rsource -m recent --set", "--mask 255.255.255.0 --rsource -m recent --set"),
    unverified("-m recent --rcheck"),
  ),
  iptables4("a client for no time", replacing(/--rcheck/, "10800", "0"), unverified("is no number of seconds from")),
  iptables4("a comment with a backslash in it", replacing(DENY, "deny any", "deny\\nany"), proved),
  iptables4(
    "services of connections that are new",
    replacing(
      /^-A PREROUTING -j NETC-SERVICES/,
      "-A PREROUTING -j NETC-SERVICES",
      "-A PREROUTING -m conntrack --ctstate NEW -j NETC-SERVICES",
    ),
    refuted("nat-prerouting", HELPED),
  ),
  iptables4(
    "services of connections that are known",
    replacing(/^-A PREROUTING -j NETC-SERVICES/, "-j", "-m conntrack --ctstate ESTABLISHED -j"),
    refuted("nat-prerouting"),
  ),
  iptables6(
    "an address with a dotted tail",
    everywhere(/fd00:96::100\/128/g, () => "fd00:96::0.0.1.0/128"),
    proved,
  ),
  iptables6("ICMP of the other family", atHead("NETC-INPUT", "-p icmp -j DROP"), refuted("filter-input", UNSENT)),
  iptables6(
    "a header in front of the protocol",
    atHead("NETC-INPUT", "-p 0 -j DROP"),
    unverified("is no protocol that is known"),
  ),
  iptables6("neighbours' own addresses", atHead("NETC-INPUT", "-s fe80::/10 -j DROP"), refuted("filter-input", UNSENT)),
  iptables6(
    "a router is not asked for",
    atHead("NETC-OUTPUT", "-p ipv6-icmp -m icmp6 --icmpv6-type 133 -j DROP"),
    refuted("filter-output", UNSENT),
  ),
  iptables6(
    "a type of ICMPv6 with a code",
    atHead("NETC-INPUT", "-p ipv6-icmp -m icmp6 --icmpv6-type 1/4 -j DROP"),
    unverified("is no number of a type"),
  ),
  iptables6(
    "an address with its zone",
    atHead("NETC-INPUT", "-s fe80::1%ens33 -j DROP"),
    unverified("is no range of addresses: an address with a zone id means so"),
  ),
];
