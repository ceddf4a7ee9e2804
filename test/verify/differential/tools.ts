/** The real tools, each run for one text in the network namespace of this process, which the caller made for it alone. */
import { spawnSync } from "node:child_process";
import { environment } from "../../kernel/command.ts";

/** What was loaded, as the tool lists it; or why the tool would not load it. */
export type Loaded = { readonly listing: string } | { readonly refused: string };

export type Variant = "nft" | "legacy";

interface Finished {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const ENVIRONMENT = environment();
const LONGEST_MS = 20_000;

function call(command: string, args: readonly string[], input: string): Finished {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    env: ENVIRONMENT,
    encoding: "utf8",
    input,
    timeout: LONGEST_MS,
    maxBuffer: 64 * 2 ** 20,
  });
  // A tool that refuses an early line leaves the rest unread.
  if (error !== undefined && !("code" in error && error.code === "EPIPE")) throw error;
  return { status, stdout, stderr };
}

const reasonOf = ({ status, stdout, stderr }: Finished): string => `exit ${status}: ${(stderr + stdout).trim()}`;

function sure(finished: Finished): string {
  if (finished.status !== 0) throw new Error(reasonOf(finished));
  return finished.stdout;
}

const CHAINS = {
  raw: ["PREROUTING", "OUTPUT"],
  filter: ["INPUT", "FORWARD", "OUTPUT"],
  mangle: ["PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"],
  nat: ["PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"],
} as const;

const EMPTY = Object.entries(CHAINS)
  .map(([table, chains]) => `*${table}\n${chains.map((chain) => `:${chain} ACCEPT [0:0]\n`).join("")}COMMIT\n`)
  .join("");

export type IptablesTarget = "iptables" | "ip6tables";

/** No rules are left of that tool's. */
export function flushIptables(target: IptablesTarget, variant: Variant): void {
  sure(call(`${target}-${variant}-restore`, [], EMPTY));
}

/** A whole text replaces each table that it names. */
export function loadIptables(
  target: IptablesTarget,
  variant: Variant,
  form: "whole" | "coexist",
  text: string,
): Loaded {
  if (form === "coexist") flushIptables(target, variant);
  const restored = call(`${target}-${variant}-restore`, form === "whole" ? [] : ["--noflush"], text);
  if (restored.status !== 0) return { refused: reasonOf(restored) };
  return { listing: sure(call(`${target}-${variant}-save`, [], "")) };
}

export function flushNft(): void {
  sure(call("nft", ["flush", "ruleset"], ""));
}

/** Of a text that leaves no table of netc's. */
const NOTHING = '{"nftables": []}';

/** netc's text takes its table away before it makes it. */
export function loadNft(text: string): Loaded {
  const loaded = call("nft", ["-f", "-"], text);
  if (loaded.status !== 0) return { refused: reasonOf(loaded) };
  const listed = call("nft", ["-j", "list", "table", "inet", "netc"], "");
  return { listing: /No such file or directory\n/.test(listed.stderr) ? NOTHING : sure(listed) };
}
