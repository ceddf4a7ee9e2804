/** What a hand may do wrong to emitted rules of `EDITED`, on node1: each makes another meaning. */
import assert from "node:assert/strict";

/** Pods a and b on node1, c and d on node2. */
export const EDITED = `cluster { pods 10.244.0.0/16; services 10.96.0.0/12 }
node node1 192.168.100.100 dev ens33 pods 10.244.1.0/24
node node2 192.168.100.101 dev ens33 pods 10.244.2.0/24
pod a 10.244.1.10 on node1
pod b 10.244.1.11 on node1
pod c 10.244.2.10 on node2
pod d 10.244.2.11 on node2
service web 10.96.0.100 { 80 -> a:8080, c:8080 }
service dns 10.96.0.53 { 53/udp -> a:5353 }
service ntp 10.96.0.54 { 123/udp -> b }
hairpin a, c
allow c -> b
deny 10.244.2.0/24 -> b
deny a -> node1
`;

type Change = (text: string) => string;

export interface Edit {
  readonly name: string;
  readonly iptables: Change;
  readonly nft: Change;
}

/** Fails where there is nothing to change, or more than one thing. */
const replace =
  (from: RegExp, to: string): Change =>
  (text) => {
    const all = [...text.matchAll(new RegExp(from, "gm"))];
    assert.equal(all.length, 1, `${from} is there ${all.length} times`);
    return text.replace(new RegExp(from, "m"), to);
  };

const drop = (line: RegExp): Change => replace(new RegExp(`^.*${line.source}.*\\n`), "");
const swap = (one: RegExp, next: RegExp): Change =>
  replace(new RegExp(`^(.*${one.source}.*\\n)(.*${next.source}.*\\n)`), "$2$1");

export const EDITS: readonly Edit[] = [
  {
    name: "one DNAT rule removed",
    iptables: drop(/--dport 53 .*-j DNAT/),
    nft: drop(/10\.96\.0\.53 \. udp/),
  },
  {
    name: "two policy rules swapped",
    iptables: swap(/NETC-FORWARD-POLICY -s .*allow c -> b/, /deny 10\.244\.2\.0\/24 -> b/),
    nft: swap(/return comment "allow c -> b"/, /deny 10\.244\.2\.0\/24 -> b/),
  },
  {
    name: "a /32 made /31",
    iptables: replace(/-A NETC-FORWARD-POLICY -s 10\.244\.2\.10\/32/, "-A NETC-FORWARD-POLICY -s 10.244.2.10/31"),
    nft: replace(/ip saddr 10\.244\.2\.10 ip daddr/, "ip saddr 10.244.2.10/31 ip daddr"),
  },
  {
    name: "one probability halved",
    iptables: replace(/--probability 0\.5\d*/, "--probability 0.25"),
    nft: (text) =>
      replace(
        /^(\t+)10\.96\.0\.100 \. tcp \. 80 \. 1 : (.*),(.*)$/,
        "$110.96.0.100 . tcp . 80 . 1 : $2,\n$110.96.0.100 . tcp . 80 . 2 : $2,\n$110.96.0.100 . tcp . 80 . 3 : $2,",
      )(text.replaceAll("numgen random mod 2", "numgen random mod 4")),
  },
  {
    name: "the port that one is sent to changed",
    iptables: replace(/10\.244\.1\.10:5353/, "10.244.1.10:5354"),
    nft: replace(/10\.244\.1\.10 \. 5353/, "10.244.1.10 . 5354"),
  },
  {
    name: "the hairpin rule without its source match",
    iptables: replace(/-A NETC-HAIRPIN -s \S+/, "-A NETC-HAIRPIN"),
    nft: replace(/ip saddr \. ip daddr @netc-hairpin-v4/, "ip daddr 10.244.1.10"),
  },
  {
    name: "an ESTABLISHED accept moved to the end",
    iptables: replace(/^(-A NETC-INPUT .*ESTABLISHED.*\n)((?:-A NETC-INPUT .*\n)*)/, "$2$1"),
    nft: replace(
      /^(\tchain netc-input \{\n(?:.*\n)*?)(.*ct state established,related accept.*\n)((?:\t\t.*\n)*?)(\t\})/,
      "$1$3$2$4",
    ),
  },
];
