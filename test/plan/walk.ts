/** A connection's first packet through a plan: every branch of its draw, to what becomes of it. */
import assert from "node:assert/strict";
import { type Address, isFault, parseAddress } from "../../src/address/address.ts";
import type { Protocol } from "../../src/address/port.ts";
import type { NodePlan, PacketPlan } from "../../src/plan/plan.ts";
import { doorOf, filterFate, type Packet, sourceFate } from "./evaluate.ts";

export function address(text: string): Address {
  const read = parseAddress(text);
  assert.ok(!isFault(read), text);
  return read;
}

export interface Request {
  readonly from: string;
  readonly to: string;
  readonly port: number;
  readonly protocol?: Protocol;
  /** The node itself sends it. */
  readonly isSent?: boolean;
  /** The addresses that the node has, whatever is declared. */
  readonly own: readonly string[];
}

const at = ({ text }: Address, port: number): string => `${text.includes(":") ? `[${text}]` : text}:${port}`;

function packetOf(request: Request, to: Address, port: number): Packet {
  return {
    source: address(request.from),
    destination: to,
    protocol: request.protocol ?? "tcp",
    sourcePort: 40000,
    destinationPort: port,
    asked: address(request.to),
    askedPort: request.port,
    state: "new",
    loopback: false,
    leavesBy: "ens33",
    isFromNode: request.own.includes(request.from),
    isOwn: request.own.includes(request.to),
    isFromPod: false,
    isToPod: false,
    isAstray: false,
  };
}

/** Where a packet goes, and as whom; `drop`, `reject`. */
function arrives(packets: PacketPlan, request: Request, to: Address, port: number): string {
  const packet = packetOf(request, to, port);
  const isDelivered = request.own.includes(to.text);
  const fate = filterFate(packets, request.isSent ? "output" : isDelivered ? "input" : "forward", packet);
  if (fate === "drop" || fate === "reject") return fate;
  const source = isDelivered ? "same" : sourceFate(packets, packet);
  return `${at(to, port)}${source === "same" ? "" : ` as ${source}`}`;
}

/** Each branch once, sorted. */
export function walk(plan: NodePlan, request: Request): readonly string[] {
  const to = address(request.to);
  const packets = plan.packets.find(({ family }) => family === to.family)!;
  const door = doorOf(packets, request.isSent ? "output" : "prerouting", packetOf(request, to, request.port));
  const backends = door?.backends ?? [];
  if (backends.length === 0) return [arrives(packets, request, to, request.port)];
  const branches = backends.map((backend) => {
    const by = backend.port === null || door?.port == null ? 0 : backend.port.first - door.port.first;
    return arrives(packets, request, backend.address, request.port + by);
  });
  return [...new Set(branches)].sort();
}
