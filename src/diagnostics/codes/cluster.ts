import { error, note, warning } from "./entry.ts";

/** What binding reports: literals, names, and what stands where it cannot. */
const binding = {
  "malformed-address": error(
    (p: { text: string; reason: string }) => `\`${p.text}\` is not an address: ${p.reason}`,
    "An address that two programs read in two ways (010.1.1.1 is 8.1.1.1 to some) is a rule on the wrong host.",
  ),
  "host-bits": error(
    (p: { text: string; reason: string }) => `\`${p.text}\` has host bits set: ${p.reason}`,
    "A range with host bits set means either the range or the one address; the two differ by a whole network.",
  ),
  "range-not-address": error(
    (p: { text: string }) => `\`${p.text}\` is a range; one address is wanted here`,
    "A node, a service and a backend each answer on one address.",
  ),
  "pod-length": warning(
    (p: { text: string }) => `the length of \`${p.text}\` has no effect: a pod's address is a host address`,
    "Pods are host routes. A /24 on the pod's interface would make it look for its neighbours by ARP, where only its gateway answers.",
  ),
  "family-twice": error(
    (p: { text: string; earlier: string; family: number }) =>
      `a second IPv${p.family} address, ${p.text}; the first is ${p.earlier}`,
    "A pod, node or service has at most one address of each family, so that every rule about it is about one address.",
  ),
  "bad-port": error(
    (p: { text: string; reason: string }) => `\`${p.text}\` is no port: ${p.reason}`,
    "Ports are numbers from 1 to 65535; a range goes from the lower to the higher.",
  ),
  "bad-protocol": error(
    (p: { text: string }) => `\`${p.text}\` is no protocol; there are tcp, udp, sctp and icmp`,
    "A rule for a protocol that netc does not know would match nothing.",
  ),
  "icmp-port": error(
    (p: { text: string }) => `icmp has no ports, so \`${p.text}\` means nothing`,
    "ICMP messages have types, not ports. A protocol alone (`b:icmp`) means all of it.",
  ),
  "port-list": error(
    (p: { port: string }) => `a list of ports is written out: \`${p.port}\` names no address`,
    "In a list each item is one address and its port, so that a comma has one meaning everywhere.",
  ),
  "port-not-allowed": error(
    (p: { port: string; what: string }) => `${p.what} has no port, so \`:${p.port}\` would have no effect`,
    "A port that is ignored is a rule that is wider than it looks.",
  ),
  "backend-protocol": error(
    (p: { what: string; text: string; protocol: string }) =>
      `the protocol of ${p.what} is its line's, ${p.protocol}: write the port alone, not \`${p.text}\``,
    "Translation changes addresses and ports, never the protocol.",
  ),
  "unknown-name": error(
    (p: { name: string; wanted: string }) => `no ${p.wanted} is named \`${p.name}\``,
    "A name that nothing bears would be a rule about nothing.",
  ),
  "ambiguous-name": error(
    (p: { name: string; kinds: readonly string[] }) => `\`${p.name}\` names a ${p.kinds.join(" and a ")}`,
    "Names are unique within a kind only; where two kinds fit, the reference carries the kind: `pod/web`.",
  ),
  "wrong-kind": error(
    (p: { name: string; is: string; wanted: string }) => `\`${p.name}\` is a ${p.is}; here stands a ${p.wanted}`,
    "A service has no source address, a pod no backends: each place takes only what can have the effect.",
  ),
  "wrong-word": error(
    (p: { word: string; what: string }) => `\`${p.word}\` cannot be ${p.what}`,
    "The words for sets stand for addresses; not every place takes any of them.",
  ),
  "duplicate-name": error(
    (p: { kind: string; name: string }) => `a second ${p.kind} is named \`${p.name}\``,
    "Which of the two a rule would mean depends on nothing that the program says.",
  ),
  "qualified-name": error(
    (p: { name: string }) => `\`${p.name}\` cannot be declared: a name does not begin with a kind and a slash`,
    "`pod/web` already means the pod named `web`.",
  ),
  "unknown-port": error(
    (p: { text: string; service: string }) => `service \`${p.service}\` has no port named \`${p.text}\``,
    "A label stands for the port that bears it.",
  ),
  "pod-without-node": error(
    (p: { pod: string }) => `pod \`${p.pod}\` is on no node: write \`on NODE\` behind its address`,
    "A pod is a namespace on one node; its links and routes are made there.",
  ),
  "service-without-ports": error(
    (p: { service: string }) => `service \`${p.service}\` has no port line`,
    "A service of port lines serves what they say. For every protocol and port write `service NAME VIP -> BACKENDS`.",
  ),
  "duplicate-backend": warning(
    () => "this backend is named twice on one port and counts once",
    "Naming a backend twice does not double its share; `weight 2` does.",
  ),
  "circular-group": error(
    (p: { circle: readonly string[] }) => `these groups contain each other: ${p.circle.join(" → ")}`,
    "A group that contains itself has no list of members.",
  ),
  "duplicate-cluster": error(
    () => "a second `cluster` statement",
    "The settings of a cluster stand in one place, or one of two would have to be ignored.",
  ),
  "hairpin-without-service": warning(
    (p: { pod: string }) => `the hairpin has no effect: \`${p.pod}\` is a backend of no service`,
    "A hairpin is about connections to a service that come back to the pod that made them.",
  ),
  "port-width": error(
    (p: { what: string; service: string }) => `${p.what} and the service's ${p.service} are not equally many`,
    "A range maps port by port, so both sides have as many.",
  ),
  "bad-duration": error(
    (p: { text: string }) =>
      `\`${p.text}\` is no duration that a client can be remembered for: from 1 second to 24 hours, such as \`3h\``,
    "The kernel keeps who is remembered in its memory; a day is more than any session needs, and none at all is no affinity.",
  ),
  "loopback-nodeports": error(
    (p: { range: string }) => `nodeports cannot listen on loopback, and \`${p.range}\` is nothing else`,
    "A nodeport on 127.0.0.1 needs a sysctl that lets neighbours reach what listens on loopback alone.",
  ),
  "bad-weight": error(
    (p: { text: string; most: number }) => `\`${p.text}\` is no weight: a whole number from 0 to ${p.most}`,
    "A weight is a share of the draw; 0 drains a backend.",
  ),
  "snat-without-address": error(
    () => "`snat` has no address to translate to: write `to ADDR`",
    "Without a fixed address this is what `masquerade` does.",
  ),
  "route-incomplete": error(
    (p: { missing: string }) => `this route is incomplete: write \`${p.missing}\``,
    "A route is made on one node, and leads by a next hop.",
  ),
  "bad-device": error(
    (p: { device: string }) => `\`${p.device}\` is no name of a network device`,
    "Linux takes 1 to 15 bytes without a slash, a colon or a blank.",
  ),
  "bad-mark": error(
    (p: { text: string }) => `\`${p.text}\` is no mark: VALUE or VALUE/MASK, 32 bits, and no bit outside the mask`,
    "A mark sets the bits of its mask to those of its value; a value bit outside the mask would be lost.",
  ),
  "bad-mtu": error(
    (p: { text: string; least: number }) => `\`${p.text}\` is no MTU: a whole number from ${p.least} to 65521`,
    "An MTU the kernel refuses would stop the script half-way; on less than 1280 bytes it speaks no IPv6.",
  ),
  "log-prefix": error(
    (p: { bytes: number }) => `the prefix has ${p.bytes} bytes, and at most 28 fit`,
    "iptables keeps 29 bytes of a prefix and would cut the rest, so that two rules could log alike.",
  ),
  "family-mismatch": error(
    (p: { what: string; other: string }) => `${p.what} and ${p.other} are of different families`,
    "An IPv4 packet never meets an IPv6 address.",
  ),
  "protocol-label": error(
    (p: { label: string }) => `a port cannot be called \`${p.label}\`: that is a protocol`,
    "Behind a service's name `tcp` means all of the protocol, so that nothing could name this port.",
  ),
  "port-in-address": note(
    (p: { text: string }) => `\`${p.text}\` is one address; its last group reads like a port`,
    "A port stands behind the brackets of an IPv6 address; without brackets it is the last group of another address.",
  ),
} as const;

