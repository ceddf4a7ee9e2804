/** A packet, and what becomes of it, in a sentence each. */
import { type Hook, POD_GROUP } from "../../verify/program.ts";
import type { Branch, Fate } from "../../verify/tell/words.ts";
import type { PacketFields } from "./report.ts";

const PROTOCOLS: Readonly<Record<number, string>> = {
  1: "ICMP",
  6: "TCP",
  17: "UDP",
  47: "GRE",
  58: "ICMPv6",
  132: "SCTP",
};

const STATES: Readonly<Record<PacketFields["state"], string>> = {
  new: "a connection's first packet",
  established: "a packet of a known connection",
  related: "a packet related to a known connection",
  invalid: "a packet that conntrack finds invalid",
  untracked: "a packet that is not tracked",
};

const REPLY = "a reply to who began the connection";

/** `nat-prerouting` → `nat PREROUTING` */
export function hookWords(hook: Hook): string {
  const [table = "", chain = ""] = hook.split("-");
  return `${table} ${chain.toUpperCase()}`;
}

function endWords({ address, port, kind, name }: PacketFields["source"]): string {
  const who = name === null ? kind : `${kind} ${name}`;
  return `${address}${port === null ? "" : ` port ${port}`} (${who})`;
}

function byDevice(what: string, device: string | null, group: number | null): readonly string[] {
  if (device === null && group === null) return [];
  const of = group === null ? "" : group === POD_GROUP ? "a pod's device" : `a device of group ${group}`;
  return [`${what} by ${[device ?? "", of].filter((text) => text !== "").join(", ")}`];
}

/** Before conntrack has seen a packet it has no state. */
export function packetWords(packet: PacketFields, hook: Hook): string {
  const { protocol, icmpType, source, destination, asked, state, isReply, arrivesBy, leavesBy, areListsFull } = packet;
  const { arrivesByGroup, leavesByGroup, isWayBack } = packet;
  const what = PROTOCOLS[protocol] ?? `IP protocol ${protocol}`;
  return [
    `${what}${icmpType === null ? "" : ` type ${icmpType}`} from ${endWords(source)} to ${endWords(destination)}`,
    ...(asked === null ? [] : [`which asked for ${endWords(asked)}`]),
    ...(arrivesBy === "lo" ? ["through loopback"] : byDevice("arriving", arrivesBy, arrivesByGroup)),
    ...byDevice("leaving", leavesBy, leavesByGroup),
    ...(isWayBack ? [] : ["not by the device of the route back to its source"]),
    ...(hook.startsWith("raw-") ? [] : [isReply ? REPLY : STATES[state]]),
    ...(areListsFull ? ["while the lists of remembered clients are full"] : []),
  ].join(", ");
}

const PASS = {
  raw: "goes on",
  nat: "leaves it as it is",
  filter: "steps aside: nothing ends it here",
  mangle: "goes on",
} as const;

/** What an outcome does, as said of whoever does it. */
const verbOf = (branch: Branch, table: keyof typeof PASS): string =>
  `${decisionOf(branch, table)}${branch.isRemembered ? `, and remembers the client${memoryOf(branch)}` : ""}`;

/** For whom, where that is not this end alone. */
function memoryOf({ end, rememberedFor }: Branch): string {
  if (rememberedFor.length === 0) return " where nothing asks";
  const [first, ...more] = rememberedFor;
  return first === end && more.length === 0 ? "" : ` for what it sends ${rememberedFor.join(" and ")}`;
}

/** Each once, with how often it is made. */
function counted(notes: readonly string[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const note of notes) counts.set(note, (counts.get(note) ?? 0) + 1);
  return [...counts].map(([note, count]) => (count === 1 ? note : `${note} ${count} times`));
}

function decisionOf({ end }: Branch, table: keyof typeof PASS): string {
  if (end === "pass") return PASS[table];
  if (end === "accept") return table === "nat" ? "leaves it as it is, and asks no more" : "accepts it";
  if (end === "drop") return "drops it";
  if (end.startsWith("reject with ")) return `rejects it with ${end.slice("reject with ".length)}`;
  if (end.startsWith("to ")) return `sends it ${end}`;
  if (end.startsWith("from ")) return `makes it come ${end}`;
  return end;
}

/** What the program says, and what the rules do: lists of clients are named where nothing else tells the two apart. */
export function bothWords(program: Fate, rules: Fate, hook: Hook): readonly [program: string, rules: string] {
  const [said, done] = [fateWords(program, hook), fateWords(rules, hook)];
  return said === done ? [`${said}${listWords(program)}`, `${done}${listWords(rules)}`] : [said, done];
}

function listWords({ remembered }: Fate): string {
  const lists = [...new Set(remembered.map(({ list }) => `"${list}"`))];
  return lists.length === 0
    ? ""
    : ` (remembered in ${lists.join(", ")}, which another frontend's clients share on one side only)`;
}

function fateWords({ branches, remembered }: Fate, hook: Hook): string {
  const table = hook.split("-")[0] as keyof typeof PASS;
  const isCertain = branches.length === 1;
  // Notes that not every end has stand with the end.
  const notes = new Map(branches.map((branch) => [branch, counted(branch.notes)]));
  const common = notes
    .get(branches[0]!)!
    .filter((note) => branches.every((branch) => notes.get(branch)!.includes(note)));
  const endOf = (branch: Branch): string =>
    [
      ...notes
        .get(branch)!
        .filter((note) => !common.includes(note))
        .map((note) => `notes ${note} and`),
      verbOf(branch, table),
    ].join(" ");
  const ends = branches.map((branch) =>
    isCertain ? endOf(branch) : `with probability ${branch.fraction} ${endOf(branch)}`,
  );
  return [
    ...common.map((note) => `notes ${note}`),
    ...remembered.map(({ end, seconds }) => `for ${seconds} s keeps a remembered client ${end}`),
    ...ends,
  ].join("; ");
}
