/**
 * A lab: the ground of a topology, the program's pods built by the emitted `up.sh`, an agent in every place.
 * Names of hosts: the program's nodes and pods, and `lan`, `router`, `outside`.
 */
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Agent, startAgent } from "./agent.ts";
import { type Backend, makeToolFolder, savedRules, toolEnvironment } from "./backend.ts";
import { attempt, type Finished, inside, report, run, watch } from "./command.ts";
import { exists, LAB_PREFIX, RECORDS, takeTurn, willMake } from "./leftovers.ts";
import { groundScript, placesOf, type Topology } from "./topology.ts";

export type Script = "up" | "down";

export interface Lab {
  readonly backend: Backend;
  readonly topology: Topology;
  /** For files of the lab's own; removed with it. */
  readonly folder: string;
  /** The namespace of a host. */
  readonly at: (host: string) => string;
  /** The agent in a host's namespace, started when first asked for. */
  readonly agent: (host: string) => Promise<Agent>;
  /** Ends the agents of pods, whose namespaces are about to be made anew. */
  readonly dismissPods: () => Promise<void>;
  /** The namespaces of pods that are there now, of any program that was loaded. */
  readonly pods: () => readonly string[];
  /** To be said before a program's pods are made: their namespaces are then taken down with the lab. */
  readonly expectPods: (program: string) => void;
  /** Runs a command in a host's namespace, with the backend's tools first in PATH; it must succeed. */
  readonly on: (host: string, ...argv: readonly string[]) => Promise<string>;
  /** What a command that never ends printed in a host's namespace while the body ran. */
  readonly watch: (host: string, argv: readonly string[], body: () => Promise<void>) => Promise<string>;
  /** Compiles for a node: the file of the script, to be run with `runScript`. */
  readonly compileScript: (script: Script, node: string, program: string) => Promise<string>;
  /** Runs a script on a node as a user would, killed with all it started when `killAfterMs` has passed. */
  readonly runScript: (file: string, node: string, options?: { readonly killAfterMs?: number }) => Promise<Finished>;
  readonly script: (script: Script, node: string, program: string) => Promise<Finished>;
  /** `up.sh` of the program on every node, each of which must succeed. */
  readonly load: (program: string) => Promise<void>;
  readonly unload: (program: string) => Promise<void>;
  /** The backend's rules on a node, without counters. */
  readonly rules: (node: string) => Promise<string>;
  readonly close: () => Promise<void>;
}

/** What the agents serve, everywhere: enough ports to be asked the right and the wrong one. */
const SERVED = { tcp: [22, 80, 81, 443, 8080, 8081], udp: [53, 80, 5353, 8080] } as const;

export async function openLab(topology: Topology, backend: Backend): Promise<Lab> {
  const release = await takeTurn();
  const atPlace = (place: string): string => `${LAB_PREFIX}-${place}`;
  const places = placesOf(topology);
  const agents = new Map<string, Promise<Agent>>();
  const pods = new Set<string>();
  const folder = mkdtempSync(join(tmpdir(), "netc-kernel-"));
  willMake("folder", folder);
  for (const place of places) willMake("namespace", atPlace(place));
  for (const { name } of topology.nodes) {
    assert.ok(!existsSync(join(RECORDS, name)), `${join(RECORDS, name)} is of a netc that these tests did not run`);
    willMake("record", name);
  }

  const env = toolEnvironment(makeToolFolder(backend, folder));
  const at = (host: string): string => (places.includes(host) ? atPlace(host) : `pod-${host}`);
  const on = (host: string, ...argv: readonly string[]): Promise<string> => run(inside(at(host), argv), { env });

  async function enter(host: string): Promise<Agent> {
    const agent = startAgent(at(host), host);
    await agent.ask("listen", SERVED);
    return agent;
  }
  const agent = (host: string): Promise<Agent> => {
    const known = agents.get(host) ?? enter(host);
    agents.set(host, known);
    return known;
  };
  const dismiss = async (hosts: readonly string[]): Promise<void> => {
    const leaving = hosts.map((host) => [host, agents.get(host)] as const);
    for (const host of hosts) agents.delete(host);
    await Promise.all(leaving.map(async ([, going]) => (await going?.catch(() => undefined))?.stop()));
  };

  function expectPods(program: string): void {
    for (const [, name] of program.matchAll(/(?:^|;)\s*pod ([\w-]+) /gm)) {
      const namespace = `pod-${name}`;
      if (pods.has(namespace)) continue;
      assert.ok(!exists(namespace), `the namespace ${namespace} is none that these tests made`);
      pods.add(namespace);
      willMake("namespace", namespace);
    }
  }

  async function compileScript(kind: Script, node: string, program: string): Promise<string> {
    expectPods(program);
    const target = kind === "up" ? "sh" : "down";
    const text = await compile(program, ["--node", node, "--target", target, ...backend.compileOptions], folder);
    const file = join(folder, `${node}-${kind}.sh`);
    writeFileSync(file, text);
    return file;
  }

  const runScript: Lab["runScript"] = (file, node, { killAfterMs } = {}) =>
    attempt(inside(at(node), ["sh", file]), { env, ...(killAfterMs === undefined ? {} : { timeoutMs: killAfterMs }) });
  const script: Lab["script"] = async (kind, node, program) =>
    runScript(await compileScript(kind, node, program), node);

  async function onEveryNode(kind: Script, program: string): Promise<void> {
    for (const { name } of topology.nodes) {
      const finished = await script(kind, name, program);
      assert.equal(finished.status, 0, `${kind}.sh on ${name}: ${report(finished)}`);
    }
  }

  async function close(): Promise<void> {
    await dismiss([...agents.keys()]);
    release();
  }

  const lab: Lab = {
    backend,
    topology,
    folder,
    at,
    pods: () => [...pods].filter(exists).sort(),
    expectPods,
    agent,
    dismissPods: () => dismiss([...agents.keys()].filter((host) => !places.includes(host))),
    on,
    watch: (host, argv, body) => watch(inside(at(host), argv), body, { env }),
    compileScript,
    runScript,
    script,
    load: (program) => onEveryNode("up", program),
    unload: (program) => onEveryNode("down", program),
    rules: (node) => savedRules(at(node), backend),
    close,
  };
  try {
    await run(["sh"], { input: groundScript(topology, atPlace) });
  } catch (error) {
    await close();
    throw error;
  }
  return lab;
}

/** The text that the program that ships prints for one node. */
export async function compile(program: string, options: readonly string[], folder: string): Promise<string> {
  const file = join(folder, "main.net");
  writeFileSync(file, program);
  const finished = await attempt([process.execPath, "dist/cli.js", "compile", ...options, file]);
  assert.equal(
    finished.status,
    0,
    `netc compile ${options.join(" ")}: ${report({ ...finished, stdout: "" })}\n${program}`,
  );
  assert.notEqual(finished.stdout, "", "netc compile printed nothing");
  return finished.stdout;
}