/** What the laws report: statements that are well-formed each and wrong together. */
const laws = {
  "duplicate-address": error(
    (p: { address: string; holder: string; earlier: string }) =>
      `${p.address} is the address of \`${p.holder}\` and of \`${p.earlier}\``,
    "Of two that hold one address, which one answers depends on who asks.",
  ),
  "out-of-range": error(
    (p: { what: string; holder: string; range: string; ranges: string }) =>
      `${p.what} of \`${p.holder}\` lies outside ${p.range}, ${p.ranges}`,
    "Routes, masquerade and policy go by ranges; what lies outside them is not reached, or is treated as the outside.",
  ),
  "overlapping-ranges": error(
    (p: { range: string; owner: string; other: string; otherOwner: string }) =>
      `${p.range} of \`${p.owner}\` overlaps ${p.other} of \`${p.otherOwner}\``,
    "An address in both would have two routes, or be a pod and a service at once.",
  ),
  "overlapping-ports": error(
    (p: { port: string; earlier: string }) => `${p.port} overlaps ${p.earlier} of the same service`,
    "A connection to a port that two lines serve would go to either, whatever the lines say.",
  ),
  "duplicate-port": error(
    (p: { address: string; port: string; earlier: string }) =>
      `${p.port} at ${p.address} is served by service \`${p.earlier}\` already`,
    "Two services may share an address; a port of it belongs to one.",
  ),
  "duplicate-nodeport": error(
    (p: { port: string; earlier: string }) => `nodeport ${p.port} leads to service \`${p.earlier}\` already`,
    "A nodeport is asked at the node's address, which all services share; a protocol and a port of it lead to one line.",
  ),
  "protocol-mismatch": error(
    (p: { from: string; to: string }) =>
      `no packet can match: ${p.from} from the source's port, ${p.to} to the destination's`,
    "A packet has one protocol. A port without one is tcp's.",
  ),
  "undeclared-node": error(
    (p: { node: string }) =>
      `pods are on several nodes, so \`${p.node}\` must be declared: \`node ${p.node} ADDR dev IF pods CIDR\``,
    "A route to another node is made of its address and its pod range.",
  ),
  "missing-node-range": error(
    (p: { node: string; lacks: string }) =>
      `pods of other nodes cannot reach those of \`${p.node}\`: it has no ${p.lacks}`,
    "The other nodes have one route to a node's pods; it goes by the node's pod range.",
  ),
  "missing-node-address": error(
    (p: { node: string; family: number }) =>
      `pods of other nodes cannot reach those of \`${p.node}\` over IPv${p.family}: it has no IPv${p.family} address`,
    "A route to another node's pods leads by that node's address, in the family of the pods.",
  ),
  "tunnel-without-range": error(
    (p: { node: string; lacks: string }) => `\`${p.node}\` has no address inside the tunnel: it has no ${p.lacks}`,
    "The tunnel device holds the first address of the node's pod range; what leaves by the tunnel from another address gets no answer.",
  ),
  "underlay-mismatch": error(
    (p: { node: string; family: number }) =>
      `the tunnel cannot reach \`${p.node}\`: it goes over IPv${p.family}, and the node has no such address`,
    "One tunnel device has one outer family, so all nodes have an address of it.",
  ),
  "missing-node-device": error(
    (p: { node: string }) => `\`${p.node}\` has no way to the other nodes: it has no \`dev IF\``,
    "The routes to the other nodes' pods leave by the node's device.",
  ),
  "gateway-without-range": error(
    (p: { node: string; lacks: string }) =>
      `\`gateway address\` is the first address of the node's pod range, and \`${p.node}\` has no ${p.lacks}`,
    "The gateway's address has to come from somewhere that no pod is.",
  ),
  "name-collision": error(
    (p: { what: string; identifier: string; name: string; earlier: string }) =>
      `\`${p.name}\` and \`${p.earlier}\` would both be the ${p.what} \`${p.identifier}\``,
    "Names that do not fit a place are shortened to a stem and a hash; two that come out the same would share it.",
  ),
  "hairpin-missing": warning(
    (p: { pod: string; service: string }) => `\`${p.pod}\` cannot reach itself through service \`${p.service}\``,
    "The pod drops a packet that claims to come from itself, so a connection that a backend makes to its own service, and that is given to itself, gets no answer.",
  ),
  "empty-rule": error(
    (p: { reason: string }) => `no packet can match: ${p.reason}`,
    "An item without an address of a family adds nothing there, and an empty list makes no rule; this one would be none at all.",
  ),
  "conflicting-snat": error(
    (p: { source: string; to: string; earlier: string }) =>
      `${p.source} is translated to ${p.earlier} already, not to ${p.to}`,
    "Of two `snat` the longer source prefix wins; of two that are equally long nothing says which. The exceptions count too.",
  ),
  "conflicting-mark": error(
    (p: { source: string; mark: string; earlier: string }) =>
      `\`${p.mark}\` and \`${p.earlier}\` mark the same packets of ${p.source} in two ways`,
    "Of two `mark` the longer source prefix wins; of two that are equally long nothing says which.",
  ),
} as const;

