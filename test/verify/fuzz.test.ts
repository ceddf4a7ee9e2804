/** A few random programs, the same every time: `npm run fuzz` proves more of them, and has the real tools load them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { faultsOf } from "./fuzz/judge.ts";
import { compiled, errorsOf, joined, programs } from "./fuzz/program.ts";
import { smallest } from "./fuzz/smallest.ts";

const SAMPLE = programs(7, 16);

test("random programs compile, and most of what they say is left", () => {
  for (const statements of SAMPLE) assert.deepEqual(errorsOf(joined(statements)), []);
  const text = SAMPLE.map(joined).join("");
  const words = [
    "nodeport ",
    "affinity",
    "external ",
    "loadbalancer",
    "external-traffic local",
    "internal local",
    "weight 0",
  ];
  const statements = ["snat", "mark", "masquerade", "hairpin", "default deny", "reject", "network vxlan", "group"];
  for (const word of [...words, ...statements]) assert.ok(text.includes(word), word);
});

test("and are proved on every node", () => {
  for (const statements of SAMPLE) {
    const faults = faultsOf(compiled(joined(statements)).value);
    assert.deepEqual(faults, [], joined(statements));
  }
});

test("a program is made as small as what it shows", () => {
  const program = [
    "node n 10.0.0.1",
    "pod a 10.1.0.1, fd00::1 on n",
    "service s 10.2.0.1 {\n  80 -> a weight 0, b\n  81 -> c\n}",
    "deny a, b, c -> d, e:80 log",
  ];
  const shows = (each: readonly string[]): boolean => /80 -> .*b/.test(joined(each)) && joined(each).includes("e:80");
  assert.deepEqual(smallest(program, shows), ["service s 10.2.0.1 {\n  80 -> b\n}", "deny c -> e:80"]);
});
