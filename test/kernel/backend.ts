/** The rule backends that every lesson runs on: how a user of each would find the tools, and how its rules are read back. */
import { mkdirSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { environment, inside, run, runNow } from "./command.ts";

export interface Backend {
  readonly name: string;
  /** What writes netc's rules. */
  readonly rules: "iptables" | "nft";
  /** What `iptables-…` is called behind the plain name: `nft` or `legacy`. */
  readonly variant: "nft" | "legacy";
  /** For `netc compile`, when it emits a script. */
  readonly compileOptions: readonly string[];
}

export const IPTABLES_NFT: Backend = { name: "iptables-nft", rules: "iptables", variant: "nft", compileOptions: [] };
export const IPTABLES_LEGACY: Backend = { ...IPTABLES_NFT, name: "iptables-legacy", variant: "legacy" };
export const NFT: Backend = { name: "nft", rules: "nft", variant: "nft", compileOptions: ["--rules", "nft"] };

/** One of each emitter: what most lessons run on. */
export const BACKENDS: readonly Backend[] = [IPTABLES_NFT, NFT];
/** Legacy iptables gets the same rules as the other: it is asked where the tools could differ. */
export const ALL_BACKENDS: readonly Backend[] = [IPTABLES_NFT, IPTABLES_LEGACY, NFT];
export const IPTABLES: readonly Backend[] = [IPTABLES_NFT, IPTABLES_LEGACY];

const PLAIN = ["iptables", "iptables-restore", "iptables-save", "ip6tables", "ip6tables-restore", "ip6tables-save"];

/** A folder in which `iptables` and its kin are this backend's, as Debian's alternatives would have it. */
export function makeToolFolder(backend: Backend, parent: string): string {
  const folder = join(parent, `tools-${backend.name}`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const plain of PLAIN) {
    const variant = plain.replace("tables", `tables-${backend.variant}`);
    // A link named `iptables`: the multi-call binaries judge by the name they are called by.
    symlinkSync(runNow(["sh", "-c", `command -v ${variant}`]).trim(), join(folder, plain));
  }
  return folder;
}

export const toolEnvironment = (folder: string): NodeJS.ProcessEnv => environment([folder]);

/** The rules of one backend without counters and comments; built-in tables that say nothing are left out. */
export async function savedRules(namespace: string, backend: Backend, family: "ip" | "ip6" = "ip"): Promise<string> {
  return statedRules(await run(inside(namespace, [`${family}tables-${backend.variant}-save`])));
}

/** What `iptables-save` printed, likewise. */
export const statedRules = (saved: string): string =>
  saved
    .split(/^(?=\*)/m)
    .map(withoutCounters)
    .filter((table) => !/^\*\w+\n(?::\w+ ACCEPT\n)*COMMIT$/.test(table))
    .join("\n");

/** What netc's backend has loaded. */
export const loadedRules = (namespace: string, backend: Backend): Promise<string> =>
  backend.rules === "nft"
    ? run(inside(namespace, ["nft", "-s", "list", "ruleset", "inet"]))
    : savedRules(namespace, backend);

function withoutCounters(table: string): string {
  return table
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => line.replace(/ \[\d+:\d+\]$/, ""))
    .join("\n");
}
