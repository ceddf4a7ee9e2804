/**
 * What language.md says of a service's doors, said once more for the test, by addresses and without netc: the node that translates,
 * the backends that a client may get there and the source that each sees, and the nodes that the packet crosses on its way.
 */
import type { Family } from "../family.ts";
import type { Crossing, Node, Place } from "../pairs/reference.ts";

export type Pod = "a" | "b" | "c" | "d";

export const CLIENTS = ["a", "b", "c", "d", "node1", "node2", "lan", "outside"] as const;
export type Client = (typeof CLIENTS)[number];

export type Protocol = "tcp" | "udp";

/** Where a backend is: a pod, or an address that a node has or none. */
export interface Backend {
  readonly at: Pod | "node1" | "lan";
  readonly weight?: 0;
}

export interface Service {
  /** Its place: in the ranges of addresses that its doors have, and in those of its ports. */
  readonly n: number;
  readonly backends: readonly Backend[];
  readonly internalLocal: boolean;
  readonly externalLocal: boolean;
  /** Who may use its load-balancer addresses. */
  readonly allows: (address: string, family: Family) => boolean;
  readonly affinity: boolean;
}

export interface Door {
  readonly name: string;
  readonly kind: "vip" | "nodeport" | "external" | "load balancer";
  readonly address: (n: number, family: Family) => string;
  /** The node that holds the address. */
  readonly heldBy: Node | null;
  /** Whom the LAN and the outside send its packets to. */
  readonly via: Readonly<Record<"lan" | "outside", Node>>;
}

export interface Ports {
  /** Asked of every door but a nodeport. */
  readonly line: number;
  readonly nodeport: number;
  readonly backend: number;
}

/** What becomes of a connection: who answers, seeing which source, or how it fails. */
export type End = { readonly at: string; readonly as: string } | "silent" | "refused";

/** One backend that may be drawn, and what the packet meets on its way there. */
export interface Branch {
  readonly end: End;
  readonly crossings: readonly Crossing[];
}

const HOMES: Readonly<Record<string, Node>> = {
  a: "node1",
  b: "node1",
  c: "node2",
  d: "node2",
  node1: "node1",
  node2: "node2",
};

const isPod = (host: string): host is Pod => host.length === 1;

/** The only pod that reaches itself. */
export const HAIRPIN: Pod = "b";

/** The first range is the external addresses', the other two are load balancers'. */
export const RANGES = [1, 2, 3] as const;
export const rangeOf = (range: number, family: Family): string =>
  family.name === "IPv4" ? `172.20.${range}.0/24` : `fd00:e${range}::/112`;
const inRange =
  (range: number) =>
  (n: number, family: Family): string =>
    family.name === "IPv4" ? `172.20.${range}.${n}` : `fd00:e${range}::${n}`;

const nodeport = (node: Node): Door => ({
  name: `nodeport of ${node}`,
  kind: "nodeport",
  address: (_, family) => family[node],
  heldBy: node,
  via: { lan: node, outside: node },
});

const free = (name: string, kind: Door["kind"], range: number, lan: Node): Door => ({
  name,
  kind,
  address: inRange(range),
  heldBy: null,
  via: { lan, outside: lan === "node1" ? "node2" : "node1" },
});

export const VIP: Door = {
  name: "vip",
  kind: "vip",
  address: (n, { vip }) => vip(n),
  heldBy: null,
  via: { lan: "node1", outside: "node2" },
};
export const NODEPORTS: readonly Door[] = [nodeport("node1"), nodeport("node2")];
export const EXTERNAL = free("external address", "external", 1, "node1");
export const LOAD_BALANCERS: readonly Door[] = [
  free("first load balancer", "load balancer", 2, "node1"),
  free("second load balancer", "load balancer", 3, "node2"),
];
export const DOORS: readonly Door[] = [VIP, ...NODEPORTS, EXTERNAL, ...LOAD_BALANCERS];

