/** Programs that people are shown draw no warning that is not meant. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { diagnosticsOf, expectDiagnostics } from "./expect-diagnostics.ts";

const reference = readFileSync("grammar/README.md", "utf8");
const examples = Array.from(reference.matchAll(/```netc\n([^`]*)```/g), ([, text]) => text!);

test("the first program of the language reference lacks hairpins, and nothing else", () => {
  expectDiagnostics(examples[0]!, ["hairpin-missing: a:8080", "hairpin-missing: c:8080"]);
});

test("the one-liner alone lacks its pod, and compiles with it", () => {
  const line = "pod a 10.244.1.10 on node1; service web 10.96.0.100 -> b; hairpin b\n";
  expectDiagnostics(line, ["unknown-name: b"]);
  expectDiagnostics(`${line}pod b 10.244.1.11 on node1\n`, []);
});

/** Fragments declare what they name nowhere, or use nothing of it: that is no suspicion. */
const OF_FRAGMENTS = new Set(["unknown-name", "unused-group", "hairpin-missing", "missing-node-device"]);

for (const [at, text] of examples.entries()) {
  test(`example ${at + 1} of the language reference draws nothing unexpected`, () => {
    const strange = diagnosticsOf(text).filter(({ code }) => !OF_FRAGMENTS.has(code));
    assert.deepEqual(
      strange.map(({ code, message }) => `${code}: ${message}`),
      [],
      text,
    );
  });
}

test("a dual-stack cluster with the common statements is fine", () => {
  expectDiagnostics(
    `cluster { pods 10.244.0.0/16, fd00:244::/32; services 10.96.0.0/12, fd00:96::/108 }
node node1 192.168.100.100, fd00:1::100 dev ens33 pods 10.244.1.0/24, fd00:244:1::/64
node node2 192.168.100.101, fd00:1::101 dev ens33 pods 10.244.2.0/24, fd00:244:2::/64
pod a 10.244.1.10, fd00:244:1::10 on node1
pod b 10.244.1.11 on node1
pod c fd00:244:2::10 on node2
service web 10.96.0.100, fd00:96::100 { 80 -> a:8080, b:8080, c:8080 }
hairpin all
group office = 192.168.8.0/24, fd00:8::/64
masquerade pods except nodes, office
snat a to 192.168.100.7
route 10.9.0.0/16 via 192.168.100.1 on node1
mark pods -> office 0x10/0xff
allow office, nodes -> nodes:22
allow office, nodes -> web
allow nodes -> pods
allow pods -> pods:icmp
deny any -> web log "web: "
default deny any -> pods
default reject any -> nodes:22
expect a -> web:80
`,
    [],
  );
});
