/** Random services: doors of every kind, backends of every form, all options. */
import { type Backing, backendsOf, ELSEWHERE, familiesOf, textOf } from "./backends.ts";
import { type Dice, weighted } from "./dice.ts";
import { type Family, refOf, said, type World } from "./world.ts";

export interface Line {
  readonly port: string;
  readonly label: string | null;
  readonly nodeport: string | null;
}

export interface Service {
  readonly ref: string;
  readonly lines: readonly Line[];
  readonly addresses: readonly string[];
}

export interface Services {
  readonly services: readonly Service[];
  /** Groups of pods, to be backends. */
  readonly statements: readonly string[];
  /** Addresses of backends that no pod has, and ports that backends listen on. */
  readonly backends: readonly string[];
}

const NAMES = ["web", "api", "shop/web", '"my pod"', "kube-dns.kube-system", "db", "log"];

/** In front of a declared range, and behind it; some inside of ranges of pods, some far apart. */
const VIPS: Readonly<Record<Family, readonly string[]>> = {
  4: ["10.96.0.1", "10.96.0.2", "10.96.0.18", "10.96.1.1", "10.100.7.9", "10.111.255.254", "10.96.0.100"],
  6: ["fd00:96::1", "fd00:96::2", "fd00:96::18", "fd00:96::1:1", "fd00:96::7:9", "fd00:96::f:fffe", "fd00:96::100"],
};
const MORE: Readonly<Record<Family, readonly string[]>> = {
  4: ["198.51.100.10", "198.51.100.11", "198.51.100.20", "203.0.113.9", "10.96.7.7", "10.244.200.7", "192.168.100.200"],
  6: ["2001:db8:1::10", "2001:db8:1::11", "2001:db8:1::20", "fd00:96::7:70", "fd00:244:0:200::7", "fd00:100::200"],
};
const FROM: Readonly<Record<Family, readonly string[]>> = {
  4: ["203.0.113.0/24", "203.0.113.0/28", "10.244.1.0/24", "192.168.100.100/32", "0.0.0.0/0"],
  6: ["2001:db8:7::/64", "fd00:244:0:1::/64", "fd00:100::/64", "::/0"],
};
const PORTS = [80, 81, 443, 8080, 53, 8000, 9];
/** Of a service with many lines. */
const MANY = Array.from({ length: 120 }, (_, at) => 1000 + 13 * at);

interface Context extends Backing {
  readonly taken: Set<string>;
  nodeport: number;
}

interface DrawnLine extends Line {
  readonly text: string;
}

function drawLine(context: Context, ports: readonly number[], at: number): DrawnLine {
  const { dice, world } = context;
  const { percent, one } = dice;
  const protocol = weighted(dice, { "": 50, "/tcp": 10, "/udp": 25, "/sctp": 5, whole: 8 });
  const whole = one(["icmp", "tcp", "udp"]);
  const width = protocol === "whole" ? null : percent(20) ? one([2, 3, 5, 11]) : 1;
  const first = one(ports);
  const port = width === null ? whole : `${first}${width === 1 ? "" : `-${first + width - 1}`}${protocol}`;
  const label = percent(15) ? `p${at}` : null;
  const backends = backendsOf(context, width, world.families);
  let nodeport: string | null = null;
  if (width !== null && percent(35)) {
    const from = percent(5) ? 80 + context.nodeport : 30000 + context.nodeport;
    context.nodeport += width + one([0, 0, 7]);
    nodeport = width === 1 ? `${from}` : `${from}-${from + width - 1}`;
  }
  const clauses = `${label === null ? "" : ` as ${label}`}${nodeport === null ? "" : ` nodeport ${nodeport}`}`;
  return { port, label, nodeport, text: `${port}${clauses} -> ${textOf(backends)}` };
}

/** Lines whose ports meet are left out. */
function distinct(lines: readonly DrawnLine[]): readonly DrawnLine[] {
  const spanOf = ({ port }: Line) => {
    const [ports = "", protocol = "tcp"] = port.split("/");
    if (!/^\d/.test(port)) return { protocol: port, first: 0, last: 65535 };
    const [first = "0", last = first] = ports.split("-");
    return { protocol, first: Number(first), last: Number(last) };
  };
  return lines.filter((line, at) => {
    const mine = spanOf(line);
    return !lines.slice(0, at).some((other) => {
      const theirs = spanOf(other);
      return theirs.protocol === mine.protocol && theirs.first <= mine.last && mine.first <= theirs.last;
    });
  });
}

