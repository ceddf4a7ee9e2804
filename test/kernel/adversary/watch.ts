/** What the node's kernel does with a packet, seen by a table that stands behind the hook that the packet is sent for. */
import type { Hook } from "../../../src/verify/program.ts";
import type { Ground } from "./ground.ts";

/** Behind the tables that ask rules there; in front of whatever is asked next. */
const BEHIND: Readonly<Record<Hook, readonly [hook: string, priority: number]>> = {
  "raw-prerouting": ["prerouting", -250],
  "raw-output": ["output", -250],
  "mangle-prerouting": ["prerouting", -140],
  "mangle-output": ["output", -140],
  "nat-prerouting": ["prerouting", -90],
  "nat-output": ["output", -90],
  "filter-input": ["input", 10],
  "filter-forward": ["forward", 10],
  "filter-output": ["output", 10],
  "nat-postrouting": ["postrouting", 110],
};

/** Which every packet has before any rule is asked: a mark's mask shows in what is left of it. */
export const FIRST_MARK = 0xffffffff;

const ADDRESSES = { 4: ["ip", "ipv4_addr"], 6: ["ip6", "ipv6_addr"] } as const;

const sets = ([4, 6] as const).map((family) => {
  const [, type] = ADDRESSES[family];
  return `set v${family} { type ${type} . ${type} . inet_service . inet_service . mark; flags dynamic; size 4096; }
set echo${family} { type ${type} . ${type} . mark; flags dynamic; size 4096; }`;
});

const updates = ([4, 6] as const).map((family) => {
  const [ip] = ADDRESSES[family];
  const echo = family === 4 ? "icmp type echo-request" : "icmpv6 type echo-request";
  return `meta l4proto { tcp, udp } update @v${family} { ${ip} saddr . ${ip} daddr . th sport . th dport . meta mark }
${echo} update @echo${family} { ${ip} saddr . ${ip} daddr . meta mark }`;
});

/** Takes the place of all rules of the node's. `isTracked`: whether conntrack sees the packets. */
export function watchText(hook: Hook, isTracked: boolean): string {
  const [name, priority] = BEHIND[hook];
  const first = `meta mark set ${FIRST_MARK}${isTracked ? "" : "\nnotrack"}`;
  return `flush ruleset
table inet watch {
${sets.join("\n")}
chain first-in { type filter hook prerouting priority -310; ${first}
}
chain first-out { type filter hook output priority -310; ${first}
}
chain behind { type filter hook ${name} priority ${priority};
${updates.join("\n")}
}
}
`;
}

export interface Sight {
  readonly source: string;
  readonly destination: string;
  /** `null` where the protocol has none. */
  readonly ports: readonly [source: number, destination: number] | null;
  readonly mark: number;
}

interface Listed {
  readonly nftables: readonly { readonly set?: { readonly elem?: readonly Element[] } }[];
}
type Element = { readonly concat: readonly (string | number)[] } | { readonly elem: { readonly val: Element } };

function sightOf(element: Element): Sight {
  if ("elem" in element) return sightOf(element.elem.val);
  const [source, destination, ...rest] = element.concat;
  const ports = rest.length === 3 ? ([Number(rest[0]), Number(rest[1])] as const) : null;
  return { source: String(source), destination: String(destination), ports, mark: Number(rest.at(-1)) };
}

/** What came past since the rules were loaded. */
export async function seen({ sh }: Ground): Promise<readonly Sight[]> {
  const { nftables } = JSON.parse(await sh("node", "nft -n -j list table inet watch")) as Listed;
  return nftables.flatMap(({ set }) => (set?.elem ?? []).map(sightOf));
}
