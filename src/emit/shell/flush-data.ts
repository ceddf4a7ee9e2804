/**
 * What tells the connections that a plan has no place for: facts of a line each, read by the program of flush-judge.ts. Addresses are
 * hexadecimal digits of one length a family, so that a program compares them as text; lists are sorted and disjoint.
 *
 *     range 0a600000-0a6fffff                          of services, as declared
 *     pods 0af40100-0af401ff                           of this node: a source among them has a way back, or is nobody's
 *     inside 0af40000-0af4ffff                         clients from elsewhere are outside
 *     listen own 0a000000-0affffff                     where nodeports do: `named` in these ranges, `own` at the node's addresses there
 *     door 6 0a600064 80 all 0af4010a:8080 ~0af4010b   protocol, address, ports, clients, backends; `~`: draining; `*`: every one
 *     door 6 nodeport 30080 outside                    a nodeport, for clients from outside, who are not translated
 *     rule forward policy end proto=6 src=0af4010a     hook, stage, verdict, conditions
 *
 * Verdicts are `end` (dropped or refused), `keep` (left alone) and `next` (the stage is over). A range of ports of a door leads to as
 * many ports of the backend, from the one that is said on.
 */
import { type Address, type Family, ipv4, ipv6 } from "../../address/address.ts";
import { mergePrefixes } from "../../address/intervals.ts";
import { formatPorts, type PortRange, type Protocol } from "../../address/port.ts";
import { bitsOf, lastAddress, type Prefix, prefixOf } from "../../address/prefix.ts";
import { Bug, unreachable } from "../../diagnostics/bug.ts";
import {
  type Condition,
  type Draining,
  FILTER_HOOKS,
  type FilterHook,
  type NodeportAddresses,
  type PacketPlan,
  type Senders,
  type Stage,
  type Stages,
  type Verdict,
  type VerdictAction,
} from "../../plan/plan.ts";

/** Every fact of one family, the doors in the plan's order. */
export function connectionsText(packets: PacketPlan): string {
  const { family, filter, serviceRanges, services, draining, inside, senders } = packets;
  const doors = [...services, ...draining];
  const hasOutside = services.some(({ clients }) => clients === "outside");
  const hasNodeports = doors.some(({ address }) => address === null);
  return [
    ...mergePrefixes(serviceRanges).map((prefix) => `range ${span(prefix)}\n`),
    ...mergePrefixes(ownPods(senders)).map((prefix) => `pods ${span(prefix)}\n`),
    ...(hasOutside ? mergePrefixes(inside).map((prefix) => `inside ${span(prefix)}\n`) : []),
    ...(hasNodeports ? listenLines(packets.nodeports, family) : []),
    ...doorLines(packets),
    ...FILTER_HOOKS.flatMap((hook) => ruleLines(hook, filter[hook], family)),
  ].join("");
}

/** Sources that are dropped where their way back is another one. */
const ownPods = ({ others }: Senders): readonly Prefix[] =>
  others.flatMap(({ match, action }) =>
    action === "drop" && match.some(({ kind }) => kind === "astray")
      ? match.flatMap((condition) => (condition.kind === "source" ? condition.prefixes : []))
      : [],
  );

const digits = ({ family, value }: Address): string => value.toString(16).padStart(family === 4 ? 8 : 32, "0");

function span(prefix: Prefix): string {
  const first = digits(prefix.address);
  return prefix.length === bitsOf(prefix.address) ? first : `${first}-${digits(lastAddress(prefix))}`;
}

const spans = (prefixes: readonly Prefix[]): string =>
  (prefixes.length < 2 ? prefixes : mergePrefixes(prefixes)).map(span).join(",");

const portsOf = (ports: PortRange | null): string => (ports === null ? "*" : formatPorts(ports));

/** As conntrack says them, the numbers of IP. */
function numberOf(protocol: Protocol, family: Family): number {
  switch (protocol) {
    case "tcp":
      return 6;
    case "udp":
      return 17;
    case "sctp":
      return 132;
    case "icmp":
      return family === 4 ? 1 : 58;
    default:
      return unreachable(protocol);
  }
}

