/** Texts that are broken are not read, and it is said why. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { prove } from "../../src/verify/prove.ts";
import { reasonsOf, type Tool, V4 } from "./by-hand.ts";

const { plan, textOf } = V4;

/** What is wrong, in whose text, from what, to what, and what is told. */
const NOT_READ: readonly (readonly [string, Tool, from: string, to: string, RegExp])[] = [
  [
    "chains in a circle",
    "iptables",
    "-A NETC-SVC-10.96.0.0/24 ",
    "-A NETC-SVC-10.96.0.0/24 -j NETC-SERVICES\n-A NETC-SVC-10.96.0.0/24 ",
    /leads back to/,
  ],
  [
    "chains in a circle",
    "nft",
    "\tchain netc-services {\n",
    "\tchain netc-services {\n\t\tjump netc-services\n",
    /lead in a circle/,
  ],
  [
    "a jump to nowhere",
    "iptables",
    "-j NETC-FORWARD-POLICY",
    "-j NETC-FORWARD-POLICE",
    /is no chain that is declared above/,
  ],
  ["a jump to nowhere", "nft", "jump netc-forward-policy", "jump netc-forward-police", /there is no chain/],
  [
    "an element twice",
    "nft",
    "10.96.0.100 . tcp . 80 . 1 :",
    "10.96.0.100 . tcp . 80 . 0 :",
    /the element stands on lines/,
  ],
  ["a table without its end", "iptables", "COMMIT\n*mangle", "*mangle", /COMMIT/],
];

for (const [title, tool, from, to, reason] of NOT_READ) {
  test(`${title}: the text of ${tool} is not read`, () => {
    const sample = textOf(plan, tool);
    assert.ok(sample.text.includes(from));
    assert.match(reasonsOf(sample, sample.text.replace(from, to)).join("\n"), reason);
  });
}

test("a file that was cut off is never proved, and within a table or a line it is not read", () => {
  for (const tool of ["iptables", "nft"] as const) {
    const sample = textOf(plan, tool);
    const lines = sample.text.split("\n");
    for (let many = 0; many < lines.length - 1; many += 1) {
      const cut = lines.slice(0, many).join("\n");
      assert.ok(reasonsOf(sample, cut).length > 0, `${tool}: ${many} lines`);
      if (tool === "nft") continue;
      const findings = prove(sample.cluster, sample.node, [{ ...sample, text: `${cut}\n` }]);
      assert.notEqual(findings.length, 0, `${many} whole lines`);
      if (lines[many - 1] !== "COMMIT") assert.equal(findings[0]!.kind, "unverified", `${many} whole lines`);
    }
  }
});
