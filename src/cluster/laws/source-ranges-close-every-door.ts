import { inFamily, present } from "../../address/address.ts";
import { formatPorts } from "../../address/port.ts";
import { hostPrefix, type Prefix } from "../../address/prefix.ts";
import { type Diagnostic, diagnose, type Fix } from "../../diagnostics/diagnostic.ts";
import type { Box } from "../../packetset/box.ts";
import { stretchOf } from "../../packetset/line.ts";
import { type Ranges, rangesContain, rangesMeet, rangesOf, subtractRanges } from "../../packetset/ranges.ts";
import type { Backend, Cluster, PolicyRule, Service } from "../cluster.ts";
import { addressesOfService, doorsOfService, type ServiceDoor, shiftPorts } from "../doors.ts";
import { declaredName } from "../label.ts";
import { destinationSides, nodeportHosts, openedSides, type Side, shiftOf, sourceSides } from "../sides.ts";
import {
  boxesOf,
  DESTINATION,
  DESTINATION_PORT,
  PROTOCOL,
  placesOf,
  protocolRanges,
  READING,
  SOURCE,
  SOURCE_PORT,
  type Space,
  spaceOf,
} from "../space.ts";

const EVERY_PORT: Ranges = [1, 65535];

/** A rule and all that it matches; `null` for more boxes than are computed with. */
interface Judge {
  readonly rule: PolicyRule;
  readonly boxes: readonly Box[] | null;
}

interface Ground {
  readonly space: Space;
  readonly judges: readonly Judge[];
}

function groundOf(cluster: Cluster, services: readonly Service[]): Ground {
  const sides = cluster.policy.map((rule) => ({
    rule,
    from: sourceSides(cluster, rule.sources),
    to: [
      ...destinationSides(cluster, rule.destinations),
      ...(rule.verb === "allow" ? openedSides(cluster, rule.destinations) : []),
    ],
  }));
  const own = (list: readonly Side[]): readonly Prefix[] => list.flatMap(({ prefixes }) => prefixes ?? []);
  const { nodes, pods, settings } = cluster;
  const space = spaceOf(cluster, [
    ...sides.flatMap(({ from, to }) => [...own(from), ...own(to)]),
    ...services.flatMap(({ loadbalancer }) => loadbalancer?.from ?? []),
    ...services.flatMap((service) => addressesOfService(service).map(({ address }) => hostPrefix(address))),
    ...settings.pods,
    ...[...nodes, ...pods].flatMap(({ addresses }) => present(addresses).map(hostPrefix)),
    ...services.flatMap((service) => service.ports.flatMap(({ backends }) => backends.flatMap(hostsOf))),
  ]);
  const judges = sides.map(({ rule, from, to }) => ({
    rule,
    boxes: boxesOf(space, from, to)?.map(({ box }) => box) ?? null,
  }));
  return { space, judges };
}

const hostsOf = ({ addresses }: Backend): readonly Prefix[] => present(addresses).map(hostPrefix);

/** Clients that the ranges do not hold and that are neither pods nor nodes, in the families of a door. */
function strangers({ settings, nodes }: Cluster, { line }: Space, from: readonly Prefix[], family: 4 | 6): Ranges {
  const all: Ranges = family === 4 ? [0, line.v4.length - 1] : [line.v4.length, line.size - 1];
  const known = [...from, ...settings.pods, ...nodes.flatMap(({ addresses }) => present(addresses).map(hostPrefix))];
  return subtractRanges(all, rangesOf(known.flatMap((prefix) => stretchOf(line, prefix))));
}

/** What a connection by a door to one of its backends looks like: what was asked for, and where it goes. */
interface Way {
  readonly protocol: Ranges;
  readonly asked: { readonly place: Ranges; readonly ports: Ranges };
  readonly now: { readonly place: Ranges; readonly ports: Ranges };
}

const portRanges = (ports: { readonly first: number; readonly last: number } | null): Ranges =>
  ports === null ? EVERY_PORT : [ports.first, ports.last];

