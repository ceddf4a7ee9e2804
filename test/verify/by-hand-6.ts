/** What a hand may do wrong in the texts of IPv6. */
import { type Changes, dropped, planned, replaced, swapped } from "./by-hand.ts";

export const PROGRAM6 = `
cluster { pods fd00:244::/48; services fd00:96::/108 }
node node1 fd00:100::100 dev ens33 pods fd00:244:0:1::/64
node node2 fd00:100::101 dev ens33 pods fd00:244:0:2::/64
pod a fd00:244:0:1::10 on node1
pod b fd00:244:0:1::11 on node1
pod c fd00:244:0:2::10 on node2
hairpin all
service web fd00:96::100 { 80 -> a:8080, b:8080, c:8080 }
service dns fd00:96::101 { 53/udp -> c:5353 }
allow c -> a:8080
deny fd00:244:0:2::/64 -> a
deny c -> node1
`;

const { plan, textOf } = planned(PROGRAM6, 6);
export const ip6tables = textOf(plan, "iptables");
export const nft6 = textOf(plan, "nft");

const ALLOW = { iptables: /FORWARD-POLICY.*"allow c/, nft: /"allow c/ };
const DENY = { iptables: /FORWARD-POLICY.*"deny fd00/, nft: /fd00:244:0:1::10 drop comment "deny fd00/ };

export const CHANGES6 = {
  "a DNAT rule is missing": {
    iptables: dropped(ip6tables, /to-destination \[fd00:244:0:2::10\]:5353/),
    nft: dropped(nft6, /map @netc-ports-v6-of-1/),
  },
  "two rules of the policy are swapped": {
    iptables: swapped(ip6tables, ALLOW.iptables, DENY.iptables),
    nft: swapped(nft6, ALLOW.nft, DENY.nft),
  },
  "a /128 is a /127": {
    iptables: replaced(ip6tables, DENY.iptables, "fd00:244:0:1::10/128", "fd00:244:0:1::10/127"),
    nft: replaced(nft6, DENY.nft, "ip6 daddr fd00:244:0:1::10", "ip6 daddr fd00:244:0:1::10/127"),
  },
  "a probability is halved, or a backend has two slots of a ring": {
    iptables: replaced(ip6tables, /probability 0\.5/, "0.50000000000", "0.25000000000"),
    nft: replaced(nft6, /80 \. 1 :/, "fd00:244:0:1::11", "fd00:244:0:1::10"),
  },
  "a port leads to another": {
    iptables: replaced(ip6tables, /to-destination \[fd00:244:0:2::10\]:5353/, ":5353", ":5354"),
    nft: replaced(nft6, /udp \. 53/, "5353,", "5354,"),
  },
  "a hairpin is translated whoever sends": {
    iptables: replaced(ip6tables, /HAIRPIN -s fd00:244:0:1::10/, "-s fd00:244:0:1::10/128 ", ""),
    nft: replaced(nft6, /@netc-hairpin-v6/, /ip6 saddr \. ip6 daddr @\S+ /, ""),
  },
} as const satisfies Changes;
