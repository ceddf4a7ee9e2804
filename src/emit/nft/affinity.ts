/**
 * Clients are remembered in one set a family: the client's address and a number that stands for the port line and the backend, so that
 * all doors of the line share it. A door with affinity has a chain of its own: a rule for each backend that looks whether the client is
 * there, then one for each that draws. All this is asked of a connection's first packet only: the chains are of type `nat`.
 *
 * nft takes no plain number in such a key, but one that `numgen` makes: of modulus 1 it is its offset. A set whose table is replaced is
 * empty. One that is full takes no new client: then a rule that would add it ends before it translates, every draw of the chain
 * alike, and the door's ring of backends, which stands behind, draws without remembering. (A map from client to backend would do
 * with fewer rules; nft 1.0.6 aborts at one with IPv6 keys.)
 */
import type { Family } from "../../address/address.ts";
import { hashText } from "../../address/hash.ts";
import { identifierFor } from "../../address/identifier.ts";
import { formatPorts, type PortRange } from "../../address/port.ts";
import type { Affinity, ServiceTranslation, TranslationBackend } from "../../plan/plan.ts";
import { backendText, isMoved } from "../backend.ts";
import { doorProtocol } from "../protocol.ts";
import { byShape, type Group, keyOf, kindOf, type Lookups, setName, termsOf } from "./doors.ts";
import { ipFamily } from "./match.ts";
import type { NftAction, NftChain, NftField, NftMatch, NftRule, NftSet } from "./ruleset.ts";
import { roomFor } from "./size.ts";

/** Clients that each family remembers: pairs of a client and a port line. */
const CLIENTS = 262_144;

const rememberedIn = (family: Family): string => `netc-affinity-v${family}`;
const client = (family: Family): NftField => ({ kind: "address", family: ipFamily(family), field: "saddr" });

/** The set of a family's clients. */
export function clientsSet(family: Family): NftSet {
  const number: NftField = { kind: "number", value: null };
  const key = [client(family), number, number];
  return { name: rememberedIn(family), key, value: [], kind: "dynamic", size: CLIENTS, elements: [] };
}

/** 53 bits in two numbers, which are of 32 each. */
function numbersOf(text: string): readonly NftField[] {
  const hash = hashText(text);
  return [Math.floor(hash / 0x80000000), hash % 0x80000000].map((value) => ({ kind: "number", value }));
}

const clientKey = ({ key }: Affinity, asked: PortRange | null, backend: TranslationBackend): readonly NftField[] => [
  client(backend.address.family),
  ...numbersOf(`${key} ${backendText(asked, backend)}`),
];

function toBackend({ port: from }: ServiceTranslation, backend: TranslationBackend): NftAction {
  const { address, port: to } = backend;
  const family = ipFamily(address.family);
  if (from === null || to === null || !isMoved(from, backend)) return { kind: "dnat-to", family, address, port: null };
  if (from.first === from.last) return { kind: "dnat-to", family, address, port: to.first };
  return { kind: "dnat-ports", family, address, from, first: to.first };
}

function chainRules(door: ServiceTranslation, affinity: Affinity): readonly NftRule[] {
  const { backends, statement: comment } = door;
  const protocol = doorProtocol(door);
  const asked: readonly NftMatch[] = protocol === null ? [] : [{ kind: "l4proto", protocol }];
  const rules = backends.map((backend) => {
    const key = clientKey(affinity, door.port, backend);
    const set = rememberedIn(backend.address.family);
    const actions: readonly NftAction[] = [
      { kind: "update", key, set, seconds: affinity.seconds },
      toBackend(door, backend),
    ];
    return { held: { kind: "member", key, set } as const, actions, weight: backend.weight };
  });
  let left = backends.reduce((sum, { weight }) => sum + weight, 0);
  return [
    ...rules.map(({ held, actions }): NftRule => ({ matches: [...asked, held], actions, comment })),
    ...rules.map(({ actions, weight }): NftRule => {
      const share: NftMatch = { kind: "share", taken: weight, of: left };
      const isLast = weight === left;
      left -= weight;
      return { matches: isLast ? asked : [...asked, share], actions, comment };
    }),
  ];
}

function chainName(family: Family, { address, protocol, port, clients }: ServiceTranslation): string {
  const asked = `${address?.text ?? `nodeport-v${family}`}-${port === null ? "" : formatPorts(port)}-${protocol}`;
  return identifierFor("nft", "netc-affinity-", clients === "all" ? asked : `${asked}-${clients}`);
}

export interface AffinityParts extends Lookups {
  readonly chains: readonly NftChain[];
}

/** What finds the chain of a door of the group, and the chains. */
export function affinityParts(group: Group): AffinityParts {
  const sticky = group.doors.filter(({ affinity, backends }) => affinity !== null && backends.length > 0);
  const sets = byShape(sticky).map(
    ([shape, doors]): NftSet => ({
      name: setName(group, `affinity-${shape}`),
      key: keyOf(group, shape),
      value: [{ kind: "verdict" }],
      kind: kindOf(shape),
      size: roomFor(doors.length),
      elements: doors.map((door) => ({
        key: termsOf(door),
        value: [{ jump: chainName(group.family, door) }],
        statement: door.statement,
      })),
    }),
  );
  return {
    sets,
    rules: sets.map(({ name, key }) => ({
      matches: [],
      actions: [{ kind: "lookup", key, map: name }],
      comment: null,
    })),
    chains: sticky.map((door) => ({
      name: chainName(group.family, door),
      base: null,
      rules: chainRules(door, door.affinity!),
    })),
  };
}
