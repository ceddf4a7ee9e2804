/** What a ruleset does to one packet: the meaning of nft's own words, as the kernel has it. */
import assert from "node:assert/strict";
import type { Address } from "../../../src/address/address.ts";
import type { PortRange } from "../../../src/address/port.ts";
import { contains, type Prefix } from "../../../src/address/prefix.ts";
import type {
  IpFamily,
  NftBase,
  NftChain,
  NftElement,
  NftField,
  NftMatch,
  NftRuleset,
  NftTerm,
} from "../../../src/emit/nft/ruleset.ts";
import { isTranslated, type Packet } from "../../plan/evaluate.ts";

const within = (ports: PortRange, port: number): boolean => port >= ports.first && port <= ports.last;
export const isOf = (family: IpFamily, packet: Packet): boolean => packet.source.family === (family === "ip" ? 4 : 6);
const isIn = (prefixes: readonly Prefix[], address: Address): boolean =>
  prefixes.some((each) => contains(each, address));
const protocolOf = ({ protocol, source }: Packet): string =>
  protocol === "icmp" && source.family === 6 ? "ipv6-icmp" : protocol;

function fieldOf(field: NftField, packet: Packet): readonly unknown[] {
  switch (field.kind) {
    case "address":
      return isOf(field.family, packet) ? [(field.field === "saddr" ? packet.source : packet.destination).text] : [];
    case "l4proto":
      return [protocolOf(packet)];
    case "dport":
      return [packet.destinationPort];
    case "draw":
      return Array.from({ length: field.of }, (_, at) => at);
    case "number":
    case "verdict":
      throw new Error(`${field.kind} has its place in the choice of a backend: see draw.ts`);
  }
}

function isTerm(term: NftTerm, values: readonly unknown[]): boolean {
  if (typeof term !== "object") return values.includes(term);
  if ("jump" in term) return false;
  return "text" in term ? values.includes(term.text) : values.some((value) => within(term, Number(value)));
}

/** The elements that may be found, one for each number that may be drawn. */
export function found(ruleset: NftRuleset, name: string, packet: Packet): readonly NftElement[] {
  const set = ruleset.sets.find((each) => each.name === name);
  assert.ok(set !== undefined, `${name} is not there`);
  const values = set.key.map((field) => fieldOf(field, packet));
  const elements = set.elements.filter(({ key }) => key.every((term, at) => isTerm(term, values[at]!)));
  const draw = set.key.find(({ kind }) => kind === "draw");
  const drawn = new Set(elements.map(({ key }) => (draw === undefined ? 0 : key.at(-1))));
  assert.equal(drawn.size, elements.length, `${name} answers one question twice`);
  if (draw?.kind === "draw") assert.ok(drawn.size === 0 || drawn.size === draw.of, `${name} lacks a number`);
  return elements;
}

export function holds(ruleset: NftRuleset, match: NftMatch, packet: Packet): boolean {
  switch (match.kind) {
    case "nfproto":
      return packet.source.family === (match.family === "ipv4" ? 4 : 6);
    case "device":
      if (match.device !== "lo") return packet.leavesBy === match.device;
      // What is translated shows in OUTPUT the device of the route that it had before.
      return packet.loopback || (match.field === "oifname" && isTranslated(packet));
    case "address":
      return (
        isOf(match.family, packet) && isIn(match.prefixes, match.field === "saddr" ? packet.source : packet.destination)
      );
    case "l4proto":
      return protocolOf(packet) === match.protocol;
    case "port":
      return (
        packet.protocol === match.protocol &&
        within(match.ports, match.field === "sport" ? packet.sourcePort : packet.destinationPort)
      );
    case "group":
      return match.field === "iifgroup" ? packet.isFromPod : packet.isToPod;
    case "astray":
      return packet.isAstray;
    case "icmp-type":
      return protocolOf(packet) === "icmp" && match.types.includes(packet.destinationPort);
    case "icmpv6-type":
      return protocolOf(packet) === "ipv6-icmp" && match.types.includes(packet.destinationPort);
    case "ct-state":
      return match.states.includes(packet.state);
    case "ct-status":
      return packet.state !== "invalid" && isTranslated(packet) === (match.status === "dnat");
    case "ct-original-address":
      return packet.state !== "invalid" && isOf(match.family, packet) && isIn(match.prefixes, packet.asked);
    case "ct-original-port":
      return packet.state !== "invalid" && within(match.ports, packet.askedPort);
    case "member":
      return found(ruleset, match.set, packet).length > 0;
    case "limit":
      return true;
    case "other-address":
      return (
        isOf(match.family, packet) &&
        !isIn(match.prefixes, match.field === "saddr" ? packet.source : packet.destination)
      );
    case "own-source":
      return packet.isFromNode;
    case "local-destination":
      return packet.isOwn;
    case "share":
      throw new Error("a draw has many ends: see draw.ts");
  }
}

/** What ends the walk; `on` when nothing does, `back` to the chain that led here. */
function walk(ruleset: NftRuleset, chain: NftChain, packet: Packet): string {
  for (const { matches, actions } of chain.rules) {
    if (!matches.every((match) => holds(ruleset, match, packet))) continue;
    let mark = "";
    for (const action of actions) {
      switch (action.kind) {
        case "accept":
        case "drop":
          return `${action.kind}${mark}`;
        case "return":
          return "back";
        case "masquerade":
          return "device";
        case "reject":
          return action.answer;
        case "snat":
          return action.address.text;
        case "log":
          break;
        case "mark":
          mark = ` ${action.value}/${action.mask}`;
          break;
        case "dnat":
        case "dnat-to":
        case "dnat-ports":
        case "lookup":
        case "update":
          throw new Error(`${action.kind} has its place in the choice of a backend: see draw.ts`);
        case "jump": {
          const to = ruleset.chains.find(({ name }) => name === action.chain);
          assert.ok(to !== undefined, `${action.chain} is not there`);
          const end = walk(ruleset, to, packet);
          if (end !== "on" && end !== "back") return end;
        }
      }
    }
  }
  return "on";
}

/** What the base chain of a hook and type does, the one before conntrack where `raw` is said; its policy accepts. */
export function fateAt(
  ruleset: NftRuleset,
  type: NftBase["type"],
  hook: NftBase["hook"],
  packet: Packet,
  isRaw = false,
): string {
  const base = ruleset.chains.find(
    (chain) => chain.base?.type === type && chain.base.hook === hook && (chain.base.priority === "raw") === isRaw,
  );
  const end = base === undefined ? "on" : walk(ruleset, base, packet);
  return end === "on" || end === "back" ? "accept" : end;
}
