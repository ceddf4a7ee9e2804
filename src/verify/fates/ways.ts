/** The ways of a node: what its doors lead on, door by door, backend by backend, port by port. */
import { type Address, inFamily } from "../../address/address.ts";
import type { Cluster, ClusterNode } from "../../cluster/cluster.ts";
import { doorsOf, type ServiceDoor } from "../../cluster/doors.ts";
import { PROTOCOLS } from "../protocols.ts";
import type { Way } from "./scene.ts";

export interface Ways {
  /** Of port lines. */
  readonly lines: readonly Way[];
  /** Of doors of every protocol. */
  readonly whole: readonly Way[];
}

/** The address that a door's client asks for here; of a nodeport the declared one. */
function askedOf({ address }: ServiceDoor, node: ClusterNode, family: 4 | 6): Address | null {
  const asked = address ?? inFamily(node.addresses, family);
  return asked?.family === family ? asked : null;
}

export function waysOf(cluster: Cluster, node: ClusterNode, family: 4 | 6): Ways {
  const lines: Way[] = [];
  const whole: Way[] = [];
  for (const door of doorsOf(cluster)) {
    const asked = askedOf(door, node, family);
    if (asked === null) continue;
    for (const { addresses, port, weight } of door.line.backends) {
      const now = inFamily(addresses, family);
      if (now === null || weight === 0) continue;
      const { protocol } = door;
      if (protocol === null || protocol === "icmp" || door.port === null || door.line.port === null) {
        whole.push({ asked, now, line: null });
        continue;
      }
      for (let place = 0; place <= door.port.last - door.port.first; place += 1) {
        const askedPort = door.port.first + place;
        const to = (port ?? door.line.port).first + place;
        lines.push({ asked, now, line: { protocol: PROTOCOLS[protocol], askedPort, port: to } });
      }
    }
  }
  return { lines, whole };
}
