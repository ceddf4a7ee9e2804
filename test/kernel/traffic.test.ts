/** What `up.sh` does to connections that are made while it runs: nothing, where their service has not changed. */
import assert from "node:assert/strict";
import { ALL_BACKENDS } from "./backend.ts";
import { twoNodes } from "./cast.ts";
import { lesson } from "./lesson.ts";
import { connections, tally } from "./probe.ts";
import { TWO_NODES } from "./topology.ts";

const UNCHANGED = ["service web 10.96.0.100 -> b", "hairpin all", "masquerade pods"];
const PROGRAM = twoNodes(...UNCHANGED, "deny a -> d");
const CHANGED = twoNodes(
  "pod e 10.244.1.12 on node1",
  "service api 10.96.0.101 { 80 -> e:8080, c; 81 -> none }",
  ...UNCHANGED,
  "reject c -> a",
  "allow a -> web",
);

/** 200 a second. */
const EVERY_MS = 5;
const COUNT = 800;

lesson(
  "200 connections a second while programs change",
  { topology: TWO_NODES, backends: ALL_BACKENDS },
  async (lab) => {
    await lab.load(PROGRAM);
    let underWay = true;
    const asked = ["10.96.0.100:80", "10.96.0.100:53/udp"].map((target) =>
      connections(lab, "a", target, COUNT, EVERY_MS, { atOnce: true }),
    );
    const answered = Promise.all(asked).finally(() => {
      underWay = false;
    });
    let loaded = 0;
    while (underWay) {
      await lab.load(loaded % 2 === 0 ? CHANGED : PROGRAM);
      loaded++;
    }
    const [tcp, udp] = await answered;
    assert.deepEqual({ tcp: tally(tcp!), udp: tally(udp!) }, { tcp: { b: COUNT }, udp: { b: COUNT } });
    assert.ok(loaded >= 3, `up.sh ran ${loaded} times only`);
  },
);
