/**
 * The facts of a node plan as calls of the functions of `up.sh`, a short line each.
 */
import type { Address } from "../../address/address.ts";
import { bitsOf, hostPrefix, type Prefix } from "../../address/prefix.ts";
import type { LinkMtu, NodePlan, PodEnd, PodLink, Route, Slice, Sysctl, Tunnel } from "../../plan/plan.ts";
import { quote } from "./quote.ts";

export function podLine(link: PodLink): string {
  return words("pod", link.statement, link.namespace, link.device);
}

/** Follows the line of its pod. */
export function wireLine(end: PodEnd): string {
  const source = end.source === null ? [] : ["src", end.source.text];
  const wire = end.gatewayBy === "held" ? "wire" : "wire_proxied";
  return words(wire, `-${end.address.family}`, end.address.text, "via", end.gateway.text, ...source);
}

export function mtuLine(mtu: LinkMtu): string {
  if (mtu === null) return "";
  return mtu.kind === "fixed" ? `mtu=${mtu.bytes}\n` : words("mtu_of", mtu.device, String(mtu.less));
}

export function tunnelLines(tunnel: Tunnel): readonly string[] {
  const { statement, device, hardware, underlay, local } = tunnel;
  return [
    words("tunnel", statement, device, hardware, underlay, local.text),
    ...tunnel.addresses.map((address) =>
      words("address", "-", device, `-${address.family}`, hostPrefix(address).text, "global"),
    ),
    ...tunnel.peers.map((peer) =>
      words("peer", peer.statement, peer.hardware, peer.remote.text, ...peer.addresses.map(({ text }) => text)),
    ),
  ];
}

/** The route in the words and the order in which `ip route show` says it. */
export function routeLine(route: Route): string {
  const { family } = route.prefix.address;
  const said = route.device === null ? [] : ["dev", route.device];
  if (route.via !== null) said.unshift("via", route.via.text);
  else if (family === 4) said.push("scope", "link");
  if (route.source !== null) said.push("src", route.source.text);
  if (route.onlink) said.push("onlink");
  return words("route", route.statement, `-${family}`, destination(route.prefix), ...said);
}

export const sliceLine = ({ statement, prefix }: Slice): string =>
  words("slice", statement, `-${prefix.address.family}`, destination(prefix));

/** Forwarding of all, then that of single devices: what was off by itself before is told apart from what went off with the rest. */
export function settingLines(plan: NodePlan): readonly string[] {
  const all = plan.sysctls.filter(({ key }) => MOVES_ALONG.has(key));
  const single = plan.sysctls.filter(({ key }) => !MOVES_ALONG.has(key));
  const { tunnel } = plan;
  return [
    ...all.flatMap((sysctl) =>
      sysctl.key === FORWARDING_6
        ? [words("keep_routers", sysctl.statement), settingLine(sysctl)]
        : [settingLine(sysctl)],
    ),
    ...single.map(settingLine),
    ...all.filter(({ key }) => key === FORWARDING_4).map(({ statement }) => words("pods_forward", statement)),
    ...(tunnel === null ? [] : [words("loosen", tunnel.statement, tunnel.underlay, tunnel.device)]),
  ];
}

function settingLine(sysctl: Sysctl): string {
  const moved = MOVES_ALONG.get(sysctl.key) ?? [];
  return words("setting", sysctl.statement, pathOf(sysctl.key), sysctl.value, ...moved.map(pathOf));
}

