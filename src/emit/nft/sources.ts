/** Source translation: a chain for each stage, since what one stage keeps the next may still translate. */
import type { Family } from "../../address/address.ts";
import { identifierFor } from "../../address/identifier.ts";
import { bitsOf } from "../../address/prefix.ts";
import { unreachable } from "../../diagnostics/bug.ts";
import { matchKey } from "../../plan/passes/match-key.ts";
import type { Match, SourceStage, SourceTranslation } from "../../plan/plan.ts";
import { interleave, type Pair, place } from "./families.ts";
import { ipFamily, isCommon, matchesOf } from "./match.ts";
import type { NftAction, NftChain, NftElement, NftField, NftRule, NftSet } from "./ruleset.ts";
import { roomFor } from "./size.ts";

function sourceAction(action: SourceTranslation["action"]): NftAction {
  switch (action.kind) {
    case "to-address":
      return { kind: "snat", address: action.address };
    case "to-device-address":
      return { kind: "masquerade" };
    case "keep":
      return { kind: "return" };
    default:
      return unreachable(action);
  }
}

const actionKey = (action: SourceTranslation["action"]): string =>
  action.kind === "to-address" ? action.address.text : action.kind;

const sourceKey = ({ match, action }: SourceTranslation): string | null =>
  isCommon(match) && action.kind !== "to-address" ? `${action.kind} ${matchKey(match)}` : null;

/** The two ends that a match asks for and nothing else, of a translated connection; `null` for any other match. */
function endsOf(match: Match): NftElement["key"] | null {
  if (match.length !== 3) return null;
  let source: Match[number] | undefined;
  let destination: Match[number] | undefined;
  let isTranslated = false;
  for (const condition of match) {
    if (condition.kind === "source") source = condition;
    else if (condition.kind === "destination") destination = condition;
    else isTranslated = condition.kind === "translated";
  }
  if (!isTranslated || source?.kind !== "source" || destination?.kind !== "destination") return null;
  const ends = [...source.prefixes, ...destination.prefixes];
  const areHosts = ends.length === 2 && ends.every(({ address, length }) => length === bitsOf(address));
  return areHosts ? ends.map(({ address }) => address) : null;
}

interface Part {
  readonly rules: readonly NftRule[];
  readonly sets: readonly NftSet[];
}

/** Pairs of addresses that are all translated to one address: a set of them; `null` where the stage says anything else. */
function pairs({ kind, translations }: SourceStage, family: Family): Part | null {
  const [first] = translations;
  if (first === undefined) return null;
  const elements: NftElement[] = [];
  for (const { match, action, statement } of translations) {
    const key = actionKey(action) === actionKey(first.action) ? endsOf(match) : null;
    if (key === null) return null;
    elements.push({ key, value: [], statement });
  }
  const key: readonly NftField[] = [
    { kind: "address", family: ipFamily(family), field: "saddr" },
    { kind: "address", family: ipFamily(family), field: "daddr" },
  ];
  const name = `netc-${kind}-v${family}`;
  const rule: NftRule = {
    matches: [
      { kind: "ct-status", status: "dnat" },
      { kind: "member", key, set: name },
    ],
    actions: [sourceAction(first.action)],
    comment: null,
  };
  const set: NftSet = { name, key, value: [], kind: "plain", size: roomFor(elements.length), elements };
  return { rules: [rule], sets: [set] };
}

const CHAINS: Readonly<Record<SourceStage["kind"], string>> = {
  hairpin: "netc-hairpin",
  services: "netc-clients",
  snat: "netc-snat",
  egress: "netc-egress",
};

function stageChain({ kind, except }: SourceStage): string {
  return except === "" ? CHAINS[kind] : identifierFor("nft", `${CHAINS[kind]}-`, except);
}

function stageRules({ v4, v6 }: Pair<SourceStage>): readonly NftRule[] {
  return place(v4?.translations ?? [], v6?.translations ?? [], sourceKey).map(({ fact, family }) => ({
    matches: matchesOf(fact.match, family),
    actions: [sourceAction(fact.action)],
    comment: fact.statement,
  }));
}

/** A stage of hairpins is pairs of addresses, in each family by itself. */
function stagePart(stages: Pair<SourceStage>): Part {
  const kind = (stages.v4 ?? stages.v6)!.kind;
  if (kind !== "hairpin") return { rules: stageRules(stages), sets: [] };
  const parts = ([4, 6] as const).flatMap((family): readonly Part[] => {
    const stage = family === 4 ? stages.v4 : stages.v6;
    if (stage === null) return [];
    const alone = family === 4 ? { v4: stage, v6: null } : { v4: null, v6: stage };
    return [pairs(stage, family) ?? { rules: stageRules(alone), sets: [] }];
  });
  return { rules: parts.flatMap(({ rules }) => rules), sets: parts.flatMap(({ sets }) => sets) };
}

export interface SourceParts {
  readonly chains: readonly NftChain[];
  readonly sets: readonly NftSet[];
}

export function sourceParts({ v4, v6 }: Pair<readonly SourceStage[]>): SourceParts {
  const stages = interleave(v4 ?? [], v6 ?? [], ({ kind, except }) => `${kind} ${except}`).map((pair) => ({
    name: stageChain((pair.v4 ?? pair.v6)!),
    ...stagePart(pair),
  }));
  if (stages.length === 0) return { chains: [], sets: [] };
  const base: NftChain = {
    name: "netc-postrouting",
    base: { type: "nat", hook: "postrouting", priority: "srcnat" },
    rules: stages.map(({ name }) => ({ matches: [], actions: [{ kind: "jump", chain: name }], comment: null })),
  };
  return {
    chains: [base, ...stages.map(({ name, rules }) => ({ name, base: null, rules }))],
    sets: stages.flatMap(({ sets }) => sets),
  };
}
