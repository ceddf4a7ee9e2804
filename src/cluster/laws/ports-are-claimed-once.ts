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

/** Claims of one protocol, sorted by their first port: each that begins before an earlier one ends clashes with it. */
function clashesOf(address: string, claims: readonly Claim[]): readonly Diagnostic[] {
  const sorted = claims.toSorted((a, b) => (a.ports ?? EVERY).first - (b.ports ?? EVERY).first);
  const found: Diagnostic[] = [];
  let reaching: Claim | null = null;
  for (const claim of sorted) {
    if (reaching !== null && (claim.ports ?? EVERY).first <= (reaching.ports ?? EVERY).last) {
      const [first, second] = claims.indexOf(claim) < claims.indexOf(reaching) ? [claim, reaching] : [reaching, claim];
      found.push(clash(address, second, first));
    }
    if (reaching === null || (claim.ports ?? EVERY).last > (reaching.ports ?? EVERY).last) reaching = claim;
  }
  return found;
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
