/** A script that is killed at any of its calls leaves nothing that the next run does not mend. */
import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { kernelTest, missingForPackets } from "./ability.ts";
import { type Backend, IPTABLES_LEGACY, IPTABLES_NFT, NFT } from "./backend.ts";
import type { Act, Calls, When } from "./calls.ts";
import { report } from "./command.ts";
import { dualStack, vips } from "./family.ts";
import type { Lab } from "./lab.ts";
import { exists, RECORDS } from "./leftovers.ts";
import { inLab } from "./lesson.ts";
import { assertSameState, type NodeState, nodeState, withoutChance } from "./state.ts";
import { TWO_NODES } from "./topology.ts";

/** One pod of each node has IPv4 alone. */
const withV4Pods = (text: string): string => text.replace(/^(pod [ac] [\d.]+), \S+/gm, "$1");

const PROGRAM = withV4Pods(
  dualStack(
    ["network host-gw"],
    [`service web ${vips(1)} -> b, d`, "hairpin all", "masquerade pods", "deny a, c -> 203.0.113.5:81"],
  ),
);
const CHANGED = withV4Pods(
  dualStack(
    ["network vxlan", "gateway proxy-arp", "mtu 1300"],
    ["service web 10.96.0.1 -> a, c", `service api ${vips(2)} { 80 -> b, d; 81 -> none }`, "allow a -> c"],
  ),
).replace(/\.11/g, ".12");

/** What others have there: a route whose place is taken, a setting, rules and a FORWARD chain that drops. */
const FOUND = `
ip route add 10.96.0.0/12 via 192.168.100.1 dev ens33
echo 0 >/proc/sys/net/ipv6/conf/ens33/accept_ra
iptables -P FORWARD DROP
iptables -A FORWARD -p tcp --dport 2222 -j ACCEPT
`;

/** Fewer calls than any of the scripts makes: some were not counted. */
const FEWEST = 90;

/** With NETC_EVERY_CALL every call is tried. */
const { NETC_EVERY_CALL, NETC_EVERY_POINT } = process.env;

/** All that a killed script leaves behind, but for the folder `next`, which every run empties first. */
const look = (name: string, pods: readonly string[]): string => `{
for pod in ${pods.join(" ")}; do ip -n $pod addr; ip -n $pod route; ip -n $pod -6 route; done
ip -d addr; ip rule; ip route show table all; ip -6 route show table all; bridge fdb; ip neigh show nud permanent
grep -rs . /proc/sys/net/ipv4 /proc/sys/net/ipv6
nft -s list ruleset; iptables-legacy-save; ip6tables-legacy-save
ls ${RECORDS}/${name}; cat ${RECORDS}/${name}/*
} 2>&1 | grep -v -e '^#' -e '^:' | sed 's/ state [A-Z]*//;s/,LOWER_UP//;s/ tentative//' | md5sum
`;

/** 1, and then each `step`-th number up to `count`. */
const everyNth = (step: number, count: number): readonly number[] =>
  Array.from({ length: Math.ceil(count / step) }, (_, at) => 1 + at * step);

/** One node with its scripts. Two of them sweep at the same time, each at its own calls. */
interface Patient {
  readonly name: string;
  /** Runs the script as far as the call. */
  readonly kill: (script: string, when: When, call: number) => Promise<void>;
  readonly finish: (script: string, when: string) => Promise<void>;
  /** Runs the script to its end. */
  readonly calls: (script: string) => Promise<readonly string[]>;
  /**
   * Likewise: each `step`-th call, or, left out, the calls at which a kill leaves a node that a kill at the call before does not
   * leave.
   */
  readonly points: (script: string, when: When, step?: number) => Promise<readonly number[]>;
  readonly state: () => Promise<NodeState>;
  readonly up: string;
  readonly change: string;
  readonly down: string;
  /** The state before anything of netc's, and after `up.sh` of either program on a fresh node. */
  readonly before: NodeState;
  readonly loaded: NodeState;
  readonly changed: NodeState;
}

async function admit(lab: Lab, name: string, pods: readonly string[]): Promise<Patient> {
  const namespaces = pods.map(lab.at);
  const state = (): Promise<NodeState> => nodeState(lab, name, namespaces.filter(exists));
  const finish = async (script: string, when: string): Promise<void> => {
    const finished = await lab.runScript(script, name);
    assert.equal(finished.status, 0, `${when}: ${report(finished)}`);
  };
  const kill = async (script: string, when: When, call: number): Promise<void> => {
    const { status, calls } = await lab.runCounted(script, name, { kind: "kill", when, call });
    assert.equal(status, -1, `not killed ${when} call ${call}: there were ${calls.length}`);
  };
  const counted = async (script: string, act?: Act): Promise<Calls> => {
    const finished = await lab.runCounted(script, name, act);
    const { status, calls } = finished;
    assert.equal(status, 0, report(finished));
    assert.ok(calls.length >= FEWEST, `only ${calls.length} calls:\n${calls.join("\n")}`);
    return finished;
  };
  const calls = async (script: string): Promise<readonly string[]> => (await counted(script)).calls;
  const points: Patient["points"] = async (script, when, step) => {
    const nth = NETC_EVERY_CALL === "1" ? 1 : step;
    if (nth !== undefined) return everyNth(nth, (await calls(script)).length);
    const whole = await counted(script, { kind: "look", when, script: look(name, namespaces) });
    const { seen } = whole;
    assert.equal(seen.length, whole.calls.length);
    return everyNth(1, seen.length).filter((call) => seen[call - 1] !== seen[call - 2]);
  };
  const up = await lab.compileScript("up", name, PROGRAM);
  const change = await lab.compileScript("up", name, CHANGED);
  const down = await lab.compileScript("down", name, PROGRAM);
  await lab.on(name, "sh", "-ec", FOUND);
  const before = await state();
  const after = async (script: string): Promise<NodeState> => {
    await finish(script, "on a fresh node");
    const reached = withoutChance(await state());
    await finish(down, "after a whole run");
    assertSameState(await state(), before, "down.sh after a whole run");
    return reached;
  };
  const loaded = await after(up);
  const changed = await after(change);
  return { name, kill, finish, calls, points, state, up, change, down, before, loaded, changed };
}

