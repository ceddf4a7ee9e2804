import { hostPrefix, prefixOf } from "../../../src/address/prefix.ts";
import type { NodePlan, PodLink } from "../../../src/plan/plan.ts";
import { parsed } from "../../address/arbitraries.ts";

const node = parsed("192.168.100.100");

export function podLink(pod: string, address: string): PodLink {
  return {
    statement: `pod ${pod}`,
    origin: null,
    pod,
    namespace: `pod-${pod}`,
    device: `veth-pod-${pod}`,
    ends: [{ address: parsed(address), gateway: parsed("169.254.10.24"), gatewayBy: "held", source: node }],
  };
}

export const samplePlan: NodePlan = {
  node: "node1",
  mtu: null,
  tunnel: null,
  links: [podLink("a", "10.244.1.10"), podLink("b", "10.244.1.11")],
  routes: [
    {
      statement: "node node2",
      origin: null,
      prefix: prefixOf(parsed("10.244.2.0"), 24),
      via: parsed("192.168.100.101"),
      device: "ens33",
      onlink: true,
      source: null,
    },
    {
      statement: "services",
      origin: null,
      prefix: prefixOf(parsed("10.96.0.0"), 12),
      via: null,
      device: "ens33",
      onlink: false,
      source: node,
    },
    {
      statement: "route 10.9.9.9",
      origin: null,
      prefix: hostPrefix(parsed("10.9.9.9")),
      via: parsed("192.168.100.102"),
      device: "ens33",
      onlink: false,
      source: null,
    },
    {
      statement: "route ::/0",
      origin: null,
      prefix: prefixOf(parsed("::"), 0),
      via: parsed("fd00::1"),
      device: "ens33",
      onlink: false,
      source: parsed("fd00::2"),
    },
  ],
  sysctls: [
    { statement: "forwarding", origin: null, key: "net.ipv4.ip_forward", value: "1" },
    { statement: "pod a", origin: null, key: "net.ipv4.conf.eth0/7.proxy_arp", value: "1" },
  ],
  packets: [],
};

export const sampleRules = { v4: "*filter\n:NETC-FORWARD - [0:0]\nCOMMIT\n" };

/** What a program may hold and a shell must not see. */
export const HOSTILE: readonly string[] = [
  "'; touch hacked; '",
  '"; touch hacked; "',
  "$(touch hacked)",
  "`touch hacked`",
  "a\\",
  "\\'",
  "-rf",
  "--",
  "*",
  "~root",
  "a=b",
  "#not a comment",
  "NETC-RULES-V4",
  "$@ $IFS",
  "! !!",
  "a b\tc",
  "é ✓ 𝄞",
  "%s%n",
  "&& || | > <",
];
