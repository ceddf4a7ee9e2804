/**
 * What tells the connections that a plan has no place for: facts of a line each, read by the program of flush-judge.ts. Addresses are
 * hexadecimal digits of one length a family, so that a program compares them as text; lists are sorted and disjoint.
 *
 *     range 0a600000-0a6fffff                          of services, as declared
 *     door 6 0a600064 80 0af4010a:8080 ~0af4010b       protocol, address, ports, backends; `~`: draining; `*`: every one
 *     rule forward policy end proto=6 src=0af4010a     hook, stage, verdict, conditions
 *
 * Verdicts are `end` (dropped or refused), `keep` (left alone) and `next` (the stage is over). A range of ports of a door leads to as
 * many ports of the backend, from the one that is said on.
 */
import type { Address, Family } from "../../address/address.ts";
import { mergePrefixes } from "../../address/intervals.ts";
import { formatPorts, type PortRange, type Protocol } from "../../address/port.ts";
import { bitsOf, lastAddress, type Prefix } from "../../address/prefix.ts";
import { Bug, unreachable } from "../../diagnostics/bug.ts";
import {
  type Condition,
  type Draining,
  FILTER_HOOKS,
  type FilterHook,
  type PacketPlan,
  type ServiceTranslation,
  type Stage,
  type Stages,
  type Verdict,
  type VerdictAction,
} from "../../plan/plan.ts";

/** Every fact of one family, the doors in the plan's order. */
export function connectionsText(packets: PacketPlan): string {
  const { family, filter, serviceRanges } = packets;
  return [
    ...mergePrefixes(serviceRanges).map((prefix) => `range ${span(prefix)}\n`),
    ...doorLines(packets),
    ...FILTER_HOOKS.flatMap((hook) => ruleLines(hook, filter[hook], family)),
  ].join("");
}

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

interface ExactDoor extends Omit<Draining, "backends"> {
  readonly address: Address;
}

const isExact = <D extends Omit<Draining, "backends">>(door: D): door is D & ExactDoor => door.address !== null;

function doorHead({ address, protocol, port }: ExactDoor): string {
  return `door ${protocol === null ? "*" : numberOf(protocol, address.family)} ${digits(address)} ${portsOf(port)}`;
}

const backendWord = ({ address, port }: Draining["backends"][number]): string =>
  port === null ? digits(address) : `${digits(address)}:${port.first}`;

function doorLines({ services, draining }: Pick<PacketPlan, "services" | "draining">): readonly string[] {
  const drained = new Map(
    draining.filter(isExact).map((door) => [doorHead(door), door.backends.map((each) => ` ~${backendWord(each)}`)]),
  );
  const open = services.filter(isExact).map((door: ServiceTranslation & ExactDoor) => {
    const head = doorHead(door);
    const words = door.backends.map((each) => ` ${backendWord(each)}`);
    const also = drained.get(head);
    if (also === undefined) return `${head}${words.join("")}\n`;
    drained.delete(head);
    return `${head}${words.join("")}${also.join("")}\n`;
  });
  return [...open, ...[...drained].map(([head, words]) => `${head}${words.join("")}\n`)];
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
      throw new Bug("a connection does not say the device it leaves by");
    default:
      return unreachable(condition);
  }
}
