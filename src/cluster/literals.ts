/** From literals as written to values, each with the error that it deserves. */
import type { AddressLiteral, PortText } from "../../grammar/ast.ts";
import { type Address, isFault, parseAddress } from "../address/address.ts";
import { isProtocol, type PortRange, type Protocol, parsePorts } from "../address/port.ts";
import { type Prefix, parsePrefix } from "../address/prefix.ts";
import { diagnose, replaceFix } from "../diagnostics/diagnostic.ts";
import type { Origin, Source } from "../diagnostics/source.ts";
import type { Addressed, SaidPrefix } from "./cluster.ts";
import { originOf, type Report } from "./program.ts";

/** A range: with a length, or a bare address for itself alone. */
export function readPrefix(literal: AddressLiteral, source: Source, report: Report): Prefix | null {
  const parsed = parsePrefix(literal.text);
  if (!isFault(parsed)) return parsed;
  const origin = originOf(source, literal);
  const fixes =
    parsed.suggestion === null ? [] : [replaceFix(`write \`${parsed.suggestion}\``, origin, parsed.suggestion)];
  const code = parsed.kind === "host-bits" ? "host-bits" : "malformed-address";
  report(diagnose(code, { text: literal.text, reason: parsed.reason }, origin, { fixes }));
  return null;
}

/** One address; a length behind it is the error `range-not-address`. */
export function readAddress(literal: AddressLiteral, source: Source, report: Report): Address | null {
  const parsed = parseAddress(literal.text);
  if (!isFault(parsed)) return parsed;
  const slash = literal.text.indexOf("/");
  const bare = slash === -1 ? parsed : parseAddress(literal.text.slice(0, slash));
  if (isFault(bare)) {
    readPrefix(literal, source, report);
    return null;
  }
  const origin = originOf(source, literal);
  const fixes = [replaceFix(`write \`${bare.text}\``, origin, bare.text)];
  report(diagnose("range-not-address", { text: literal.text }, origin, { fixes }));
  return bare;
}

/** A pod's own address: people write `10.244.1.10/24`, which is a warning, since pods are host routes. */
export function readPodAddress(literal: AddressLiteral, source: Source, report: Report): Address | null {
  const slash = literal.text.indexOf("/");
  const bare = slash === -1 ? null : parseAddress(literal.text.slice(0, slash));
  if (bare === null || isFault(bare) || !/^\/\d{1,3}$/.test(literal.text.slice(slash))) {
    return readAddress(literal, source, report);
  }
  const origin = originOf(source, literal);
  report(
    diagnose("pod-length", { text: literal.text }, origin, {
      fixes: [replaceFix(`write \`${bare.text}\``, origin, bare.text)],
    }),
  );
  return bare;
}

/** At most one address a family. */
export function readByFamily(
  literals: readonly AddressLiteral[],
  source: Source,
  report: Report,
  read: typeof readAddress,
): Pick<Addressed, "addresses" | "places"> {
  let v4: Address | null = null;
  let v6: Address | null = null;
  let v4At: Origin | null = null;
  let v6At: Origin | null = null;
  for (const literal of literals) {
    const address = read(literal, source, report);
    if (address === null) continue;
    const origin = originOf(source, literal);
    const earlier = address.family === 4 ? v4 : v6;
    if (earlier !== null) {
      report(diagnose("family-twice", { text: address.text, earlier: earlier.text, family: address.family }, origin));
    } else if (address.family === 4) {
      v4 = address;
      v4At = origin;
    } else {
      v6 = address;
      v6At = origin;
    }
  }
  return { addresses: { v4, v6 }, places: { v4: v4At, v6: v6At } };
}

export function readPrefixes(
  literals: readonly AddressLiteral[],
  source: Source,
  report: Report,
): readonly SaidPrefix[] {
  return literals.flatMap((literal) => {
    const prefix = readPrefix(literal, source, report);
    return prefix === null ? [] : [{ ...prefix, origin: originOf(source, literal) }];
  });
}

/** A protocol, and for all but icmp the ports of it (`null`: every one). */
export interface Ports {
  readonly protocol: Protocol;
  readonly ports: PortRange | null;
}

/** What most ports are. */
const PLAIN_PORT = /^[1-9]\d{0,4}$/;

/** `80`, `8000-8010`, `53/udp`, or a protocol alone (`icmp`). A word that is no protocol answers `null` without a report: it may be a label. */
export function readPorts(text: PortText, source: Source, report: Report): Ports | null {
  if (text.form === "word") return isProtocol(text.text) ? { protocol: text.text, ports: null } : null;
  const plain = PLAIN_PORT.test(text.text) ? Number(text.text) : 0;
  if (plain >= 1 && plain <= 65535) return { protocol: "tcp", ports: { first: plain, last: plain } };
  const origin = originOf(source, text);
  const [numbers = "", protocol = "tcp"] = text.text.split("/");
  if (!isProtocol(protocol)) {
    report(diagnose("bad-protocol", { text: protocol }, origin));
    return null;
  }
  if (protocol === "icmp") {
    report(diagnose("icmp-port", { text: text.text }, origin, { fixes: [replaceFix("write `icmp`", origin, "icmp")] }));
    return null;
  }
  const ports = parsePorts(numbers);
  if ("reason" in ports) {
    report(diagnose("bad-port", { text: numbers, reason: ports.reason }, origin));
    return null;
  }
  return { protocol, ports };
}
