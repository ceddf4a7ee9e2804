/** Sends the packet of a refutation, whoever would have sent it. */
import assert from "node:assert/strict";
import type { Refuted } from "../../../src/verify/prove.ts";
import type { Outcome } from "../probe.ts";
import type { Ground, Place } from "./ground.ts";

type Packet = Refuted["packet"];

const NAMES: Readonly<Record<number, "tcp" | "udp" | "ping">> = { 1: "ping", 6: "tcp", 17: "udp", 58: "ping" };

/** What sends a packet, and lets it look as it must. */
export function senderOf({ packet, hook }: Refuted): Place {
  if (packet.fromLoopback || hook.endsWith("output")) return "node";
  return hook === "nat-postrouting" && packet.hasOwnSource ? "node" : "wire";
}

/** A segment that begins no connection: of a known one its middle, of none what a scan sends. */
const FLAGS: Readonly<Record<Packet["state"], string | null>> = {
  new: null,
  untracked: null,
  established: "ack",
  related: "ack",
  invalid: "fin",
};

/** Node has no raw sockets: the kernel of whoever sends changes headers on the way out. */
export const craftText = ({ state, family, source }: Packet): string => {
  const flags = FLAGS[state];
  const rule = [
    // A wrong checksum is all that makes an echo request invalid (nf_conntrack_proto_icmp.c).
    ...(state === "invalid"
      ? [family === 4 ? "icmp type echo-request icmp checksum set 1" : "icmpv6 type echo-request icmpv6 checksum set 1"]
      : []),
    ...(flags === null ? [] : [`tcp flags syn tcp flags set ${flags}`]),
    // IPv4 has no route from an address that is not of the machine (ip_route_output_key_hash_rcu), whatever may be bound.
    ...(family === 4 ? [`meta nfproto ipv4 meta l4proto { tcp, udp, icmp } ip saddr set ${source.text}`] : []),
  ].join("\n");
  return `table inet craft {
}
delete table inet craft
table inet craft {
chain out { type filter hook output priority -400;
${rule}
}
}
`;
};

/** Connections of before, so that conntrack finds the packet in the state that it must have. */
export async function connect({ sh }: Ground, packet: Packet): Promise<void> {
  if (packet.state !== "established") return;
  assert.ok(!packet.isTranslated, "the connection was translated");
  const { isReply, protocol, source, destination, sourcePort, destinationPort } = packet;
  const [from, to] = isReply ? [destination, source] : [source, destination];
  const [sport, dport] = isReply ? [destinationPort, sourcePort] : [sourcePort, destinationPort];
  const name = NAMES[protocol];
  const of = name === "tcp" ? "-p tcp --state ESTABLISHED" : "-p udp";
  assert.ok(name === "tcp" || name === "udp", `a connection of protocol ${protocol}`);
  await sh(
    "node",
    `conntrack -I ${of} -s ${from.text} -d ${to.text} --sport ${sport} --dport ${dport} -u SEEN_REPLY,ASSURED -t 100`,
  );
}

const WAIT_MS = 40;

/** `at`: the port that it leaves by. */
export async function send(ground: Ground, refuted: Refuted, at: number): Promise<void> {
  const { family, protocol, source, destination, destinationPort, icmpType } = refuted.packet;
  const operation = NAMES[protocol];
  assert.ok(operation !== undefined, `protocol ${protocol}`);
  assert.ok(operation !== "ping" || icmpType === 8 || icmpType === 128, `ICMP of type ${icmpType}`);
  const ports = operation === "ping" ? {} : { port: destinationPort, fromPort: at };
  const where = { host: destination.text, ...(family === 6 ? { from: source.text } : {}), ...ports };
  const agent = ground.agent(senderOf(refuted));
  await agent.ask<Outcome>(operation, { ...where, wait: WAIT_MS });
}
