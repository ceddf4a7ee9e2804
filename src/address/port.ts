export type Protocol = "tcp" | "udp" | "sctp" | "icmp";

export const PROTOCOLS: readonly Protocol[] = ["tcp", "udp", "sctp", "icmp"];

/** Inclusive, 1–65535. */
export interface PortRange {
  readonly first: number;
  readonly last: number;
}

/** Why a text is no port or range of ports. `reason` goes on after a colon; `suggestion` is what to write instead. */
export interface PortFault {
  readonly kind: "malformed" | "out-of-range" | "reversed";
  readonly reason: string;
  readonly suggestion: string | null;
}

/** A port, `80`, or an inclusive range of ports, `8000-8010`. A range of one port is fine. */
export function parsePorts(text: string): PortRange | PortFault {
  const parts = /^([0-9]+)(?:-([0-9]+))?$/.exec(text);
  if (parts === null) return { kind: "malformed", reason: reasonOf(text), suggestion: null };
  const ends = [parts[1]!, parts[2] ?? parts[1]!];
  const outside = ends.find((end) => Number(end) < 1 || Number(end) > 65535);
  if (outside !== undefined) return { kind: "out-of-range", reason: `${outside} is not in 1–65535`, suggestion: null };
  const first = Number(ends[0]);
  const last = Number(ends[1]);
  const canonical = formatPorts({ first, last });
  const zero = ends.find((end) => end.startsWith("0"));
  if (zero !== undefined) {
    return { kind: "malformed", reason: `\`${zero}\` has a leading zero`, suggestion: first > last ? null : canonical };
  }
  if (first > last) {
    return { kind: "reversed", reason: "the range ends before it begins", suggestion: `${last}-${first}` };
  }
  return { first, last };
}

function reasonOf(text: string): string {
  if (text === "") return "it is empty";
  return text.endsWith("-") ? "the range has no end" : "it is no number and no range of two numbers";
}

/** `80`, or `8000-8010`. */
export function formatPorts(ports: PortRange): string {
  return ports.first === ports.last ? String(ports.first) : `${ports.first}-${ports.last}`;
}

export function isProtocol(word: string): word is Protocol {
  return (PROTOCOLS as readonly string[]).includes(word);
}

export function portsOverlap(a: PortRange, b: PortRange): boolean {
  return a.first <= b.last && b.first <= a.last;
}

/** The number of ports in a range. */
export function width(ports: PortRange): number {
  return ports.last - ports.first + 1;
}
