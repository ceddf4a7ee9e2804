/**
 * Probes and what they must end in. A target is written as the language writes it: `10.96.0.100:80` (tcp), `10.96.0.100:53/udp`,
 * an address alone for ping, and `[fd00::1]:80` for an IPv6 address with a port.
 */
import assert from "node:assert/strict";
import type { Lab } from "./lab.ts";

export interface Arrival {
  readonly who: string;
  readonly protocol: "tcp" | "udp";
  /** The client's address and port as the server saw them. */
  readonly from: string;
  readonly fromPort: number;
  /** The server's own address; `null` for UDP, where the socket does not say. */
  readonly to: string | null;
  readonly toPort: number;
}

export type Outcome =
  | ({ readonly kind: "answered" } & Arrival)
  | { readonly kind: "answered"; readonly protocol: "icmp" }
  | { readonly kind: "reset" | "port-unreachable" | "unreachable" | "silent" | "not-permitted" | "different-address" };

export interface From {
  /** The client's own address and port; the kernel chooses where left out. */
  readonly from?: string;
  readonly fromPort?: number;
}

interface Echoes {
  readonly v4: number;
  readonly v6: number;
}

interface Target {
  readonly operation: "tcp" | "udp" | "ping";
  readonly host: string;
  readonly port: number;
}

/** Long enough for an answer to come on a busy machine; TCP repeats a lost first packet after a second. */
const ANSWER_MS = 2500;
/** How long silence must last. */
const SILENCE_MS = 300;
/** How soon a refusal must come: before TCP repeats its first packet. */
const AT_ONCE_MS = 900;

const TARGET = /^(?:\[(?<v6>[^\]]+)\]|(?<v4>[\d.]+)|(?<alone>[\da-f:]+))(?::(?<port>\d+)(?:\/(?<protocol>tcp|udp))?)?$/;

function parseTarget(text: string): Target {
  const { v6, v4, alone, port, protocol } = TARGET.exec(text)!.groups!;
  const host = v6 ?? v4 ?? alone;
  const operation = port === undefined ? "ping" : protocol === "udp" ? "udp" : "tcp";
  return { operation, host: host!, port: Number(port ?? 0) };
}

/** One probe from a host: `wait` bounds it. */
export async function probe(
  lab: Lab,
  client: string,
  target: string,
  options: From & { readonly wait?: number } = {},
): Promise<Outcome> {
  const { operation, ...where } = parseTarget(target);
  return (await lab.agent(client)).ask(operation, { ...where, wait: ANSWER_MS, ...options });
}

const say = (client: string, target: string, outcome: Outcome, wanted: string): string =>
  `${client} -> ${target}: ${JSON.stringify(outcome)}, wanted ${wanted}`;

export interface Answer {
  /** The host that must answer, and the source address that it must see. */
  readonly at: string;
  readonly as?: string;
  /** The client's port as it must see it: translation with `--random-fully` would change it. */
  readonly fromPort?: number;
  readonly toPort?: number;
}

/** An answer must come, from the host named. Whoever answers a ping is known by the echo requests it has counted. */
export async function reaches(
  lab: Lab,
  client: string,
  target: string,
  answer: Answer,
  options: From = {},
): Promise<void> {
  const [at, as] = [answer.at, answer.as];
  const server = await lab.agent(at);
  const wanted = `an answer from ${at}${as === undefined ? "" : ` that sees ${as}`}`;
  const family = target.split(":").length > 2 ? "v6" : "v4";
  const echoes = async (): Promise<number> => (await server.ask<Echoes>("echoes", {}))[family];
  const echoesBefore = await echoes();
  let outcome = await probe(lab, client, target, options);
  if (outcome.kind !== "answered" && options.fromPort === undefined)
    outcome = await probe(lab, client, target, options);
  const message = say(client, target, outcome, wanted);
  assert.ok(outcome.kind === "answered", message);
  if (outcome.protocol === "icmp") {
    assert.ok((await echoes()) > echoesBefore, `${message}: ${at} counted no echo request`);
    return;
  }
  assert.equal(outcome.who, at, message);
  if (as !== undefined) assert.equal(outcome.from, as, message);
  if (answer.fromPort !== undefined) assert.equal(outcome.fromPort, answer.fromPort, message);
  if (answer.toPort !== undefined) assert.equal(outcome.toPort, answer.toPort, message);
}

/** Nothing must come back: what a drop looks like. A drop in the client's own OUTPUT also fails the send. */
export async function silent(lab: Lab, client: string, target: string, options: From = {}): Promise<void> {
  const outcome = await probe(lab, client, target, { wait: SILENCE_MS, ...options });
  assert.ok(outcome.kind === "silent" || outcome.kind === "not-permitted", say(client, target, outcome, "silence"));
}

/** Refused at once: a reset for TCP, ICMP port unreachable for the rest. */
export async function refused(lab: Lab, client: string, target: string, options: From = {}): Promise<void> {
  const outcome = await probe(lab, client, target, { wait: AT_ONCE_MS, ...options });
  const wanted = parseTarget(target).operation === "tcp" ? "reset" : "port-unreachable";
  assert.equal(outcome.kind, wanted, say(client, target, outcome, wanted));
}

