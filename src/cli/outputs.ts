/** A node's outputs, as the options of `compile` want them. */

import { type Emitter, packetsOf } from "../emit/emitter.ts";
import { EMITTERS } from "../emit/emitters.ts";
import { coexistTables, replacedTables } from "../emit/iptables/emit.ts";
import { upWith } from "../emit/shell/rules-of.ts";
import type { NodePlan, PacketPlan } from "../plan/plan.ts";

/** What `up.sh` loads. */
export const RULES = ["iptables", "nft"] as const;

export interface Choice {
  readonly rules: (typeof RULES)[number];
  /** `whole`: tables that replace what is there. `coexist`: own chains only, without jumps. */
  readonly form: "whole" | "coexist";
}

export interface OutputFile {
  readonly name: string;
  readonly text: string;
}

/** The targets that `--coexist` is about, and the family that each holds. */
const TABLES: Readonly<Record<string, PacketPlan["family"]>> = { iptables: 4, ip6tables: 6 };

export const hasCoexist = (target: string): boolean => Object.hasOwn(TABLES, target);

export function emitterOf(target: string): Emitter {
  return EMITTERS.find(({ name }) => name === target)!;
}

export function textOf(emitter: Emitter, plan: NodePlan, choice: Choice): string {
  const family = TABLES[emitter.name];
  if (family !== undefined && choice.form === "coexist") return coexistTables(packetsOf(plan, family));
  return emitter.name === "sh" ? upWith(plan, choice.rules) : emitter.emit(plan);
}

/** Everything that a node's folder holds. */
export const filesOf = (plan: NodePlan, choice: Choice): readonly OutputFile[] =>
  EMITTERS.map((emitter) => ({ name: emitter.file, text: textOf(emitter, plan, choice) }));

/** The tables that a target's whole text replaces, in its order. */
export const tablesReplacedBy = (target: string, plan: NodePlan): readonly string[] =>
  replacedTables(packetsOf(plan, TABLES[target]!));

/** What pods may send is judged in the family, whatever the program says of it. */
export const judgesSenders = (plan: NodePlan, family: PacketPlan["family"]): boolean =>
  packetsOf(plan, family).senders.pods.length > 0;

/** The program says something about packets of the family. */
export function speaks(plan: NodePlan, family: PacketPlan["family"]): boolean {
  const { services, postrouting, marks, filter } = packetsOf(plan, family);
  const lists: readonly (readonly unknown[])[] = [
    services,
    postrouting,
    marks.prerouting,
    marks.output,
    ...Object.values(filter).flatMap((stages) => Object.values(stages)),
  ];
  return lists.some((list) => list.length > 0);
}
