import { present } from "../../address/address.ts";
import { formatPorts, type PortRange, PROTOCOLS, type Protocol } from "../../address/port.ts";
import { type Diagnostic, diagnose } from "../../diagnostics/diagnostic.ts";
import type { Origin } from "../../diagnostics/source.ts";
import type { Cluster, Service } from "../cluster.ts";
import { addressesOfService } from "../doors.ts";

interface Claim {
  readonly kind: "address" | "nodeport";
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

/** What two nodeports of a node claim: said where its nodeports are looked at. */
const NODEPORTS = "nodeports";

function clash(address: string, claim: Claim, earlier: Claim): Diagnostic {
  const notes = [{ message: "the first one is here", origin: earlier.origin }];
  if (address === NODEPORTS) {
    const params = { port: claimText(claim), earlier: earlier.service.name };
    return diagnose("duplicate-nodeport", params, claim.origin, { notes });
  }
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
      if (address !== NODEPORTS && claim.kind === "nodeport" && other.kind === "nodeport") continue;
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

/** What is claimed at each address, and by nodeports; at a node's own address what its nodeports claim as well. */
function claimsBy({ services, nodes }: Cluster): ReadonlyMap<string, readonly Claim[]> {
  const byAddress = new Map<string, Claim[]>();
  const claim = (address: string, claims: readonly Claim[]): void => {
    const known = byAddress.get(address);
    if (known === undefined) byAddress.set(address, [...claims]);
    else known.push(...claims);
  };
  const nodeports: Claim[] = [];
  const shared = new Set<string>();
  for (const service of services) {
    const said = addressesOfService(service);
    for (const { kind, address } of said) if (kind !== "vip") shared.add(address.text);
    for (const address of new Set(said.map(({ address: { text } }) => text))) {
      claim(
        address,
        service.ports.map(({ protocol, port, origin }) => ({
          kind: "address",
          service,
          protocol,
          ports: port,
          origin,
        })),
      );
    }
    for (const { protocol, nodeport } of service.ports) {
      if (nodeport === null) continue;
      nodeports.push({ kind: "nodeport", service, protocol, ports: nodeport, origin: nodeport.origin });
    }
  }
  for (const { text } of nodes.flatMap(({ addresses }) => present(addresses))) {
    if (shared.has(text)) claim(text, nodeports);
  }
  return byAddress.set(NODEPORTS, nodeports);
}

/**
 * Two services may share an address, but no port of it; nor do two port lines of one service overlap, nor two nodeports. Judged by
 * address, protocol and port together.
 */
export function portsAreClaimedOnce(cluster: Cluster): readonly Diagnostic[] {
  const found = [...claimsBy(cluster)].flatMap(([address, claims]) =>
    claims.length < 2 ? [] : clashesAt(address, claims),
  );
  return [...new Map(found.map((diagnostic) => [diagnostic.origin, diagnostic])).values()];
}
