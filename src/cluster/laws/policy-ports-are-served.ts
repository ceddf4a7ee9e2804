import { formatPorts } from "../../address/port.ts";
import { type Diagnostic, diagnose } from "../../diagnostics/diagnostic.ts";
import type { Cluster, Selector } from "../cluster.ts";
import { isServed } from "../sides.ts";

const portText = ({ protocol, ports }: Selector): string =>
  ports === null ? (protocol ?? "") : `${formatPorts(ports)}/${protocol}`;

/** A service that a rule names with a port serves that port; of a group's services one does. */
export function policyPortsAreServed({ policy }: Cluster): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  for (const { destinations } of policy) {
    for (const selector of destinations) {
      const { target, origin } = selector;
      if (target.kind !== "service" || selector.protocol === null || target.service.ports.length === 0) continue;
      if (isServed(selector, target.service)) continue;
      if (destinations.some((other) => other !== selector && other.origin === origin)) continue;
      const params = { port: portText(selector), service: target.service.name };
      found.push(diagnose("port-not-served", params, origin));
    }
  }
  return found;
}