function drawAddresses({ dice, world, taken }: Context): readonly string[] {
  const families = dice.percent(60) ? world.families : [dice.one(world.families)];
  return families.flatMap((family) => {
    const free = VIPS[family].filter((text) => !taken.has(text));
    if (free.length === 0) return [];
    const text = dice.one(free);
    // Rarely left for another service, which may have other ports of it.
    if (!dice.percent(15)) taken.add(text);
    return [text];
  });
}

function moreAddresses({ dice, world, taken }: Context): readonly string[] {
  const held = [...world.nodes, ...world.pods].flatMap(({ addresses }) => said(addresses));
  const free = world.families.flatMap((family) => MORE[family]);
  const all = dice
    .times(1, 3, () => (dice.percent(25) ? dice.one(held) : dice.one(free)))
    .filter((text, at, list) => list.indexOf(text) === at && !taken.has(text));
  for (const text of all) taken.add(text);
  return all;
}

function drawOptions(context: Context): { readonly lines: readonly string[]; readonly more: readonly string[] } {
  const { dice, world } = context;
  const { percent, one, some } = dice;
  const external = percent(30) ? moreAddresses(context) : [];
  const balanced = percent(30) ? moreAddresses(context) : [];
  const from = percent(60)
    ? ` from ${some(
        world.families.flatMap((family) => FROM[family]),
        1,
        3,
      ).join(", ")}`
    : "";
  return {
    more: [...external, ...balanced],
    lines: [
      percent(25) ? `affinity client ${one(["1s", "90s", "30m", "3h", "1d"])}` : "",
      external.length === 0 ? "" : `external ${external.join(", ")}`,
      balanced.length === 0 ? "" : `loadbalancer ${balanced.join(", ")}${from}`,
      percent(20) ? "internal local" : "",
      percent(25) ? "external-traffic local" : "",
    ].filter((line) => line !== ""),
  };
}

function drawService(context: Context, name: string): { readonly service: Service; readonly statement: string } | null {
  const { dice } = context;
  const addresses = drawAddresses(context);
  if (addresses.length === 0) return null;
  const ref = refOf(dice, "service", name);
  const head = `service ${name} ${addresses.join(", ")}`;
  if (dice.percent(20)) {
    const backends = backendsOf(context, null, familiesOf(addresses));
    return { service: { ref, lines: [], addresses }, statement: `${head} -> ${textOf(backends)}` };
  }
  // Further addresses may be of either family.
  const [most, ports] = dice.percent(4) ? [60, MANY] : [4, PORTS];
  const lines = distinct(dice.times(1, most, (at) => drawLine(context, ports, at)));
  const options = drawOptions(context);
  const block = [...lines.map(({ text }) => text), ...options.lines].map((line) => `  ${line}\n`).join("");
  return {
    service: { ref, lines, addresses: [...addresses, ...options.more] },
    statement: `${head} {\n${block}}`,
  };
}

export function drawServices(dice: Dice, world: World): Services {
  const groups =
    dice.percent(20) && world.pods.length > 1
      ? dice.times(1, 2, (at) => {
          const pods = dice.some(world.pods, 1, 4);
          const families = ([4, 6] as const).filter((family) =>
            pods.some(({ addresses }) => addresses[family] !== null),
          );
          return {
            ref: `back${at}`,
            families,
            statement: `group back${at} = ${pods.map(({ ref }) => ref).join(", ")}`,
          };
        })
      : [];
  const context: Context = { dice, world, groups, taken: new Set(), nodeport: 0 };
  const drawn = dice
    .some(NAMES, 0, 5)
    .map((name) => drawService(context, name))
    .filter((each) => each !== null);
  return {
    services: drawn.map(({ service }) => service),
    statements: [...groups, ...drawn].map(({ statement }) => statement),
    backends: world.families.flatMap((family) => ELSEWHERE[family]),
  };
}
