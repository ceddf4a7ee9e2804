/** Runs one command and waits for it: on the machine, or inside a namespace as `nsenter --net` enters it. */
import { spawn, spawnSync } from "node:child_process";

export interface Finished {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  readonly input?: string;
  readonly env?: NodeJS.ProcessEnv;
  readonly timeoutMs?: number;
}

/** Resolves whatever the exit status; a command that outlives its time is killed with all it started, and its status is then -1. */
export function attempt(argv: readonly string[], options: CommandOptions = {}): Promise<Finished> {
  const child = spawn(argv[0]!, argv.slice(1), { env: options.env ?? environment(), stdio: "pipe", detached: true });
  let stdout = "";
  let stderr = "";
  child.stdout.setEncoding("utf8").on("data", (text) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text) => {
    stderr += text;
  });
  child.stdin.on("error", () => {});
  child.stdin.end(options.input ?? "");
  const timer = setTimeout(() => process.kill(-child.pid!, "SIGKILL"), options.timeoutMs ?? 60_000);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      clearTimeout(timer);
      resolve({ status: code ?? -1, stdout, stderr });
    });
  });
}

/** What a command that never ends printed while the body ran: its last words have a moment to arrive. */
export async function watch(
  argv: readonly string[],
  body: () => Promise<void>,
  options: CommandOptions = {},
): Promise<string> {
  const child = spawn(argv[0]!, argv.slice(1), {
    env: options.env ?? environment(),
    stdio: ["ignore", "pipe", "inherit"],
  });
  const gone = new Promise<void>((resolve) => child.once("close", () => resolve()));
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (more) => {
    text += more;
  });
  try {
    await pause(200);
    await body();
    await pause(200);
  } finally {
    child.kill("SIGTERM");
    await gone;
  }
  return text;
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Standard output of a command that must succeed. */
export async function run(argv: readonly string[], options: CommandOptions = {}): Promise<string> {
  const finished = await attempt(argv, options);
  if (finished.status !== 0) throw new Error(`${argv.join(" ")}\n${report(finished)}`);
  return finished.stdout;
}

export function report({ status, stdout, stderr }: Finished): string {
  return `exit ${status}\n${stdout}${stderr}`.trimEnd();
}

/** As `ip netns exec` without its mount namespace, in which `ip netns add` would be lost. */
export function inside(namespace: string, argv: readonly string[]): readonly string[] {
  return ["nsenter", `--net=/run/netns/${namespace}`, ...argv];
}

/** For clean-up, which also runs while the process ends: waits without the event loop and never fails. */
export function runNow(argv: readonly string[], input = ""): string {
  const { stdout } = spawnSync(argv[0]!, argv.slice(1), {
    env: environment(),
    encoding: "utf8",
    timeout: 20_000,
    input,
  });
  return stdout ?? "";
}

/** Debian keeps the network tools where a user's PATH does not look. */
export function environment(first: readonly string[] = []): NodeJS.ProcessEnv {
  const { PATH = "" } = process.env;
  return { ...process.env, PATH: [...first, PATH, "/usr/sbin", "/sbin"].join(":"), LC_ALL: "C" };
}
