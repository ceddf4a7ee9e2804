/**
 * The programs that are measured, made here. A dense range of services, each with one port and three pods of its own, on
 * a hundred nodes; only the number of services differs between sizes.
 */

const NODES = 100;
const BACKENDS = 3;
const PODS = address("10.128.0.0");
const PODS_A_NODE = 4096;
const SERVICES = address("10.96.0.0");

function address(text) {
  return text.split(".").reduce((value, byte) => value * 256 + Number(byte), 0);
}

const textOf = (value) => [24, 16, 8, 0].map((bits) => (value >>> bits) & 255).join(".");

/** The number of backends of `services` services. */
export const backendsOf = (services) => services * BACKENDS;

/** The n-th service, n from 1: its address and its pods, each on the next node. */
function serviceAt(n) {
  const pods = Array.from({ length: BACKENDS }, (_, i) => {
    const pod = (n - 1) * BACKENDS + i;
    const node = pod % NODES;
    return {
      name: `web-${n}-${i + 1}`,
      address: PODS + node * PODS_A_NODE + 1 + Math.floor(pod / NODES),
      node: `node${node + 1}`,
    };
  });
  return { name: `web-${n}`, address: textOf(SERVICES + n), port: 80, to: 8080, pods };
}

const servicesOf = (count) => Array.from({ length: count }, (_, i) => serviceAt(i + 1));

/** The program of `count` services. */
export function netcProgram(count) {
  const services = servicesOf(count);
  const lines = ["cluster { pods 10.128.0.0/13; services 10.96.0.0/12; network host-gw }"];
  for (let i = 0; i < NODES; i += 1) {
    lines.push(`node node${i + 1} 192.168.100.${i + 1} dev eth0 pods ${textOf(PODS + i * PODS_A_NODE)}/20`);
  }
  for (const { pods } of services) {
    for (const pod of pods) lines.push(`pod ${pod.name} ${textOf(pod.address)} on ${pod.node}`);
  }
  for (const { name, address: vip, port, to, pods } of services) {
    lines.push(`service ${name} ${vip} { ${port} -> ${pods.map((pod) => `${pod.name}:${to}`).join(", ")} }`);
  }
  lines.push("hairpin all", "masquerade pods");
  return `${lines.join("\n")}\n`;
}

/** The DNAT rules of the same services in ferm's language: backends in the order of their addresses, each with netc's share of the draw. */
export function fermProgram(count) {
  const lines = ["domain ip table nat chain NETC-SERVICES {"];
  for (const { address: vip, port, to, pods } of servicesOf(count)) {
    lines.push(`  daddr ${vip} proto tcp dport ${port} {`);
    const ordered = pods.toSorted((a, b) => a.address - b.address);
    ordered.forEach((pod, i) => {
      const left = pods.length - i;
      const share = (Math.round(0x80000000 / left) / 0x80000000).toFixed(11);
      const draw = left === 1 ? "" : `mod statistic mode random probability ${share} `;
      lines.push(`    ${draw}DNAT to "${textOf(pod.address)}:${to}";`);
    });
    lines.push("  }");
  }
  lines.push("}");
  return `${lines.join("\n")}\n`;
}
