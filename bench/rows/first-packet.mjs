/**
 * What the rules of 30,000 backends cost a new flow, from its first packet to the answer: through a service, over the same straight to
 * a pod across the same node, and across one that only knows connections.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { openWay } from "../first-packet/way.mjs";
import { netcProgram, servicesOf } from "../inputs.mjs";
import { median } from "../median.mjs";
import { canMakeNamespaces } from "../namespace.mjs";
import { compiled } from "../netc.mjs";
import { atMostRow, factRow, missingRow, thousands } from "../table.mjs";

const MOST = 1.12;
const ASKED = 32;
const FLOWS = 400;

const PLAIN = `table ip plain {
  chain prerouting { type nat hook prerouting priority dstnat; }
  chain postrouting { type nat hook postrouting priority srcnat; }
}`;

const KINDS = [
  { target: "iptables", load: "iptables-nft-restore" },
  { target: "nft", load: "nft -f -" },
];

const micros = (seconds) => `${(seconds * 1e6).toFixed(1)} µs`;

/** Every flow in turn in every round; the first round only fills caches. */
async function medians(flows, rounds) {
  const samples = flows.map(() => []);
  for (let round = 0; round <= rounds; round += 1) {
    for (const [at, { way, targets }] of flows.entries()) {
      const seconds = await way.ask(targets, FLOWS);
      if (round > 0) samples[at].push(...seconds);
    }
  }
  return samples.map(median);
}

function rowsOf(work, [service, own, bare]) {
  const detail = (other) => `${micros(service)} against ${micros(other)}`;
  return [
    atMostRow(`${work}, × straight to the pod across the same node`, service / own, MOST, detail(own)),
    factRow(`${work}, × straight to the pod across a node without rules`, service / bare, detail(bare)),
  ];
}

export async function firstPacketRows({ folder, isQuick, rounds, say }) {
  const shape = { services: isQuick ? 1_000 : 10_000, protocol: "udp" };
  const workOf = ({ target }) => `first packet to one of ${thousands(shape.services)} services, ${target}`;
  if (!canMakeNamespaces())
    return KINDS.map((kind) => missingRow(workOf(kind), "not measured: needs root", `≤ ${MOST} ×`));
  say("first packets");
  const services = servicesOf(shape).filter((_, at) => at % Math.floor(shape.services / ASKED) === 0);
  const pods = services.flatMap(({ pods, to }) => pods.map(({ address }) => `${address}:${to}`));
  const doors = services.map(({ address, port }) => `${address}:${port}`);
  const file = join(folder, "first-packet.net");
  writeFileSync(file, netcProgram(shape));
  const ways = [];
  const open = async (load, rules) => {
    ways.push(await openWay(load, rules, pods));
    return ways.at(-1);
  };
  try {
    const flows = [{ way: await open("nft -f -", PLAIN), targets: pods }];
    for (const { target, load } of KINDS) {
      const way = await open(load, compiled(file, "--node", "node1", "--target", target));
      flows.push({ way, targets: doors }, { way, targets: pods });
    }
    const [bare, ...found] = await medians(flows, 2 * rounds);
    return KINDS.flatMap((kind, at) => rowsOf(workOf(kind), [found[2 * at], found[2 * at + 1], bare]));
  } finally {
    for (const way of ways) way.close();
  }
}
