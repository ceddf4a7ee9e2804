/** How long `up.sh` takes on a node where it has nothing to do: all is as its last run left it. */
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sideBySide } from "../measure.mjs";
import { canMakeNamespaces, openNode } from "../namespace.mjs";
import { compiled } from "../netc.mjs";
import { isInstalled } from "../programs.mjs";
import { missingRow, seconds, thousands } from "../table.mjs";

const PODS = 20;
const BACKENDS = 3;
const MOST_SECONDS = 1.5;
const TARGET = `≤ ${MOST_SECONDS} s`;
const NODE = "node1";

const podOf = (at) => `p${(at % PODS) + 1}`;

/** All pods are on the one node. */
function program(services) {
  const lines = [
    "cluster { pods 10.128.0.0/16; services 10.96.0.0/12; network host-gw }",
    `node ${NODE} 192.168.100.1 dev eth0 pods 10.128.0.0/24`,
    ...Array.from({ length: PODS }, (_, at) => `pod ${podOf(at)} 10.128.0.${at + 10} on ${NODE}`),
    ...Array.from({ length: services }, (_, at) => {
      const backends = Array.from({ length: BACKENDS }, (_, each) => `${podOf(at + each)}:8080`);
      return `service s${at + 1} 10.${96 + (at >> 16)}.${(at >> 8) % 256}.${at % 256} { 80 -> ${backends.join(", ")} }`;
    }),
    "hairpin all",
    "masquerade pods",
  ];
  return `${lines.join("\n")}\n`;
}

const DEVICE = `
ip link set lo up
ip link add eth0 type veth peer name wire
ip link set wire up
ip address add 192.168.100.1/24 dev eth0
ip link set eth0 up`;

/** A second run says nothing on standard output: it has changed nothing. */
function assertQuiet(script, node) {
  const [command, ...args] = node.inside(["sh", script]);
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: "utf8" });
  if (status !== 0 || stdout !== "")
    throw new Error(`the second run of ${script} ended with ${status}: ${stdout}${stderr}`);
}

export async function secondRunRows({ folder, isQuick, rounds, say }) {
  const services = isQuick ? 1_000 : 10_000;
  const work = (rules) => `\`up.sh\` of ${PODS} pods and ${thousands(services)} services, run again [${rules}]`;
  if (!canMakeNamespaces() || !["iptables", "nft", "ip"].every(isInstalled))
    return [missingRow(work("iptables, nft"), "not measured: needs root, iptables, nft and ip", TARGET)];
  const file = join(folder, "second.net");
  writeFileSync(file, program(services));
  const nodes = [];
  try {
    for (const rules of ["iptables", "nft"]) {
      const out = join(folder, `second-${rules}`);
      mkdirSync(out);
      compiled(file, "--node", NODE, "--rules", rules, "-o", out);
      const script = join(out, NODE, "up.sh");
      const node = await openNode();
      nodes.push({ rules, script, node });
      node.run(`${DEVICE}\nsh ${script}`);
      assertQuiet(script, node);
    }
    const subjects = nodes.map(({ rules, script, node }) => ({ name: rules, command: node.inside(["sh", script]) }));
    const medians = await sideBySide(subjects, rounds, (round) => say(`second run ${round}/${rounds}`));
    return subjects.map(({ name }) => {
      const taken = medians.get(name).seconds;
      return { work: work(name), measured: seconds(taken), target: TARGET, met: taken <= MOST_SECONDS };
    });
  } finally {
    for (const { node } of nodes) node.close();
  }
}
