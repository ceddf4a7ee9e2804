/** The real tools' word on texts: each is loaded in a network namespace that ends with the shell that does it. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { attempt, environment } from "../../kernel/command.ts";
import type { Fault, NodeTexts } from "./judge.ts";

/**
 * `load NAME FILE COMMAND…` says the name and the tool's words where it fails. Loaded for real: with --test, iptables-nft-restore takes a
 * jump to a chain that is not there.
 */
const SHELL = `
cd "$1"
load() { name=$1 file=$2; shift 2; "$@" < "$file" > said 2>&1 || { echo "== $name"; cat said; }; }
for at in $2; do
  for tool in iptables ip6tables; do
    load "$at $tool whole legacy" "$at.$tool.whole" $tool-legacy-restore
    load "$at $tool whole nft" "$at.$tool.whole" $tool-nft-restore
  done
  nft flush ruleset
  for tool in iptables ip6tables; do
    load "$at $tool coexist nft" "$at.$tool.coexist" $tool-nft-restore --noflush
  done
  load "$at nft whole nft" "$at.nft.whole" nft -f -
done
exit 0
`;

interface Batch {
  readonly folder: string;
  readonly argv: readonly string[];
}

function batchOf(nodes: readonly NodeTexts[]): Batch {
  const folder = mkdtempSync(join(tmpdir(), "netc-fuzz-"));
  for (const [at, { whole, coexist }] of nodes.entries())
    for (const { target, form, text } of [...whole, ...coexist])
      writeFileSync(join(folder, `${at}.${target}.${form}`), text);
  return { folder, argv: ["unshare", "-n", "sh", "-c", SHELL, "sh", folder, [...nodes.keys()].join(" ")] };
}

export interface Refusal {
  /** Of the node among those that were loaded. */
  readonly at: number;
  readonly fault: Fault;
}

function refusalsIn(said: string, nodes: readonly NodeTexts[]): readonly Refusal[] {
  return said
    .split(/^== /m)
    .slice(1)
    .map((part) => {
      const [head = "", ...words] = part.split("\n");
      const [at = "", ...what] = head.split(" ");
      const text = [`${nodes[Number(at)]!.node.name}: ${what.join(" ")}`, ...words].join("\n");
      return { at: Number(at), fault: { key: `refused ${what.join(" ")}`, text } };
    });
}

async function batchRefusals(nodes: readonly NodeTexts[], first: number): Promise<readonly Refusal[]> {
  if (nodes.length === 0) return [];
  const { folder, argv } = batchOf(nodes);
  const { status, stdout, stderr } = await attempt(argv, { timeoutMs: 600_000 });
  rmSync(folder, { recursive: true });
  if (status !== 0) throw new Error(`nothing was loaded: ${stderr}`);
  return refusalsIn(stdout, nodes).map(({ at, fault }) => ({ at: first + at, fault }));
}

/** The tools wait for the kernel most of the time: several namespaces wait together. */
const AT_ONCE = 6;

export async function refusals(nodes: readonly NodeTexts[]): Promise<readonly Refusal[]> {
  const size = Math.ceil(nodes.length / AT_ONCE);
  const starts = Array.from({ length: AT_ONCE }, (_, at) => at * size);
  const found = await Promise.all(starts.map((first) => batchRefusals(nodes.slice(first, first + size), first)));
  return found.flat();
}

/** The same, without the event loop: for one program that is made smaller. */
export function refusalsNow(nodes: readonly NodeTexts[]): readonly Fault[] {
  const { folder, argv } = batchOf(nodes);
  const { stdout } = spawnSync(argv[0]!, argv.slice(1), { env: environment(), encoding: "utf8" });
  rmSync(folder, { recursive: true });
  return refusalsIn(stdout, nodes).map(({ fault }) => fault);
}
