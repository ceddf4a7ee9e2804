/** The plan's evaluator and a program's walk, on one packet: whether both say the same. */
import type { Family } from "../../src/address/address.ts";
import type { Protocol } from "../../src/address/port.ts";
import type { PacketPlan } from "../../src/plan/plan.ts";
import { type Hook, POD_GROUP, type Program } from "../../src/verify/program.ts";
import {
  affinityFate,
  doorOf,
  filterFate,
  markFate,
  type Packet as PlanPacket,
  senderFate,
  serviceFate,
  sourceFate,
} from "../plan/evaluate.ts";
import { type Packet, walk } from "./walk.ts";

export interface Drawn extends Omit<PlanPacket, "loopback" | "state"> {
  readonly state: "new" | "established" | "invalid";
  /** The device that the hook sees is `lo`. */
  readonly showsLo: boolean;
}

const NUMBERS = { tcp: 6, udp: 17, sctp: 132 } as const;
const numberOf = (protocol: Protocol, family: Family): number =>
  protocol === "icmp" ? (family === 4 ? 1 : 58) : NUMBERS[protocol];

const isTranslated = ({ asked, destination, askedPort, destinationPort, state }: Drawn): boolean =>
  state !== "invalid" && (asked.text !== destination.text || askedPort !== destinationPort);

export const isLoopback = ({ text }: { readonly text: string }): boolean => text.startsWith("127.") || text === "::1";

export function packetOf(drawn: Drawn, family: Family, hook: Hook): Packet {
  const { protocol, sourcePort, destinationPort, askedPort } = drawn;
  const ports =
    protocol === "icmp"
      ? null
      : { "source-port": sourcePort, "destination-port": destinationPort, "asked-port": askedPort };
  return {
    source: drawn.source,
    destination: drawn.destination,
    asked: drawn.asked,
    protocol: numberOf(protocol, family),
    ports,
    icmpType: protocol === "icmp" ? destinationPort : null,
    state: drawn.state,
    isTranslated: isTranslated(drawn),
    inDevice: drawn.showsLo ? "lo" : "eth9",
    outDevice: drawn.showsLo && hook !== "nat-postrouting" ? "lo" : drawn.leavesBy,
    inGroup: drawn.isFromPod && !drawn.showsLo ? POD_GROUP : 0,
    outGroup: drawn.isToPod && !drawn.showsLo ? POD_GROUP : 0,
    isWayBack: drawn.showsLo || !drawn.isAstray,
    isOwn: { source: drawn.isFromNode, destination: drawn.isOwn || isLoopback(drawn.destination) },
  };
}

function planPacket(drawn: Drawn, hook: Hook): PlanPacket {
  const isOwn = drawn.isOwn || isLoopback(drawn.destination);
  const loopback = drawn.showsLo && (hook === "filter-input" || !isTranslated(drawn) || isOwn);
  const isPods = !drawn.showsLo;
  return {
    ...drawn,
    loopback,
    isFromPod: isPods && drawn.isFromPod,
    isToPod: isPods && drawn.isToPod,
    isAstray: isPods && drawn.isAstray,
  };
}

const FILTER = { "filter-input": "input", "filter-forward": "forward", "filter-output": "output" } as const;
const SIDES = {
  "nat-prerouting": "prerouting",
  "nat-output": "output",
  "mangle-prerouting": "prerouting",
  "mangle-output": "output",
} as const;

/** What the plan says, in the words of `said`. */
export function planned(plan: PacketPlan, hook: Hook, drawn: Drawn): string {
  const packet = planPacket(drawn, hook);
  switch (hook) {
    case "raw-prerouting":
      return senderFate(plan, packet);
    case "raw-output":
      return "aside";
    case "mangle-prerouting":
    case "mangle-output":
      return markFate(plan, SIDES[hook], packet);
    case "nat-postrouting":
      return sourceFate(plan, packet);
    case "nat-prerouting":
    case "nat-output": {
      const side = SIDES[hook];
      const base = doorOf(plan, side, packet)?.port?.first ?? 0;
      const by = packet.destinationPort - base;
      const to = serviceFate(plan, side, packet).map((text) =>
        text.replace(/:(undefined|\d+) (\d+)\/(\d+)$/, (_, port, weight, total) => {
          const share = (Number(weight) / Number(total)).toFixed(9);
          return `${port === "undefined" ? "" : `:${Number(port) + by}`} ${share}`;
        }),
      );
      return `${to.join(", ")}; ${to[0] === "untranslated" ? "none" : affinityFate(plan, side, packet)}`;
    }
    default: {
      const fate = filterFate(plan, FILTER[hook], packet);
      if (fate !== "reject") return fate;
      return packet.protocol === "tcp" ? "reject tcp-reset" : "reject port-unreachable";
    }
  }
}

/** What the program says. */
export function said(program: Program, hook: Hook, drawn: Drawn): string {
  const { ends, marks } = walk(program, hook, packetOf(drawn, program.family, hook));
  const [{ end, affinity = "none" }] = ends as [(typeof ends)[number]];
  switch (hook) {
    case "mangle-prerouting":
    case "mangle-output":
      return marks.length === 0 ? "none" : marks.join();
    case "nat-postrouting":
      return end ?? "same";
    case "nat-prerouting":
    case "nat-output":
      if (end === null || end === "left") return "untranslated; none";
      return `${ends
        .map((each) => `${each.end} ${each.share.toFixed(9)}`)
        .sort()
        .join(", ")}; ${affinity}`;
    default:
      return end ?? "aside";
  }
}
