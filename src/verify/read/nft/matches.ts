/** Conditions of a rule. */
import type { Family } from "../../../address/address.ts";
import { unreachable } from "../../../diagnostics/bug.ts";
import {
  type AddressField,
  CONNTRACK_STATES,
  type ConntrackState,
  type PortField,
  type Test,
  TRACKED,
} from "../../program.ts";
import { hasPorts, PROTOCOLS } from "../../protocols.ts";
import { addProtocols, addTest, bind, type Draft, isOfPorts, namedSet } from "./draft.ts";
import { type Field, MOST, misfit } from "./fields.ts";
import type { NamedSet } from "./sets.ts";
import { addressesOf, listOf, portsOf, protocolOf } from "./terms.ts";
import { accept, decimal, expect, fail, numberOf, peek, quotedText, take, unexpected, type Words } from "./words.ts";

function addresses(draft: Draft, of: AddressField, family: Family): null {
  const { words, known } = draft;
  const isNot = of !== "asked" && accept(words, "!=");
  const ranges = listOf(words, (word) => addressesOf(known.terms, word, family));
  return ranges !== null && bind(draft, family) ? addTest(draft, { kind: "address", of, ranges, isNot }) : null;
}

function ports(draft: Draft, of: PortField): null {
  const ranges = listOf(draft.words, (word) => portsOf(draft.known.terms, word));
  return ranges !== null ? addTest(draft, { kind: "ports", of, ranges }) : null;
}

const saysProtocol = ({ tests }: Draft, protocol: number): boolean =>
  tests.some((test) => test.kind === "protocol" && test.protocols.length === 1 && test.protocols[0] === protocol);

/** `tcp dport`: nft puts the protocol's own condition in front where the rule does not say it yet, and refuses another. */
export function portMatch(draft: Draft, protocol: number): null {
  const { words } = draft;
  const of = accept(words, "sport") ? "source-port" : accept(words, "dport") ? "destination-port" : null;
  if (of === null) return unexpected(words, "`sport` or `dport`");
  addProtocols(draft, [protocol]);
  return ports(draft, of);
}

/** A condition on what could be a key's only part. */
export function fieldMatch(draft: Draft, { part, family }: Field): null {
  const { words } = draft;
  switch (part.kind) {
    case "address":
      return addresses(draft, part.of, family ?? 4);
    case "protocol": {
      const protocols = listOf(words, (word) => {
        const protocol = protocolOf(word);
        return protocol < 0 ? `\`${word}\` is no protocol` : protocol;
      });
      return protocols === null ? null : addProtocols(draft, protocols);
    }
    case "draw": {
      if (!expect(words, "<")) return null;
      const taken = decimal(take(words), MOST);
      if (taken < 0) return fail(words, "`<` is not followed by a number");
      if (taken >= part.of) return fail(words, `a draw of ${part.of} is compared with at most ${part.of - 1}`);
      return addTest(draft, { kind: "share", share: taken / part.of });
    }
    case "ports":
    case "number":
      return unexpected(words, "`.`, a set, or `vmap`");
    default:
      return unreachable(part);
  }
}

/** Whether a set or map can be asked by the key here; says what is wrong. */
export function fits(draft: Draft, set: NamedSet, key: readonly Field[]): boolean {
  const reason = misfit(set.name, set.key, key);
  if (reason !== null) fail(draft.words, reason);
  return reason === null && isPortsSafe(draft, key);
}

/** `th dport` is a port only of a protocol that has some. */
export function isPortsSafe(draft: Draft, key: readonly Field[]): boolean {
  const kinds = key.map(({ part }) => part.kind);
  if (!kinds.includes("ports") || kinds.includes("protocol") || isOfPorts(draft)) return true;
  fail(draft.words, "`th dport` stands in a rule that is of no protocol with ports");
  return false;
}

/** The list of a client that a key names: the set, and the numbers that are the same for every packet. */
export function listName(set: NamedSet, key: readonly Field[]): string | null {
  const [client, ...numbers] = key.map(({ part }) => part);
  if (client?.kind !== "address" || client.of !== "source") return null;
  const values = numbers.flatMap((part) => (part.kind === "number" ? [part.value] : []));
  return values.length === numbers.length ? [set.name, ...values].join(" ") : null;
}

export function member(draft: Draft, key: readonly Field[]): null {
  const { words } = draft;
  const set = namedSet(draft, take(words));
  if (set === null || !fits(draft, set, key)) return null;
  if (!key.every(({ family }) => bind(draft, family))) return null;
  const { holding } = set;
  if (holding.kind === "members") {
    addTest(draft, { kind: "member", key: key.map(({ part }) => part), elements: holding.elements });
    return null;
  }
  if (holding.kind !== "remembered") return fail(words, `\`${set.name}\` is a map, not a set`);
  const list = listName(set, key);
  if (list === null) return fail(words, "the key is not a client's address and numbers");
  draft.looked.push({ at: draft.tests.length, list });
  return addTest(draft, { kind: "remembered", list, seconds: 0 });
}

function stateOf(word: string): ConntrackState | null {
  return CONNTRACK_STATES.find((known) => known === word) ?? null;
}

/** A packet has one state: a list of bits and a set in braces say the same of it. */
function statesOf(words: Words): readonly ConntrackState[] | null {
  const isSet = accept(words, "{");
  const states: ConntrackState[] = [];
  do {
    if (isSet && states.length > 0 && peek(words) === "}") break;
    const word = take(words);
    const found = stateOf(word);
    if (found === null) return fail(words, `\`${word}\` is no state that netc asks for`);
    states.push(found);
  } while (accept(words, ","));
  return !isSet || expect(words, "}") ? states : null;
}

