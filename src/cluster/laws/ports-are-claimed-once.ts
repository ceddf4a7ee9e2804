import { present } from "../../address/address.ts";
import { formatPorts, type PortRange, PROTOCOLS, type Protocol } from "../../address/port.ts";
import { type Diagnostic, diagnose } from "../../diagnostics/diagnostic.ts";
import type { Origin } from "../../diagnostics/source.ts";
import type { Cluster, Service } from "../cluster.ts";

interface Claim {
  readonly service: Service;
  readonly protocol: Protocol | null;
  readonly ports: PortRange | null;
  readonly origin: Origin;
}

const EVERY: PortRange = { first: 0, last: 65535 };

function claimText({ protocol, ports }: Claim): string {
  if (protocol === null) return "every protocol and port";
  return ports === null ? protocol : `${formatPorts(ports)}/${protocol}`;
}

function clash(address: string, claim: Claim, earlier: Claim): Diagnostic {
  const notes = [{ message: "the first one is here", origin: earlier.origin }];
  if (claim.service === earlier.service) {
    return diagnose("overlapping-ports", { port: claimText(claim), earlier: claimText(earlier) }, claim.origin, {
      notes,
    });
  }
  const params = { address, port: claimText(claim), earlier: earlier.service.name };
  return diagnose("duplicate-port", params, claim.origin, { notes });
}

/** Each claim of one protocol that overlaps an earlier one clashes with the first that it overlaps. */
function clashesOf(address: string, claims: readonly Claim[]): readonly Diagnostic[] {
  const rangeOf = ({ ports }: Claim): PortRange => ports ?? EVERY;
  const said = new Map(claims.map((claim, at) => [claim, at]));
  const first = new Map<Claim, Claim>();
  let open: Claim[] = [];
  for (const claim of claims.toSorted((a, b) => rangeOf(a).first - rangeOf(b).first)) {
    open = open.filter((other) => rangeOf(other).last >= rangeOf(claim).first);
    for (const other of open) {
      const [earlier, later] = said.get(other)! < said.get(claim)! ? [other, claim] : [claim, other];
      const known = first.get(later);
      if (known === undefined || said.get(earlier)! < said.get(known)!) first.set(later, earlier);
    }
    open.push(claim);
  }
  return claims.flatMap((claim) => {
    const earlier = first.get(claim);
    return earlier === undefined ? [] : [clash(address, claim, earlier)];
  });
}

function clashesAt(address: string, claims: readonly Claim[]): readonly Diagnostic[] {
  const whole = claims.filter((claim) => claim.protocol === null);
  if (whole.length > 0) {
    const [first, ...rest] = claims;
    const all = whole[0]!;
    return rest.map((claim) => clash(address, claim, claim === all ? first! : all));
  }
  return PROTOCOLS.flatMap((protocol) =>
    clashesOf(
      address,
      claims.filter((claim) => claim.protocol === protocol),
    ),
  );
}

/** Two services may share an address, but no port of it; nor do two port lines of one service overlap. Judged by address, protocol and port together. */
export function portsAreClaimedOnce({ services }: Cluster): readonly Diagnostic[] {
  const byAddress = new Map<string, Claim[]>();
  for (const service of services) {
    for (const address of present(service.addresses)) {
      const claims = byAddress.get(address.text) ?? [];
      for (const { protocol, port, origin } of service.ports) claims.push({ service, protocol, ports: port, origin });
      byAddress.set(address.text, claims);
    }
  }
  const found = [...byAddress].flatMap(([address, claims]) => (claims.length < 2 ? [] : clashesAt(address, claims)));
  return [...new Map(found.map((diagnostic) => [diagnostic.origin, diagnostic])).values()];
}
