/** What the proof says of a mutant, and what the judge does. */
import { FAMILIES } from "../../../src/address/address.ts";
import { HOOKS, type Hook } from "../../../src/verify/program.ts";
import { prove, type Refuted } from "../../../src/verify/prove.ts";
import { type Box, OTHER_DEVICE, OTHER_GROUP, only, type Spans, STATES, viewIs, without } from "./judge/box.ts";
import { judgedIptables } from "./judge/iptables.ts";
import { type Judgement, judge, type Pair, someFateOf } from "./judge/judge.ts";
import type { Judged } from "./judge/machine.ts";
import { judgedNft } from "./judge/nft.ts";
import { anything, type Scene, scenesOf } from "./judge/scenes.ts";
import { deviceSpans } from "./judge/values.ts";
import type { Mutant } from "./make.ts";

/** The judge's most classes of packets at one hook. */
const MOST = 60_000;

export type Verdict =
  | { readonly kind: "unverified"; readonly reason: string }
  | { readonly kind: "refuted" }
  /** Refuted, though no packet differs. */
  | { readonly kind: "too strict"; readonly reason: string }
  /** Refuted by a packet that does not differ, while another does. */
  | { readonly kind: "wrong packet"; readonly reason: string }
  /** Not told apart by the proof, and not to be told apart. */
  | { readonly kind: "equivalent"; readonly reason: string }
  /** A difference that the proof does not see, or one that nobody looked for to the end. */
  | { readonly kind: "survived"; readonly reason: string };

const judgedOf = ({ sample }: Mutant, text: string, family: 4 | 6): Judged =>
  sample.target === "nft" ? judgedNft(text, family) : judgedIptables(text, family);

const pairOf = (mutant: Mutant, family: 4 | 6): Pair => ({
  original: judgedOf(mutant, mutant.sample.text, family),
  mutant: judgedOf(mutant, mutant.text, family),
  touched: mutant,
});

const LO = deviceSpans("lo");
const NOT_LO = without([[0n, OTHER_DEVICE]], LO);

/** The packet of a refutation, as a box: of who is remembered, and of rates, nothing is said. */
function boxOf({ packet }: Refuted): Box {
  const flag = (is: boolean): Spans => only(is ? 1 : 0);
  const state = STATES.indexOf(packet.state);
  return {
    source: only(packet.source.value),
    destination: only(packet.destination.value),
    ...(packet.asked === null ? {} : { asked: only(packet.asked.value) }),
    protocol: only(packet.protocol),
    "source-port": only(packet.sourcePort),
    "destination-port": only(packet.destinationPort),
    "asked-port": only(packet.askedPort),
    "icmp-type": only(packet.icmpType),
    state: only(state),
    view: viewIs(state > 2 ? "none" : "apart"),
    translated: flag(packet.isTranslated),
    "arrives-by": packet.fromLoopback ? LO : NOT_LO,
    "leaves-by": packet.leavesBy === null ? only(OTHER_DEVICE) : deviceSpans(packet.leavesBy),
    "arrives-group": packet.arrivesByGroup === null ? only(OTHER_GROUP) : only(packet.arrivesByGroup),
    "leaves-group": packet.leavesByGroup === null ? only(OTHER_GROUP) : only(packet.leavesByGroup),
    "way-back": flag(packet.isWayBack),
    "own-source": flag(packet.hasOwnSource),
    "own-destination": flag(packet.hasOwnDestination),
  };
}

const shownBox = (box: Box): string =>
  (Object.keys(box) as (keyof Box)[])
    .map(
      (field) =>
        `${field} ${box[field]!.map(([first, last]) => (first === last ? first : `${first}-${last}`)).join(",")}`,
    )
    .join("; ");

/** A list of clients that the changed lines name: doors that share it are told apart by packets of either. */
const isOfChangedList = ({ sample, text, before, after }: Mutant, fate: string): boolean => {
  const [old, now] = [sample.text.split("\n"), text.split("\n")];
  const lines = [...before.map((line) => old[line - 1]!), ...after.map((line) => now[line - 1]!)];
  const lists = [...fate.matchAll(/remembers (.*?)(?: for \d+s)?(?=[;|]|$)/g)].map(([, list]) =>
    list!.trim().split(" "),
  );
  return lists.some((words) => lines.some((line) => words.every((word) => line.includes(word))));
};

