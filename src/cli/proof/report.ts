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
import { differenceOf } from "./differs.ts";
import { type Form, type Part, partsOf, type Verifiable, type VerifiedFile } from "./files.ts";
import { roomForProof } from "./room.ts";

/** A file, or rules in it. */
export interface InFile {
  readonly node: string;
  readonly file: string;
  /** As `compile --target` names it; of rules that a script carries their own. */
  readonly target: Verifiable;
}

export interface Proved extends InFile {
  /** `carried rules`: of a script, which is more than these. */
  readonly part: "whole file" | "carried rules";
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

/** A script that is not netc's own, the rules that it carries aside. */
export interface DifferingScript extends InFile {
  readonly kind: "differs";
  /** The first that differs, in the file: behind its last one where it ends too early. */
  readonly line: number;
  /** `null`: the file ends before this line. */
  readonly text: string | null;
  /** What netc's own script has there; `null`: it ends before this line. */
  readonly expected: string | null;
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

export type Told = UnverifiedLine | DifferingScript | RefutedPacket;

export interface Report {
  readonly proved: readonly Proved[];
  /** Scripts that are netc's own byte for byte, the rules that they carry aside. */
  readonly compared: readonly InFile[];
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
  /** The device's interface group, where a rule names it; pods' devices are in 28261. */
  readonly arrivesByGroup: number | null;
  readonly leavesByGroup: number | null;
  /** Where rules ask for it: the route to the source leads to the device that it came by. */
  readonly isWayBack: boolean;
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
  const { arrivesByGroup, leavesByGroup, isWayBack } = packet;
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
    arrivesByGroup,
    leavesByGroup,
    isWayBack,
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

interface Compared {
  readonly compared: readonly InFile[];
  readonly differing: readonly DifferingScript[];
}

function compareScripts(node: ClusterNode, files: readonly VerifiedFile[]): Compared {
  const compared: InFile[] = [];
  const differing: DifferingScript[] = [];
  for (const file of files) {
    if (file.own.length === 0) continue;
    const where = { node: node.name, file: file.path, target: file.target };
    const difference = differenceOf(file);
    if (difference === null) compared.push(where);
    else differing.push({ kind: "differs", ...where, ...difference });
  }
  return { compared, differing };
}

/**
 * Compares the scripts among one node's files, and proves all rules. Of the rules in a script that differs only what is wrong is told:
 * nobody knows whether it loads them.
 */
export function proveFiles(
  cluster: Cluster,
  node: ClusterNode,
  { files, form }: { readonly files: readonly VerifiedFile[]; readonly form: Form },
): Report {
  const { compared, differing } = compareScripts(node, files);
  const { parts, unread } = partsOf(files, form);
  const found = prove(
    cluster,
    node,
    parts.map(({ text }) => text),
    roomForProof(),
  );
  const told = (finding: Finding, { file, above }: Part): readonly Told[] => {
    const where = { node: node.name, file: file.path, target: finding.target };
    return finding.kind === "unverified"
      ? unverifiedLines(where, finding.unread, above)
      : [refutedPacket(where, finding, above)];
  };
  const proved: Proved[] = [];
  const findings: Told[] = [...differing];
  for (const { file, unread: lines } of unread)
    findings.push(...unverifiedLines({ node: node.name, file: file.path, target: file.target }, lines, 0));
  for (const part of parts) {
    const own = found.filter(({ text }) => text === part.text);
    findings.push(...own.flatMap((finding) => told(finding, part)));
    if (own.length === 0 && !differing.some(({ file }) => file === part.file.path)) proved.push(provedPart(node, part));
  }
  return { proved, compared, findings };
}

function provedPart(node: ClusterNode, { file, text: { target, form } }: Part): Proved {
  const part = file.target === "sh" ? "carried rules" : "whole file";
  return { node: node.name, file: file.path, target, part, form, families: FAMILIES_OF[target], hooks: HOOKS };
}

export const reportOf = (reports: readonly Report[]): Report => ({
  proved: reports.flatMap(({ proved }) => proved),
  compared: reports.flatMap(({ compared }) => compared),
  findings: reports.flatMap(({ findings }) => findings),
});
