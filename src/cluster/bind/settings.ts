import type { AddressLiteral, ClusterStatement } from "../../../grammar/ast.ts";
import { type Address, type ByFamily, isFault, parseAddress, present } from "../../address/address.ts";
import { mergePrefixes } from "../../address/intervals.ts";
import { LOOPBACK } from "../../address/loopback.ts";
import { covers, hostPrefix, type Prefix } from "../../address/prefix.ts";
import { Bug } from "../../diagnostics/bug.ts";
import { diagnose } from "../../diagnostics/diagnostic.ts";
import type { Source } from "../../diagnostics/source.ts";
import type { Pod, Settings } from "../cluster.ts";
import { readAddress, readByFamily, readPrefixes } from "../literals.ts";
import { originOf, type Program, type Report, type Said, saidOf } from "../program.ts";

function constant(text: string): Address {
  const address = parseAddress(text);
  if (isFault(address)) throw new Bug(`${text} is no address`);
  return address;
}

/** What the node's side of every veth holds when the program does not say: language reference, `gateway`. */
const LINK_LOCAL: ByFamily<Address> = { v4: constant("169.254.10.24"), v6: constant("fe80::1") };

function readGateway(said: ClusterStatement["gateway"], source: Source, report: Report): Settings["gateway"] {
  if (said === null) return { kind: "link-local", addresses: LINK_LOCAL };
  const own = readByFamily(said.addresses, source, report, readAddress).addresses;
  return { kind: said.word, addresses: { v4: own.v4 ?? LINK_LOCAL.v4, v6: own.v6 ?? LINK_LOCAL.v6 } };
}

/** IPv6 wants 1280 bytes (RFC 8200, section 5); the kernel takes up to 65535 on a veth, less the room for its header. */
function readMtu(said: Said<ClusterStatement> | undefined, pods: readonly Pod[], report: Report): number | null {
  const mtu = said?.statement.mtu ?? null;
  if (said === undefined || mtu === null) return null;
  const bytes = Number(mtu.text);
  const least = pods.some(({ addresses }) => addresses.v6 !== null) ? 1280 : 576;
  if (/^\d+$/.test(mtu.text) && bytes >= least && bytes <= 65521) return bytes;
  report(diagnose("bad-mtu", { text: mtu.text, least }, originOf(said.source, mtu)));
  return null;
}

function isLoopback(prefix: Prefix): boolean {
  return covers(LOOPBACK[prefix.address.family], prefix);
}

/** Loopback is left out of every range; one that holds nothing else is an error. */
function readNodeports(said: Said<ClusterStatement> | undefined, report: Report): Settings["nodeports"] {
  const nodeports = said?.statement.nodeports ?? null;
  if (said === undefined || nodeports === null || nodeports.word === "primary") return { kind: "primary" };
  if (nodeports.word === "all") return { kind: "all" };
  const ranges = readPrefixes(nodeports.ranges, said.source, report);
  for (const range of ranges.filter(isLoopback)) {
    report(diagnose("loopback-nodeports", { range: range.text }, range.origin));
  }
  return { kind: "ranges", ranges };
}

/** The settings of the one `cluster` statement, or the ones that hold without it. */
export function bindSettings(program: Program, pods: readonly Pod[], report: Report): Settings {
  const [first, ...more] = saidOf(program, "ClusterStatement");
  for (const other of more) {
    report(
      diagnose(
        "duplicate-cluster",
        {},
        { source: other.source, span: other.statement.keyword },
        {
          notes: [
            { message: "the first one is here", origin: { source: first!.source, span: first!.statement.keyword } },
          ],
        },
      ),
    );
  }
  const ranges = (said: readonly AddressLiteral[] | null | undefined) =>
    said === null || said === undefined ? null : readPrefixes(said, first!.source, report);
  const declared = ranges(first?.statement.pods);
  const every = () => mergePrefixes(pods.flatMap((pod) => present(pod.addresses).map(hostPrefix)));
  return {
    pods: declared ?? every(),
    declaredPods: declared ?? [],
    services: ranges(first?.statement.services) ?? [],
    network: first?.statement.network?.word ?? "host-gw",
    gateway: readGateway(first?.statement.gateway ?? null, first?.source ?? { path: "", text: "" }, report),
    mtu: readMtu(first, pods, report),
    nodeports: readNodeports(first, report),
    origin: first === undefined ? null : originOf(first.source, first.statement),
  };
}
