/**
 * What a lab makes on the machine, written down before it is made, so that the same clean-up serves the end of a test, an
 * interrupt, and the run after a crash. One lab at a time: pods' namespaces have the names that netc gives them.
 */
import { spawn } from "node:child_process";
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { runNow } from "./command.ts";

/** Begins the names of a lab's own namespaces. */
export const LAB_PREFIX = `netc-kernel-${process.pid}`;

const LIST = "/run/netc-kernel-tests/made";
const LOCK = "/run/netc-kernel-tests/lock";
const NAMESPACES = "/run/netns";
/** Where `up.sh` keeps its records, a folder a node. */
export const RECORDS = "/run/netc";

/** Longer than the longest run of these tests. */
const LOCK_SECONDS = 900;

type Kind = "namespace" | "record" | "folder";

/** To be called before the thing is made. */
export function willMake(kind: Kind, name: string): void {
  appendFileSync(LIST, `${kind} ${name}\n`);
}

export const exists = (namespace: string): boolean => existsSync(join(NAMESPACES, namespace));

/** What is still there of the labs of this process. */
export const remaining = (): readonly string[] =>
  (existsSync(NAMESPACES) ? readdirSync(NAMESPACES) : []).filter((name) => name.startsWith(LAB_PREFIX));

/** Waits until no other run has a lab; the answer frees it. A process that dies frees it too. */
export async function takeTurn(): Promise<() => void> {
  mkdirSync(dirname(LIST), { recursive: true });
  const holder = spawn("flock", ["-w", String(LOCK_SECONDS), LOCK, "sh", "-c", "echo mine; exec cat"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  await new Promise<void>((resolve, reject) => {
    holder.stdout.once("data", () => resolve());
    holder.once("exit", () => reject(new Error("another run of the kernel tests did not end")));
    holder.once("error", reject);
  });
  cleanUp();
  const goodbye = (): void => cleanUp();
  const interrupted = (signal: NodeJS.Signals): void => {
    cleanUp();
    process.exit(signal === "SIGINT" ? 130 : 143);
  };
  process.once("exit", goodbye).once("SIGINT", interrupted).once("SIGTERM", interrupted);
  return () => {
    cleanUp();
    process.off("exit", goodbye).off("SIGINT", interrupted).off("SIGTERM", interrupted);
    holder.stdin.end();
  };
}

/** Takes down everything on the list, whatever state it is in, and then the list. */
export function cleanUp(): void {
  if (!existsSync(LIST)) return;
  const made = readFileSync(LIST, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => line.split(" ") as [Kind, string]);
  const names = (kind: Kind): readonly string[] => made.filter(([of]) => of === kind).map(([, name]) => name);
  // Every link of a lab lies within its namespaces and goes with them; none is in the machine's own.
  const deletions = names("namespace").filter(exists);
  runNow(["ip", "-force", "-batch", "-"], deletions.map((name) => `netns delete ${name}\n`).join(""));
  for (const node of names("record")) rmSync(join(RECORDS, node), { recursive: true, force: true });
  for (const folder of names("folder")) rmSync(folder, { recursive: true, force: true });
  if (existsSync(RECORDS) && readdirSync(RECORDS).length === 0) rmdirSync(RECORDS);
  rmSync(LIST);
}
