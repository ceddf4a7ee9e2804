/** Programs whose policy is large: a source for each service, and lists of scattered addresses. */

const NODE = "node node1 192.168.100.1 dev eth0";

/** The `n`th address behind a first one. */
function textOf(first, n) {
  const value = first + n;
  return [24, 16, 8, 0].map((shift) => (value >>> shift) & 255).join(".");
}

const [PODS, SERVICES, SOURCES] = [0x0a80_0001, 0x0a60_0001, 0x0b00_0001];

function pairs(count) {
  const lines = ["cluster { pods 10.128.0.0/13; services 10.96.0.0/12 }", `${NODE} pods 10.128.0.0/13`];
  for (let n = 0; n < count; n += 1) {
    lines.push(`pod p${n} ${textOf(PODS, n)} on node1`, `service s${n} ${textOf(SERVICES, n)} { 80 -> p${n}:8080 }`);
  }
  return [...lines, "hairpin all"];
}

/** As many pods and services, each of which one address from outside may ask for. */
export function allowedPairs(count) {
  const lines = pairs(count);
  for (let n = 0; n < count; n += 1) lines.push(`allow ${textOf(SOURCES, n)} -> s${n}`);
  return `${[...lines, "default deny any -> services"].join("\n")}\n`;
}

/** So many addresses, each of which may not ask for one of 1,000 services. */
export function deniedSources(count) {
  const lines = pairs(1_000);
  for (let n = 0; n < count; n += 1) lines.push(`deny ${textOf(SOURCES, n)} -> s${n % 1_000}`);
  return `${lines.join("\n")}\n`;
}

/** Addresses of which hardly two are neighbours, spread evenly by a multiplier that is prime to 2³². */
export function blocklist(count) {
  const addresses = Array.from({ length: count }, (_, n) => textOf(0x1400_0000, Math.imul(n + 1, 0x9e3779b1) >>> 1));
  return `${NODE}\ndeny ${addresses.join(", ")} -> node1:22\n`;
}