interface Plan {
  /** The calls before which `up.sh` and `down.sh` are killed, and those after which `up.sh` is. */
  readonly up: readonly number[];
  readonly down: readonly number[];
  readonly upAfter: readonly number[];
}

/** What is done in one of so many turns: answers how many scripts it killed. */
type Treatment = (patient: Patient, turn: number) => Promise<number>;

/** Patients take turns. */
async function sweep(t: TestContext, name: string, patients: readonly Patient[], turns: number, treat: Treatment) {
  await t.test(name, async (t) => {
    let next = 0;
    const times = await Promise.all(
      patients.map(async (patient) => {
        let killed = 0;
        while (next < turns) {
          const turn = next++;
          killed = (await treat(patient, turn)) + killed;
        }
        return killed;
      }),
    );
    const killed = times.reduce((sum, each) => sum + each, 0);
    assert.ok(killed >= turns, `only ${killed} were killed`);
    t.diagnostic(`${killed} scripts were killed`);
  });
}

/** `up.sh` killed and run again, then `down.sh` likewise. */
const again =
  ({ up: upCalls, down: downCalls }: Plan): Treatment =>
  async ({ name, kill, finish, state, up, down, before, loaded }, turn) => {
    const [upCall, downCall] = [upCalls[turn], downCalls[turn]];
    const upWhen = `up.sh on ${name}, killed before call ${upCall}`;
    if (upCall !== undefined) await kill(up, "before", upCall);
    await finish(up, upWhen);
    assertSameState(withoutChance(await state()), loaded, upWhen);
    const downWhen = `down.sh on ${name}, killed before call ${downCall}`;
    if (downCall !== undefined) await kill(down, "before", downCall);
    await finish(down, downWhen);
    assertSameState(await state(), before, downWhen);
    return [upCall, downCall].filter((call) => call !== undefined).length;
  };

const undone =
  ({ upAfter }: Plan): Treatment =>
  async ({ name, kill, finish, state, up, down, before }, turn) => {
    const when = `down.sh on ${name}, up.sh killed after call ${upAfter[turn]}`;
    await kill(up, "after", upAfter[turn]!);
    await finish(down, when);
    assertSameState(await state(), before, when);
    return 1;
  };

/** From each program to the other. */
const changing =
  ([there, back]: readonly [readonly number[], readonly number[]]): Treatment =>
  async ({ name, kill, finish, state, up, change, loaded, changed }, turn) => {
    const ways = [
      { script: change, call: there[turn], reached: changed },
      { script: up, call: back[turn], reached: loaded },
    ];
    for (const { script, call, reached } of ways) {
      const when = `up.sh of another program on ${name}, killed before call ${call}`;
      if (call !== undefined) await kill(script, "before", call);
      await finish(script, when);
      assertSameState(withoutChance(await state()), reached, when);
    }
    return ways.filter(({ call }) => call !== undefined).length;
  };

/** What makes rules others. */
const LOADS = /^(ip6?tables\S*-restore|nft -f|nft delete) /;

/** Each n-th call, and those before and after which the rules are others. */
const turningPoints = (calls: readonly string[], step: number): readonly number[] =>
  everyNth(1, calls.length).filter(
    (call) => (call - 1) % step === 0 || LOADS.test(calls[call - 1]!) || LOADS.test(calls[call - 2] ?? ""),
  );

/** Of the calls of each script each n-th is tried; with NETC_EVERY_POINT=1 every one that makes a difference, for which a CI run has no time. */
interface Steps {
  readonly same: number;
  readonly other: number;
}

function killedEverywhere(backend: Backend, { same: nth, other }: Steps): void {
  const same = NETC_EVERY_POINT === "1" ? undefined : nth;
  kernelTest(`scripts killed at any call [${backend.name}]`, [missingForPackets], (t) =>
    inLab(TWO_NODES, backend, async (lab) => {
      const patients = await Promise.all([admit(lab, "node1", ["a", "b"]), admit(lab, "node2", ["c", "d"])] as const);
      const [a, b] = patients;
      const [up, upAfter] = await Promise.all([a.points(a.up, "before", same), b.points(b.up, "after", same)]);
      const [there, back] = [await a.calls(a.change), await a.calls(a.up)];
      const [down] = await Promise.all([a.points(a.down, "before", same), b.finish(b.down, "down.sh")]);

      const turns = Math.max(up.length, down.length);
      await sweep(t, "up.sh and down.sh run again", patients, turns, again({ up, down, upAfter }));
      await sweep(t, "up.sh undone by down.sh", patients, upAfter.length, undone({ up, down, upAfter }));
      for (const { finish, up } of patients) await finish(up, "before another program");
      const ways = [turningPoints(there, other), turningPoints(back, other)] as const;
      const most = Math.max(ways[0].length, ways[1].length);
      await sweep(t, "up.sh of another program", patients, most, changing(ways));
    }),
  );
}

killedEverywhere(IPTABLES_NFT, { same: 23, other: 61 });
killedEverywhere(NFT, { same: 23, other: 61 });
killedEverywhere(IPTABLES_LEGACY, { same: 47, other: 97 });