/** `!= new,established` compares with both bits at once, and so is true of every packet: `!=` is read with one state or a set alone. */
function state(draft: Draft): null {
  const { words } = draft;
  const isNot = accept(words, "!=");
  const isSet = peek(words) === "{";
  const states = statesOf(words);
  if (states === null) return null;
  if (isNot && !isSet && states.length > 1) return fail(words, "`!=` with a list of states holds for every packet");
  return addTest(draft, {
    kind: "state",
    states: isNot ? CONNTRACK_STATES.filter((each) => !states.includes(each)) : states,
  });
}

function original(draft: Draft): null {
  const { words } = draft;
  const family = accept(words, "ip", "daddr") ? 4 : accept(words, "ip6", "daddr") ? 6 : null;
  if (family !== null) return addresses(draft, "asked", family);
  if (!accept(words, "proto-dst")) return unexpected(words, "`ip daddr`, `ip6 daddr` or `proto-dst`");
  if (!isOfPorts(draft)) return fail(words, "`ct original proto-dst` stands in a rule of no protocol with ports");
  return ports(draft, "asked-port");
}

export function connection(draft: Draft): null {
  const { words } = draft;
  if (accept(words, "state")) return state(draft);
  if (accept(words, "original")) return original(draft);
  if (!expect(words, "status")) return null;
  const is = !accept(words, "!");
  if (!expect(words, "dnat")) return null;
  addTest(draft, { kind: "translated", is });
  // nft_ct_get_eval leaves the rule for packets without a connection, whatever is asked but `ct state`.
  return is ? null : addTest(draft, { kind: "state", states: TRACKED });
}

/** IFNAMSIZ is 16, with the byte that ends it. */
const DEVICE = /^[!#%+,.0-9=@A-Z_a-z~-]{1,15}$/;

export function device(draft: Draft, side: "in" | "out"): null {
  const name = quotedText(draft.words, "a device");
  if (name === null) return null;
  // nft takes a `*` at the end for any text, and a backslash for an escape of it; the kernel's names hold no `/`, no `:` and no blank.
  if (!DEVICE.test(name)) return fail(draft.words, `\`${name}\` is no device's name`);
  return addTest(draft, { kind: "device", side, device: name });
}

/** A group's name is whatever `/etc/iproute2/group` of the machine says, but for this one, which is everybody's. */
export function group(draft: Draft, side: "in" | "out"): null {
  const { words } = draft;
  const is = !accept(words, "!=");
  const word = take(words);
  const found = word === "default" || word === '"default"' ? 0 : numberOf(word, MOST);
  if (found < 0) return fail(words, `\`${word}\` is no number of a group`);
  return addTest(draft, { kind: "group", side, group: found, is });
}

/** Whose an address is, or whether the device that a packet came by is on the way back to its source. */
export function fib(draft: Draft): null {
  const { words } = draft;
  if (accept(words, "saddr", ".", "iif", "oif")) {
    const is = accept(words, "exists");
    if (!is && !accept(words, "missing")) return unexpected(words, "`missing` or `exists`");
    return addTest(draft, { kind: "way-back", is });
  }
  const of = accept(words, "daddr") ? "destination" : accept(words, "saddr") ? "source" : null;
  if (of === null) return unexpected(words, "`daddr` or `saddr`");
  return expect(words, "type", "local") ? addTest(draft, { kind: "own", of, is: true }) : null;
}

const ICMP = {
  4: { protocol: "icmp", word: "icmp", name: "ICMP" },
  6: { protocol: "ipv6-icmp", word: "icmpv6", name: "ICMPv6" },
} as const;

/** Only where the rule says itself what else nft would put in front of it. */
export function icmpTypes(draft: Draft, of: Family): null {
  const { words } = draft;
  const { protocol, word: own, name } = ICMP[of];
  if (!expect(words, "type")) return null;
  if (draft.family !== of || !saysProtocol(draft, PROTOCOLS[protocol])) {
    return fail(
      words,
      `\`${own} type\` does not stand behind a condition of IPv${of} and \`meta l4proto ${protocol}\``,
    );
  }
  const types = listOf(words, (word): number | string => {
    const type = decimal(word, 255);
    return type < 0 ? `\`${word}\` is no type of ${name}` : type;
  });
  return types !== null ? addTest(draft, { kind: "icmp-type", types }) : null;
}

export function family(draft: Draft): null {
  const { words } = draft;
  const said = accept(words, "ipv4") ? 4 : accept(words, "ipv6") ? 6 : null;
  if (said === null) return unexpected(words, "`ipv4` or `ipv6`");
  bind(draft, said);
  return null;
}

/** Counts what comes as far as it: only logs stand behind it. */
export function limit(draft: Draft): null {
  const test: Test = { kind: "limit" };
  return expect(draft.words, "rate", "10/minute", "burst", "5", "packets") ? addTest(draft, test) : null;
}

/** nft sets a port only in a rule that says its protocol; that an element of a key fits, the map is read for. */
export const canSetPort = (draft: Draft, key: readonly Field[]): boolean =>
  isOfPorts(draft) || key.some(({ part }) => part.kind === "protocol");

export const isOnlyTcp = ({ tests }: Draft): boolean =>
  tests.some((test) => test.kind === "protocol" && test.protocols.every((protocol) => protocol === 6));

export const protocolNumber = (word: string): number | null => {
  const protocol = protocolOf(word);
  return hasPorts(protocol) ? protocol : null;
};
