/** One packet of a difference, with all that is known of it. */
import type { Cluster, ClusterNode, Stated } from "../../cluster/cluster.ts";
import type { Refutation } from "../compare/refutations.ts";
import type { Hook, Program } from "../program.ts";
import type { ProvedTarget, ProvedText } from "../prove.ts";
import { type Packet, packetOf } from "./packet.ts";
import { type Party, partyOf } from "./parties.ts";
import { type Responsible, responsibleFor } from "./responsible.ts";
import { statementsBehind } from "./statements.ts";
import { type Fate, fateOf } from "./words.ts";

/** One packet of which the text says another thing than the program. */
export interface Refuted {
  readonly kind: "refuted";
  readonly target: ProvedTarget;
  readonly text: ProvedText;
  readonly hook: Hook;
  readonly packet: Packet;
  /** Whose the packet's addresses are. */
  readonly parties: { readonly source: Party; readonly destination: Party; readonly asked: Party | null };
  readonly program: Fate;
  readonly rules: Fate;
  /** Lines of the text. */
  readonly responsible: readonly Responsible[];
  /** What of the program the packet is about. */
  readonly statements: readonly Stated[];
}

export interface ReadText {
  readonly text: ProvedText;
  readonly program: Program;
}

/** What the first differences of some texts are held against. */
export interface Subject {
  readonly cluster: Cluster;
  readonly node: ClusterNode;
  readonly meaning: Program;
}

export function refuted({ cluster, node, meaning }: Subject, { text, program }: ReadText, found: Refutation): Refuted {
  const { hook, scene, headers, difference } = found;
  const packet = packetOf({ cluster, node, hook, headers, scene }, difference.place);
  const responsible = responsibleFor(program, hook, packet);
  const abouts = [...responsibleFor(meaning, hook, packet), ...responsible].map(({ about }) => about);
  return {
    kind: "refuted",
    target: text.target,
    text,
    hook,
    packet,
    parties: {
      source: packet.hasOwnSource ? { kind: "node", name: node.name } : partyOf(cluster, node, packet.source),
      destination: partyOf(cluster, node, packet.destination),
      asked: packet.asked === null ? null : partyOf(cluster, node, packet.asked),
    },
    program: fateOf(difference.expected, packet),
    rules: fateOf(difference.found, packet),
    responsible,
    statements: statementsBehind(cluster, node, packet, abouts),
  };
}
