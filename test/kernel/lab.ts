/**
 * A lab: the ground of a topology, the program's pods built by the emitted `up.sh`, an agent in every place.
 * Names of hosts: the program's nodes and pods, and `lan`, `router`, `outside`.
 */
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Agent } from "./agent.ts";
import { type Backend, loadedRules, makeToolFolder, toolEnvironment } from "./backend.ts";
import { type Act, type Calls, type Counter, makeCounter } from "./calls.ts";
import { attempt, type Finished, inside, report, run, watch } from "./command.ts";
import { gatherCrew } from "./crew.ts";
import { exists, LAB_PREFIX, RECORDS, takeTurn, willMake } from "./leftovers.ts";
import { groundScript, hostsOf, type NodePlace, placesOf, type Topology } from "./topology.ts";

export type Script = "up" | "down";

export interface RunOptions {
  readonly args?: readonly string[];
  readonly killAfterMs?: number;
  /** Whose tools are first in PATH: the lab's where left out. */
  readonly toolsOf?: Backend;
}

export interface Lab {
  readonly backend: Backend;
  readonly topology: Topology;
  /** The namespace of a host. */
  readonly at: (host: string) => string;
  /** The agent in a host's namespace; those of the ground and of a loaded program's pods are there already. */
  readonly agent: (host: string) => Promise<Agent>;
  /** The namespaces of pods that are there now, of any program that was loaded. */
  readonly pods: () => readonly string[];
  /** To be said before pods are made: their namespaces are then taken down with the lab. */
  readonly expectPods: (pods: readonly string[]) => void;
  /** Says the namespace of a pod whose name is no namespace's. */
  readonly name: (pod: string, namespace: string) => void;
  /** Runs a command in a host's namespace, with the backend's tools first in PATH; it must succeed. */
  readonly on: (host: string, ...argv: readonly string[]) => Promise<string>;
  /** What a command that never ends printed in a host's namespace while the body ran. */
  readonly watch: (host: string, argv: readonly string[], body: () => Promise<void>) => Promise<string>;
  /** Compiles for a node: the file of the script, to be run with `runScript`. */
  readonly compileScript: (script: Script, node: string, program: string, backend?: Backend) => Promise<string>;
  /** Runs a script on a node as a user would, killed with all it started when `killAfterMs` has passed. */
  readonly runScript: (file: string, node: string, options?: RunOptions) => Promise<Finished>;
  /** Likewise, with its calls of commands counted. */
  readonly runCounted: (file: string, node: string, act?: Act) => Promise<Finished & Calls>;
  /** Compiles and runs; with another backend than the lab's, on a node that has the tools of that one. */
  readonly script: (script: Script, node: string, program: string, backend?: Backend) => Promise<Finished>;
  /** `up.sh` of the program on every node, each of which must succeed. */
  readonly load: (program: string) => Promise<void>;
  readonly unload: (program: string) => Promise<void>;
  /** The backend's rules on a node, without counters. */
  readonly rules: (node: string) => Promise<string>;
  readonly close: () => Promise<void>;
}

/** What a script finds that a user starts: not even the folders of the network tools. */
const plainEnvironment = (tools: string): NodeJS.ProcessEnv => ({ PATH: `${tools}:/usr/bin:/bin`, LANG: "C.UTF-8" });

/** Those whose names can be those of namespaces; of others the test says the namespace. */
export const podsOf = (program: string): readonly string[] =>
  [...program.matchAll(/(?:^|;)\s*pod ([\w-]+) /gm)].map(([, name]) => name!);

export async function openLab(topology: Topology, backend: Backend): Promise<Lab> {
  const release = await takeTurn();
  try {
    return await layOut(topology, backend, release);
  } catch (error) {
    release();
    throw error;
  }
}

