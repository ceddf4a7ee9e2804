/** Other addresses, ports and chains than a text says somewhere. */
import { type Address, ipv4, ipv6, isFault } from "../../../../src/address/address.ts";
import { lastAddress, parsePrefix, prefixOf } from "../../../../src/address/prefix.ts";
import type { Chance } from "../../draw.ts";
import type { Doc, Line } from "../doc.ts";
import { oneOf } from "../edit.ts";

export const HOST = String.raw`(?:\d+\.\d+\.\d+\.\d+|[\da-f]+:[\da-f:]+)`;

const ADDRESS = String.raw`(?:\d+\.\d+\.\d+\.\d+|[\da-f]*:[\da-f:]*)`;
export const PREFIX = String.raw`${ADDRESS}(?:/\d+)?`;
export function resized(
  text: string,
  by: (length: number, bits: number) => number | null,
  chance: Chance,
): string | null {
  const prefix = parsePrefix(text.includes("/") ? text : `${text}/${text.includes(":") ? 128 : 32}`);
  if (isFault(prefix)) return null;
  const bits = prefix.address.family === 4 ? 32 : 128;
  const length = by(prefix.length, bits);
  if (length === null) return null;
  const { address } = prefix;
  const upper = lastAddress(prefix);
  return prefixOf(length > prefix.length && chance() < 0.5 ? upper : address, length).text;
}

/** The address beside, or far away. */
function other(address: Address, chance: Chance): Address {
  const bit = chance() < 0.7 ? 0 : 9;
  return address.family === 4 ? ipv4((address.value ^ (1 << bit)) >>> 0) : ipv6(address.value ^ (1n << BigInt(bit)));
}

export function beside(text: string, chance: Chance): string | null {
  const prefix = parsePrefix(text.includes("/") ? text : `${text}/${text.includes(":") ? 128 : 32}`);
  if (isFault(prefix)) return null;
  const rest = (prefix.address.family === 4 ? 32 : 128) - prefix.length;
  const { address } = prefix;
  const next =
    address.family === 4
      ? rest === 32
        ? address
        : ipv4((address.value ^ (2 ** rest)) >>> 0)
      : rest === 128
        ? address
        : ipv6(address.value ^ (1n << BigInt(rest)));
  if (rest === 0)
    return text.includes("/") ? prefixOf(other(address, chance), prefix.length).text : other(address, chance).text;
  return prefixOf(next, prefix.length).text;
}

/** A port or a range of them, one end of it moved. */
export function otherPorts(text: string, chance: Chance): string {
  const [first = "", last] = text.split(/[:-]/);
  const moved = (port: string): string => {
    const by = oneOf([1, -1, 1000], chance)!;
    const next = Number(port) + by;
    return String(next < 1 || next > 65535 ? Number(port) - by : next);
  };
  if (last === undefined) return moved(first);
  const between = text.includes(":") ? ":" : "-";
  return chance() < 0.5 ? `${moved(first)}${between}${last}` : `${first}${between}${moved(last)}`;
}

export const otherProtocol = (text: string, chance: Chance): string =>
  oneOf(
    ["tcp", "udp", "sctp"].filter((each) => each !== text),
    chance,
  )!;

/** The chains of the same table that are nobody's hook. */
export function otherChain(doc: Doc, { of }: Line, now: string, chance: Chance): string | null {
  const names =
    doc.tool === "nft"
      ? doc.rules.map((rule) => rule.of).filter((name) => !doc.bases.some((base) => base.of === name))
      : doc.rules.flatMap((rule) => {
          const [table, chain = ""] = rule.of.split(" ");
          return of.startsWith(`${table} `) && chain.startsWith("NETC-") ? [chain] : [];
        });
  return oneOf(
    [...new Set(names)].filter((name) => name !== now && !of.endsWith(name)),
    chance,
  );
}

/** Another address of its family that the text names. */
export function otherAddress(doc: Doc, now: string, chance: Chance): string | null {
  const pattern = now.includes(":") ? /\b[\da-f]+:[\da-f:]+[\da-f]\b(?!\/)/g : /\b\d+\.\d+\.\d+\.\d+\b(?!\/)/g;
  const all = new Set(
    doc.lines.flatMap((line) => (/^:|^\tchain|NETC-V[46]/.test(line) ? [] : (line.match(pattern) ?? []))),
  );
  all.add(now.includes(":") ? "2001:db8::99" : "192.0.2.99");
  all.delete(now);
  return oneOf(
    [...all].filter((each) => !now.includes(":") || !/^\d+:\d+$/.test(each)),
    chance,
  );
}
