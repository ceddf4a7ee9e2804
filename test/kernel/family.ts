/** The shared cluster in both families: one proof, said once, is sent in each. */
import { LAN_HOST, LAN_HOST6, OUTSIDE_HOSTS, OUTSIDE_HOSTS6 } from "./topology.ts";

export type PodName = "a" | "b" | "c" | "d";

export interface Family {
  readonly name: "IPv4" | "IPv6";
  /** What `ip` takes before its object. */
  readonly flag: "-4" | "-6";
  readonly pods: Readonly<Record<PodName, string>>;
  readonly node1: string;
  readonly node2: string;
  readonly lan: string;
  /** The outside hosts' addresses, in the topology's order. */
  readonly outside: readonly [string, string, string, string];
  readonly podRanges: Readonly<Record<"node1" | "node2", string>>;
  readonly services: string;
  /** The n-th address of the services range. */
  readonly vip: (n: number) => string;
  /** The n-th address of the LAN. */
  readonly onLan: (n: number) => string;
  /** The n-th address of a network that nobody has. */
  readonly elsewhere: (n: number) => string;
}

export const IPV4: Family = {
  name: "IPv4",
  flag: "-4",
  pods: { a: "10.244.1.10", b: "10.244.1.11", c: "10.244.2.10", d: "10.244.2.11" },
  node1: "192.168.100.100",
  node2: "192.168.100.101",
  lan: LAN_HOST,
  outside: OUTSIDE_HOSTS,
  podRanges: { node1: "10.244.1.0/24", node2: "10.244.2.0/24" },
  services: "10.96.0.0/12",
  vip: (n) => `10.96.0.${n}`,
  onLan: (n) => `192.168.100.${n}`,
  elsewhere: (n) => `192.0.2.${n}`,
};

export const IPV6: Family = {
  name: "IPv6",
  flag: "-6",
  pods: { a: "fd00:244:0:1::10", b: "fd00:244:0:1::11", c: "fd00:244:0:2::10", d: "fd00:244:0:2::11" },
  node1: "fd00:100::100",
  node2: "fd00:100::101",
  lan: LAN_HOST6,
  outside: OUTSIDE_HOSTS6,
  podRanges: { node1: "fd00:244:0:1::/64", node2: "fd00:244:0:2::/64" },
  services: "fd00:96::/108",
  vip: (n) => `fd00:96::${n}`,
  onLan: (n) => `fd00:100::${n}`,
  elsewhere: (n) => `fd00:2::${n}`,
};

export const FAMILIES: readonly Family[] = [IPV4, IPV6];

/** An address with a port, as probes and the language write it. */
export const door = (address: string, port: string | number): string =>
  address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;

/** All that a probe can ask of an address: ping, tcp, udp. */
export const everyWay = (address: string): readonly string[] => [address, door(address, 80), door(address, "53/udp")];

/** One thing of each family, as a program lists them. */
export const each = (of: (family: Family) => string): string => FAMILIES.map(of).join(", ");

export const vips = (n: number): string => each(({ vip }) => vip(n));

/** The shared cluster of two nodes, dual-stack, with more settings and more statements. */
export const dualStack = (settings: readonly string[], statements: readonly string[]): string =>
  [
    `cluster { pods 10.244.0.0/16, fd00:244::/48; services ${each(({ services }) => services)}; ${settings.join("; ")} }`,
    `node node1 ${each(({ node1 }) => node1)} dev ens33 pods ${each(({ podRanges }) => podRanges.node1)}`,
    `node node2 ${each(({ node2 }) => node2)} dev ens33 pods ${each(({ podRanges }) => podRanges.node2)}`,
    ...(["a", "b", "c", "d"] as const).map(
      (name) => `pod ${name} ${each(({ pods }) => pods[name])} on ${name < "c" ? "node1" : "node2"}`,
    ),
    ...statements,
    "",
  ].join("\n");