/** Whether the texts do different things with the packet that the proof shows. Throws where the judge does not know what they mean. */
export const isRight = (mutant: Mutant, refuted: Refuted): boolean =>
  judge(pairOf(mutant, refuted.packet.family), refuted.hook, [boxOf(refuted)], MOST).difference !== null;

/** Why the judge cannot read the mutant; `null` where it can. */
function unreadable(mutant: Mutant): string | null {
  try {
    for (const family of familiesOf(mutant)) judgedOf(mutant, mutant.text, family);
    return null;
  } catch (error) {
    return String((error as Error).message);
  }
}

function refutedBy(mutant: Mutant, refuted: Refuted): Verdict {
  const { hook, packet } = refuted;
  if (unreadable(mutant) !== null || isRight(mutant, refuted)) return { kind: "refuted" };
  const judged = judgedAlone(mutant);
  if (judged.kind === "equivalent") return { kind: "too strict", reason: judged.reason };
  const fate = someFateOf(pairOf(mutant, packet.family), hook, boxOf(refuted));
  if (isOfChangedList(mutant, fate)) return { kind: "refuted" };
  return { kind: "wrong packet", reason: `${hook}: ${shownBox(boxOf(refuted))}` };
}

export function verdictOf(mutant: Mutant): Verdict {
  const { cluster, node, target, form } = mutant.sample;
  const [finding] = prove(cluster, node, [{ target, form, text: mutant.text }]);
  if (finding?.kind === "unverified") return { kind: "unverified", reason: finding.unread[0]!.reason };
  try {
    return finding === undefined ? judgedAlone(mutant) : refutedBy(mutant, finding);
  } catch (error) {
    // A question that the judge cannot ask of a packet, which shows only when it is asked.
    const reason = `the judge does not know what it means: ${(error as Error).message}`;
    return finding === undefined ? { kind: "survived", reason } : { kind: "refuted" };
  }
}

const familiesOf = ({ sample: { target } }: Mutant) =>
  target === "nft" ? FAMILIES : ([target === "iptables" ? 4 : 6] as const);

/** What the judge says of a mutant that the proof does not tell from the text, whatever the proof says. */
export function judgedAlone(mutant: Mutant): Verdict {
  const { cluster, node } = mutant.sample;
  let [hits, shared] = [0, 0];
  const unseen: Hook[] = [];
  const reason = unreadable(mutant);
  if (reason !== null) return { kind: "survived", reason: `the judge does not know what it means: ${reason}` };
  for (const family of familiesOf(mutant)) {
    const pair = pairOf(mutant, family);
    for (const hook of HOOKS) {
      for (const { kind, box } of scenesOf(cluster, node, family, hook)) {
        const found = judge(pair, hook, [box], MOST);
        if (found.difference !== null || !found.isWhole) return { kind: "survived", reason: shown(kind, hook, found) };
        hits += found.hits;
        shared += found.shared;
      }
      if (judge(pair, hook, anything, MOST).difference !== null) unseen.push(hook);
    }
  }
  return { kind: "equivalent", reason: reasonOf(mutant, hits, shared, unseen) };
}

function shown(scene: Scene["kind"], hook: Hook, { difference, classes }: Judgement): string {
  if (difference === null) return `${hook}: more than ${classes} classes of packets`;
  const { box, fates } = difference;
  return `${scene} at ${hook}: ${fates.original} became ${fates.mutant}\n    ${shownBox(box)}`;
}

/** Every class of packets that the hooks see was walked through both texts: none differs. */
function reasonOf({ sample, before, after }: Mutant, hits: number, shared: number, unseen: readonly Hook[]): string {
  const lines = sample.text.split("\n");
  const isOfBase = before.some((line) => /^\t\t(?:type|size|flags) /.test(lines[line - 1]!));
  if (unseen.length > 0) return "only packets that the hook never sees differ";
  if (isOfBase) return "every packet ends alike in both texts";
  if (hits === 0) return "no packet comes to it that it matches";
  if (before.length < 2 || after.length < 2) return "every packet that it matches ends alike in both texts";
  return shared === 0 ? "no packet matches both" : "every packet that both match ends alike in either order";
}
