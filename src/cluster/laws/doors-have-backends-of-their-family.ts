import { FAMILIES, inFamily } from "../../address/address.ts";
import { formatPorts } from "../../address/port.ts";
import { type Diagnostic, diagnose } from "../../diagnostics/diagnostic.ts";
import type { Cluster, ServicePort } from "../cluster.ts";

const lineText = ({ protocol, port }: ServicePort): string =>
  protocol === null ? "its backends" : `the backends of ${port === null ? "" : `${formatPorts(port)}/`}${protocol}`;

/** A door of a family that none of a port's backends has is a family mismatch; a port with some uses those. */
export function doorsHaveBackendsOfTheirFamily({ services }: Cluster): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  for (const service of services) {
    for (const family of FAMILIES) {
      const address = inFamily(service.addresses, family);
      if (address === null) continue;
      for (const line of service.ports) {
        if (line.backends.length === 0 || line.backends.some(({ addresses }) => inFamily(addresses, family) !== null)) {
          continue;
        }
        const params = { what: `${address.text} of \`${service.statement}\``, other: lineText(line) };
        const notes = [{ message: "they are here", origin: line.backends[0]!.origin }];
        found.push(diagnose("family-mismatch", params, inFamily(service.places, family) ?? service.origin, { notes }));
        break;
      }
    }
  }
  return found;
}
