/** What netfilter logs. In namespaces it is silent unless a setting of the whole machine says otherwise: set for the while, put back. */
import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { attempt } from "./command.ts";

const EVERY_NAMESPACE = "/proc/sys/net/netfilter/nf_log_all_netns";

const lines = async (): Promise<readonly string[]> => (await attempt(["dmesg"])).stdout.split("\n");

/** One listener at a time: the second of two would find, and put back, what the first had set. */
let turn: Promise<unknown> = Promise.resolve();

/** What was logged while the body ran. */
export function logged(body: () => Promise<void>): Promise<readonly string[]> {
  const mine = turn.then(() => listen(body));
  turn = mine.catch(() => undefined);
  return mine;
}

/** While the body runs, a line with the prefix and all of these words must be logged. */
export async function heard(prefix: string, words: readonly string[], body: () => Promise<void>): Promise<void> {
  const found = (await logged(body)).filter((line) => line.includes(prefix));
  const spoken = found.filter((line) => words.every((word) => line.includes(word)));
  assert.ok(spoken.length > 0, `no line with ${words.join(" ")} among\n${found.join("\n")}`);
}

async function listen(body: () => Promise<void>): Promise<readonly string[]> {
  const before = new Set(await lines());
  const found = readFileSync(EVERY_NAMESPACE, "utf8").trim();
  const putBack = (): void => writeFileSync(EVERY_NAMESPACE, found);
  process.once("exit", putBack);
  writeFileSync(EVERY_NAMESPACE, "1");
  try {
    await body();
  } finally {
    putBack();
    process.off("exit", putBack);
  }
  return (await lines()).filter((line) => !before.has(line));
}