/** The devices of the machine's own that the plan names, each with the first statement that does; and room for what a tunnel adds. */
export function askedLines(plan: NodePlan): readonly string[] {
  const { tunnel, mtu } = plan;
  const named = new Map<string, string>();
  const name = (device: string | null, statement: string): void => {
    if (device !== null && device !== LOOPBACK && device !== tunnel?.device && !named.has(device))
      named.set(device, statement);
  };
  if (tunnel !== null) name(tunnel.underlay, tunnel.statement);
  if (mtu?.kind === "of-device") name(mtu.device, `node ${plan.node}`);
  for (const { device, statement } of plan.routes) name(device, statement);
  const lines = [...named].map(([device, statement]) => words("need_device", statement, device));
  if (mtu?.kind !== "of-device") return lines;
  const addresses = [
    ...(tunnel?.addresses ?? []),
    ...plan.links.flatMap(({ ends }) => ends.map(({ address }) => address)),
  ];
  const [needed, family] = addresses.some((address) => address.family === 6)
    ? (["1280", "IPv6"] as const)
    : (["68", "IPv4"] as const);
  const statement = tunnel?.statement ?? `node ${plan.node}`;
  return addresses.length === 0
    ? lines
    : [...lines, words("need_mtu", statement, mtu.device, String(mtu.less), needed, family)];
}

/** The names that must be free, or netc's own. */
export const claimLines = ({ tunnel, links }: NodePlan): readonly string[] => [
  ...(tunnel === null ? [] : [words("claim_tunnel", tunnel.statement, tunnel.device, tunnel.local.text)]),
  ...links.map((link) => words("claim_pod", link.statement, link.namespace, link.device)),
];

const LOOPBACK = "lo";

/** What needs IPv6 on this node, by the first statement that does: its rules alone do not. */
export function ipv6Lines(plan: NodePlan): readonly string[] {
  const is6 = ({ family }: Address): boolean => family === 6;
  const [first] = [
    ...plan.links.filter(({ ends }) => ends.some(({ address }) => is6(address))),
    ...(plan.tunnel?.addresses.some(is6) === true || (plan.tunnel !== null && is6(plan.tunnel.local))
      ? [plan.tunnel]
      : []),
    ...plan.routes.filter(({ prefix }) => is6(prefix.address)),
    ...plan.sysctls.filter(({ key }) => key.startsWith("net.ipv6.")),
  ];
  return first === undefined ? [] : [words("need_ipv6", first.statement)];
}

/**
 * The addresses that must be the node's own before anything is made: the kernel refuses a source and a tunnel's end that it does
 * not hold. Those of the tunnel's device are made here.
 */
export function heldLines(plan: NodePlan): readonly string[] {
  const made = new Set(plan.tunnel?.addresses.map(({ text }) => text));
  const asked = [
    plan.tunnel?.local ?? null,
    ...plan.links.flatMap((link) => link.ends.map((end) => end.source)),
    ...plan.routes.map((route) => route.source),
  ];
  const lines = asked.flatMap((address) =>
    address === null || made.has(address.text) ? [] : [words("held", `-${address.family}`, address.text)],
  );
  return [...new Set(lines)];
}

const FORWARDING_4 = "net.ipv4.ip_forward";
const FORWARDING_6 = "net.ipv6.conf.all.forwarding";

/**
 * What the kernel changes by itself when the key is written (inet_forward_change in net/ipv4/devinet.c, addrconf_fixup_forwarding in
 * net/ipv6/addrconf.c); `*` is every interface, and what is for those to come.
 */
const MOVES_ALONG: ReadonlyMap<string, readonly string[]> = new Map([
  [FORWARDING_4, ["net.ipv4.conf.all.accept_redirects", "net.ipv4.conf.*.forwarding"]],
  [FORWARDING_6, ["net.ipv6.conf.*.forwarding"]],
]);

/** Below /proc/sys. As in sysctl(8), a slash in a dotted key is a dot of an interface's name. */
function pathOf(key: string): string {
  return key.replace(/[./]/g, (separator) => (separator === "." ? "/" : "."));
}

/** As ip prints it. */
function destination(prefix: Prefix): string {
  if (prefix.length === 0) return "default";
  return prefix.length === bitsOf(prefix.address) ? prefix.address.text : prefix.text;
}

function words(command: string, ...rest: readonly string[]): string {
  return `${[command, ...rest.map(quote)].join(" ")}\n`;
}
