/** The proof of one node: each text is read back, and what it says is held against what the cluster means, for every packet. */
import type { Cluster, ClusterNode } from "../cluster/cluster.ts";
import { refutationsOf } from "./compare/refutations.ts";
import type { Read, Unread, Whole } from "./program.ts";
import { readIptables } from "./read/iptables.ts";
import { type ReadNft, readNftOnce } from "./read/nft.ts";
import { referenceOf } from "./reference.ts";
import { type ReadText, type Refuted, refuted, type Subject } from "./tell/refuted.ts";
import { areTwins } from "./twins.ts";
import { misfitsOf } from "./whole.ts";

/** As `compile --target` names them; nft's is of both families. */
export const PROVED = ["iptables", "ip6tables", "nft"] as const;
export type ProvedTarget = (typeof PROVED)[number];

export interface ProvedText {
  readonly target: ProvedTarget;
  readonly text: string;
  /** Of iptables: whole tables, or own chains that `up.sh` hangs in; nft has one form. */
  readonly form: "whole" | "coexist";
}

/** Nothing is said of what the text means: it has lines that the reader does not know. */
export interface Unverified {
  readonly kind: "unverified";
  readonly target: ProvedTarget;
  readonly text: ProvedText;
  readonly unread: readonly Unread[];
}

export type { Refuted } from "./tell/refuted.ts";

export type Finding = Unverified | Refuted;

export const FAMILIES_OF: Readonly<Record<ProvedTarget, readonly (4 | 6)[]>> = {
  iptables: [4],
  ip6tables: [6],
  nft: [4, 6],
};

type Reader = (text: ProvedText, family: 4 | 6) => Read;

/** A text of both families is read once. */
function createReader(): Reader {
  const ofNft = new Map<ProvedText, ReadNft>();
  return (proved, family) => {
    const { target, text, form } = proved;
    if (target !== "nft") return readIptables(text, family, form);
    const read = ofNft.get(proved) ?? readNftOnce(text);
    ofNft.set(proved, read);
    return "unread" in read ? read : { program: read.programs(family) };
  };
}

/** One text of each tool at a time: `refutationsOf` tells them apart by that. */
function inRounds(texts: readonly ReadText[]): readonly (readonly ReadText[])[] {
  const ofTool = (isNft: boolean) => texts.filter(({ text }) => (text.target === "nft") === isNft);
  const [nft, iptables] = [ofTool(true), ofTool(false)];
  return Array.from({ length: Math.max(nft.length, iptables.length) }, (_, at) =>
    [iptables[at], nft[at]].filter((text) => text !== undefined),
  );
}

function findingsOf(subject: Subject, texts: readonly ReadText[], room: number): readonly Finding[] {
  const { cluster, node, meaning } = subject;
  return inRounds(texts).flatMap((round) => {
    const named = round.map(({ text, program }) => ({
      target: text.target === "nft" ? ("nft" as const) : ("iptables" as const),
      program,
    }));
    const textOf = (target: "nft" | "iptables"): ReadText => round[named.findIndex((each) => each.target === target)]!;
    const { refutations, tooLarge } = refutationsOf(cluster, node, meaning, named, room);
    return [
      ...refutations.map((found) => refuted(subject, textOf(found.target), found)),
      ...[...tooLarge].map(([target, reason]) => unverified(textOf(target).text, [{ line: 1, text: "", reason }])),
    ];
  });
}

const unverified = (text: ProvedText, unread: readonly Unread[]): Unverified => ({
  kind: "unverified",
  target: text.target,
  text,
  unread,
});

function proveFamily(
  cluster: Cluster,
  node: ClusterNode,
  texts: readonly ProvedText[],
  family: 4 | 6,
  readText: Reader,
  room: number,
): readonly Finding[] {
  const findings: Finding[] = [];
  const read: ReadText[] = [];
  const wholes = new Map<ProvedText, Whole>();
  const twins: { readonly text: ProvedText; readonly of: ReadText }[] = [];
  const readOne = (text: ProvedText): readonly ReadText[] => {
    const answer = readText(text, family);
    if ("program" in answer) {
      if (answer.whole != null) wholes.set(text, answer.whole);
      return [{ text, program: answer.program }];
    }
    findings.push(unverified(text, answer.unread));
    return [];
  };
  for (const text of texts) {
    const of = read.find((other) => areTwins(other.text, text));
    if (of === undefined) read.push(...readOne(text));
    else twins.push({ text, of });
  }
  if (read.length === 0) return findings;
  const subject = { cluster, node, meaning: referenceOf(cluster, node, family) };
  findings.push(...findingsOf(subject, read, room));
  const misfits = (): ReadonlyMap<ProvedText, readonly Unread[]> =>
    new Map(
      [...wholes].flatMap(([text, whole]) => {
        const unread = misfitsOf(subject.meaning, whole);
        return unread.length === 0 ? [] : [[text, unread] as const];
      }),
    );
  const before = misfits();
  // Of a text whose twin means the program nothing more is to be asked; else its own lines are told.
  const doubtful = twins.filter(({ of }) => before.has(of.text) || findings.some(({ text }) => text === of.text));
  findings.push(
    ...findingsOf(
      subject,
      doubtful.flatMap(({ text }) => readOne(text)),
      room,
    ),
  );
  return [...findings, ...misfitting(misfits(), findings)];
}

/** Texts that say what the program says wherever they say something: of the rest nothing is known. */
const misfitting = (
  misfits: ReadonlyMap<ProvedText, readonly Unread[]>,
  findings: readonly Finding[],
): readonly Unverified[] =>
  [...misfits]
    .filter(([text]) => !findings.some((finding) => finding.text === text))
    .map(([text, unread]) => unverified(text, unread));

/** How many bytes the proof of a family may take for what it compares, where nobody says. */
const ROOM = 1e9;

/** The first difference of each text at each hook, and what could not be read; none: the texts mean the program. */
export function prove(
  cluster: Cluster,
  node: ClusterNode,
  texts: readonly ProvedText[],
  room = ROOM,
): readonly Finding[] {
  const readText = createReader();
  const findings = ([4, 6] as const).flatMap((family) =>
    proveFamily(
      cluster,
      node,
      texts.filter(({ target }) => FAMILIES_OF[target].includes(family)),
      family,
      readText,
      room,
    ),
  );
  return withoutRepeats(findings);
}

/** What is not known of nft's text is so of both families. */
function withoutRepeats(findings: readonly Finding[]): readonly Finding[] {
  return findings.filter(
    (one, at) =>
      one.kind === "refuted" ||
      !findings.slice(0, at).some((other) => other.kind === "unverified" && other.text === one.text),
  );
}