/** What the laws suspect: a program that compiles, and perhaps does not mean what it was meant to. */
const suspicions = {
  "service-without-backends": warning(
    (p: { service: string }) => `service \`${p.service}\` has no backend: everybody is refused`,
    "A port without backends answers each connection with a refusal.",
  ),
  "door-at-host": warning(
    (p: { address: string; service: string; holder: string }) =>
      `${p.address} of service \`${p.service}\` is the address of \`${p.holder}\`, which loses the service's ports`,
    "Connections to these ports go to the service's backends; all others are left to whom the address belongs to.",
  ),
  "open-door": warning(
    (p: { service: string; door: string }) =>
      `the source ranges of service \`${p.service}\` do not hold for ${p.door}, which stays open to everybody`,
    "Source ranges close the load balancer's addresses and nothing else.",
  ),
  "unused-group": warning(
    (p: { group: string }) => `nothing uses group \`${p.group}\``,
    "A group does nothing by itself; perhaps the rule that was to use it names another.",
  ),
  "pod-at-gateway": warning(
    (p: { pod: string; address: string; used: string }) => `${p.address} of pod \`${p.pod}\` is also ${p.used}`,
    "The pod would answer for itself what it sends to its gateway, and nothing of it would leave.",
  ),
  "pod-at-edge": warning(
    (p: { pod: string; address: string; edge: string }) => `${p.address} of pod \`${p.pod}\` is ${p.edge}`,
    "Pods are host routes, so it works here; whatever takes the range for a subnet does not speak to this address.",
  ),
  "node-in-pods": warning(
    (p: { node: string; address: string; range: string }) =>
      `${p.address} of node \`${p.node}\` lies inside the pod range ${p.range}`,
    "What goes to the pod ranges is routed to pods and never masqueraded; a node in there is taken for a pod.",
  ),
  "port-not-served": warning(
    (p: { port: string; service: string }) => `service \`${p.service}\` does not serve ${p.port}`,
    "A service as a destination is its ports; a rule about another port of it matches nothing.",
  ),
  shadowed: warning(
    (p: { rule: string; by: string }) =>
      `\`${p.rule}\` can never match: all that it names is decided before, by ${p.by}`,
    "The first rule that matches decides. What this one names is decided before it is asked.",
  ),
  redundant: warning(
    (p: { rule: string; by: string }) => `\`${p.rule}\` changes nothing: the same is said by ${p.by}`,
    "Without it everything would be decided alike, further down.",
  ),
  correlated: warning(
    (p: { rule: string; earlier: string }) =>
      `\`${p.rule}\` overlaps ${p.earlier}, with the opposite verdict: whichever comes first decides`,
    "Neither is an exception from the other, so that moving one of them changes what passes.",
  ),
  "hidden-allow": warning(
    (p: { source: string; node: string; seen: string; closing: string }) =>
      `\`${p.node}\` sees \`${p.source}\` as ${p.seen}, which \`${p.closing}\` closes out`,
    "Policy goes by a packet's source as it is on each node. What was translated on the way has lost the one that the rule names.",
  ),
  lockout: warning(
    (p: { nodes: readonly string[] }) => `no rule admits 22/tcp to ${p.nodes.map((name) => `\`${name}\``).join(", ")}`,
    "Connections that are open stay open, so that one notices only when the next login fails.",
  ),
  "repeated-expect": warning(
    () => "this `expect` says again what another one says",
    "It is judged twice, with the same answer.",
  ),
} as const;

export const clusterCodes = { ...binding, ...laws, ...suspicions } as const;
