/** The same services in the words of others: ferm's language, the shapes that kube-proxy loads, and the least that could be loaded. */
import { servicesOf as asSaid, POD_RANGE } from "./inputs.mjs";

/** A shape's services, the pods of each in the order of their addresses: netc draws in that order. */
const servicesOf = (shape) =>
  asSaid(shape).map((service) => ({ ...service, pods: service.pods.toSorted((a, b) => a.value - b.value) }));

/** What one of the backends from here on has of the draw, as the kernel rounds it; `null` where nothing is left to draw. */
function shareAt(pods, at) {
  const left = pods.length - at;
  return left === 1 ? null : (Math.round(0x80000000 / left) / 0x80000000).toFixed(11);
}

/** The DNAT rules of a shape in ferm's language. */
export function fermProgram(shape) {
  const lines = ["domain ip table nat chain NETC-SERVICES {"];
  for (const { address, protocol, port, to, pods } of servicesOf(shape)) {
    lines.push(`  daddr ${address} proto ${protocol} dport ${port} {`);
    pods.forEach((pod, at) => {
      const share = shareAt(pods, at);
      const draw = share === null ? "" : `mod statistic mode random probability ${share} `;
      lines.push(`    ${draw}DNAT to "${pod.address}:${to}";`);
    });
    lines.push("  }");
  }
  lines.push("}");
  return `${lines.join("\n")}\n`;
}

const DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** Sixteen base32 digits of a text, as kube-proxy ends its chains' names. */
function hash(text) {
  let digits = "";
  let state = 0x811c9dc5;
  for (let at = 0; digits.length < 16; at = (at + 1) % text.length) {
    state = Math.imul(state ^ text.charCodeAt(at) ^ digits.length, 0x01000193) >>> 0;
    if (at === text.length - 1) digits += DIGITS[(state >>> 9) & 31];
  }
  return digits;
}

const MASQUERADED = "0x4000";

/** kube-proxy's iptables: one list of services, a chain for each, a chain for each backend. */
export function kubeIptables(shape) {
  const chains = ["KUBE-SERVICES", "KUBE-MARK-MASQ", "KUBE-POSTROUTING"];
  const rules = [
    "-A PREROUTING -j KUBE-SERVICES",
    "-A OUTPUT -j KUBE-SERVICES",
    "-A POSTROUTING -j KUBE-POSTROUTING",
    `-A KUBE-MARK-MASQ -j MARK --or-mark ${MASQUERADED}`,
    `-A KUBE-POSTROUTING -m mark ! --mark ${MASQUERADED}/${MASQUERADED} -j RETURN`,
    `-A KUBE-POSTROUTING -j MARK --xor-mark ${MASQUERADED}`,
    "-A KUBE-POSTROUTING -j MASQUERADE --random-fully",
  ];
  for (const { name, address, protocol, port, to, pods } of servicesOf(shape)) {
    const chain = `KUBE-SVC-${hash(name)}`;
    const door = `-d ${address}/32 -p ${protocol} -m ${protocol} --dport ${port}`;
    chains.push(chain);
    rules.push(`-A KUBE-SERVICES -m comment --comment "default/${name} cluster IP" ${door} -j ${chain}`);
    rules.push(`-A ${chain} ! -s ${POD_RANGE} ${door} -j KUBE-MARK-MASQ`);
    pods.forEach((pod, at) => {
      const backend = `KUBE-SEP-${hash(`${name} ${pod.name}`)}`;
      const share = shareAt(pods, at);
      const draw = share === null ? "" : `-m statistic --mode random --probability ${share} `;
      const comment = `-m comment --comment "default/${name} -> ${pod.address}:${to}"`;
      chains.push(backend);
      rules.push(`-A ${chain} ${comment} ${draw}-j ${backend}`);
      rules.push(`-A ${backend} -m comment --comment default/${name} -s ${pod.address}/32 -j KUBE-MARK-MASQ`);
      rules.push(
        `-A ${backend} -m comment --comment default/${name} -p ${protocol} -m ${protocol} -j DNAT --to-destination ${pod.address}:${to}`,
      );
    });
  }
  return `*nat\n${chains.map((chain) => `:${chain} - [0:0]\n`).join("")}${rules.join("\n")}\nCOMMIT\n`;
}

