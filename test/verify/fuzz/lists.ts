/** Items of lists: whom a statement is about, from what the program has and from what it does not. */
import { type Dice, weighted } from "./dice.ts";
import type { Services } from "./services.ts";
import { said, type World } from "./world.ts";

export interface Named {
  readonly world: World;
  readonly doors: Services;
  /** Groups whose members may be a source. */
  readonly groups: readonly string[];
  /** Groups that hold services as well. */
  readonly wider: readonly string[];
}

const OUTSIDE = {
  4: [
    "203.0.113.5",
    "203.0.113.0/24",
    "192.0.2.0/24",
    "0.0.0.0/0",
    "0.0.0.0/1",
    "127.0.0.0/8",
    "224.0.0.0/4",
    "10.0.0.0/8",
    "198.51.100.0/24",
    "10.96.0.0/12",
    "10.244.0.0/16",
    "192.168.100.0/24",
  ],
  6: [
    "2001:db8:7::5",
    "2001:db8::/32",
    "::/0",
    "fd00::/8",
    "ff00::/8",
    "fe80::/10",
    "fd00:96::/108",
    "fd00:244::/48",
    "fd00:100::/64",
  ],
} as const;
const LENGTHS = { 4: [31, 30, 29, 28, 26, 24, 23, 20, 16], 6: [127, 126, 120, 112, 96, 64, 48] } as const;

/** The range of a length that holds an address. */
function around(address: string, length: number): string {
  if (!address.includes(":")) {
    const value = address.split(".").reduce((sum, byte) => sum * 256 + Number(byte), 0);
    const first = Math.floor(value / 2 ** (32 - length)) * 2 ** (32 - length);
    return `${[24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256).join(".")}/${length}`;
  }
  const [head = "", tail = ""] = address.split("::");
  const left = head.split(":");
  const right = tail === "" ? [] : tail.split(":");
  const groups = [...left, ...Array.from({ length: 8 - left.length - right.length }, () => "0"), ...right];
  const value = groups.reduce((sum, group) => (sum << 16n) | BigInt(`0x${group}`), 0n);
  const free = BigInt(128 - length);
  const first = (value >> free) << free;
  const words = Array.from({ length: 8 }, (_, at) => ((first >> BigInt(112 - 16 * at)) & 0xffffn).toString(16));
  return `${words.join(":")}/${length}`;
}

export function drawPrefix(dice: Dice, { world, doors }: Named): string {
  const { one, percent } = dice;
  const known = [
    ...[...world.nodes, ...world.pods].flatMap(({ addresses }) => said(addresses)),
    ...doors.services.flatMap(({ addresses }) => addresses),
    ...doors.backends,
    ...world.nodes.flatMap(({ slices }) => said(slices)),
  ];
  const text = percent(65) ? one(known) : one(world.families.flatMap((family): readonly string[] => OUTSIDE[family]));
  if (text.includes("/") || percent(50)) return text;
  return around(text, one(LENGTHS[text.includes(":") ? 6 : 4]));
}

function drawPort(dice: Dice, { doors }: Named): string {
  const { one, percent } = dice;
  const known = doors.services.flatMap(({ lines }) =>
    lines.flatMap(({ port, nodeport }) => [port, nodeport ?? port].filter((text) => /^\d/.test(text))),
  );
  if (known.length > 0 && percent(50)) {
    const text = one(known);
    return percent(20) && !text.includes("/") ? `${text}/udp` : text;
  }
  return one([
    "80",
    "22",
    "8080",
    "9000",
    "53/udp",
    "1-65535",
    "30000-32767",
    "70-90",
    "443/udp",
    "132/sctp",
    "tcp",
    "udp",
    "icmp",
    "sctp",
    "40000",
    "4789/udp",
    "67/udp",
  ]);
}

function withPort(text: string, port: string): string {
  return text.includes("::") || /^[0-9a-f]+:[0-9a-f:]+(\/\d+)?$/.test(text) ? `[${text}]:${port}` : `${text}:${port}`;
}

interface Wanted {
  readonly services: boolean;
  readonly words: readonly string[];
  /** So many items in a hundred have a port. */
  readonly ports: number;
}

export const SOURCE: Wanted = { services: false, words: ["any", "pods", "nodes"], ports: 10 };
export const DESTINATION: Wanted = { services: true, words: ["any", "pods", "nodes", "services"], ports: 40 };
export const LEAVING: Wanted = { services: false, words: ["any", "pods", "nodes"], ports: 0 };
export const EXCEPTION: Wanted = { services: false, words: ["pods", "nodes", "services", "any"], ports: 0 };

function drawItem(dice: Dice, named: Named, wanted: Wanted): string {
  const { one, percent } = dice;
  const { world, doors, groups, wider } = named;
  const kind = weighted(dice, {
    prefix: 35,
    pod: 20,
    node: 15,
    word: 20,
    service: wanted.services && doors.services.length > 0 ? 20 : 0,
    group: groups.length > 0 ? 8 : 0,
    wider: wanted.services && wider.length > 0 ? 8 : 0,
  });
  const hasPort = percent(wanted.ports);
  if (kind === "service") {
    const { ref, lines } = one(doors.services);
    const ports = lines.flatMap(({ port, label }) => (label === null ? [port] : [port, label]));
    return hasPort && ports.length > 0 ? `${ref}:${one(ports)}` : ref;
  }
  const text = {
    prefix: () => drawPrefix(dice, named),
    pod: () => one(world.pods).ref,
    node: () => one(world.nodes).ref,
    word: () => one(wanted.words),
    group: () => one(groups),
    wider: () => one(wider),
  }[kind]();
  return hasPort ? withPort(text, drawPort(dice, named)) : text;
}

export const drawList = (dice: Dice, named: Named, wanted: Wanted, most: number): string =>
  dice
    .times(1, dice.percent(70) ? 1 : most, () => drawItem(dice, named, wanted))
    .filter((text, at, list) => list.indexOf(text) === at)
    .join(", ");