function listenLines(nodeports: NodeportAddresses, family: Family): readonly string[] {
  const said = nodeports.kind === "named" ? nodeports.prefixes : nodeports.within;
  const among = said ?? [prefixOf(family === 4 ? ipv4(0) : ipv6(0n), 0)];
  return mergePrefixes(among).map((prefix) => `listen ${nodeports.kind} ${span(prefix)}\n`);
}

function doorHead({ address, protocol, port }: Omit<Draining, "backends">, family: Family): string {
  const asked = address === null ? "nodeport" : digits(address);
  return `door ${protocol === null ? "*" : numberOf(protocol, family)} ${asked} ${portsOf(port)}`;
}

const backendWord = ({ address, port }: Draining["backends"][number]): string =>
  port === null ? digits(address) : `${digits(address)}:${port.first}`;

function doorLines({ services, draining, family }: PacketPlan): readonly string[] {
  const drained = new Map(
    draining.map((door) => [doorHead(door, family), door.backends.map((each) => ` ~${backendWord(each)}`)]),
  );
  const open = services.map((door) => {
    const head = doorHead(door, family);
    const words = [...door.backends.map((each) => ` ${backendWord(each)}`), ...(drained.get(head) ?? [])];
    return `${head} ${door.clients}${words.join("")}\n`;
  });
  const heads = new Set(services.filter(({ clients }) => clients === "all").map((door) => doorHead(door, family)));
  const closed = [...drained].filter(([head]) => !heads.has(head));
  return [...open, ...closed.map(([head, words]) => `${head} all${words.join("")}\n`)];
}

/** What a new connection would meet: that it is known is no answer. */
const JUDGED: readonly Stage[] = ["exempt", "policy", "service-drops", "rejection", "acceptance"];

function wordOf(action: VerdictAction): "end" | "keep" | "next" {
  switch (action) {
    case "drop":
    case "reject":
      return "end";
    case "accept":
    case "step-aside":
      return "keep";
    case "next-stage":
      return "next";
    default:
      return unreachable(action);
  }
}

/** Up to the last that ends a connection: what follows keeps it, as no rule at all would. */
function ruleLines(hook: FilterHook, stages: Stages, family: Family): readonly string[] {
  const verdicts = JUDGED.flatMap((stage) => stages[stage].map((verdict) => ({ stage, verdict })));
  const last = verdicts.findLastIndex(({ verdict }) => wordOf(verdict.action) === "end");
  return verdicts.slice(0, last + 1).flatMap(({ stage, verdict }) => {
    const words = conditions(verdict, family);
    return words === null ? [] : [`${["rule", hook, stage, wordOf(verdict.action), ...words].join(" ")}\n`];
  });
}

/** `null` where no new connection fulfils them. The client's port stands last: what holds but for it hangs on that port. */
function conditions({ match }: Verdict, family: Family): readonly string[] | null {
  const words = match.map((condition) => conditionWords(condition, family));
  if (words.includes(null)) return null;
  const isPort = (word: string): boolean => word.startsWith("sport=");
  return words.flatMap((list) => list ?? []).toSorted((a, b) => Number(isPort(a)) - Number(isPort(b)));
}

function conditionWords(condition: Condition, family: Family): readonly string[] | null {
  switch (condition.kind) {
    case "source":
      return [`src=${spans(condition.prefixes)}`];
    case "destination":
      return [`dst=${spans(condition.prefixes)}`];
    case "protocol":
      return [`proto=${numberOf(condition.protocol, family)}`];
    case "source-port":
      return [`sport=${formatPorts(condition.ports)}`];
    case "destination-port":
      return [`dport=${formatPorts(condition.ports)}`];
    case "asked":
      return [
        ...(condition.prefixes === null ? [] : [`asked=${spans(condition.prefixes)}`]),
        ...(condition.ports === null ? [] : [`aport=${formatPorts(condition.ports)}`]),
      ];
    case "translated":
      return ["translated"];
    case "state":
      return condition.state === "new" ? [] : null;
    case "icmp-types":
      return [`type=${condition.types.join(",")}`];
    case "loopback":
      return ["loop"];
    case "leaves-by":
    case "own-source":
    case "pod-device":
    case "astray":
      throw new Bug(`${condition.kind} among verdicts`);
    default:
      return unreachable(condition);
  }
}
