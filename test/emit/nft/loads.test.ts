/** nft itself takes what is printed, whatever a program's names hold; asked in a network namespace of its own, and nothing is loaded. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { kernelTest } from "../../kernel/ability.ts";
import { attempt, environment, report } from "../../kernel/command.ts";
import { HOSTILE } from "../shell/sample.ts";
import { BASE, textOf } from "./sample.ts";

const CHECK = ["unshare", "-n", "nft", "-c", "-f", "-"];

function missingForNft(): readonly string[] {
  if (process.getuid?.() !== 0) return ["root"];
  const { status } = spawnSync(CHECK[0]!, CHECK.slice(1), { env: environment(), input: "add table inet netc\n" });
  return status === 0 ? [] : ["nft in a network namespace (package nftables)"];
}

async function accepts(text: string): Promise<void> {
  const finished = await attempt(CHECK, { input: text });
  assert.equal(finished.status, 0, `${report(finished)}\n${text}`);
}

const NAMES: readonly string[] = [
  ...HOSTILE,
  "accept",
  "tcp",
  "0",
  "日".repeat(43),
  "日".repeat(300),
  "x".repeat(129),
  "end\\",
  "} table inet other {",
  "$netc",
  "@set",
  "# twice #",
].filter((name) => !/["\t]/.test(name));

const program = (name: string): string => `${BASE}
group "${name}" = 10.1.0.0/16, 10.3.3.3, a, fd00:1::/64
pod "p${name}" 10.244.1.12, fd00:244:1::12 on node1
service "${name}" 10.96.0.1, fd00:96::1 { 80 -> a, b; 53/udp -> pod/"p${name}"; 9000-9009 -> a; 7000-7001 -> b:7100-7101 }
service "all ${name}" 10.96.0.2, fd00:96::2 -> a, pod/"p${name}"
hairpin all
masquerade pod/"p${name}" except group/"${name}"
mark group/"${name}" -> any 1/3
reject group/"${name}" -> service/"${name}" log "${name.slice(0, 9)}"
deny any -> pod/"p${name}":22
`;

kernelTest("nft takes every name a program may hold", [missingForNft], async () => {
  await accepts(NAMES.map(program).map(textOf).join(""));
});

const octet = fc.integer({ min: 0, max: 255 });
const range = fc.tuple(octet, octet, fc.integer({ min: 0, max: 24 })).map(([a, b, length]) => {
  const value = (((a << 24) | (b << 16)) >>> 0) & (length === 0 ? 0 : -1 << (32 - length));
  const from = value >>> 0;
  return `${from >>> 24}.${(from >>> 16) & 255}.${(from >>> 8) & 255}.0/${length}`;
});
const wideRange = fc.integer({ min: 0, max: 32 }).map((length) => (length === 0 ? "::/0" : `8000::/${length}`));
const ranges = fc.uniqueArray(fc.oneof(range, wideRange), { minLength: 1, maxLength: 6 });
const port = fc.constantFrom("", ":tcp", ":icmp", ":132/sctp", ":1-65535/udp", ":22");
const rule = fc
  .tuple(
    fc.constantFrom("allow", "deny", "reject"),
    ranges,
    fc.constantFrom("any", "pods", "services", "node1", "a"),
    port,
  )
  .map(([verb, sources, destination, ports]) => `${verb} ${sources.join(", ")} -> ${destination}${ports}`);

kernelTest("nft takes every list of ranges", [missingForNft], async () => {
  const rules = fc.sample(rule, { numRuns: 300, seed: 1 });
  await accepts(textOf(`${BASE}${rules.join("\n")}\n`));
});
