/** What a proof has to tell of one node, as plain values: for people, for machines, from thread to thread. */
import { FAMILIES } from "../../address/address.ts";
import type { Cluster, ClusterNode } from "../../cluster/cluster.ts";
import { type JsonPlace, jsonPlace } from "../../diagnostics/render/json.ts";
import { HOOKS, type Hook, type Unread } from "../../verify/program.ts";
import { hasPorts, protocolNumber } from "../../verify/protocols.ts";
import { FAMILIES_OF, type Finding, type ProvedText, prove, type Refuted } from "../../verify/prove.ts";
import type { Packet } from "../../verify/tell/packet.ts";
import type { Party } from "../../verify/tell/parties.ts";
import type { Fate } from "../../verify/tell/words.ts";
import { type Part, type Provable, partsOf, type RulesFile } from "./files.ts";

/** Rules in a file. */
export interface InFile {
  readonly node: string;
  readonly file: string;
  /** As `compile --target` names it; of rules that a script carries their own. */
  readonly target: Provable;
}

export interface Proved extends InFile {
  readonly form: ProvedText["form"];
  readonly families: readonly (4 | 6)[];
  readonly hooks: readonly Hook[];
}

export interface UnverifiedLine extends InFile {
  readonly kind: "unverified";
  readonly line: number;
  readonly text: string;
  readonly reason: string;
}

export interface RefutedPacket extends InFile {
  readonly kind: "refuted";
  readonly form: ProvedText["form"];
  readonly hook: Hook;
  readonly packet: PacketFields;
  readonly program: Fate;
  readonly rules: Fate;
  /** The rules responsible, in the order in which the packet meets them; none: nothing in the text decides of it. */
  readonly lines: readonly { readonly line: number; readonly text: string; readonly about: string }[];
  readonly statements: readonly ({ readonly statement: string } & JsonPlace)[];
}

export type Told = UnverifiedLine | RefutedPacket;

export interface Report {
  readonly proved: readonly Proved[];
  readonly findings: readonly Told[];
}

interface End extends Party {
  readonly address: string;
  /** `null` where the protocol has none. */
  readonly port: number | null;
}

export interface PacketFields {
  readonly family: 4 | 6;
  readonly state: Packet["state"];
  /** IP's number. */
  readonly protocol: number;
  readonly icmpType: number | null;
  readonly source: End;
  readonly destination: End;
  /** What the client asked for, where that was translated, or the packet is an error about it. */
  readonly asked: End | null;
  /** It goes back to who began an untranslated connection. */
  readonly isReply: boolean;
  readonly fromLoopback: boolean;
  /** The device, where a rule names it. */
  readonly arrivesBy: string | null;
  /** The device, where a rule names it. */
  readonly leavesBy: string | null;
  /** The lists of clients are, and do not hold this one. */
  readonly areListsFull: boolean;
}

const ICMP: readonly number[] = FAMILIES.map((family) => protocolNumber("icmp", family));

function fieldsOf({ packet, parties }: Refuted): PacketFields {
  const end = (party: Party, address: { readonly text: string }, port: number): End => ({
    address: address.text,
    port: hasPorts(packet.protocol) ? port : null,
    ...party,
  });
  const { family, state, protocol, isReply, fromLoopback, arrivesBy, leavesBy, areListsFull } = packet;
  return {
    family,
    state,
    protocol,
    icmpType: ICMP.includes(protocol) ? packet.icmpType : null,
    source: end(parties.source, packet.source, packet.sourcePort),
    destination: end(parties.destination, packet.destination, packet.destinationPort),
    asked: askedOf(packet, parties, end),
    isReply,
    fromLoopback,
    arrivesBy,
    leavesBy,
    areListsFull,
  };
}

/** Of an untranslated connection the packet's own addresses say it, but for an error, which is about another packet. */
function askedOf(
  { asked, askedPort, destination, isReply, isTranslated }: Packet,
  parties: Refuted["parties"],
  end: (party: Party, address: { readonly text: string }, port: number) => End,
): End | null {
  if (asked === null || parties.asked === null || isReply) return null;
  return isTranslated || asked.text !== destination.text ? end(parties.asked, asked, askedPort) : null;
}

/** An empty text has one line. */
const unverifiedLines = (where: InFile, unread: readonly Unread[], above: number): readonly UnverifiedLine[] =>
  unread.map(({ line, text, reason }) => ({
    kind: "unverified",
    ...where,
    line: Math.max(1, line + above),
    text,
    reason,
  }));

function refutedPacket(where: InFile, finding: Refuted, above: number): RefutedPacket {
  const lines = finding.text.text.split("\n");
  const numbers = [...new Map(finding.responsible.map((each) => [each.line, each])).values()];
  return {
    kind: "refuted",
    ...where,
    form: finding.text.form,
    hook: finding.hook,
    packet: fieldsOf(finding),
    program: finding.program,
    rules: finding.rules,
    lines: numbers.map(({ line, about }) => ({ line: line + above, text: (lines[line - 1] ?? "").trim(), about })),
    statements: finding.statements.map(({ statement, origin }) => ({ statement, ...jsonPlace(origin) })),
  };
}

/** Proves the rules of one node's files. */
export function proveFiles(cluster: Cluster, node: ClusterNode, files: readonly RulesFile[]): Report {
  const { parts, unread } = partsOf(files);
  const found = prove(
    cluster,
    node,
    parts.map(({ text }) => text),
  );
  const told = (finding: Finding, { path, above }: Part): readonly Told[] => {
    const where = { node: node.name, file: path, target: finding.target };
    return finding.kind === "unverified"
      ? unverifiedLines(where, finding.unread, above)
      : [refutedPacket(where, finding, above)];
  };
  const proved: Proved[] = [];
  const findings: Told[] = unread.flatMap(({ file, unread: lines }) =>
    unverifiedLines({ node: node.name, file: file.path, target: file.target }, lines, 0),
  );
  for (const part of parts) {
    const own = found.filter(({ text }) => text === part.text);
    findings.push(...own.flatMap((finding) => told(finding, part)));
    if (own.length > 0) continue;
    const { target, form } = part.text;
    proved.push({ node: node.name, file: part.path, target, form, families: FAMILIES_OF[target], hooks: HOOKS });
  }
  return { proved, findings };
}

export const reportOf = (reports: readonly Report[]): Report => ({
  proved: reports.flatMap(({ proved }) => proved),
  findings: reports.flatMap(({ findings }) => findings),
});
