/** Names that fit no interface, no namespace, or look like a command: each pod is still one namespace, wired and reachable. */
import assert from "node:assert/strict";
import { existsSync, rmSync } from "node:fs";
import { NODE1, ONE_NODE_PODS } from "./cast.ts";
import { compile } from "./lab.ts";
import { lesson } from "./lesson.ts";
import { reaches } from "./probe.ts";

const TRACE = "/tmp/netc-kernel-names";

const NAMES = [
  "build-worker-eu-1",
  "build-worker-eu-2",
  "shop/web",
  "日本🚀",
  "-v",
  "it's",
  "a b",
  "*",
  `x; touch ${TRACE}`,
  `$(touch ${TRACE})`,
  `\`touch ${TRACE}\``,
  "l".repeat(300),
];

interface PlannedLink {
  readonly pod: string;
  readonly namespace: string;
  readonly device: string;
}

lesson("names of every kind", {}, async (lab) => {
  rmSync(TRACE, { force: true });
  const address = (index: number): string => `10.244.1.${20 + index}`;
  const program = [
    ONE_NODE_PODS,
    ...NAMES.map((name, index) => `pod "${name}" ${address(index)} on node1`),
    ...NAMES.map((name, index) => `service "${name}" 10.96.1.${20 + index} { 80 -> "${name}":8080 }`),
    ...NAMES.map((name) => `deny "${name}" -> a:81`),
    ...NAMES.map((name) => `hairpin pod/"${name}"`),
  ].join("\n");
  const { links } = JSON.parse(await compile(program, ["--node", "node1", "--target", "json"])) as {
    readonly links: readonly PlannedLink[];
  };
  assert.equal(new Set(links.map(({ namespace }) => namespace)).size, NAMES.length + 2);
  assert.equal(new Set(links.map(({ device }) => device)).size, NAMES.length + 2);
  for (const { pod, namespace } of links) lab.name(pod, namespace);
  lab.expectPods(NAMES);
  await lab.load(program);
  for (const [index, name] of NAMES.entries()) {
    const service = `10.96.1.${20 + index}:80`;
    await reaches(lab, "a", `${address(index)}:80`, { at: name });
    await reaches(lab, "node1", service, { at: name, as: NODE1, toPort: 8080 });
    await reaches(lab, name, service, { at: name, as: NODE1, toPort: 8080 });
  }
  await lab.unload(program);
  assert.deepEqual(lab.pods(), []);
  assert.ok(!existsSync(TRACE), "a name was run as a command");
});
