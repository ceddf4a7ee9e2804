import assert from "node:assert/strict";
import { test } from "node:test";
import { matchWords } from "../../src/plan/match-words.ts";
import type { PlanJson } from "../../src/plan/schema.ts";
import { describePlan, planWords } from "../../src/plan/words.ts";
import { planOf } from "./json-plan.ts";

const linesOf = (plan: PlanJson, title: string): readonly string[] =>
  describePlan(plan).find((paragraph) => paragraph.title === title)?.lines ?? [];

test("a match reads as a sentence, whatever its parts", () => {
  const inline = (match: Parameters<typeof matchWords>[0]): string => matchWords(match).inline;
  assert.equal(inline({}), "everything");
  assert.equal(
    inline({ protocol: "tcp", source: ["10.0.0.0/8"], destination: ["10.1.1.1/32"], "destination-port": [80, 80] }),
    "tcp from 10.0.0.0/8 to 10.1.1.1 port 80",
  );
  assert.equal(
    inline({ source: ["fd00::1/128"], "source-port": [1024, 65535] }),
    "everything from fd00::1 ports 1024-65535",
  );
  assert.equal(
    inline({ asked: ["10.96.0.1/32"], "asked-port": null, translated: true }),
    "everything translated that asked for 10.96.0.1",
  );
  assert.equal(inline({ asked: null, "asked-port": [22, 22] }), "everything that asked for port 22");
  assert.equal(inline({ protocol: "icmp", "icmp-types": [133, 134] }), "icmp of types 133, 134");
});

test("a long list goes below its line, an item a line", () => {
  const source = Array.from({ length: 9 }, (_, at) => `10.0.${at}.0/24`);
  const { inline, below } = matchWords({ protocol: "udp", source });
  assert.equal(inline, "udp from any of those below");
  assert.deepEqual(below.slice(0, 2), ["  from 10.0.0.0/24", "  from 10.0.1.0/24"]);
  assert.equal(below.length, 9);
});

const EVERYBODY = { clients: "all", affinity: null } as const;

test("weights are said where they differ, ranges and IPv6 backends as they are written", () => {
  const plan = planOf({
    services: [
      {
        statement: "service w",
        address: "10.96.0.1",
        protocol: "tcp",
        port: [80, 80],
        ...EVERYBODY,
        backends: [
          { address: "10.1.1.1", port: null, weight: 3 },
          { address: "10.1.1.2", port: [8080, 8080], weight: 1 },
        ],
      },
      {
        statement: "service x",
        address: "fd00::9",
        protocol: null,
        port: null,
        ...EVERYBODY,
        backends: [{ address: "fd00::1", port: null, weight: 2 }],
      },
      {
        statement: "service y",
        address: "fd00::9",
        protocol: "udp",
        port: [10, 19],
        ...EVERYBODY,
        backends: [{ address: "fd00::1", port: [20, 29], weight: 1 }],
      },
    ],
  });
  assert.deepEqual(linesOf(plan, "services"), [
    "10.96.0.1 tcp 80 goes to 10.1.1.1 weight 3 or 10.1.1.2:8080 weight 1 [service w]",
    "fd00::9 on every protocol goes to fd00::1 [service x]",
    "fd00::9 udp 10-19 goes to [fd00::1]:20-29 [service y]",
  ]);
});

test("nodeports, outside clients and affinity are said where they are", () => {
  const door = { statement: "service w", address: null, protocol: "tcp", port: [30080, 30080] } as const;
  const backend = { address: "10.1.1.1", port: null, weight: 1 };
  const affinity = { key: "service w 80/tcp", seconds: 90 };
  const services = [
    { ...door, port: [30080, 30080] as [number, number], clients: "all" as const, backends: [backend], affinity },
    { ...door, port: [30080, 30080] as [number, number], clients: "outside" as const, backends: [], affinity },
  ];
  const named = planOf({ services, inside: ["10.1.0.0/16"], nodeports: { kind: "named", prefixes: ["192.0.2.1/32"] } });
  assert.deepEqual(linesOf(named, "services"), [
    "nodeports listen on 192.0.2.1",
    "outside is what comes from elsewhere than 10.1.0.0/16",
    "nodeport tcp 30080 goes to 10.1.1.1, the same again for 90 s by service w 80/tcp [service w]",
    "nodeport tcp 30080, asked from outside, goes nowhere [service w]",
  ]);
  const own = planOf({ services: services.slice(0, 1), nodeports: { kind: "own", within: ["192.0.2.0/24"] } });
  assert.equal(
    linesOf(own, "services")[0],
    "nodeports listen on every address of the node within 192.0.2.0/24 but loopback",
  );
});

test("a drained backend is said beside the services", () => {
  const plan = planOf({
    draining: [
      {
        statement: "service w",
        address: "10.96.0.1",
        protocol: "tcp",
        port: [80, 80],
        backends: [
          { address: "10.1.1.1", port: null },
          { address: "10.1.1.2", port: [8080, 8080] },
        ],
      },
    ],
  });
  assert.deepEqual(linesOf(plan, "services"), [
    "10.96.0.1 tcp 80 keeps the connections it has to 10.1.1.1 and 10.1.1.2:8080 [service w]",
  ]);
});

test("an action says what happens to the packet, and what is logged", () => {
  const verdict = (action: "drop" | "next-stage", log: string | null) => ({ statement: "s", match: {}, action, log });
  const plan = planOf({ policy: [verdict("drop", null), verdict("drop", ""), verdict("next-stage", "x: ")] });
  assert.deepEqual(linesOf(plan, "policy, to the node"), [
    "drop everything [s]",
    "drop everything, and log it [s]",
    'allow everything, and log it as "x: " [s]',
  ]);
});

test("a node with nothing to do says so", () => {
  assert.equal(planWords(planOf({})), "node n\n\nnothing to do\n");
});
