import { inFamily } from "../../address/address.ts";
import { formatPorts } from "../../address/port.ts";
import { type Diagnostic, diagnose } from "../../diagnostics/diagnostic.ts";
import type { Cluster, ServicePort } from "../cluster.ts";
import { addressesOfService } from "../doors.ts";

const lineText = ({ protocol, port }: ServicePort): string =>
  protocol === null ? "its backends" : `the backends of ${port === null ? "" : `${formatPorts(port)}/`}${protocol}`;

/** A door of a family that none of a port's backends has is a family mismatch; a port with some uses those. Said once an address. */
export function doorsHaveBackendsOfTheirFamily({ services }: Cluster): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  for (const service of services) {
    for (const { address, origin } of addressesOfService(service)) {
      const { family, text } = address;
      const line = service.ports.find(
        ({ backends }) =>
          backends.length > 0 && !backends.some(({ addresses }) => inFamily(addresses, family) !== null),
      );
      if (line === undefined) continue;
      const params = { what: `${text} of \`${service.statement}\``, other: lineText(line) };
      const notes = [{ message: "they are here", origin: line.backends[0]!.origin }];
      found.push(diagnose("family-mismatch", params, origin, { notes }));
    }
  }
  return found;
}
