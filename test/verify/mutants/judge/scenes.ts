/** What packets a hook sees (docs/semantics.md, "Kernel facts"): as boxes to begin with. */
import { inFamily } from "../../../../src/address/address.ts";
import type { Cluster, ClusterNode } from "../../../../src/cluster/cluster.ts";
import { doorsOf } from "../../../../src/cluster/doors.ts";
import type { Hook } from "../../../../src/verify/program.ts";
import { type Box, only } from "./box.ts";
import { PROTOCOLS } from "./values.ts";

/**
 * `plain`: not translated. `way`: from a client to the backend that its door led to; `reply`: back. `foreign`: translated by others.
 */
export interface Scene {
  readonly kind: "plain" | "way" | "reply" | "foreign";
  readonly box: Box;
}

const NO = only(0);
const YES = only(1);
const KNOWN = [[1n, 2n]] as const;

/** What is never seen otherwise: martians are dropped before any hook but PREROUTING's mangle, and what is sent has an own source. */
const SEEN: Readonly<Record<Hook, Box>> = {
  "raw-prerouting": {},
  "raw-output": { "in-loopback": NO },
  "mangle-prerouting": {},
  "nat-prerouting": { "in-loopback": NO, "own-source": NO },
  "mangle-output": { "in-loopback": NO, "own-source": YES },
  "nat-output": { "in-loopback": NO, "own-source": YES },
  "filter-input": {},
  "filter-forward": { "in-loopback": NO, "own-source": NO, "own-destination": NO },
  "filter-output": { "in-loopback": NO, "own-source": YES },
  "nat-postrouting": { "in-loopback": NO },
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

export function scenesOf(cluster: Cluster, node: ClusterNode, family: 4 | 6, hook: Hook): readonly Scene[] {
  const seen = SEEN[hook];
  const plain: Scene = { kind: "plain", box: { ...seen, translated: NO } };
  if (!hook.startsWith("filter") && hook !== "nat-postrouting") return [plain];
  const ways = waysOf(cluster, node, family);
  const there = ways.map((way): Scene => ({ kind: "way", box: { ...seen, translated: YES, ...way.there } }));
  const back = ways.map(
    (way): Scene => ({ kind: "reply", box: { ...seen, translated: YES, state: KNOWN, ...way.back } }),
  );
  return [
    plain,
    ...there,
    ...(hook === "nat-postrouting" ? [] : back),
    { kind: "foreign", box: { ...seen, translated: YES } },
  ];
}

/** Any packet at all. */
export const anything: readonly Box[] = [{ translated: NO }, { translated: YES }];