/** Nothing is answered, whatever the reason: for what has no route. */
export async function unanswered(lab: Lab, client: string, target: string, options: From = {}): Promise<void> {
  const outcome = await probe(lab, client, target, { wait: SILENCE_MS, ...options });
  assert.notEqual(outcome.kind, "answered", say(client, target, outcome, "no answer"));
}

/**
 * `count` connections, or queries of a UDP port, one started every `every` ms (0: all at once): what became of each. One that is lost
 * is not told from one that TCP tried again, unless it must be answered `atOnce`.
 */
export async function connections(
  lab: Lab,
  client: string,
  target: string,
  count: number,
  every = 0,
  {
    atOnce = false,
    wait = atOnce ? AT_ONCE_MS : ANSWER_MS,
  }: { readonly atOnce?: boolean; readonly wait?: number } = {},
): Promise<readonly Outcome[]> {
  const { operation: protocol, host, port } = parseTarget(target);
  return (await lab.agent(client)).ask("many", { protocol, host, port, count, every, wait });
}

/** How many segments TCP had to send again in a host's namespace, of both families. */
export async function retransmitted(lab: Lab, host: string): Promise<number> {
  const [names, values] = (await lab.on(host, "grep", "^Tcp:", "/proc/net/snmp"))
    .split("\n")
    .map((line) => line.split(" "));
  return Number(values![names!.indexOf("RetransSegs")]);
}

/** How many connections each host answered; anything but an answer counts under its own kind. */
export function tally(outcomes: readonly Outcome[]): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const outcome of outcomes) {
    const key = outcome.kind === "answered" && "who" in outcome ? outcome.who : outcome.kind;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}

/** Exactly these hosts answer, each at least once. With n equal backends, `count` draws miss one with (1 - 1/n)^count. */
export async function draws(
  lab: Lab,
  client: string,
  target: string,
  hosts: readonly string[],
  count = 60,
): Promise<void> {
  const counts = tally(await connections(lab, client, target, count));
  assert.deepEqual(Object.keys(counts).sort(), [...hosts].sort(), `${client} -> ${target}: ${JSON.stringify(counts)}`);
}

/** Opens a connection that stays, for `talks` and `cut` to ask about. */
export async function hold(lab: Lab, client: string, target: string, key: string): Promise<void> {
  const { host, port } = parseTarget(target);
  const outcome = await (await lab.agent(client)).ask<Outcome>("hold", { host, port, key, wait: ANSWER_MS });
  assert.equal(outcome.kind, "answered", say(client, target, outcome, "a connection to keep"));
}

const speak = async (lab: Lab, client: string, key: string, wait: number): Promise<{ readonly kind: string }> =>
  (await lab.agent(client)).ask("say", { key, wait });

/** The kept connection lives. */
export async function talks(lab: Lab, client: string, key: string): Promise<void> {
  assert.equal((await speak(lab, client, key, ANSWER_MS)).kind, "answered", `${client}'s connection ${key} is cut`);
}

/** The kept connection does not. */
export async function cut(lab: Lab, client: string, key: string): Promise<void> {
  assert.equal((await speak(lab, client, key, SILENCE_MS)).kind, "silent", `${client}'s connection ${key} lives`);
}

/** The kept connection is ended, and its owner told, though it says nothing. */
export async function ends(lab: Lab, client: string, key: string): Promise<void> {
  const ended = await (await lab.agent(client)).ask<boolean>("ends", { key, wait: AT_ONCE_MS });
  assert.ok(ended, `${client}'s connection ${key} lives`);
}

/** A UDP flow that stays, for `talksTo` and `hearsNothing` to ask about. */
export async function holdFlow(lab: Lab, client: string, target: string, key: string): Promise<void> {
  const { host, port } = parseTarget(target);
  await (await lab.agent(client)).ask("holdUdp", { host, port, key });
}

/** Who answers the next datagram of a kept flow. */
export async function talksTo(lab: Lab, client: string, key: string, at: string): Promise<void> {
  const outcome = await (await lab.agent(client)).ask<Outcome>("sayUdp", { key, wait: ANSWER_MS });
  assert.equal("who" in outcome ? outcome.who : outcome.kind, at, `${client}'s flow ${key}`);
}

export async function hearsNothing(lab: Lab, client: string, key: string): Promise<void> {
  const { kind } = await (await lab.agent(client)).ask<Outcome>("sayUdp", { key, wait: SILENCE_MS });
  assert.equal(kind, "silent", `${client}'s flow ${key}`);
}

/** So many bytes go to a server and come back from it, all of them. */
export async function echoesBack(lab: Lab, client: string, target: string, bytes: number): Promise<void> {
  const { host, port } = parseTarget(target);
  const back = await (await lab.agent(client)).ask<number>("pour", { host, port, bytes, wait: 2 * ANSWER_MS });
  assert.equal(back, bytes, `${client} -> ${target}: of ${bytes} bytes ${back} came back`);
}

/** What has arrived at a host since it was last asked, answered or not. */
export async function arrivals(lab: Lab, host: string): Promise<readonly Arrival[]> {
  return (await lab.agent(host)).ask("arrivals", {});
}
