/**
 * The facts of a node plan as calls of the scripts' functions, a short line each. Both scripts state pods and routes in
 * the same words, and each has its own meaning for them.
 */
import { bitsOf, type Prefix } from "../../address/prefix.ts";
import type { NodePlan, PodEnd, PodLink, Route, Sysctl } from "../../plan/plan.ts";
import { quote } from "./quote.ts";

export function podLine(link: PodLink): string {
  return words("pod", link.statement, link.namespace, link.device);
}

/** Follows the line of its pod. */
export function wireLine(end: PodEnd): string {
  const source = end.source === null ? [] : ["src", end.source.text];
  return words("wire", `-${end.address.family}`, end.address.text, "via", end.gateway.text, ...source);
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

export function settingLine(sysctl: Sysctl): string {
  const moved = MOVES_ALONG.get(sysctl.key) ?? [];
  return words("setting", sysctl.statement, pathOf(sysctl.key), sysctl.value, ...moved.map(pathOf));
}

/** The node's own addresses that routes name as their source: the kernel refuses one that the node does not hold. */
export function heldLines(plan: NodePlan): readonly string[] {
  const sources = [
    ...plan.links.flatMap((link) => link.ends.map((end) => end.source)),
    ...plan.routes.map((route) => route.source),
  ];
  const lines = sources.flatMap((source) => (source === null ? [] : [words("held", `-${source.family}`, source.text)]));
  return [...new Set(lines)];
}

/** What the kernel changes by itself when the key is written (inet_forward_change in net/ipv4/devinet.c). */
const MOVES_ALONG: ReadonlyMap<string, readonly string[]> = new Map([
  ["net.ipv4.ip_forward", ["net.ipv4.conf.all.accept_redirects"]],
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
