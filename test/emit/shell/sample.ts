import { hostPrefix, prefixOf } from "../../../src/address/prefix.ts";
import type { ScriptRules } from "../../../src/emit/shell/up.ts";
import type { NodePlan, PacketPlan, PodLink, Stages, Tunnel } from "../../../src/plan/plan.ts";
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
  slices: [
    { statement: "node node1", origin: null, prefix: prefixOf(parsed("10.244.1.0"), 24) },
    { statement: "node node1", origin: null, prefix: prefixOf(parsed("fd00:244:0:1::"), 64) },
  ],
  sysctls: [
    { statement: "forwarding", origin: null, key: "net.ipv4.ip_forward", value: "1" },
    { statement: "pod a", origin: null, key: "net.ipv4.conf.eth0/7.proxy_arp", value: "1" },
  ],
  packets: [],
};

const V4 = "*filter\n:NETC-FORWARD - [0:0]\nCOMMIT\n";
const V6 = "*nat\n:NETC-SERVICES - [0:0]\nCOMMIT\n";
const RULESET = "add table inet netc\ndelete table inet netc\ntable inet netc {\n}\n";

export const iptablesRules: ScriptRules = { kind: "iptables", v4: V4, v6: V6 };
export const onlyV4: ScriptRules = { kind: "iptables", v4: V4, v6: "" };
export const nftRules: ScriptRules = { kind: "nft", ruleset: RULESET };

/** Both kinds of rules that hold the text, which a shell must hand on as it is. */
export const rulesOf = (text: string): readonly ScriptRules[] => [
  { kind: "iptables", v4: text, v6: text },
  { kind: "nft", ruleset: text },
];

export const tunnel: Tunnel = {
  statement: "node node1",
  origin: null,
  device: "netc-vxlan",
  hardware: "02:00:00:00:00:01",
  underlay: "ens33",
  local: node,
  addresses: [parsed("10.244.1.1"), parsed("fd00:1::1")],
  peers: [
    {
      statement: "node node2",
      origin: null,
      hardware: "02:00:00:00:00:02",
      remote: parsed("192.168.100.101"),
      addresses: [parsed("10.244.2.1"), parsed("fd00:2::1")],
    },
  ],
};

const NO_STAGES: Stages = {
  exempt: [],
  established: [],
  invalid: [],
  policy: [],
  "service-drops": [],
  rejection: [],
  acceptance: [],
};

/** A family that accepts what comes from its pods, and drops in its policy. */
export const accepting = (pods: string): PacketPlan => {
  const address = parsed(pods);
  const match = [{ kind: "source", prefixes: [hostPrefix(address)] }] as const;
  const fact = { match, log: null, origin: null };
  const forward: Stages = {
    ...NO_STAGES,
    policy: [{ ...fact, action: "drop", statement: "deny a -> b" }],
    acceptance: [{ ...fact, action: "accept", statement: "from pods" }],
  };
  return {
    family: address.family,
    senders: { pods: [], others: [] },
    marks: { prerouting: [], output: [] },
    services: [],
    serviceRanges: [],
    inside: [],
    nodeports: { kind: "named", prefixes: [] },
    draining: [],
    postrouting: [],
    filter: { input: NO_STAGES, forward, output: NO_STAGES },
  };
};

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
