/** The statements of a program that one packet is about. */
import { FAMILIES } from "../../address/address.ts";
import { portsOverlap } from "../../address/port.ts";
import type { Cluster, ClusterNode, Stated } from "../../cluster/cluster.ts";
import { protocolNumber } from "../protocols.ts";
import { type Frontend, frontendsOf } from "../reference/frontends.ts";
import type { Packet } from "./packet.ts";
import { ownAddresses } from "./parties.ts";

/** Whether the packet's client asked for the frontend; a nodeport at any address of the node. */
function isAsked({ address, protocol, port }: Frontend, packet: Packet, isAtNode: boolean): boolean {
  if (address === null ? !isAtNode : address.text !== packet.asked?.text) return false;
  if (protocol !== null && !FAMILIES.some((family) => protocolNumber(protocol, family) === packet.protocol))
    return false;
  return port === null || portsOverlap(port, { first: packet.askedPort, last: packet.askedPort });
}

/** Statements whose words rules are about, in their order, and the services whose frontends were asked for; each once. */
export function statementsBehind(
  cluster: Cluster,
  node: ClusterNode,
  packet: Packet,
  abouts: readonly string[],
): readonly Stated[] {
  const { services, policy, hairpins, masquerades, snats, marks } = cluster;
  const all: readonly Stated[] = [...services, ...policy, ...hairpins, ...masquerades, ...snats, ...marks];
  const byWords = new Map(all.map((stated) => [stated.statement, stated]));
  const isAtNode =
    ownAddresses(cluster, node, packet.family).some(({ text }) => text === packet.asked?.text) ||
    (packet.hasOwnDestination && !packet.isTranslated);
  const asked = frontendsOf(cluster, node, packet.family).filter((each) => isAsked(each, packet, isAtNode));
  const said = abouts.flatMap((about) => byWords.get(about) ?? []);
  return [...new Set([...said, ...asked.map(({ service }) => service)])];
}
