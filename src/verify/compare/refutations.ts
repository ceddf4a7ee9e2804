/** The proof for one node and one family: what its texts say is what the cluster means, for every packet. */
import type { Address } from "../../address/address.ts";
import type { Cluster, ClusterNode } from "../../cluster/cluster.ts";
import { lazily } from "../../cluster/once.ts";
import { stretchAt } from "../../packetset/axis.ts";
import { createDiagrams, type Diagram, type Diagrams } from "../../packetset/diagram.ts";
import { ACCEPT, ON } from "../fates/end.ts";
import { evaluate } from "../fates/evaluate.ts";
import { sameEverywhere } from "../fates/flags.ts";
import { canBeFull } from "../fates/full.ts";
import { type Headers, highestOf, levelOf } from "../fates/headers.ts";
import { FIXED } from "../fates/hooks.ts";
import { hashOf, isEqual, type Outcome, outcomeTraits, renamed, TRAITS } from "../fates/outcome.ts";
import { headersOf } from "../fates/points.ts";
import { type Scene, viewsOf } from "../fates/scene.ts";
import { waysOf } from "../fates/ways.ts";
import { HOOKS, type Hook, type Program } from "../program.ts";
import { likelyOf } from "../tell/likely.ts";
import { type Difference, firstDifference, type Likely } from "./differences.ts";
import { createNames } from "./same.ts";

export interface Refutation {
  readonly target: "iptables" | "nft";
  readonly hook: Hook;
  readonly scene: Scene;
  readonly headers: Headers;
  readonly difference: Difference;
}

export interface Texts {
  readonly target: "iptables" | "nft";
  readonly program: Program;
}

type SceneName = "untranslated" | "full" | "lines" | "whole" | "foreign";

/** A connection's first packet alone meets nat, and what is translated later is not asked about again. */
const SCENES: Readonly<Record<Hook, readonly SceneName[]>> = {
  "raw-prerouting": [],
  "raw-output": [],
  "mangle-prerouting": ["untranslated", "foreign"],
  "nat-prerouting": ["untranslated", "full"],
  "mangle-output": ["untranslated", "foreign"],
  "nat-output": ["untranslated", "full"],
  "filter-input": ["untranslated", "lines", "whole", "foreign"],
  "filter-forward": ["untranslated", "lines", "whole", "foreign"],
  "filter-output": ["untranslated", "lines", "whole", "foreign"],
  "nat-postrouting": ["untranslated", "lines", "whole", "foreign"],
};

/** nft has one table at a hook: what netc accepts there and what it leaves alone go the same way. */
const asNft = (outcome: Outcome): Outcome => renamed(outcome, ACCEPT, ON);

/** The first difference of each target at each hook; none: proved. */
export function refutationsOf(
  cluster: Cluster,
  node: ClusterNode,
  meaning: Program,
  texts: readonly Texts[],
): readonly Refutation[] {
  const { family } = meaning;
  const ways = waysOf(cluster, node, family);
  const all = [meaning, ...texts.map(({ program }) => program)];
  const areShared = new Map(all.map((program) => [program, sameEverywhere(program)]));
  const headers = headersOf(all);
  const scenes: Readonly<Record<SceneName, Scene>> = {
    untranslated: { kind: "untranslated", isFull: false },
    full: { kind: "untranslated", isFull: true },
    lines: { kind: "ways", ways: ways.lines },
    whole: { kind: "ways", ways: ways.whole },
    foreign: { kind: "foreign" },
  };
  const likely = lazily(() => likelyPlaces(cluster, node, headers));
  const found: Refutation[] = [];
  const names = new Map(texts.map(({ target }) => [target, createNames()]));
  const withLists = texts.filter(({ program }) => canBeFull(program));
  for (const [name, scene] of Object.entries(scenes)) {
    const asked = name === "full" ? withLists : texts;
    if (asked.length === 0 || (scene.kind === "ways" && scene.ways.length === 0)) continue;
    const hooks = HOOKS.filter((hook) => SCENES[hook].some((each) => each === name));
    const diagrams = createDiagrams(highestOf(headers, scene.kind === "ways" ? scene.ways.length : 0), {
      hashOf,
      isEqual,
      traitsOf: outcomeTraits,
    });
    const viewAt = viewsOf(headers, scene);
    const shared = new Map(all.map((program) => [program, new Map<string, Diagram<Outcome>>()]));
    for (const hook of hooks) {
      const view = viewAt(FIXED[hook]);
      const of = (program: Program): Diagram<Outcome> =>
        evaluate({ program, diagrams, view, shared: shared.get(program)!, isShared: areShared.get(program)! }, hook);
      const expected = of(meaning);
      for (const { target, program } of asked) {
        if (found.some((each) => each.target === target && each.hook === hook)) continue;
        const own = of(program);
        const [wanted, said] =
          target === "nft" ? [expected, own].map((each) => merged(diagrams, each)) : [expected, own];
        const difference = firstDifference(headers, names.get(target)!, likely, wanted!, said!);
        if (difference !== null) found.push({ target, hook, scene, headers, difference });
      }
    }
  }
  return found;
}

const merged = (diagrams: Diagrams<Outcome>, diagram: Diagram<Outcome>): Diagram<Outcome> =>
  diagrams.map(diagram, TRAITS.accept, asNft);

/** Enough of them: who is looked at first is a courtesy to people. */
const LIKELY = 64;

function likelyPlaces(cluster: Cluster, node: ClusterNode, { family, addresses }: Headers): Likely {
  const { own, clients, servers } = likelyOf(cluster, node, family);
  const places = (likely: readonly Address[]): readonly number[] =>
    likely.slice(0, LIKELY).map(({ value }) => stretchAt(addresses, value));
  return new Map([
    [levelOf("source"), places([...clients, ...own])],
    [levelOf("destination"), places([...own, ...servers])],
    [levelOf("asked"), places(servers)],
  ]);
}
