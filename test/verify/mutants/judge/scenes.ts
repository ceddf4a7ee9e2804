/** What packets a hook sees (docs/semantics.md, "Kernel facts"): as boxes to begin with. */
import { inFamily } from "../../../../src/address/address.ts";
import type { Cluster, ClusterNode } from "../../../../src/cluster/cluster.ts";
import { doorsOf } from "../../../../src/cluster/doors.ts";
import type { Hook } from "../../../../src/verify/program.ts";
import {
  type Box,
  NO_DEVICE,
  OTHER_DEVICE,
  only,
  type Spans,
  TRACKED,
  VIEWS,
  type View,
  viewIs,
  without,
} from "./box.ts";
import { deviceSpans, PROTOCOLS } from "./values.ts";

/**
 * `plain`, `answer`, `error`: of a connection whose destination nobody translated, its own direction, the other one, and an ICMP error about it.
 * `none`: of no connection. `before`: of a connection that is translated, in its own direction, before that is done to the packet. `way`: from a client
 * to the backend that its door led to; `reply`: back. `foreign`: translated by others.
 */
export interface Scene {
  readonly kind: "plain" | "answer" | "error" | "none" | "before" | "way" | "reply" | "foreign";
  readonly box: Box;
}

const NO = only(0);
const YES = only(1);
const KNOWN: Spans = [[1n, 2n]];
const LOST: Spans = [[3n, 4n]];
/** What nat is asked about: a connection's first packet, of a new one or of one that another announced. */
const FIRST: Spans = [
  [0n, 0n],
  [2n, 2n],
];

const NOWHERE = only(NO_DEVICE);
const SOMEWHERE: Spans = [[0n, OTHER_DEVICE]];
/** What came by loopback was sent by the node. */
const FROM_ELSEWHERE = without(SOMEWHERE, deviceSpans("lo"));

const ARRIVING: Box = { "leaves-by": NOWHERE };
const SENT: Box = { "arrives-by": NOWHERE, "leaves-by": SOMEWHERE };

/**
 * What is never seen otherwise. A source may be any of the node's addresses, or none, everywhere: IPv6 knows no martians, IPv4 lets them in
 * with accept_local, and a process may send from an address that the node does not have (IP_TRANSPARENT, raw sockets).
 */
const SEEN: Readonly<Record<Hook, Box>> = {
  "raw-prerouting": { ...ARRIVING, "arrives-by": SOMEWHERE },
  "raw-output": SENT,
  "mangle-prerouting": { ...ARRIVING, "arrives-by": SOMEWHERE },
  "nat-prerouting": { ...ARRIVING, "arrives-by": FROM_ELSEWHERE },
  "mangle-output": SENT,
  "nat-output": SENT,
  "filter-input": { ...ARRIVING, "arrives-by": SOMEWHERE },
  "filter-forward": { "arrives-by": FROM_ELSEWHERE, "leaves-by": SOMEWHERE, "own-destination": NO },
  "filter-output": SENT,
  "nat-postrouting": { "arrives-by": without([[0n, NO_DEVICE]], deviceSpans("lo")), "leaves-by": SOMEWHERE },
};

/** What a client asked for, and where that goes; of a door of every protocol nothing is said of ports. */
function waysOf(cluster: Cluster, node: ClusterNode, family: 4 | 6): readonly { there: Box; back: Box }[] {
  const found: { there: Box; back: Box }[] = [];
  for (const { address, protocol, port, line } of doorsOf(cluster)) {
    const asked = address ?? inFamily(node.addresses, family);
    if (asked === null || asked.family !== family) continue;
    for (const backend of line.backends) {
      const to = inFamily(backend.addresses, family);
      if (to === null || backend.weight === 0) continue;
      const [host, door] = [only(to.value), only(asked.value)];
      const of: Box = { asked: door, ...(protocol === null ? {} : { protocol: only(numberOf(protocol, family)) }) };
      const first = (backend.port ?? line.port)?.first ?? null;
      if (port === null || first === null || protocol === "icmp") {
        found.push({ there: { ...of, destination: host }, back: { ...of, source: host } });
        continue;
      }
      for (let at = 0; at <= port.last - port.first; at += 1) {
        const ports: Box = { ...of, "asked-port": only(port.first + at) };
        found.push({
          there: { ...ports, destination: host, "destination-port": only(first + at) },
          back: { ...ports, source: host, "source-port": only(first + at) },
        });
      }
    }
  }
  return found;
}

const numberOf = (protocol: string, family: 4 | 6): number =>
  protocol === "icmp" && family === 6 ? PROTOCOLS["ipv6-icmp"]! : PROTOCOLS[protocol]!;

const ICMP = { 4: PROTOCOLS.icmp!, 6: PROTOCOLS["ipv6-icmp"]! } as const;

const NONE: Box = { view: viewIs("none"), translated: NO, state: LOST };

/** Of connections that nobody translated, and of none. */
const untranslated = (family: 4 | 6): readonly Scene[] => [
  { kind: "plain", box: { view: viewIs("original"), translated: NO, state: TRACKED } },
  { kind: "answer", box: { view: viewIs("reply"), translated: NO, state: KNOWN } },
  { kind: "error", box: { view: viewIs("apart"), translated: NO, state: only(2), protocol: only(ICMP[family]) } },
  { kind: "none", box: NONE },
];

/** Packets of a translated connection, as mangle sees them: before the destination of what goes its own way is translated. */
const untranslatedYet: Scene = {
  kind: "before",
  box: { view: viewIs("original"), translated: YES, state: KNOWN },
};

const APART: Box = { view: viewIs("apart"), translated: YES };

function kindsOf(cluster: Cluster, node: ClusterNode, family: 4 | 6, hook: Hook): readonly Scene[] {
  const [table] = hook.split("-");
  const plain: Scene = { kind: "plain", box: { view: viewIs("original"), translated: NO, state: FIRST } };
  const foreign = (state: Spans): Scene => ({ kind: "foreign", box: { ...APART, state } });
  const ways = waysOf(cluster, node, family);
  const there = (state: Spans) => ways.map((way): Scene => ({ kind: "way", box: { ...APART, state, ...way.there } }));
  const back = ways.map((way): Scene => ({ kind: "reply", box: { ...APART, state: KNOWN, ...way.back } }));
  switch (table) {
    case "raw":
      return [{ kind: "none", box: NONE }];
    case "nat":
      return hook === "nat-postrouting" ? [plain, ...there(FIRST), foreign(FIRST)] : [plain];
    case "mangle":
      return [...untranslated(family), untranslatedYet, ...back, foreign(KNOWN)];
    default:
      return [...untranslated(family), ...there(TRACKED), ...back, foreign(TRACKED)];
  }
}

/** Every packet that the hook may see of one, as boxes to begin with. */
export const scenesOf = (cluster: Cluster, node: ClusterNode, family: 4 | 6, hook: Hook): readonly Scene[] =>
  kindsOf(cluster, node, family, hook).map(({ kind, box }) => ({ kind, box: { ...SEEN[hook], ...box } }));

const states = (view: View): Spans => (view === "none" ? LOST : TRACKED);

/** Any packet at all. */
export const anything: readonly Box[] = VIEWS.flatMap((view) =>
  [NO, YES].map((translated): Box => ({ view: viewIs(view), translated, state: states(view) })),
);
