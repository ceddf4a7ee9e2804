/** Who may send: devices' groups, the way back, what fits no connection. */
import {
  all,
  atHead,
  before,
  type HandEdit,
  nft4,
  nft6,
  proved,
  refuted,
  replacing,
  swapping,
  unverified,
  without,
} from "../edit.ts";
import { ASTRAY, POD, UNSENT } from "../why.ts";

const PODS = /^\t\tfib saddr/;
const GROUP = /iifgroup 28261 jump/;
const LOCAL = /ip6? saddr \S+ fib saddr/;
const INVALID = /iifgroup 28261 ct state invalid/;

export const NFT_SENDERS: readonly HandEdit[] = [
  nft4("the way back by marks", replacing(PODS, "saddr . iif", "saddr . mark . iif"), unverified("stands where")),
  nft4("the way to where it goes", replacing(PODS, "saddr . iif", "daddr . iif"), unverified("stands where")),
  nft4("a way back by any device", replacing(PODS, "saddr . iif", "saddr"), unverified("stands where")),
  nft4(
    "the way back by a device's name",
    replacing(PODS, "oif missing", "oifname missing"),
    unverified("stands where"),
  ),
  nft4("what comes the right way is dropped", replacing(PODS, "missing", "exists"), refuted("raw-prerouting", POD)),
  nft6(
    "what comes the right way is dropped, IPv6",
    replacing(PODS, "missing", "exists"),
    refuted("raw-prerouting", POD),
  ),
  nft4("pods send from anywhere", without(PODS), refuted("raw-prerouting", POD)),
  nft4("others send as pods", without(LOCAL), refuted("raw-prerouting", ASTRAY)),
  nft6("others send as pods, IPv6", without(LOCAL), refuted("raw-prerouting", ASTRAY)),
  nft4("a group of another number", replacing(GROUP, "28261", "28260"), refuted("raw-prerouting", POD)),
  nft4("the same group in hexadecimal", replacing(GROUP, "28261", "0x6e65"), proved),
  nft4("a group by the machine's name", replacing(GROUP, "28261", '"pods"'), unverified("is no number of a group")),
  nft4("everybody's group", replacing(GROUP, "28261", "default"), refuted("raw-prerouting", UNSENT)),
  nft4("every group but the pods'", replacing(GROUP, "28261", "!= 28261"), refuted("raw-prerouting", UNSENT)),
  nft4("the group by which it leaves", replacing(GROUP, "iifgroup", "oifgroup"), unverified("cannot stand where")),
  nft4(
    "a device in place of the group",
    replacing(GROUP, "iifgroup 28261", 'iifname "veth-pod-a"'),
    refuted("raw-prerouting", POD),
  ),
  nft4("pods go and do not come back", replacing(GROUP, "jump", "goto"), proved),
  nft4(
    "DHCP from everywhere",
    replacing(/udp sport 68 /, "ip saddr 0.0.0.0", "meta nfproto ipv4"),
    refuted("raw-prerouting", POD),
  ),
  nft4(
    "one address of a network that is none",
    replacing(/0\.0\.0\.0\/8/, "0.0.0.0/8", "0.0.0.0"),
    refuted("raw-prerouting", POD),
  ),
  nft4("DHCP behind the drop", swapping(/udp sport 68 /, /0\.0\.0\.0\/8/), refuted("raw-prerouting", POD)),
  nft4("a redirect of a pod's", replacing(/icmp type/, "{ 5, 9 }", "9"), refuted("raw-prerouting", POD)),
  nft4(
    "a type of ICMP for both families",
    replacing(/icmp type/, "meta nfproto ipv4 ", ""),
    unverified("does not stand behind"),
  ),
  nft6("a router among pods", replacing(/\{ 134, 137 \}/, "134, ", ""), refuted("raw-prerouting", POD)),
  nft6(
    "links are asked for their way back",
    replacing(/\{ ::, fe80::\/10 \} drop/, "{ ::, fe80::/10 }", "::"),
    refuted("raw-prerouting", POD),
  ),
  nft4("raw at mangle's place", replacing(/priority raw/, "raw", "mangle"), unverified("hangs at the same hook")),
  nft4("raw as a number", replacing(/priority raw/, "raw", "-300"), proved),
  nft4(
    "raw before defragmentation",
    replacing(/priority raw/, "raw", "-450"),
    unverified("netc has no chain of that type"),
  ),
  nft4(
    "the way back is asked by the filter",
    atHead("netc-input", "fib saddr . iif oif missing drop"),
    unverified("cannot stand where"),
  ),
  nft4("connections of pods are not tracked", atHead("netc-senders-pods", "notrack"), unverified("is not known")),
  nft4("a trace", atHead("netc-senders", "meta nftrace set 1"), unverified("stands where")),
  nft4("what fits nothing comes from pods", without(INVALID), refuted("filter-input", POD)),
  nft4(
    "what is not tracked is dropped too",
    replacing(INVALID, "invalid drop", "invalid,untracked drop"),
    refuted("filter-input", POD),
  ),
  nft4(
    "what fits nothing is sent to pods",
    all(without(/oifgroup/), without(/oifgroup/)),
    refuted("filter-forward", POD),
  ),
  nft4(
    "a dropped source is accepted first",
    before(LOCAL, "\t\tip saddr 10.244.1.10 accept"),
    refuted("raw-prerouting", ASTRAY),
  ),
];
