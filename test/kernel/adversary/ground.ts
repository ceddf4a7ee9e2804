/**
 * A node and a wire: what the wire sends comes to the node by `ens33`, from any address to any other, and what the node passes on or sends
 * is lost on the wire. Nobody answers: what became of a packet is seen behind the hook that it was sent for.
 */
import { type Agent, startAgent } from "../agent.ts";
import { inside, run } from "../command.ts";
import { LAB_PREFIX, takeTurn, willMake } from "../leftovers.ts";

export type Place = "node" | "wire";

export interface Ground {
  readonly at: (place: Place) => string;
  readonly agent: (place: Place) => Agent;
  /** A script of the shell in the namespace of a place, which must succeed. */
  readonly sh: (place: Place, script: string, input?: string) => Promise<string>;
  readonly close: () => Promise<void>;
}

const at = (place: Place): string => `${LAB_PREFIX}-${place}`;

const sysctls = (settings: Readonly<Record<string, string>>): string =>
  Object.entries(settings)
    .map(([path, value]) => `echo ${value} >/proc/sys/net/${path}`)
    .join("\n");

/** Any address may be bound; a packet is judged by its headers alone, whatever its sequence number. */
const SETTINGS = {
  "ipv4/conf/all/rp_filter": "0",
  "ipv4/conf/default/rp_filter": "0",
  "ipv6/ip_nonlocal_bind": "1",
  "ipv6/conf/default/accept_dad": "0",
  "ipv6/conf/default/router_solicitations": "0",
};
const NODE_SETTINGS = {
  "ipv4/ip_forward": "1",
  "ipv6/conf/all/forwarding": "1",
  "netfilter/nf_conntrack_tcp_be_liberal": "1",
};

const NODE_MAC = "02:00:00:00:00:01";
const WIRE_MAC = "02:00:00:00:00:02";

const linked = (device: string, mac: string, v4: string, v6: string): string => `
ip link set lo up
ip link set ${device} address ${mac} up
ip address add ${v4}/24 dev ${device}
ip address add ${v6}/64 dev ${device} nodad`;

/** Neighbours are known for good: rules that are changed may drop what would find them. */
const reached = (device: string, mac: string, v4: string, v6: string): string => `
ip neigh replace ${v4} lladdr ${mac} nud permanent dev ${device}
ip neigh replace ${v6} lladdr ${mac} nud permanent dev ${device}
ip route add default via ${v4} dev ${device}
ip -6 route add default via ${v6} dev ${device}`;

const NODE = ["192.168.100.100", "fd00:100::100"] as const;
const WIRE = ["192.168.99.1", "fd00:99::1"] as const;

export async function layOut(): Promise<Ground> {
  const release = await takeTurn();
  const sh: Ground["sh"] = (place, script, input = "") => run(inside(at(place), ["sh", "-ec", script]), { input });
  try {
    for (const place of ["node", "wire"] as const) {
      willMake("namespace", at(place));
      await run(["ip", "netns", "add", at(place)]);
      await sh(place, sysctls(SETTINGS));
    }
    await run([
      "ip",
      "link",
      "add",
      "ens33",
      "netns",
      at("node"),
      "type",
      "veth",
      "peer",
      "name",
      "eth0",
      "netns",
      at("wire"),
    ]);
    await sh("node", linked("ens33", NODE_MAC, ...NODE));
    await sh("wire", linked("eth0", WIRE_MAC, ...WIRE));
    await sh(
      "node",
      `${sysctls(NODE_SETTINGS)}\nip route add 192.168.99.1 dev ens33\nip -6 route add fd00:99::1 dev ens33`,
    );
    await sh("wire", "ip route add 192.168.100.100 dev eth0\nip -6 route add fd00:100::100 dev eth0");
    await sh("node", reached("ens33", WIRE_MAC, ...WIRE));
    await sh("wire", reached("eth0", NODE_MAC, ...NODE));
  } catch (error) {
    release();
    throw error;
  }
  const agents = { node: startAgent(at("node"), "node"), wire: startAgent(at("wire"), "wire") };
  return {
    at,
    agent: (place) => agents[place],
    sh,
    close: async () => {
      await Promise.all([agents.node.stop(), agents.wire.stop()]);
      release();
    },
  };
}
