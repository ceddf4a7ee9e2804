/** The ways of a node: what its frontends lead on, one by one, backend by backend, port by port. */
import { type Address, inFamily } from "../../address/address.ts";
import type { Cluster, ClusterNode } from "../../cluster/cluster.ts";
import { protocolNumber } from "../protocols.ts";
import { type Frontend, frontendsOf } from "../reference/frontends.ts";
import type { Way } from "./scene.ts";

export interface Ways {
  /** Of port lines. */
  readonly lines: readonly Way[];
  /** Of frontends of every protocol. */
  readonly whole: readonly Way[];
}

/** The address that a client asks for here; of a nodeport the declared one. */
const askedOf = ({ address }: Frontend, node: ClusterNode, family: 4 | 6): Address | null =>
  address ?? inFamily(node.addresses, family);

export function waysOf(cluster: Cluster, node: ClusterNode, family: 4 | 6): Ways {
  const lines: Way[] = [];
  const whole: Way[] = [];
  for (const frontend of frontendsOf(cluster, node, family)) {
    const { protocol, port, line } = frontend;
    const asked = askedOf(frontend, node, family);
    if (asked === null) continue;
    for (const { address: now, port: own } of frontend.open) {
      if (protocol === null || protocol === "icmp" || port === null || line.port === null) {
        whole.push({ asked, now, line: null });
        continue;
      }
      for (let place = 0; place <= port.last - port.first; place += 1) {
        const to = (own ?? line.port).first + place;
        lines.push({
          asked,
          now,
          line: { protocol: protocolNumber(protocol, family), askedPort: port.first + place, port: to },
        });
      }
    }
  }
  return { lines, whole };
}
