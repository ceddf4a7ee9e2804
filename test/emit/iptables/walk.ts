/** What iptables' own rules do to one packet, by iptables' own order: jumps return, gotos do not. */
import { contains } from "../../../src/address/prefix.ts";
import type { IptMatch, IptRuleset, TableName } from "../../../src/emit/iptables/ruleset.ts";
import { isTranslated, type Packet } from "../../plan/evaluate.ts";

const within = (ports: { first: number; last: number } | null, port: number): boolean =>
  ports === null || (port >= ports.first && port <= ports.last);

export function matches(match: IptMatch, packet: Packet): boolean {
  switch (match.kind) {
    case "in-interface":
      return packet.loopback;
    case "out-interface":
      // What is translated shows in OUTPUT the device of the route that it had before.
      return match.device === "lo" ? packet.loopback || isTranslated(packet) : match.device === packet.leavesBy;
    case "source":
      return contains(match.prefix, packet.source);
    case "destination":
      return contains(match.prefix, packet.destination);
    case "protocol":
      return match.protocol === packet.protocol || (match.protocol === "ipv6-icmp" && packet.protocol === "icmp");
    case "in-group":
      return packet.isFromPod;
    case "out-group":
      return packet.isToPod;
    case "astray":
      return packet.isAstray;
    case "icmp-type":
    case "icmpv6-type":
      return packet.protocol === "icmp" && match.type === packet.destinationPort;
    case "ports":
      return within(match.source, packet.sourcePort) && within(match.destination, packet.destinationPort);
    case "state":
      return match.states.some((state) => holds(state, packet));
    case "original":
      if (packet.state === "invalid") return false;
      return (match.prefix === null || contains(match.prefix, packet.asked)) && within(match.ports, packet.askedPort);
    case "untranslated":
      return !isTranslated(packet);
    case "local-destination":
      return packet.isOwn;
    case "own-source":
      return packet.isFromNode;
    case "share":
    case "recent-check":
    case "recent-set":
      throw new Error(`${match.kind} has its place in the choice of a backend: see draw.ts`);
    case "limit":
      return true;
  }
}

type State = Extract<IptMatch, { kind: "state" }>["states"][number];

function holds(state: State, packet: Packet): boolean {
  if (state === "INVALID") return packet.state === "invalid";
  if (state === "NEW") return packet.state === "new";
  if (state === "DNAT") return isTranslated(packet);
  return state === "ESTABLISHED" && packet.state === "established";
}

/** The last word of a chain: a target's kind, or `aside` where nothing ends it. `marked` holds the last mark set on the way. */
export interface Walked {
  readonly end: string;
  readonly marked: string;
  readonly logged: number;
}

/** `stop` names chains that count as ends. */
export function walk(
  ruleset: IptRuleset,
  table: TableName,
  chain: string,
  packet: Packet,
  stop: readonly string[] = [],
): Walked {
  const chains = new Map(ruleset.find(({ name }) => name === table)!.chains.map(({ name, rules }) => [name, rules]));
  const stack: { name: string; at: number }[] = chains.has(chain) ? [{ name: chain, at: 0 }] : [];
  let marked = "none";
  let logged = 0;
  while (stack.length > 0) {
    const top = stack.at(-1)!;
    const rule = chains.get(top.name)![top.at];
    top.at += 1;
    if (rule === undefined) {
      stack.pop();
      continue;
    }
    if (!rule.matches.every((match) => matches(match, packet))) continue;
    const { target } = rule;
    if (target.kind === "RETURN") stack.pop();
    else if (target.kind === "LOG") logged += 1;
    else if (target.kind === "MARK") marked = `${target.value}/${target.mask}`;
    else if (target.kind === "chain" || target.kind === "goto") {
      if (stop.includes(target.chain)) return { end: target.chain, marked, logged };
      if (target.kind === "goto") stack.pop();
      stack.push({ name: target.chain, at: 0 });
    } else return { end: target.kind === "SNAT" ? target.address.text : target.kind, marked, logged };
  }
  return { end: "aside", marked, logged };
}
