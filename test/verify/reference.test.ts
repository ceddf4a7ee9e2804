/** The meaning of a cluster: the contract's sentences on small programs, and agreement with the plan on every golden one. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { FAMILIES } from "../../src/address/address.ts";
import { readProgram } from "../../src/cli/host.ts";
import type { Cluster } from "../../src/cluster/cluster.ts";
import { analyze, planNode } from "../../src/compile.ts";
import { hasErrors } from "../../src/diagnostics/diagnostic.ts";
import { HOOKS } from "../../src/verify/program.ts";
import { referenceOf } from "../../src/verify/reference.ts";
import { programs } from "../golden/golden.ts";
import { type Drawn, planned, said } from "./agree.ts";
import { chanceOf, constantsOf, drawPacket } from "./draw.ts";
import { MIXED } from "./programs.ts";

const shown = ({ source, destination, asked, ...rest }: Drawn): string =>
  JSON.stringify({ source: source.text, destination: destination.text, asked: asked.text, ...rest });

/** Where the plan says something else than the meaning of a cluster: the first packet of each node, family and hook. */
function disagreements(name: string, cluster: Cluster, seed: number, packets: number): readonly string[] {
  const found: string[] = [];
  for (const node of cluster.nodes) {
    const plan = planNode(cluster, node);
    for (const family of FAMILIES) {
      const facts = plan.packets.find((each) => each.family === family)!;
      const program = referenceOf(cluster, node, family);
      const chance = chanceOf(seed * 100 + family);
      const constants = constantsOf(cluster, node, family);
      for (const hook of HOOKS) {
        for (let n = 0; n < packets; n += 1) {
          const drawn = drawPacket(constants, chance);
          // What fits no connection never meets nat.
          const packet =
            hook.startsWith("nat-") && drawn.state === "invalid" ? { ...drawn, state: "new" as const } : drawn;
          const [one, other] = [said(program, hook, packet), planned(facts, hook, packet)];
          if (one === other) continue;
          found.push(`${name} ${node.name} ${hook}: meaning ${one}, plan ${other}: ${shown(packet)}`);
          break;
        }
      }
    }
  }
  return found;
}

test("the plan of every golden program says the same of packets drawn from its own constants", () => {
  const found = programs().flatMap((folder, at) => {
    const { root, open } = readProgram(join(folder, "main.net"), { allowOutside: false });
    return disagreements(folder, analyze(root, open).value, at, 300);
  });
  assert.deepEqual(found, []);
});

test("and so does the plan of programs in which many statements meet", () => {
  const found = Object.entries(MIXED).flatMap(([name, text], at) => {
    const { value, diagnostics } = analyze({ path: "main.net", text }, () => assert.fail());
    const errors = diagnostics.filter((each) => hasErrors([each])).map(({ code, message }) => `${code} ${message}`);
    assert.deepEqual(errors, [], name);
    return disagreements(name, value, at, 1500);
  });
  assert.deepEqual(found, []);
});
