/** A pod that asks, its node, and the pods behind it, each a namespace: the way that a flow takes through one set of rules. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { POD_RANGE } from "../inputs.mjs";
import { openNamespace } from "../namespace.mjs";
import { ASK, ECHO } from "./probes.mjs";

/** A pod of the node: services see most of their clients so. */
const CLIENT = "10.128.15.254";

/**
 * @typedef {object} Way
 * @property {(targets: readonly string[], count: number) => Promise<readonly number[]>} ask seconds from a new flow's first packet to
 *   its answer, `count` flows to `targets` (`address:port`) in turn
 * @property {() => void} close
 */

/** Both ends run on one core: to wake another one takes longer than the way, now and then. */
const core = () => /^Cpus_allowed_list:.*?(\d+)$/m.exec(readFileSync("/proc/self/status", "latin1"))[1];

function spawnProbe(namespace, script, args) {
  const [program, ...rest] = namespace.inside(["taskset", "-c", core(), "perl", "-e", script, ...args]);
  return spawn(program, rest, { stdio: ["ignore", "pipe", "inherit"] });
}

async function runProbe(namespace, script, args) {
  const child = spawnProbe(namespace, script, args);
  let said = "";
  child.stdout.on("data", (data) => {
    said += data;
  });
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error("a flow got no answer");
  return said.trim().split("\n").map(Number);
}

/**
 * @param {string} load a shell script for the node, which reads the rules from its input
 * @param {string} rules
 * @param {readonly string[]} pods `address:port` of those that answer
 * @returns {Promise<Way>}
 */
export async function openWay(load, rules, pods) {
  const [client, node, behind] = await Promise.all([openNamespace(), openNamespace(), openNamespace()]);
  node.run(`
    ip link add client type veth peer name eth0 netns ${client.pid}
    ip link add pods type veth peer name eth0 netns ${behind.pid}
    ip addr add 172.31.0.1/24 dev client
    ip addr add 172.31.1.1/24 dev pods
    ip link set lo up; ip link set client up; ip link set pods up
    echo 1 > /proc/sys/net/ipv4/ip_forward
  `);
  client.run(`
    ip addr add 172.31.0.2/24 dev eth0; ip addr add ${CLIENT}/32 dev eth0; ip link set eth0 up
    ip route add default via 172.31.0.1 src ${CLIENT}
  `);
  behind.run(`
    ip addr add 172.31.1.2/24 dev eth0; ip link set lo up; ip link set eth0 up
    ip route add default via 172.31.1.1; ip route add local ${POD_RANGE} dev lo
    ip route add ${CLIENT} via 172.31.1.1 table local
  `);
  node.run(`ip route add ${POD_RANGE} via 172.31.1.2; ip route add ${CLIENT} via 172.31.0.2`);
  node.run(load, rules);
  const echo = spawnProbe(behind, ECHO, pods);
  await once(echo.stdout, "data");
  return {
    ask: (targets, count) => runProbe(client, ASK, [String(count), ...targets]),
    close: () => {
      echo.kill();
      for (const namespace of [client, node, behind]) namespace.close();
    },
  };
}
