/**
 * Policy in every combination of a kind of source and a kind of destination: each pair is an `allow` under a default and a `deny`,
 * each on a port of its own, asked for by every client of every target, in both families.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { door, dualStack, FAMILIES, type Family, vips } from "./family.ts";
import type { Lab } from "./lab.ts";
import { lesson } from "./lesson.ts";
import { allows, DESTINATIONS, GROUPS, SOURCES } from "./pairs/kinds.ts";
import {
  addressOf,
  askedPort,
  CLIENTS,
  type Client,
  crossings,
  FAR_OFFSET,
  serverOf,
  TARGETS,
  type Target,
} from "./pairs/reference.ts";
import { probe } from "./probe.ts";
import { TWO_NODES } from "./topology.ts";

const FIRST_PORT = 20000;
const SILENCE_MS = 300;
/** So many probes are on their way together. */
const AT_ONCE = 256;

interface Pair {
  readonly verdict: "allow" | "deny";
  readonly source: string;
  readonly destination: string;
  readonly port: number;
}

const PAIRS: readonly Pair[] = (["allow", "deny"] as const)
  .flatMap((verdict) =>
    Object.keys(SOURCES).flatMap((source) =>
      Object.keys(DESTINATIONS).map((destination) => ({ verdict, source, destination })),
    ),
  )
  .map((pair, at) => ({ ...pair, port: FIRST_PORT + at }));

const named = ({ verdict, source, destination, port }: Pair): string =>
  `${verdict} ${SOURCES[source]!.text} -> ${DESTINATIONS[destination]!.write(port)}`;

const ports = PAIRS.map(({ port }) => port);
const LAST_PORT = ports.at(-1)!;
const allowed = PAIRS.filter(({ verdict }) => verdict === "allow").map(({ port }) => port);

const PROGRAM = dualStack(
  [],
  [
    `service web ${vips(1)} { ${FIRST_PORT}-${LAST_PORT} -> b }`,
    `service far ${vips(2)} { ${FIRST_PORT + FAR_OFFSET}-${LAST_PORT + FAR_OFFSET} -> d:${FIRST_PORT}-${LAST_PORT} }`,
    "masquerade pods except nodes",
    ...GROUPS,
    ...PAIRS.map(named),
    `default deny any -> any:${allowed[0]}-${allowed.at(-1)}`,
  ],
);

/** By the contract, on every node that the packet crosses. */
function passes(pair: Pair, client: Client, target: Target, family: Family): boolean {
  const source = SOURCES[pair.source]!;
  const destination = DESTINATIONS[pair.destination]!;
  const covers = pair.verdict === "allow" ? allows(destination, pair.port) : destination.matches(pair.port);
  return crossings(client, target, pair.port, family).every((crossing) => {
    const hit = source.matches(crossing, family) && covers(crossing, family);
    return hit === (pair.verdict === "allow");
  });
}

interface Question {
  readonly pair: Pair;
  readonly client: Client;
  readonly target: Target;
}

const questionsOf = (pair: Pair): readonly Question[] =>
  CLIENTS.flatMap((client) =>
    TARGETS.filter((target) => !(client === "lan" && target === "lan")).map((target) => ({ pair, client, target })),
  );

/** What is wrong with the answer, or nothing. */
async function judge(lab: Lab, family: Family, { pair, client, target }: Question): Promise<readonly string[]> {
  const wanted = passes(pair, client, target, family);
  const at = door(addressOf(target, family), askedPort(target, pair.port));
  let outcome = await probe(lab, client, at, wanted ? {} : { wait: SILENCE_MS });
  // Of so many at a time a packet can be lost, or meet the port of a connection that is not gone yet.
  if (wanted && outcome.kind !== "answered") outcome = await probe(lab, client, at);
  const right = wanted
    ? outcome.kind === "answered" && outcome.protocol === "tcp" && outcome.who === serverOf(target)
    : outcome.kind === "silent" || outcome.kind === "not-permitted";
  const what = `${named(pair)}: ${client} -> ${target} (${at}): ${JSON.stringify(outcome)}`;
  return right ? [] : [`${what}, wanted ${wanted ? `an answer from ${serverOf(target)}` : "silence"}`];
}

/** All that is wrong, so many questions at a time. */
async function judgeAll(lab: Lab, family: Family, questions: readonly Question[]): Promise<readonly string[]> {
  const waiting = questions.values();
  const wrong: string[] = [];
  const work = async (): Promise<void> => {
    for (const question of waiting) wrong.push(...(await judge(lab, family, question)));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return wrong;
}

/** Pairs whose packets all meet one fate, with the reason why no other can be sent. */
const ONE_FATE: Readonly<Record<string, string>> = {
  "allow any -> any": "all is allowed",
  "allow any -> a range that holds all of them": "all is allowed",
  "deny address -> address": "a host asks itself without a node",
};

test("every pair lets a packet pass and holds another", () => {
  for (const family of FAMILIES) {
    const uniform = PAIRS.filter(
      (pair) => new Set(questionsOf(pair).map(({ client, target }) => passes(pair, client, target, family))).size === 1,
    );
    assert.deepEqual(
      uniform.map(({ verdict, source, destination }) => `${verdict} ${source} -> ${destination}`),
      Object.keys(ONE_FATE),
    );
  }
});

lesson(
  "policy between every kind of source and every kind of destination",
  { topology: TWO_NODES },
  async (lab, observe) => {
    for (const { flag, podRanges, services, node1, node2 } of FAMILIES)
      for (const [range, node] of [
        [podRanges.node1, node1],
        [podRanges.node2, node2],
        [services, node1],
      ] as const)
        await lab.on("lan", "ip", flag, "route", "add", range, "via", node);
    await lab.load(PROGRAM);
    for (const host of ["b", "d", "node1", "node2", "lan"])
      await (await lab.agent(host)).ask("listen", { tcp: ports, udp: [] });
    for (const family of FAMILIES) {
      for (const source of Object.keys(SOURCES)) {
        await observe(`${family.name}: ${source}`, async () => {
          const questions = PAIRS.filter((pair) => pair.source === source).flatMap(questionsOf);
          const wrong = await judgeAll(lab, family, questions);
          assert.equal(wrong.length, 0, wrong.join("\n"));
        });
      }
    }
  },
);
