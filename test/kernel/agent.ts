/** The near end of agent.mjs: one process inside one namespace, asked in JSON lines. */
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";

export interface Agent {
  readonly namespace: string;
  readonly ask: <T>(operation: string, request: object) => Promise<T>;
  /** Ends the process; resolves when it is gone, since a namespace lives as long as a process in it. */
  readonly stop: () => Promise<void>;
}

interface Waiting {
  readonly resolve: (value: never) => void;
  readonly reject: (error: Error) => void;
}

/** Bundled tests have no place of their own: the agent's file is found from the repository's root. */
const AGENT_FILE = "test/kernel/agent.mjs";

/** Longer than any single request takes: past it the agent is broken, not the network. */
const PATIENCE_MS = 30_000;

export function startAgent(namespace: string, name: string): Agent {
  const child = spawn("nsenter", [`--net=/run/netns/${namespace}`, process.execPath, AGENT_FILE, name], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const waiting = new Map<number, Waiting>();
  const gone = new Promise<void>((done) => child.once("close", () => done()));
  const failAll = (error: Error): void => {
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
  };
  child.once("error", failAll);
  child.once("close", () => failAll(new Error(`the agent in ${namespace} ended`)));
  child.stdin.on("error", () => {});
  createInterface({ input: child.stdout }).on("line", (line) => {
    const { id, value, error } = JSON.parse(line) as { id: number; value: never; error?: string };
    const asked = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) asked?.resolve(value);
    else asked?.reject(new Error(error));
  });

  let last = 0;
  return {
    namespace,
    ask: (operation, request) => {
      const id = ++last;
      return new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error(`${namespace}: no word on ${operation}`)), PATIENCE_MS);
        const settled =
          <A>(then: (argument: A) => void) =>
          (argument: A) => {
            clearTimeout(timer);
            then(argument);
          };
        waiting.set(id, { resolve: settled(resolve), reject: settled(reject) });
        child.stdin.write(`${JSON.stringify({ id, operation, ...request })}\n`);
      });
    },
    stop: () => end(child, gone),
  };
}

async function end(child: ChildProcess, gone: Promise<void>): Promise<void> {
  child.stdin?.end();
  const timer = setTimeout(() => child.kill("SIGKILL"), 1000);
  await gone;
  clearTimeout(timer);
}
