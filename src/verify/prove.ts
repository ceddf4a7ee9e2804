/** The proof of one node: each text is read back, and what it says is held against what the cluster means, for every packet. */
import type { Cluster, ClusterNode } from "../cluster/cluster.ts";
import { meaningOf } from "./meaning.ts";
import { type Packet, packetOf } from "./packet.ts";
import type { Hook, Program, Unread } from "./program.ts";
import { readIptables } from "./read/iptables.ts";
import { readNft } from "./read/nft.ts";
import { type Responsible, responsibleFor } from "./responsible.ts";
import { type Refutation, refutationsOf, type Texts } from "./verify.ts";
import { type Fate, fateOf } from "./words.ts";

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
  readonly unread: readonly Unread[];
}

/** One packet of which the text says another thing than the program. */
export interface Refuted {
  readonly kind: "refuted";
  readonly target: ProvedTarget;
  readonly hook: Hook;
  readonly packet: Packet;
  readonly program: Fate;
  readonly rules: Fate;
  /** Lines of the text. */
  readonly responsible: readonly Responsible[];
}

export type Finding = Unverified | Refuted;

const FAMILIES = { iptables: [4], ip6tables: [6], nft: [4, 6] } as const;

function readText({ target, text, form }: ProvedText, family: 4 | 6) {
  return target === "nft" ? readNft(text, family) : readIptables(text, family, form);
}

function refuted(target: ProvedTarget, program: Program, { hook, scene, headers, difference }: Refutation): Refuted {
  const packet = packetOf(headers, scene, difference.place);
  return {
    kind: "refuted",
    target,
    hook,
    packet,
    program: fateOf(difference.expected, packet),
    rules: fateOf(difference.found, packet),
    responsible: responsibleFor(program, hook, packet),
  };
}

/** The first difference of each text at each hook, and what could not be read; none: the texts mean the program. */
export function prove(cluster: Cluster, node: ClusterNode, texts: readonly ProvedText[]): readonly Finding[] {
  const findings: Finding[] = [];
  for (const family of [4, 6] as const) {
    const programs: Texts[] = [];
    const targets: ProvedTarget[] = [];
    for (const text of texts) {
      if (!FAMILIES[text.target].some((each) => each === family)) continue;
      const read = readText(text, family);
      if ("unread" in read) findings.push({ kind: "unverified", target: text.target, unread: read.unread });
      else {
        programs.push({ target: text.target === "nft" ? "nft" : "iptables", program: read.program });
        targets.push(text.target);
      }
    }
    if (programs.length === 0) continue;
    for (const found of refutationsOf(cluster, node, meaningOf(cluster, node, family), programs)) {
      const at = programs.findIndex(({ target }) => target === found.target);
      findings.push(refuted(targets[at]!, programs[at]!.program, found));
    }
  }
  return withoutRepeats(findings);
}

/** What is not known of nft's text is so of both families. */
function withoutRepeats(findings: readonly Finding[]): readonly Finding[] {
  return findings.filter(
    (one, at) =>
      one.kind === "refuted" ||
      !findings.slice(0, at).some((other) => other.kind === "unverified" && other.target === one.target),
  );
}
