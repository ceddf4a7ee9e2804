import assert from "node:assert/strict";
import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { filesBelow, inFolder, netc } from "./run.ts";

const NODES = 5;
const SERVICES = 600;

/** Large enough for threads to help, and in two files. */
function files(): Readonly<Record<string, string>> {
  const nodes = Array.from(
    { length: NODES },
    (_, at) => `node n${at} 192.168.100.${at + 1} dev eth0 pods 10.244.${at}.0/24`,
  );
  const pods = Array.from({ length: NODES }, (_, at) => `pod p${at} 10.244.${at}.10 on n${at}`);
  const services = Array.from(
    { length: SERVICES },
    (_, at) =>
      `service some/rather-long-name-of-a-service-${at} 10.96.${at >> 8}.${at & 255} { 80 -> p${at % NODES}:8080, p${(at + 1) % NODES}:8080 }`,
  );
  return {
    "main.net": `cluster { pods 10.244.0.0/16; services 10.96.0.0/12 }\ninclude "parts/nodes.net"\ninclude "parts/services.net"\nhairpin all\n`,
    "parts/nodes.net": `${[...nodes, ...pods].join("\n")}\n`,
    "parts/services.net": `include "nodes.net"\n${services.join("\n")}\n`,
  };
}

test("many nodes at once give the bytes of one after the other", () => {
  inFolder(files(), (folder) => {
    assert.deepEqual(netc(["compile", "main.net", "-o", "together"], "", folder), {
      status: 0,
      stdout: "",
      stderr: "",
    });
    for (let at = 0; at < NODES; at += 1)
      assert.equal(netc(["compile", "main.net", "-o", "apart", "--node", `n${at}`], "", folder).status, 0);
    const together = filesBelow(join(folder, "together"));
    assert.equal(together.size, NODES * 7);
    assert.deepEqual(together, filesBelow(join(folder, "apart")));
  });
});

test("--explain-passes counts all nodes, whichever thread took them", () => {
  inFolder(files(), (folder) => {
    const passes = (...args: readonly string[]): readonly number[] =>
      [
        ...netc(["compile", "main.net", ...args, "--explain-passes"], "", folder).stderr.matchAll(
          / (\d+) → (\d+) rules/g,
        ),
      ].flatMap(([, before, after]) => [Number(before), Number(after)]);
    const apart = Array.from({ length: NODES }, (_, at) => passes("--node", `n${at}`));
    const sum = apart[0]!.map((_, column) => apart.reduce((all, counts) => all + counts[column]!, 0));
    assert.deepEqual(passes("-o", "out"), sum);
  });
});

test("a foreign folder is refused before any thread starts, and nothing is left", () => {
  inFolder(files(), (folder) => {
    writeFileSync(join(folder, "n4"), "mine");
    assert.equal(netc(["compile", "main.net", "-o", "."], "", folder).status, 2);
    assert.deepEqual(readdirSync(folder).sort(), ["main.net", "n4", "parts"]);
  });
});
