/**
 * The lab's ground: a switch, the nodes on it with uplinks named as the program's `dev`, a host on their LAN, and hosts
 * outside behind a router; of both families. All of it in namespaces; the machine's own network is not touched.
 *
 *     node1 (192.168.100.100) ─┐
 *     node2 (192.168.100.101) ─┼─ switch ── router (192.168.100.1) ── outside (203.0.113.5, 198.51.100.7,
 *     lan   (192.168.100.200) ─┘                                               192.168.8.166, 192.168.1.10)
 *
 * IPv6 alike: fd00:100::/64 on the LAN, with the last part in the same digits (fd00:100::100 is node1), fd00:203::5, fd00:198::7,
 * fd00:8::166 and fd00:1::10 outside.
 */

export interface NodePlace {
  readonly name: string;
  readonly address: string;
  readonly address6: string;
  readonly device: string;
}

export interface Topology {
  readonly nodes: readonly NodePlace[];
  /** `none`: the nodes know their LAN only. */
  readonly defaultRoute: "router" | "none";
}

export const LAN_HOST = "192.168.100.200";
export const LAN_HOST6 = "fd00:100::200";
const ROUTERS = ["192.168.100.1", "fd00:100::1"] as const;
/** The first is what the outside host uses unless a probe says `from`. */
export const OUTSIDE_HOSTS = ["203.0.113.5", "198.51.100.7", "192.168.8.166", "192.168.1.10"] as const;
export const OUTSIDE_HOSTS6 = ["fd00:203::5", "fd00:198::7", "fd00:8::166", "fd00:1::10"] as const;

const NODE1: NodePlace = { name: "node1", address: "192.168.100.100", address6: "fd00:100::100", device: "ens33" };
const NODE2: NodePlace = { name: "node2", address: "192.168.100.101", address6: "fd00:100::101", device: "ens33" };

export const ONE_NODE: Topology = { nodes: [NODE1], defaultRoute: "router" };
export const TWO_NODES: Topology = { nodes: [NODE1, NODE2], defaultRoute: "router" };
export const withoutDefaultRoute = (topology: Topology): Topology => ({ ...topology, defaultRoute: "none" });

/** The places of a topology that are there before any pod. */
export const placesOf = (topology: Topology): readonly string[] => [
  "switch",
  ...topology.nodes.map(({ name }) => name),
  "lan",
  "router",
  "outside",
];

/** Those that probe and are probed. */
export const hostsOf = ({ nodes }: Topology): readonly string[] => [...nodes.map(({ name }) => name), "lan", "outside"];

/** The shell script that makes the ground; `at` says the namespace of a place. */
export function groundScript(topology: Topology, at: (place: string) => string): string {
  const { nodes } = topology;
  const ip = (place: string, command: string): string => `ip -n ${at(place)} ${command}`;
  const plug = (place: string, device: string, address: string, address6: string): readonly string[] => [
    `ip link add ${device} netns ${at(place)} type veth peer name port-${place} netns ${at("switch")}`,
    ip("switch", `link set port-${place} master bridge up`),
    ip(place, `address add ${address}/24 dev ${device}`),
    ip(place, `address add ${address6}/64 dev ${device} nodad`),
    ip(place, `link set ${device} up`),
  ];
  const defaultVia = (place: string, device: string): readonly string[] =>
    ROUTERS.map((router) => ip(place, `route add default via ${router} dev ${device}`));
  return [
    "set -e",
    ...placesOf(topology).flatMap((place) => [
      `ip netns add ${at(place)}`,
      ...quiet(at(place)),
      ip(place, "link set lo up"),
    ]),
    // A node on a client's own LAN would tell it a shorter way, past the node. (Not on the nodes: writing ip_forward rewrites it.)
    ...["lan", "outside"].flatMap((place) =>
      ["ipv4", "ipv6"].flatMap((family) =>
        ["all", "default"].map((conf) => sysctl(at(place), `net/${family}/conf/${conf}/accept_redirects`, "0")),
      ),
    ),
    ip("switch", "link add bridge type bridge"),
    ip("switch", "link set bridge up"),
    ...nodes.flatMap(({ name, device, address, address6 }) => plug(name, device, address, address6)),
    ...(topology.defaultRoute === "router" ? nodes.flatMap(({ name, device }) => defaultVia(name, device)) : []),
    ...plug("lan", "eth0", LAN_HOST, LAN_HOST6),
    ...defaultVia("lan", "eth0"),
    ...plug("router", "lan0", ...ROUTERS),
    `ip link add out0 netns ${at("router")} type veth peer name eth0 netns ${at("outside")}`,
    ip("router", "address add 203.0.113.1/24 dev out0"),
    ip("router", "address add fd00:203::1/64 dev out0 nodad"),
    ip("router", "link set out0 up"),
    ip("outside", "link set eth0 up"),
    ...OUTSIDE_HOSTS.map((address) => ip("outside", `address add ${address}/32 dev eth0`)),
    ...OUTSIDE_HOSTS6.map((address) => ip("outside", `address add ${address}/128 dev eth0 nodad`)),
    ip("outside", `route add default via 203.0.113.1 dev eth0 onlink src ${OUTSIDE_HOSTS[0]}`),
    ip("outside", `route add default via fd00:203::1 dev eth0 onlink src ${OUTSIDE_HOSTS6[0]}`),
    ...[...OUTSIDE_HOSTS.slice(1), ...OUTSIDE_HOSTS6.slice(1)].map((address) =>
      ip("router", `route add ${address} dev out0`),
    ),
    sysctl(at("router"), "net/ipv4/ip_forward", "1"),
    sysctl(at("router"), "net/ipv6/conf/all/forwarding", "1"),
  ].join("\n");
}

const sysctl = (namespace: string, path: string, value: string): string =>
  `nsenter --net=/run/netns/${namespace} sh -c 'echo ${value} > /proc/sys/${path}'`;

/**
 * New namespaces copy the machine's settings: state them. IPv6 addresses are usable at once, since duplicate address
 * detection would change `ip addr` a second later. ICMP errors are not rate-limited, as probes come fast.
 */
function quiet(namespace: string): readonly string[] {
  const settings: readonly (readonly [string, string])[] = [
    ["ipv4/ip_forward", "0"],
    ["ipv4/conf/all/rp_filter", "0"],
    ["ipv4/conf/default/rp_filter", "0"],
    ["ipv4/icmp_ratelimit", "0"],
    ["ipv6/conf/all/forwarding", "0"],
    ["ipv6/conf/default/accept_dad", "0"],
    ["ipv6/icmp/ratelimit", "0"],
  ];
  const writes = settings.map(([path, value]) => `echo ${value} > /proc/sys/net/${path}`);
  const optional = ["icmp_msgs_per_sec", "icmp_msgs_burst"].map(
    (key) => `if [ -e /proc/sys/net/ipv4/${key} ]; then echo 10000 > /proc/sys/net/ipv4/${key}; fi`,
  );
  return [`nsenter --net=/run/netns/${namespace} sh -c '${[...writes, ...optional].join("; ")}'`];
}
