/** Sends the packet of a refutation in the lab, and holds what becomes of it against a fate. */
import assert from "node:assert/strict";
import type { Refuted } from "../../../src/verify/prove.ts";
import type { Branch, Fate } from "../../../src/verify/tell/words.ts";
import { door, FAMILIES } from "../family.ts";
import type { Lab } from "../lab.ts";
import { connections, cut, hold, type Outcome, probe, talks, tally } from "../probe.ts";

/** Of the ranges for documentation: whom a refutation takes for somebody outside, in IPv6. The lab has it where the lesson adds it. */
export const OUTSIDE6 = "2001:db8::7";

const named = (name: string, addresses: readonly string[]): readonly (readonly [string, string])[] =>
  addresses.map((address) => [address, name]);

const PLACES: ReadonlyMap<string, string> = new Map([
  ...named("outside", [OUTSIDE6]),
  ...FAMILIES.flatMap(({ pods, node1, node2, lan, outside }) => [
    ...Object.entries(pods).flatMap(([name, address]) => named(name, [address])),
    ...named("node1", [node1]),
    ...named("node2", [node2]),
    ...named("lan", [lan]),
    ...named("outside", outside),
  ]),
]);

function placeOf(address: string): string {
  const place = PLACES.get(address);
  assert.ok(place !== undefined, `nobody in the lab has ${address}`);
  return place;
}

const PROTOCOLS: Readonly<Record<number, string>> = { 6: "/tcp", 17: "/udp" };

function targetOf({ packet }: Refuted): string {
  const protocol = PROTOCOLS[packet.protocol];
  const { text } = packet.asked ?? packet.destination;
  return protocol === undefined ? text : door(text, `${packet.askedPort}${protocol}`);
}

const TIMES = 200;
/** Of so many draws by chance fewer are so far from what is likely than one in ten million. */
const DEVIATIONS = 5.5;

/** The kept connection whose answers the packet is one of: to be opened while the rules let it. */
export async function prepare(lab: Lab, { packet, hook }: Refuted): Promise<void> {
  if (packet.state === "established")
    await hold(lab, placeOf(packet.destination.text), door(packet.source.text, 80), `answers at ${hook}`);
}

export async function behaves(lab: Lab, refuted: Refuted, fate: Fate): Promise<void> {
  const { packet, hook } = refuted;
  const [only] = fate.branches;
  if (packet.state === "established") {
    const judge = isHeld(only!) ? cut : talks;
    return judge(lab, placeOf(packet.destination.text), `answers at ${hook}`);
  }
  const client = placeOf(packet.source.text);
  if (fate.branches.length > 1) return isDrawn(lab, refuted, fate.branches);
  const outcome = await send(lab, refuted, client);
  assert.ok(isAsSaid(refuted, only!, outcome), `${client} -> ${targetOf(refuted)}: ${only!.end}: ${say(outcome)}`);
}

const TRIES = 40;

/** Of a service that draws: until the backend is drawn that the packet goes to. */
async function send(lab: Lab, refuted: Refuted, client: string): Promise<Outcome> {
  const { packet } = refuted;
  for (let tries = 0; ; tries += 1) {
    const fromPort = PROTOCOLS[packet.protocol] === undefined ? {} : { fromPort: packet.sourcePort + tries };
    const outcome = await probe(lab, client, targetOf(refuted), { from: packet.source.text, ...fromPort, wait: 900 });
    const isOther = packet.isTranslated && "who" in outcome && outcome.who !== placeOf(packet.destination.text);
    if (!isOther || tries === TRIES) return outcome;
  }
}

const say = (outcome: Outcome): string => JSON.stringify(outcome);
const isHeld = ({ end }: Branch): boolean => end === "drop" || end.startsWith("reject");

function isAsSaid({ packet, hook }: Refuted, { end }: Branch, outcome: Outcome): boolean {
  if (end === "drop") return outcome.kind === "silent" || outcome.kind === "not-permitted";
  if (end.startsWith("reject")) return outcome.kind === "reset" || outcome.kind === "port-unreachable";
  const to = /^to (\S+) port (\d+)$/.exec(end);
  if (to !== null) {
    if (outcome.kind !== "answered" || !("who" in outcome)) return false;
    return outcome.who === placeOf(to[1]!) && outcome.toPort === Number(to[2]);
  }
  // Nobody has a service's own address: what is not translated there is not answered.
  if (hook === "nat-prerouting" || hook === "nat-output") return outcome.kind !== "answered";
  if (outcome.kind !== "answered") return false;
  if (hook !== "nat-postrouting") return true;
  const source = end.replace(/^from /, "");
  return "who" in outcome && outcome.from === (end === "pass" ? packet.source.text : source);
}

async function isDrawn(lab: Lab, refuted: Refuted, branches: readonly Branch[]): Promise<void> {
  const { source } = refuted.packet;
  const counts = tally(await connections(lab, placeOf(source.text), targetOf(refuted), TIMES));
  for (const { end, share } of branches) {
    const place = placeOf(/^to (\S+) port/.exec(end)![1]!);
    const count = counts[place] ?? 0;
    const most = DEVIATIONS * Math.sqrt(TIMES * share * (1 - share));
    assert.ok(Math.abs(count - TIMES * share) <= most, `${place} is ${share}: ${JSON.stringify(counts)}`);
  }
}
