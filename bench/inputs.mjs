/**
 * What is measured, made here and nowhere else: services on a hundred nodes, each with one port and pods of its own. All
 * that is written in another's words (netc, ferm, kube-proxy) is written from these.
 */

export const NODES = 100;
const PODS = address("10.128.0.0");
const PODS_A_NODE = 4096;
const SERVICES = address("10.96.0.0");
/** The /12 of services holds 2²⁰ addresses. */
const SPARSE_BITS = 20;

export const POD_RANGE = "10.128.0.0/13";
export const SERVICE_RANGE = "10.96.0.0/12";

function address(text) {
  return text.split(".").reduce((value, byte) => value * 256 + Number(byte), 0);
}

const textOf = (value) => [24, 16, 8, 0].map((bits) => (value >>> bits) & 255).join(".");

/**
 * @typedef {object} Shape
 * @property {number} services
 * @property {number} [backends] of each service; 3 where left out
 * @property {"dense" | "sparse"} [spread] of the services' addresses: one behind another, or anywhere in their range
 * @property {"tcp" | "udp"} [protocol]
 * @property {number} [moved] the number of a service, from 1, one of whose pods has another address
 */

/**
 * @typedef {object} Pod
 * @property {string} name
 * @property {string} address
 * @property {number} value its address as a number
 * @property {string} node
 */

/**
 * @typedef {object} Service
 * @property {string} name
 * @property {string} address
 * @property {"tcp" | "udp"} protocol
 * @property {number} port
 * @property {number} to the pods' own port
 * @property {readonly Pod[]} pods
 */

/** Sends 1, 2, 3, … to numbers below 2²⁰, each once and in no order. */
function scattered(n) {
  const mask = 2 ** SPARSE_BITS - 1;
  let mixed = Math.imul(n, 0x9e375) & mask;
  mixed = Math.imul(mixed ^ (mixed >>> 9), 0x2c1b3) & mask;
  return mixed ^ (mixed >>> 11);
}

function podAt(shape, service, i) {
  const backends = shape.backends ?? 3;
  const pod = (service - 1) * backends + i;
  const node = pod % NODES;
  const isMoved = service === shape.moved && i === 0;
  const place = isMoved ? PODS_A_NODE - 2 : 1 + Math.floor(pod / NODES);
  const value = PODS + node * PODS_A_NODE + place;
  return { name: `web-${service}-${i + 1}`, address: textOf(value), value, node: `node${node + 1}` };
}

function serviceAt(shape, n) {
  const pods = Array.from({ length: shape.backends ?? 3 }, (_, i) => podAt(shape, n, i));
  const vip = SERVICES + (shape.spread === "sparse" ? scattered(n) : n);
  return { name: `web-${n}`, address: textOf(vip), protocol: shape.protocol ?? "tcp", port: 80, to: 8080, pods };
}

/** @param {Shape} shape @returns {readonly Service[]} */
export const servicesOf = (shape) => Array.from({ length: shape.services }, (_, i) => serviceAt(shape, i + 1));

/** @param {Shape} shape */
export const backendsOf = (shape) => shape.services * (shape.backends ?? 3);

/** @param {Shape} shape */
export function netcProgram(shape) {
  const services = servicesOf(shape);
  const lines = [`cluster { pods ${POD_RANGE}; services ${SERVICE_RANGE}; network host-gw }`];
  for (let i = 0; i < NODES; i += 1) {
    lines.push(`node node${i + 1} 192.168.100.${i + 1} dev eth0 pods ${textOf(PODS + i * PODS_A_NODE)}/20`);
  }
  for (const { pods } of services) {
    for (const pod of pods) lines.push(`pod ${pod.name} ${pod.address} on ${pod.node}`);
  }
  for (const { name, address: vip, protocol, port, to, pods } of services) {
    const door = protocol === "tcp" ? port : `${port}/${protocol}`;
    lines.push(`service ${name} ${vip} { ${door} -> ${pods.map((pod) => `${pod.name}:${to}`).join(", ")} }`);
  }
  lines.push("hairpin all", "masquerade pods");
  return `${lines.join("\n")}\n`;
}
