/** One packet through a program of rules: what may become of it at a hook, with the share of each. */
import { type Address, compareAddress } from "../../src/address/address.ts";
import type { PortRange } from "../../src/address/port.ts";
import { unreachable } from "../../src/diagnostics/bug.ts";
import type {
  AddressField,
  AddressRange,
  Hook,
  KeyPart,
  PortField,
  Program,
  Target,
  Term,
  Test,
} from "../../src/verify/program.ts";

export interface Packet {
  readonly source: Address;
  readonly destination: Address;
  readonly asked: Address;
  /** IP's number. */
  readonly protocol: number;
  /** `null` of a protocol without ports. */
  readonly ports: { readonly [F in PortField]: number } | null;
  readonly icmpType: number | null;
  readonly state: "new" | "established" | "related" | "invalid";
  readonly isTranslated: boolean;
  readonly inDevice: string;
  readonly outDevice: string;
  readonly inGroup: number;
  readonly outGroup: number;
  readonly isWayBack: boolean;
  readonly isOwn: { readonly source: boolean; readonly destination: boolean };
}

/** What ends a walk; `null`: the chain fell off its end, or was left. */
export interface End {
  readonly share: number;
  readonly end: string | null;
  readonly affinity?: string;
}

export interface Walk {
  readonly ends: readonly End[];
  readonly logs: readonly string[];
  /** `value/mask`, one after another. */
  readonly marks: readonly string[];
}

const addressOf = (packet: Packet, of: AddressField): Address => packet[of];

const inRange = ({ first, last }: AddressRange, address: Address): boolean =>
  compareAddress(first, address) <= 0 && compareAddress(address, last) <= 0;

const inPorts = ({ first, last }: PortRange, port: number): boolean => first <= port && port <= last;

function holdsPart(part: KeyPart, term: Term, packet: Packet): boolean {
  switch (part.kind) {
    case "address":
      if (part.of === "asked" && packet.state === "invalid") return false;
      return inRange(term as AddressRange, addressOf(packet, part.of));
    case "ports":
      if (part.of === "asked-port" && packet.state === "invalid") return false;
      return packet.ports !== null && inPorts(term as PortRange, packet.ports[part.of]);
    case "protocol":
      return term === packet.protocol;
    case "number":
      return term === part.value;
    case "draw":
      throw new Error("a meaning draws by its doors alone");
    default:
      return unreachable(part);
  }
}

const holdsKey = (key: readonly KeyPart[], terms: readonly Term[], packet: Packet): boolean =>
  key.every((part, at) => holdsPart(part, terms[at]!, packet));

function holds(test: Test, packet: Packet): boolean {
  switch (test.kind) {
    case "address":
      if (test.of === "asked" && packet.state === "invalid") return false;
      return test.ranges.some((range) => inRange(range, addressOf(packet, test.of))) !== test.isNot;
    case "ports":
      if (test.of === "asked-port" && packet.state === "invalid") return false;
      return packet.ports !== null && test.ranges.some((range) => inPorts(range, packet.ports![test.of]));
    case "protocol":
      return test.protocols.includes(packet.protocol);
    case "icmp-type":
      return packet.icmpType !== null && test.types.includes(packet.icmpType);
    case "state":
      return test.states.includes(packet.state);
    case "translated":
      return test.is === packet.isTranslated;
    case "device":
      return test.device === (test.side === "in" ? packet.inDevice : packet.outDevice);
    case "group":
      return test.is === ((test.side === "in" ? packet.inGroup : packet.outGroup) === test.group);
    case "way-back":
      return test.is === packet.isWayBack;
    case "own":
      return test.is === packet.isOwn[test.of];
    case "member":
      return test.elements.some((terms) => holdsKey(test.key, terms, packet));
    case "limit":
      return true;
    case "share":
    case "remembered":
      throw new Error("a meaning draws by its doors alone");
    default:
      return unreachable(test);
  }
}

/** Where a target leads what asks for its port. */
export function targetText({ address, ports, base }: Target, packet: Packet): string {
  if (ports === null) return address.text;
  const by = base === null ? 0 : packet.ports!["destination-port"] - base;
  return `${address.text}:${ports.first + by}`;
}

export function walk(program: Program, hook: Hook, packet: Packet): Walk {
  const logs: string[] = [];
  const marks: string[] = [];
  const certain = (end: string): readonly End[] => [{ share: 1, end }];

  function chain(name: string): readonly End[] | null {
    const rules = program.chains.get(name);
    if (rules === undefined) throw new Error(`no chain ${name}`);
    for (const { tests, actions } of rules) {
      if (!tests.every((test) => holds(test, packet))) continue;
      for (const action of actions) {
        switch (action.kind) {
          case "accept":
          case "drop":
            return certain(action.kind);
          case "reject":
            return certain(`reject ${action.answer}`);
          case "return":
            return null;
          case "goto":
            return chain(action.chain);
          case "jump": {
            const ends = chain(action.chain);
            if (ends !== null) return ends;
            break;
          }
          case "snat":
            return certain(action.address === null ? "device" : action.address.text);
          case "dnat":
            return certain(targetText(action.to, packet));
          case "doors": {
            const found = action.elements.find(({ key }) => holdsKey(action.key, key, packet));
            if (found === undefined) break;
            const { backends, affinity } = found.value;
            const whom = affinity === null ? {} : { affinity: `${affinity.key} for ${affinity.seconds}` };
            const total = backends.reduce((sum, { weight }) => sum + weight, 0);
            if (backends.length === 0) return [{ share: 1, end: "left", ...whom }];
            return backends.map(({ to, weight }) => ({
              share: weight / total,
              end: targetText(to, packet),
              ...whom,
            }));
          }
          case "mark":
            marks.push(`${action.value}/${action.mask}`);
            break;
          case "log":
            logs.push(action.prefix);
            break;
          case "verdict-map": {
            const found = action.elements.find(({ key }) => holdsKey(action.key, key, packet));
            const ends = found === undefined ? null : chain(found.value);
            if (ends !== null) return ends;
            break;
          }
          case "dnat-map": {
            const found = action.elements.find(({ key }) => holdsKey(action.key, key, packet));
            if (found !== undefined) return certain(targetText(found.value, packet));
            break;
          }
          case "remember":
            break;
          default:
            return unreachable(action);
        }
      }
    }
    return null;
  }

  for (const name of program.hooks[hook]) {
    const ends = chain(name);
    if (ends !== null) return { ends, logs, marks };
  }
  return { ends: [{ share: 1, end: null }], logs, marks };
}