export const addressOf = (host: string, family: Family): string =>
  ({ ...family.pods, node1: family.node1, node2: family.node2, lan: family.lan, outside: family.outside[0] })[host]!;

export const askedOf = (
  { n }: { readonly n: number },
  { kind, address }: Door,
  ports: Ports,
  family: Family,
): Place => ({
  address: address(n, family),
  port: kind === "nodeport" ? ports.nodeport : ports.line,
});

/** A nodeport is translated where its address is, anything else by the first node that sees it. */
export const translator = (client: Client, { heldBy, via }: Door): Node =>
  heldBy ?? HOMES[client] ?? via[client as "lan" | "outside"];

/** Clients that are neither pods nor nodes. */
const isOutside = (client: Client): boolean => client === "lan" || client === "outside";

const keepsToNode = ({ internalLocal, externalLocal }: Service, { kind }: Door, client: Client): boolean =>
  kind === "vip" ? internalLocal : externalLocal && isOutside(client);

/** The source that a backend sees; `null` where a pod asks itself and nothing hides it. */
function sourceSeen(service: Service, door: Door, client: Client, backend: Backend, family: Family): string | null {
  const node = translator(client, door);
  const own = addressOf(client, family);
  if (backend.at === client && isPod(client) && HOMES[client] === node) return client === HAIRPIN ? family[node] : null;
  // Delivered, not passed on.
  if (backend.at === node) return own;
  if (door.kind !== "vip" && service.externalLocal && isOutside(client)) return own;
  const keeps = HOMES[client] === node && !(isPod(client) && backend.at === "lan");
  return keeps ? own : family[node];
}

/** Every backend that may be drawn; none where the connection is refused or dropped whatever is drawn. */
export function branches(
  service: Service,
  client: Client,
  door: Door,
  ports: Ports,
  family: Family,
): readonly Branch[] | "silent" | "refused" {
  if (door.kind === "load balancer" && !service.allows(addressOf(client, family), family)) return "silent";
  const live = service.backends.filter(({ weight }) => weight !== 0);
  if (live.length === 0) return "refused";
  const node = translator(client, door);
  const candidates = keepsToNode(service, door, client) ? live.filter(({ at }) => HOMES[at] === node) : live;
  if (candidates.length === 0) return "silent";
  const asked = askedOf(service, door, ports, family);
  return candidates.map((backend) => {
    const as = sourceSeen(service, door, client, backend, family);
    const now: Place = { address: addressOf(backend.at, family), port: ports.backend };
    const end: End = as === null ? "silent" : { at: backend.at, as };
    return { end, crossings: way(client, node, backend, as ?? "", { asked, now }, family) };
  });
}

/** To the node that translates, through it, and on to the node of the backend. */
function way(
  client: Client,
  translating: Node,
  backend: Backend,
  as: string,
  { asked, now }: { readonly asked: Place; readonly now: Place },
  family: Family,
): readonly Crossing[] {
  const source = addressOf(client, family);
  const home = HOMES[client];
  const last = HOMES[backend.at];
  const sends = (node: Node): "output" | "forward" => (client === node ? "output" : "forward");
  const before: readonly Crossing[] =
    home === undefined || home === translating ? [] : [{ node: home, hook: sends(home), source, asked, now: asked }];
  const arrives = backend.at === translating && client !== translating ? "input" : sends(translating);
  const after: readonly Crossing[] =
    last === undefined || last === translating
      ? []
      : [{ node: last, hook: isPod(backend.at) ? "forward" : "input", source: as, asked: now, now }];
  return [...before, { node: translating, hook: arrives, source, asked, now }, ...after];
}

/** All that may become of it, as `said` writes an outcome. */
export function ends(service: Service, client: Client, door: Door, ports: Ports, family: Family): readonly string[] {
  const may = branches(service, client, door, ports, family);
  return typeof may === "string" ? [may] : [...new Set(may.map(({ end }) => write(end)))];
}

export const write = (end: End): string => (typeof end === "string" ? end : `${end.at} sees ${end.as}`);