async function layOut(topology: Topology, backend: Backend, release: () => void): Promise<Lab> {
  const atPlace = (place: string): string => `${LAB_PREFIX}-${place}`;
  const places = placesOf(topology);
  const pods = new Set<string>();
  const folder = mkdtempSync(join(tmpdir(), "netc-kernel-"));
  willMake("folder", folder);
  for (const place of places) willMake("namespace", atPlace(place));
  for (const { name } of topology.nodes) {
    assert.ok(!existsSync(join(RECORDS, name)), `${join(RECORDS, name)} is of a netc that these tests did not run`);
    willMake("record", name);
  }

  const tools = makeToolFolder(backend, folder);
  const env = toolEnvironment(tools);
  const named = new Map<string, string>();
  const at = (host: string): string => named.get(host) ?? (places.includes(host) ? atPlace(host) : `pod-${host}`);
  const crew = gatherCrew(at);
  const on = (host: string, ...argv: readonly string[]): Promise<string> => run(inside(at(host), argv), { env });

  function expectPods(names: readonly string[]): void {
    for (const namespace of names.map(at)) {
      if (pods.has(namespace)) continue;
      assert.ok(!exists(namespace), `the namespace ${namespace} is none that these tests made`);
      pods.add(namespace);
      willMake("namespace", namespace);
    }
  }

  const compileScript: Lab["compileScript"] = async (kind, node, program, { compileOptions } = backend) => {
    expectPods(podsOf(program));
    const target = kind === "up" ? "sh" : "down";
    const text = await compile(program, ["--node", node, "--target", target, ...compileOptions]);
    const file = join(mkdtempSync(join(folder, `${node}-`)), `${kind}.sh`);
    writeFileSync(file, text);
    return file;
  };

  const runScript: Lab["runScript"] = (file, node, { args = [], killAfterMs, toolsOf = backend } = {}) =>
    attempt(inside(at(node), ["sh", file, ...args]), {
      env: plainEnvironment(toolsOf === backend ? tools : makeToolFolder(toolsOf, folder)),
      ...(killAfterMs === undefined ? {} : { timeoutMs: killAfterMs }),
    });
  let counter: Counter | undefined;
  const runCounted: Lab["runCounted"] = async (file, node, act) => {
    counter ??= makeCounter(tools, folder);
    const run = counter.begin(act);
    const env = { ...plainEnvironment(tools), ...run, PATH: counter.path };
    const finished = await attempt(["/usr/bin/nsenter", `--net=/run/netns/${at(node)}`, "/bin/sh", file], { env });
    return { ...finished, ...counter.end(run) };
  };
  const script: Lab["script"] = async (kind, node, program, toolsOf = backend) =>
    runScript(await compileScript(kind, node, program, toolsOf), node, { toolsOf });

  async function onEveryNode(kind: Script, program: string): Promise<void> {
    const each = async ({ name }: NodePlace): Promise<void> => {
      const finished = await script(kind, name, program);
      assert.equal(finished.status, 0, `${kind}.sh on ${name}: ${report(finished)}`);
    };
    // All are waited for: one that still runs when another has failed would write its record after the clean-up.
    const outcomes = await Promise.allSettled(topology.nodes.map(each));
    for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
  }

  async function load(program: string): Promise<void> {
    await onEveryNode("up", program);
    await Promise.all(podsOf(program).map(crew.agent));
  }

  await run(["sh"], { input: groundScript(topology, atPlace) });
  await Promise.all(hostsOf(topology).map(crew.agent));
  return {
    backend,
    topology,
    at,
    pods: () => [...pods].filter(exists).sort(),
    expectPods,
    name: (pod, namespace) => named.set(pod, namespace),
    agent: crew.agent,
    on,
    watch: (host, argv, body) => watch(inside(at(host), argv), body, { env }),
    compileScript,
    runScript,
    runCounted,
    script,
    load,
    unload: (program) => onEveryNode("down", program),
    rules: (node) => loadedRules(at(node), backend),
    close: async () => {
      await crew.dismiss();
      release();
    },
  };
}

const compiled = new Map<string, Promise<string>>();

/** The text that the program that ships prints for one node; asked once, since every backend of iptables gets the same. */
export function compile(program: string, options: readonly string[]): Promise<string> {
  const key = JSON.stringify([options, program]);
  const text = compiled.get(key) ?? compileNow(program, options);
  compiled.set(key, text);
  return text;
}

async function compileNow(program: string, options: readonly string[]): Promise<string> {
  const finished = await attempt([process.execPath, "dist/cli.js", "compile", ...options, "-"], { input: program });
  const said = `netc compile ${options.join(" ")}: ${report({ ...finished, stdout: "" })}\n${program}`;
  assert.equal(finished.status, 0, said);
  assert.notEqual(finished.stdout, "", "netc compile printed nothing");
  return finished.stdout;
}
