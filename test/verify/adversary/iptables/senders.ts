/** Who may send: devices' groups, the way back, what fits no connection. */
import {
  all,
  atEnd,
  atHead,
  before,
  everywhere,
  type HandEdit,
  iptables4,
  iptables6,
  proved,
  refuted,
  replacing,
  swapping,
  unverified,
  without,
} from "../edit.ts";
import { ASTRAY, POD, UNSENT } from "../why.ts";

const PODS = /NETC-RAW-PODS -m rpfilter/;
const GROUP = /NETC-RAW-IN -m devgroup/;
const LOCAL = /NETC-RAW-IN -s/;
const INVALID = /NETC-INPUT -m devgroup/;

export const IPTABLES_SENDERS: readonly HandEdit[] = [
  iptables4("any way back will do", replacing(PODS, "--invert", "--loose --invert"), unverified("`--invert` only")),
  iptables4(
    "the way back by marks",
    replacing(PODS, "--invert", "--validmark --invert"),
    unverified("`--invert` only"),
  ),
  iptables4(
    "the way back to itself",
    replacing(PODS, "--invert", "--invert --accept-local"),
    unverified("`--invert` only"),
  ),
  iptables4("what comes the right way is dropped", replacing(PODS, "--invert ", ""), refuted("raw-prerouting", POD)),
  iptables6(
    "what comes the right way is dropped, IPv6",
    replacing(PODS, "--invert ", ""),
    refuted("raw-prerouting", POD),
  ),
  iptables4("pods send from anywhere", without(PODS), refuted("raw-prerouting", POD)),
  iptables6("pods send from anywhere, IPv6", without(PODS), refuted("raw-prerouting", POD)),
  iptables4("others send as pods", without(LOCAL), refuted("raw-prerouting", ASTRAY)),
  iptables6("others send as pods, IPv6", without(LOCAL), refuted("raw-prerouting", ASTRAY)),
  iptables4(
    "others send as half of the pods",
    replacing(LOCAL, "10.244.1.0/24", "10.244.1.0/25"),
    refuted("raw-prerouting", ASTRAY),
  ),
  iptables4("pods are unknown", without(GROUP), refuted("raw-prerouting", POD)),
  iptables4("a group of another number", replacing(GROUP, "0x6e65", "0x6e64"), refuted("raw-prerouting", POD)),
  iptables4("the same group in decimal", replacing(GROUP, "0x6e65", "28261"), proved),
  iptables4("the same group in octal", replacing(GROUP, "0x6e65", "067145"), unverified("is no number of a group")),
  iptables4("groups by a mask", replacing(GROUP, "0x6e65", "0x6e65/0xffff"), unverified("is no number of a group")),
  iptables4("a group by the machine's name", replacing(GROUP, "0x6e65", "pods"), unverified("is no number of a group")),
  iptables4(
    "every group but the pods'",
    replacing(GROUP, "--src-group", "! --src-group"),
    refuted("raw-prerouting", UNSENT),
  ),
  iptables4(
    "the group by which it leaves",
    replacing(GROUP, "--src-group", "--dst-group"),
    unverified("is reached from PREROUTING"),
  ),
  iptables4(
    "a device in place of the group",
    replacing(GROUP, "-m devgroup --src-group 0x6e65", "-i veth-pod-a"),
    refuted("raw-prerouting", POD),
  ),
  iptables4(
    "a device besides the group",
    replacing(GROUP, "-m devgroup", "-i veth-pod-a -m devgroup"),
    refuted("raw-prerouting", POD),
  ),
  iptables4("pods come back to what others are asked", replacing(GROUP, "-g ", "-j "), proved),
  iptables4("what pods send is accepted for good", atEnd("NETC-RAW-PODS", "-j ACCEPT"), refuted("raw-prerouting", POD)),
  iptables4("DHCP from everywhere", replacing(/--sport 68/, "-s 0.0.0.0/32 ", ""), refuted("raw-prerouting", POD)),
  iptables4(
    "DHCP of servers",
    replacing(/--sport 68/, "--sport 68 --dport 67", "--sport 67 --dport 68"),
    refuted("raw-prerouting", POD),
  ),
  iptables4(
    "a network that is none, but one address",
    replacing(/0\.0\.0\.0\/8/, "0.0.0.0/8", "0.0.0.0/32"),
    refuted("raw-prerouting", POD),
  ),
  iptables4("DHCP behind the drop", swapping(/--sport 68/, /0\.0\.0\.0\/8/), refuted("raw-prerouting", POD)),
  iptables4("a redirect of a pod's", without(/--icmp-type 5/), refuted("raw-prerouting", POD)),
  iptables4(
    "any type of ICMP, by its number",
    replacing(/--icmp-type 5/, "type 5", "type 255"),
    unverified("is no number of a type"),
  ),
  iptables4(
    "a type with a code",
    replacing(/--icmp-type 5/, "type 5", "type 5/0"),
    unverified("is no number of a type"),
  ),
  iptables4(
    "a type by its name",
    replacing(/--icmp-type 5/, "type 5", "type redirect"),
    unverified("is no number of a type"),
  ),
  iptables6("a router among pods", without(/--icmpv6-type 134/), refuted("raw-prerouting", POD)),
  iptables6(
    "a redirect passes as a neighbour's",
    before(/NETC-RAW-PODS .*134/, "-A NETC-RAW-PODS -s fe80::/10 -g NETC-RAW-UNROUTED"),
    proved,
  ),
  iptables6("links are asked for their way back", without(/-s fe80::/), refuted("raw-prerouting", POD)),
  iptables6("nobody is asked for its way back", without(/-s ::\/128/), refuted("raw-prerouting", POD)),
  iptables6(
    "pods answer pings from their link",
    before(/NETC-RAW-UNROUTED .*sources/, "-A NETC-RAW-UNROUTED -p ipv6-icmp -m icmp6 --icmpv6-type 129 -j RETURN"),
    refuted("raw-prerouting", POD),
  ),
  iptables4("raw twice", before(/^-A PREROUTING -j NETC-RAW-IN/, "-A PREROUTING -j NETC-RAW-IN"), proved),
  iptables4("raw is asked by nobody", without(/^-A PREROUTING -j NETC-RAW-IN/), refuted("raw-prerouting", POD)),
  iptables4(
    "raw is asked of what is sent",
    replacing(/^-A PREROUTING -j NETC-RAW-IN/, "PREROUTING", "OUTPUT"),
    unverified("is reached from OUTPUT"),
  ),
  iptables4(
    "no raw",
    everywhere(/^\*raw[^*]*/gm, () => ""),
    refuted("raw-prerouting", POD),
  ),
  iptables4(
    "what raw says is said by mangle",
    everywhere(/^\*raw[^*]*COMMIT\n/gm, () => "*raw\n:PREROUTING ACCEPT [0:0]\n:OUTPUT ACCEPT [0:0]\nCOMMIT\n"),
    refuted("raw-prerouting", POD),
  ),
  iptables4(
    "the way back is asked by the filter",
    atHead("NETC-INPUT", "-m rpfilter --invert -j DROP"),
    unverified("in raw and mangle alone"),
  ),
  iptables4("a trace", atHead("NETC-RAW-IN", "-j TRACE"), unverified("no target that is known in raw")),
  iptables4(
    "connections of pods are not tracked",
    atHead("NETC-RAW-PODS", "-j CT --notrack"),
    unverified("no target that is known in raw"),
  ),
  iptables4("what fits nothing comes from pods", without(INVALID), refuted("filter-input", POD)),
  iptables4(
    "what fits nothing is passed to pods",
    without(/NETC-FORWARD .*--dst-group/),
    refuted("filter-forward", POD),
  ),
  iptables4("what fits nothing is sent to pods", without(/NETC-OUTPUT .*--dst-group/), refuted("filter-output", POD)),
  iptables4(
    "what is not tracked is dropped too",
    replacing(INVALID, "INVALID", "INVALID,UNTRACKED"),
    refuted("filter-input", POD),
  ),
  iptables4("what begins is dropped in its place", replacing(INVALID, "INVALID", "NEW"), refuted("filter-input", POD)),
  iptables4(
    "nodes in between drop",
    replacing(/NETC-FORWARD .*--src-group/, "-m devgroup --src-group 0x6e65 ", ""),
    refuted("filter-forward"),
  ),
  iptables4("policy is asked before", swapping(INVALID, /^-A NETC-INPUT -j NETC-INPUT-POLICY/), proved),
  iptables4(
    "both groups in one match",
    all(
      without(/NETC-FORWARD .*--dst-group/),
      replacing(/NETC-FORWARD .*--src-group/, "0x6e65", "0x6e65 --dst-group 0x6e65"),
    ),
    refuted("filter-forward", POD),
  ),
];
