/** The proof for one node and one family: what its texts say is what the cluster means, for every packet. */
import type { Address } from "../../address/address.ts";
import type { Cluster, ClusterNode } from "../../cluster/cluster.ts";
import { lazily } from "../../cluster/once.ts";
import { stretchAt } from "../../packetset/axis.ts";
import { createDiagrams, type Diagram } from "../../packetset/diagram.ts";
import { ACCEPT, createEnds, type Ends, ON } from "../fates/end.ts";
import { createChains, evaluate, type Others } from "../fates/evaluate.ts";
import { areAlike, sameEverywhere, sameOfConnections } from "../fates/flags.ts";
import { canBeFull } from "../fates/full.ts";
import { type Headers, highestOf, levelOf } from "../fates/headers.ts";
import { FIXED } from "../fates/hooks.ts";
import { withJoinedRules } from "../fates/joined.ts";
import { hashOf, isEqual, type Outcome, outcomeTraits, renamed, TRAITS } from "../fates/outcome.ts";
import { headersOf } from "../fates/points.ts";
import { type Scene, statesOf, viewsOf } from "../fates/scene.ts";
import { spendingAtMost, TooLarge } from "../fates/too-large.ts";
import { type Ways, waysOf } from "../fates/ways.ts";
import { HOOKS, type Hook, type Program } from "../program.ts";
import { likelyOf } from "../tell/likely.ts";
import { type Difference, firstDifference, type Likely } from "./differences.ts";
import { createNames, type Names } from "./same.ts";

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

type SceneName = "untranslated" | "full" | "reply" | "error" | "foreign" | "none";

const FILTER: readonly SceneName[] = ["untranslated", "foreign", "reply", "error", "none"];

/**
 * A connection's first packet alone meets nat, and what is translated later is not asked about again; in front of conntrack nothing has a
 * connection yet.
 */
const SCENES: Readonly<Record<Hook, readonly SceneName[]>> = {
  "raw-prerouting": ["none"],
  "raw-output": ["none"],
  "mangle-prerouting": FILTER,
  "nat-prerouting": ["untranslated", "full"],
  "mangle-output": FILTER,
  "nat-output": ["untranslated", "full"],
  "filter-input": FILTER,
  "filter-forward": FILTER,
  "filter-output": FILTER,
  "nat-postrouting": ["untranslated", "foreign"],
};

const SCENE_OF: Readonly<Record<SceneName, Scene>> = {
  untranslated: { kind: "untranslated", isFull: false },
  full: { kind: "untranslated", isFull: true },
  foreign: { kind: "foreign" },
  reply: { kind: "untranslated-reply" },
  error: { kind: "untranslated-error" },
  none: { kind: "no-connection" },
};

/** What was found of some texts. */
export interface Found {
  readonly refutations: readonly Refutation[];
  /** Of which nothing is said at some hook, and why. */
  readonly tooLarge: ReadonlyMap<Texts["target"], string>;
}

/** One scene's diagrams, and the first difference of a text at a hook of it. */
interface Examined {
  differenceOf(text: Texts, hook: Hook): Difference | null;
}

/** What all scenes of one proof have in common. */
interface Proof {
  readonly meaning: Program;
  readonly headers: Headers;
  readonly areShared: ReadonlyMap<Program, (chain: string) => boolean>;
  readonly names: ReadonlyMap<Texts["target"], Names>;
  readonly likely: (hook: Hook) => Likely;
  readonly ends: Ends;
  readonly others: ReadonlyMap<Program, Others>;
  /** How many bytes the diagrams of one scene may take. */
  readonly room: number;
}

function examine({ meaning, headers, areShared, names, likely, room, ends, others }: Proof, scene: Scene): Examined {
  const ways = scene.kind === "ways" ? scene.ways.length : 0;
  const diagrams = createDiagrams(
    highestOf(headers, statesOf(scene), ways),
    {
      hashOf,
      isEqual,
      traitsOf: outcomeTraits,
    },
    { spend: spendingAtMost(room) },
  );
  const views = viewsOf(headers, scene, ends);
  const shared = new Map([...areShared.keys()].map((program) => [program, createChains()]));
  const expected = new Map<Hook, Diagram<Outcome>>();
  const of = (program: Program, hook: Hook): Diagram<Outcome> =>
    evaluate(
      {
        program,
        diagrams,
        view: views.at(FIXED[hook]),
        shared: shared.get(program)!,
        isShared: areShared.get(program)!,
        others: areAlike(scene) ? others.get(program)! : null,
      },
      hook,
    );
  /** nft has one table at a hook: what netc accepts there and what it leaves alone go the same way. */
  const asNft = (diagram: Diagram<Outcome>): Diagram<Outcome> =>
    diagrams.map(diagram, TRAITS.accept, (outcome) => renamed(views.ends, outcome, ACCEPT, ON));
  return {
    differenceOf({ target, program }, hook) {
      const wanted = expected.get(hook) ?? of(meaning, hook);
      expected.set(hook, wanted);
      const own = of(program, hook);
      return target === "nft"
        ? firstDifference(headers, diagrams.tiers, names.get(target)!, () => likely(hook), asNft(wanted), asNft(own))
        : firstDifference(headers, diagrams.tiers, names.get(target)!, () => likely(hook), wanted, own);
    },
  };
}

