/** What a rule does: the words behind its `-j`. */
import type { PortRange } from "../../../address/port.ts";
import type { Action, Refusal, Target } from "../../program.ts";
import { asksOfPorts, type Draft, type Known, next, takes } from "./draft.ts";
import type { TableName } from "./facts.ts";
import { address, bytesOver, decimal, number, ports } from "./values.ts";

/** A string in the place of an action is the reason why there is none. */
type TargetReader = (draft: Draft, known: Known) => Action | string;

const fixed =
  (kind: "accept" | "drop" | "return"): TargetReader =>
  () => ({ kind });

const REFUSALS: Readonly<Record<4 | 6, ReadonlyMap<string, Refusal>>> = {
  4: new Map([
    ["tcp-reset", "tcp-reset"],
    ["icmp-port-unreachable", "port-unreachable"],
  ]),
  6: new Map([
    ["tcp-reset", "tcp-reset"],
    ["icmp6-port-unreachable", "port-unreachable"],
  ]),
};

function readReject(draft: Draft, { family }: Known): Action | string {
  if (!takes(draft, "--reject-with")) return "`REJECT` is known with `--reject-with` only";
  const word = next(draft);
  const answer = REFUSALS[family].get(word);
  if (answer === undefined) return `\`${word}\` is no answer that is known of IPv${family}`;
  if (answer === "tcp-reset" && draft.protocol !== 6)
    return "`tcp-reset` answers TCP alone, and the rule has no `-p tcp`";
  return { kind: "reject", answer };
}

/** `address`, or of IPv6 with ports `[address]`; behind a colon ports, behind them the port that is mapped to their first. */
function target(known: Known, text: string): Target | string {
  const isBracketed = text.startsWith("[");
  const colon = isBracketed ? text.indexOf("]:") + 1 : known.family === 4 ? text.indexOf(":") : -1;
  if (isBracketed && (colon === 0 || known.family === 4)) return `\`${text}\` is no address and no address with ports`;
  const read = address(known, isBracketed ? text.slice(1, colon - 1) : colon === -1 ? text : text.slice(0, colon));
  if (typeof read === "string") return read;
  if (colon === -1) return { address: read, ports: null, base: null };
  const slash = text.indexOf("/", colon);
  const range = ports(slash === -1 ? text.slice(colon + 1) : text.slice(colon + 1, slash), "-");
  if (typeof range === "string") return range;
  if (slash === -1) return { address: read, ports: range, base: null };
  const base = decimal(text.slice(slash + 1), 65535);
  if (base <= 0) return `\`${text.slice(slash + 1)}\` is no port that a range begins at`;
  if (range.first === range.last) return "a single port is mapped from no other";
  return { address: read, ports: range, base };
}

function readDnat(draft: Draft, known: Known): Action | string {
  if (!takes(draft, "--to-destination")) return "`DNAT` is known with `--to-destination` only";
  const to = target(known, next(draft));
  if (typeof to === "string") return to;
  if (to.ports !== null && !asksOfPorts(draft))
    return "ports are translated, and the rule has no `-p` of a protocol that has any";
  if (to.base !== null && !asksForAll(draft, to.ports!, to.base))
    return "a range of ports is known behind the `--dport` that it maps, port by port";
  return { kind: "dnat", to };
}

/** Whether the rule asks for just the ports that are mapped: of a wider range the kernel takes another port where one is taken. */
const asksForAll = ({ tests }: Draft, { first, last }: PortRange, base: number): boolean =>
  tests.some(
    (test) =>
      test.kind === "ports" &&
      test.of === "destination-port" &&
      test.ranges.every((asked) => asked.first === base && asked.last === base + last - first),
  );

function readSnat(draft: Draft, known: Known): Action | string {
  if (!takes(draft, "--to-source")) return "`SNAT` is known with `--to-source` only";
  const read = address(known, next(draft));
  if (typeof read === "string") return read;
  return takes(draft, "--random-fully")
    ? { kind: "snat", address: read }
    : "`SNAT` is known with `--random-fully` only";
}

const readMasquerade: TargetReader = (draft) =>
  takes(draft, "--random-fully") ? { kind: "snat", address: null } : "`MASQUERADE` is known with `--random-fully` only";

/** Behind `-j MARK`: what its word, a value with or without a mask, makes of the packet's mark (libxt_MARK.c). */
const MARKS: ReadonlyMap<string, (value: number, mask: number | null) => Mark | null> = new Map([
  ["--set-xmark", (value, mask) => ({ value, mask: mask ?? ALL })],
  ["--set-mark", (value, mask) => ({ value, mask: mask === null ? ALL : (value | mask) >>> 0 })],
  ["--or-mark", (value, mask) => (mask === null ? { value, mask: value } : null)],
  ["--and-mark", (value, mask) => (mask === null ? { value: 0, mask: ~value >>> 0 } : null)],
]);

const ALL = 0xffffffff;

interface Mark {
  readonly value: number;
  readonly mask: number;
}

/** xt_MARK clears the bits of the mask and then flips those of the value: these are set, where the mask holds them all. */
function readMark(draft: Draft): Action | string {
  const read = MARKS.get(next(draft));
  if (read === undefined) return "`MARK` is known with `--set-xmark`, `--set-mark`, `--or-mark` or `--and-mark` only";
  const word = next(draft);
  const slash = word.indexOf("/");
  const value = number(slash === -1 ? word : word.slice(0, slash), ALL);
  const mask = slash === -1 ? null : number(word.slice(slash + 1), ALL);
  const mark = value === -1 || mask === -1 ? null : read(value, mask);
  if (mark === null) return `\`${word}\` is no value and mask of 32 bits`;
  if ((mark.value & ~mark.mask) !== 0)
    return `the mask of \`${word}\` does not hold its value: other bits would be flipped, not set`;
  return mark.mask === 0 ? `\`${word}\` sets no bit` : { kind: "mark", ...mark };
}

/** The tool cuts a prefix behind 29 bytes. */
const PREFIX = 29;

function readLog(draft: Draft): Action | string {
  if (!takes(draft, "--log-prefix")) return { kind: "log", prefix: "" };
  const prefix = next(draft);
  if (bytesOver(prefix, PREFIX)) return `the prefix \`${prefix}\` has more than ${PREFIX} bytes`;
  return prefix === "" ? "`--log-prefix` has no word behind it" : { kind: "log", prefix };
}

const ACCEPT: readonly [string, TargetReader] = ["ACCEPT", fixed("accept")];
const RETURN: readonly [string, TargetReader] = ["RETURN", fixed("return")];

/** iptables refuses DROP in nat; a target of nat is known to the kernel there alone, REJECT in filter alone. */
const TARGETS: Readonly<Record<TableName, ReadonlyMap<string, TargetReader>>> = {
  filter: new Map([ACCEPT, RETURN, ["DROP", fixed("drop")], ["REJECT", readReject], ["LOG", readLog]]),
  nat: new Map([ACCEPT, RETURN, ["DNAT", readDnat], ["SNAT", readSnat], ["MASQUERADE", readMasquerade]]),
  mangle: new Map([ACCEPT, RETURN, ["MARK", readMark]]),
  raw: new Map([ACCEPT, RETURN, ["DROP", fixed("drop")]]),
  security: new Map(),
};

export const targetReader = (table: TableName, word: string): TargetReader | undefined => TARGETS[table].get(word);