function waysOf(cluster: Cluster, space: Space, door: ServiceDoor, family: 4 | 6): readonly Way[] {
  const hosts = nodeportHosts(cluster).map(({ address }) => address);
  const entries = door.address === null ? hosts.filter((host) => host.family === family) : [door.address];
  return entries.flatMap((entry) =>
    door.line.backends.flatMap(({ addresses, port, weight }): readonly Way[] => {
      const to = inFamily(addresses, family);
      if (to === null || weight === 0) return [];
      return [
        {
          protocol: protocolRanges(door.protocol),
          asked: { place: placesOf(space, [entry], []), ports: portRanges(door.port) },
          now: { place: placesOf(space, [to], []), ports: portRanges(shiftPorts(door.port, shiftOf(door, port))) },
        },
      ];
    }),
  );
}

type Compare = (a: Ranges, b: Ranges) => boolean;

/** The sources whose connections on a way a box matches: all of each, or some. */
function matches(box: Box, way: Way, compare: Compare): boolean {
  const reads = (reading: number, { place, ports }: Way["now"]): boolean =>
    rangesContain(box[READING]!, [reading, reading]) &&
    compare(box[DESTINATION]!, place) &&
    compare(box[DESTINATION_PORT]!, ports);
  if (!compare(box[PROTOCOL]!, way.protocol) || !compare(box[SOURCE_PORT]!, EVERY_PORT)) return false;
  return reads(0, way.asked) || reads(1, way.now);
}

/** Some client's connection on this way is closed by no rule. */
function isOpen(judges: readonly Judge[], clients: Ranges, way: Way): boolean {
  let left = clients;
  for (const { rule, boxes } of judges) {
    if (left.length === 0) return false;
    const isAllow = rule.verb === "allow";
    if (boxes === null) {
      if (isAllow) return true;
      continue;
    }
    for (const box of boxes) {
      if (!matches(box, way, isAllow ? rangesMeet : rangesContain)) continue;
      if (isAllow && rangesMeet(left, box[SOURCE]!)) return true;
      if (!isAllow) left = subtractRanges(left, box[SOURCE]!);
    }
  }
  return left.length > 0;
}

const doorText = ({ address, port }: ServiceDoor): string =>
  address === null ? `its nodeport ${port === null ? "" : formatPorts(port)}` : `its external address ${address.text}`;

const inBrackets = (text: string): string => (text.includes(":") ? `[${text}]` : text);

/** `c:8080`: the first backend of a line, as policy names it. */
function backendText({ line }: ServiceDoor): string | null {
  const [backend] = line.backends;
  if (backend === undefined) return null;
  const [address] = present(backend.addresses);
  const name = backend.pod === null ? inBrackets(address?.text ?? "") : declaredName(backend.pod.name);
  const ports = backend.port ?? line.port;
  const protocol = line.protocol === "tcp" ? "" : `/${line.protocol}`;
  return `${name}:${ports === null ? "" : formatPorts(ports)}${protocol}`;
}

function fixOf(service: Service, from: readonly Prefix[], door: ServiceDoor): readonly Fix[] {
  const backend = backendText(door);
  if (backend === null) return [];
  const allowed = [...from.map(({ text }) => text), "pods", "nodes"].join(", ");
  const rules = `\`allow ${allowed} -> ${declaredName(service.name)}\`, then \`deny any -> ${backend}\``;
  return [{ title: `close it by policy: ${rules}`, edits: [] }];
}

/** Source ranges of a load balancer leave no nodeport and no external address of the service open, or policy closes these. */
export function sourceRangesCloseEveryDoor(cluster: Cluster): readonly Diagnostic[] {
  const ranged = cluster.services.filter(({ loadbalancer }) => (loadbalancer?.from ?? null) !== null);
  if (ranged.length === 0) return [];
  const { space, judges } = groundOf(cluster, ranged);
  return ranged.flatMap((service): readonly Diagnostic[] => {
    const { from, origin } = service.loadbalancer!;
    const others = doorsOfService(service).filter(({ kind }) => kind === "nodeport" || kind === "external");
    const door = others.find((each) =>
      ([4, 6] as const).some(
        (family) =>
          (each.address?.family ?? family) === family &&
          waysOf(cluster, space, each, family).some((way) =>
            isOpen(judges, strangers(cluster, space, from!, family), way),
          ),
      ),
    );
    if (door === undefined) return [];
    const params = { service: service.name, door: doorText(door) };
    return [diagnose("open-door", params, origin, { fixes: fixOf(service, from!, door) })];
  });
}