/** The first difference of each target at each hook; none, and nothing too large: proved. */
export function refutationsOf(
  cluster: Cluster,
  node: ClusterNode,
  said: Program,
  written: readonly Texts[],
  room: number,
): Found {
  const meaning = withJoinedRules(said);
  const texts = written.map(({ target, program }): Texts => ({ target, program: withJoinedRules(program) }));
  const all = [meaning, ...texts.map(({ program }) => program)];
  const headers = headersOf(all);
  const proof: Proof = {
    meaning,
    headers,
    areShared: new Map(all.map((program) => [program, sameEverywhere(program)])),
    names: new Map(texts.map(({ target }) => [target, createNames()])),
    likely: likelyPlaces(cluster, node, headers),
    ends: createEnds(),
    others: new Map(all.map((program) => [program, { chains: createChains(), isSame: sameOfConnections(program) }])),
    room,
  };
  const found: Refutation[] = [];
  const tooLarge = new Map<Texts["target"], string>();
  const isFound = ({ target }: Texts, hook: Hook): boolean =>
    tooLarge.has(target) || found.some((each) => each.target === target && each.hook === hook);
  /** `null` too where it is too large to say, which is then known of the text. */
  const unlessTooLarge = <T>(text: Texts, find: () => T | null): T | null => {
    try {
      return find();
    } catch (error) {
      if (!(error instanceof TooLarge)) throw error;
      tooLarge.set(text.target, error.message);
      return null;
    }
  };
  const withLists = texts.filter(({ program }) => canBeFull(program));
  const onWays = lazily(() => waysOf(cluster, node, meaning.family));
  for (const name of SCENE_NAMES) {
    const scene = SCENE_OF[name];
    const asked = name === "full" ? withLists : texts;
    const hooks = HOOKS.filter(
      (hook) => SCENES[hook].includes(name) && asked.some((text) => hasRules(hook, meaning, text)),
    );
    if (hooks.length === 0) continue;
    const examined = examine(proof, scene);
    for (const hook of hooks) {
      for (const text of asked) {
        if (isFound(text, hook)) continue;
        const difference = unlessTooLarge(text, () => examined.differenceOf(text, hook));
        if (difference === null) continue;
        const likelier =
          scene.kind === "foreign" ? unlessTooLarge(text, () => onOwnWays(proof, onWays(), text, hook)) : null;
        found.push({ target: text.target, hook, headers, ...(likelier ?? { scene, difference }) });
      }
    }
  }
  return { refutations: found, tooLarge };
}

const SCENE_NAMES: readonly SceneName[] = ["untranslated", "full", "foreign", "reply", "error", "none"];

/** Without rules on either side a hook does nothing to anything. */
const hasRules = (hook: Hook, meaning: Program, { program }: Texts): boolean =>
  meaning.hooks[hook].length + program.hooks[hook].length > 0;

/** A difference that a connection shows which the node's own frontends lead on, rather than one that others translated. */
function onOwnWays(
  proof: Proof,
  { lines, whole }: Ways,
  text: Texts,
  hook: Hook,
): Pick<Refutation, "scene" | "difference"> | null {
  for (const ways of [lines, whole]) {
    if (ways.length === 0) continue;
    const scene: Scene = { kind: "ways", ways };
    const difference = examine(proof, scene).differenceOf(text, hook);
    if (difference !== null) return { scene, difference };
  }
  return null;
}

/** Enough of them: who is looked at first is a courtesy to people. */
const LIKELY = 64;

/** What is passed on goes to nobody here. */
function likelyPlaces(cluster: Cluster, node: ClusterNode, { family, addresses }: Headers): (hook: Hook) => Likely {
  const places = (likely: readonly Address[]): readonly number[] =>
    likely.slice(0, LIKELY).map(({ value }) => stretchAt(addresses, value));
  const known = lazily(() => likelyOf(cluster, node, family));
  const to = (destinations: readonly Address[]): Likely => {
    const { own, clients, servers } = known();
    return new Map([
      [levelOf("source"), places([...clients, ...own])],
      [levelOf("destination"), places(destinations)],
      [levelOf("asked"), places(servers)],
    ]);
  };
  const passedOn = lazily(() => to(known().servers));
  const other = lazily(() => to([...known().own, ...known().servers]));
  return (hook) => (hook === "filter-forward" ? passedOn() : other());
}
