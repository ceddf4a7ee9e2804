/** The program at the top of the language's page: what it expects is true of packets, on both backends. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { A, NODE1 } from "./cast.ts";
import { lesson } from "./lesson.ts";
import { draws, reaches, silent } from "./probe.ts";
import { TWO_NODES } from "./topology.ts";

const PROGRAM = readFileSync("golden/30-first-example/main.net", "utf8");
const WEB = "10.96.0.100";

const EXPECTATION = /^expect (\w+) -> web reaches (\w+)/gm;

lesson("the first example", { topology: TWO_NODES, program: PROGRAM }, async (lab, observe) => {
  const expectations = [...PROGRAM.matchAll(EXPECTATION)].map(([, client, backend]) => [client!, backend!] as const);
  assert.deepEqual(expectations, [
    ["a", "b"],
    ["b", "b"],
  ]);
  for (const [client, backend] of expectations) {
    await observe(`expect ${client} -> web reaches ${backend}`, async () => {
      for (const port of ["", ":80", ":443", ":53/udp"])
        await reaches(lab, client, `${WEB}${port}`, { at: backend, as: client === backend ? NODE1 : A });
    });
  }
  await observe("the rest of it", async () => {
    await draws(lab, "b", "10.96.0.101:80", ["a", "c"]);
    await reaches(lab, "node1", "10.96.0.101:53/udp", { at: "c", as: NODE1 });
    await reaches(lab, "c", "203.0.113.5:80", { at: "outside", as: "192.168.100.101" });
    await reaches(lab, "outside", `${NODE1}:80`, { at: "node1" }, { from: "192.168.8.166" });
    await silent(lab, "outside", `${NODE1}:80`, { from: "192.168.1.10" });
  });
  await observe("without its hairpin the second expectation fails", async () => {
    await lab.load(PROGRAM.replace(/^hairpin b.*$/m, ""));
    await silent(lab, "b", `${WEB}:80`);
    await reaches(lab, "a", `${WEB}:80`, { at: "b", as: A });
  });
});