/** Nothing but the translations, in one chain. */
export function bareIptables(shape) {
  const rules = servicesOf(shape).flatMap(({ address, protocol, port, to, pods }) =>
    pods.map((pod, at) => {
      const share = shareAt(pods, at);
      const draw = share === null ? "" : `-m statistic --mode random --probability ${share} `;
      return `-A BARE -d ${address}/32 -p ${protocol} -m ${protocol} --dport ${port} ${draw}-j DNAT --to-destination ${pod.address}:${to}`;
    }),
  );
  return `*nat\n:BARE - [0:0]\n-A PREROUTING -j BARE\n${rules.join("\n")}\nCOMMIT\n`;
}

/** kube-proxy's nft: one map of all ports, for each port a chain with a map of its own, for each backend a chain. */
export function kubeNft(shape) {
  const services = servicesOf(shape);
  const chainOf = ({ name, protocol, port }) => `service-${hash(name)}-default/${name}/${protocol}/${port}`;
  const backendOf = ({ name, protocol, port, to }, pod) =>
    `endpoint-${hash(`${name} ${pod.name}`)}-default/${name}/${protocol}/${port}__${pod.address}/${to}`;
  const chains = services.flatMap((service) => {
    const { address, protocol, port, to, pods } = service;
    const slots = pods.map((pod, at) => `${at} : goto ${backendOf(service, pod)}`).join(", ");
    const own = [
      `\tchain ${chainOf(service)} {`,
      `\t\tip daddr ${address} ${protocol} dport ${port} ip saddr != ${POD_RANGE} jump mark-for-masquerade`,
      `\t\tnumgen random mod ${pods.length} vmap { ${slots} }\n\t}`,
    ];
    const backends = pods.map(
      (pod) =>
        `\tchain ${backendOf(service, pod)} {\n\t\tip saddr ${pod.address} jump mark-for-masquerade\n\t\tmeta l4proto ${protocol} dnat to ${pod.address}:${to}\n\t}`,
    );
    return [...backends, ...own];
  });
  const elements = services.map(
    (service) => `${service.address} . ${service.protocol} . ${service.port} : goto ${chainOf(service)}`,
  );
  return [
    "table ip kube-proxy {",
    `\tchain mark-for-masquerade {\n\t\tmeta mark set meta mark or ${MASQUERADED}\n\t}`,
    chains.join("\n"),
    "\tmap service-ips {",
    "\t\ttype ipv4_addr . inet_proto . inet_service : verdict",
    `\t\telements = { ${elements.join(",\n\t\t\t")} }`,
    "\t}",
    "\tchain services {\n\t\tip daddr . meta l4proto . th dport vmap @service-ips\n\t}",
    "\tchain nat-prerouting {\n\t\ttype nat hook prerouting priority dstnat; policy accept;\n\t\tjump services\n\t}",
    "\tchain nat-output {\n\t\ttype nat hook output priority -100; policy accept;\n\t\tjump services\n\t}",
    "\tchain nat-postrouting {\n\t\ttype nat hook postrouting priority srcnat; policy accept;",
    `\t\tmeta mark & ${MASQUERADED} == ${MASQUERADED} masquerade fully-random\n\t}`,
    "}\n",
  ].join("\n");
}

/** Nothing but one map with every backend of every port. */
export function bareNft(shape) {
  const elements = servicesOf(shape).flatMap(({ address, protocol, port, to, pods }) =>
    pods.map((pod, at) => `${address} . ${protocol} . ${port} . ${at} : ${pod.address} . ${to}`),
  );
  const { length } = servicesOf({ ...shape, services: 1 })[0].pods;
  return [
    "table ip bare {",
    "\tmap backends {",
    "\t\ttypeof ip daddr . meta l4proto . th dport . numgen random mod 65536 : ip daddr . th dport",
    `\t\tsize ${2 ** Math.ceil(Math.log2(elements.length + 1))}`,
    `\t\telements = { ${elements.join(",\n\t\t\t")} }`,
    "\t}",
    "\tchain prerouting {\n\t\ttype nat hook prerouting priority dstnat; policy accept;",
    `\t\tdnat ip to ip daddr . meta l4proto . th dport . numgen random mod ${length} map @backends\n\t}`,
    "}\n",
  ].join("\n");
}
