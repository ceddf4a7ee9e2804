/** The rules of a program that decide of one packet. */
import { unreachable } from "../../diagnostics/bug.ts";
import { isLeftWhenFull } from "../fates/full.ts";
import type { AddressField, AddressRange, Hook, KeyPart, PortField, Program, Rule, Term, Test } from "../program.ts";
import type { Packet } from "./packet.ts";

interface Ports {
  readonly first: number;
  readonly last: number;
}

function addressIn(packet: Packet, of: AddressField, { first, last }: AddressRange): boolean {
  const address = packet[of];
  return address !== null && first.value <= address.value && address.value <= last.value;
}

const portOf = ({ sourcePort, destinationPort, askedPort }: Packet, of: PortField): number =>
  of === "source-port" ? sourcePort : of === "destination-port" ? destinationPort : askedPort;

const within = ({ first, last }: Ports, port: number): boolean => first <= port && port <= last;

function hasTerm(packet: Packet, part: KeyPart, term: Term): boolean {
  switch (part.kind) {
    case "address":
      return addressIn(packet, part.of, term as AddressRange);
    case "ports":
      return within(term as Ports, portOf(packet, part.of));
    case "protocol":
      return term === packet.protocol;
    case "draw":
      return true;
    case "number":
      return part.value === term;
    default:
      return unreachable(part);
  }
}

const hasKey = (packet: Packet, key: readonly KeyPart[], terms: readonly Term[]): boolean =>
  key.every((part, at) => hasTerm(packet, part, terms[at]!));

/** What is drawn, and who is remembered, may hold. */
function mayHold(packet: Packet, test: Test): boolean {
  switch (test.kind) {
    case "address":
      return packet[test.of] !== null && test.ranges.some((range) => addressIn(packet, test.of, range)) !== test.isNot;
    case "ports":
      if (test.of === "asked-port" && packet.asked === null) return false;
      return test.ranges.some((range) => within(range, portOf(packet, test.of)));
    case "protocol":
      return test.protocols.includes(packet.protocol);
    case "icmp-type":
      return test.types.includes(packet.icmpType);
    case "state":
      return test.states.includes(packet.state);
    case "translated":
      return packet.isTranslated === test.is;
    case "device":
      return (test.side === "in" ? packet.arrivesBy : packet.leavesBy) === test.device;
    case "group":
      return ((test.side === "in" ? packet.arrivesByGroup : packet.leavesByGroup) === test.group) === test.is;
    case "way-back":
      return packet.isWayBack === test.is;
    case "own":
      return (test.of === "source" ? packet.hasOwnSource : packet.hasOwnDestination) === test.is;
    case "member":
      return test.elements.some((terms) => hasKey(packet, test.key, terms));
    case "share":
    case "remembered":
    case "limit":
      return true;
    default:
      return unreachable(test);
  }
}

const isCertain = ({ tests }: Rule): boolean => tests.every(({ kind }) => kind !== "share" && kind !== "remembered");

/** A rule, or an element of a map, by its line. */
export interface Responsible {
  readonly line: number;
  readonly about: string;
}

/** In the order in which they are met: what ends the packet, or may. */
export function responsibleFor(program: Program, hook: Hook, packet: Packet): readonly Responsible[] {
  const found: Responsible[] = [];

  /** `ended`: nothing more is asked; `left`: its chain is. */
  function walk(chain: string): "on" | "ended" {
    for (const rule of program.chains.get(chain) ?? []) {
      if (packet.areListsFull && isLeftWhenFull(rule)) continue;
      if (!rule.tests.every((test) => mayHold(packet, test))) continue;
      const after = act(rule);
      if (after === "left") return "on";
      if (after === "ended" && isCertain(rule)) return "ended";
    }
    return "on";
  }

  function act(rule: Rule): "on" | "left" | "ended" {
    for (const action of rule.actions) {
      switch (action.kind) {
        case "accept":
        case "drop":
        case "reject":
        case "dnat":
        case "snat":
          found.push({ line: rule.line, about: rule.about });
          return "ended";
        case "return":
          found.push({ line: rule.line, about: rule.about });
          return "left";
        case "jump":
          if (walk(action.chain) === "ended") return "ended";
          break;
        case "goto":
          return walk(action.chain) === "ended" ? "ended" : "left";
        case "dnat-map":
        case "doors": {
          const elements = action.elements.filter(({ key }) => hasKey(packet, action.key, key));
          for (const { line } of elements) found.push({ line: line === 0 ? rule.line : line, about: rule.about });
          if (elements.length > 0) return "ended";
          break;
        }
        case "verdict-map": {
          const element = action.elements.find(({ key }) => hasKey(packet, action.key, key));
          if (element !== undefined && walk(element.value) === "ended") return "ended";
          break;
        }
        case "mark":
        case "log":
          found.push({ line: rule.line, about: rule.about });
          break;
        case "remember":
          break;
        default:
          return unreachable(action);
      }
    }
    return "on";
  }

  for (const chain of program.hooks[hook]) if (walk(chain) === "ended") break;
  return found;
}
