/**
 * Sets of packets as the judge of mutants knows them: by header the values that it may have. Nothing of `src/verify` or `src/packetset` is
 * used here. One packet is a box that holds one value of each header.
 */

/** Inclusive, ascending, apart from each other. */
export type Span = readonly [bigint, bigint];
export type Spans = readonly Span[];

const HEADERS = [
  "source",
  "destination",
  "asked",
  "protocol",
  "source-port",
  "destination-port",
  "asked-port",
  "icmp-type",
  "state",
  "view",
  "translated",
  "arrives-by",
  "leaves-by",
  "arrives-group",
  "leaves-group",
  "way-back",
  "own-source",
  "own-destination",
] as const;
export type Header = (typeof HEADERS)[number];

/**
 * `list NAME`: for how many seconds the list has had the client; `NEVER` stands for a client that it does not have. `clients SET`: how many
 * the set has. `limit RATE`: whether the packet is within the rate.
 */
export type Field = Header | `list ${string}` | `clients ${string}` | `limit ${string}`;
export const NEVER = 1n << 32n;

/** What is not named may have any value. */
export type Box = Readonly<Partial<Record<Field, Spans>>>;

const PORTS: Spans = [[0n, 65535n]];
const FLAG: Spans = [[0n, 1n]];
const ADDRESSES = { 4: [[0n, (1n << 32n) - 1n]], 6: [[0n, (1n << 128n) - 1n]] } as const;

export const STATES: readonly string[] = ["new", "established", "related", "invalid", "untracked"];
/** Those of packets that have a connection. */
export const TRACKED: Spans = [[0n, 2n]];

/**
 * How a packet's headers hang together with its connection's original direction. `original`: what was asked for is the destination.
 * `reply`: it is the source. `apart`: it is neither. `none`: the packet has no connection.
 */
export const VIEWS = ["original", "reply", "apart", "none"] as const;
export type View = (typeof VIEWS)[number];

/** Devices are numbers. One that no rule names, and what a hook without such a device sees: an empty name. */
export const OTHER_DEVICE = 1n << 32n;
export const NO_DEVICE = OTHER_DEVICE + 1n;

/** The group of pods' devices. */
export const POD_GROUP = 28261n;
/** A group that no text here names. */
export const OTHER_GROUP = 0xfffffff0n;

export function fullOf(field: Field, family: 4 | 6): Spans {
  switch (field) {
    case "source":
    case "destination":
    case "asked":
      return ADDRESSES[family];
    case "source-port":
    case "destination-port":
    case "asked-port":
      return PORTS;
    case "protocol":
    case "icmp-type":
      return [[0n, 255n]];
    case "state":
      return [[0n, BigInt(STATES.length - 1)]];
    case "view":
      return [[0n, BigInt(VIEWS.length - 1)]];
    case "arrives-by":
    case "leaves-by":
      return [[0n, NO_DEVICE]];
    case "arrives-group":
    case "leaves-group":
      return [[0n, 0xffffffffn]];
    case "translated":
    case "way-back":
    case "own-source":
    case "own-destination":
      return FLAG;
    default:
      return field.startsWith("limit ") ? FLAG : [[0n, NEVER]];
  }
}

export const only = (value: bigint | number): Spans => [[BigInt(value), BigInt(value)]];

const higher = (a: bigint, b: bigint): bigint => (a > b ? a : b);
const lower = (a: bigint, b: bigint): bigint => (a < b ? a : b);

export const viewIs = (view: View): Spans => only(VIEWS.indexOf(view));

/** What both hold. */
export function meet(some: Spans, others: Spans): Spans {
  const found: Span[] = [];
  for (let i = 0, j = 0; i < some.length && j < others.length; ) {
    const [a, b] = [some[i]!, others[j]!];
    const first = higher(a[0], b[0]);
    const last = lower(a[1], b[1]);
    if (first <= last) found.push([first, last]);
    if (a[1] < b[1]) i += 1;
    else j += 1;
  }
  return found;
}

/** What `some` holds and `others` does not. */
export function without(some: Spans, others: Spans): Spans {
  const found: Span[] = [];
  for (const [first, last] of some) {
    let from = first;
    for (const [begin, end] of others) {
      if (end < from || begin > last) continue;
      if (begin > from) found.push([from, begin - 1n]);
      from = end + 1n;
    }
    if (from <= last) found.push([from, last]);
  }
  return found;
}

export const sizeOf = (spans: Spans): bigint => spans.reduce((sum, [first, last]) => sum + last - first + 1n, 0n);

/** Sorted, and joined where they touch. */
export function spansOf(spans: readonly Span[]): Spans {
  const found: [bigint, bigint][] = [];
  for (const [first, last] of [...spans].sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0))) {
    const before = found.at(-1);
    if (before !== undefined && first <= before[1] + 1n) before[1] = higher(last, before[1]);
    else found.push([first, last]);
  }
  return found;
}
