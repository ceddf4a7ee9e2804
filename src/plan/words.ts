/**
 * A plan in words, for whoever reviews it: paragraphs of lines, each with the statement behind it in brackets. Made from plan.json, so
 * that a plan that was written once reads like one that is made now. The order is the plan's own; there are no positions and no
 * padding, so that a line changes only with the fact it tells.
 */
import { host, type Lines, listed, matchWords } from "./match-words.ts";
import type { PlanJson } from "./schema.ts";

export interface Paragraph {
  readonly title: string;
  /** What belongs to the line above it is indented by two blanks. */
  readonly lines: Lines;
}

type Packets = PlanJson["packets"][number];
type Hook = keyof Packets["filter"];
type Verdict = Packets["filter"][Hook]["policy"][number];
type Translation = Packets["postrouting"][number]["translations"][number];
type Service = Packets["services"][number];
type Draining = Packets["draining"][number];

const ports = (range: readonly [number, number]): string =>
  range[0] === range[1] ? String(range[0]) : `${range[0]}-${range[1]}`;

function mtuWords({ mtu }: PlanJson): Lines {
  if (mtu === null) return [];
  if (mtu.kind === "fixed") return [`every link has MTU ${mtu.bytes} [mtu]`];
  return [`every link has the MTU of ${mtu.device}${mtu.less === 0 ? "" : ` less ${mtu.less}`} [mtu]`];
}

function podWords({ statement, namespace, device, ends }: PlanJson["links"][number]): Lines {
  return ends.map(({ address, gateway, "gateway-by": by, source }) => {
    const held = by === "held" ? `held by ${device}` : `for which ${device} answers ARP`;
    const as = source === null ? "" : `; the node speaks to it as ${source}`;
    return `${address} in namespace ${namespace} behind ${device}; gateway ${gateway}, ${held}${as} [${statement}]`;
  });
}

function routeWords({ statement, prefix, via, device, onlink, source }: PlanJson["routes"][number]): string {
  const parts = [prefix];
  if (via !== null) parts.push(`via ${via}`);
  if (device !== null) parts.push(`by ${device}`);
  if (onlink) parts.push("onlink");
  if (source !== null) parts.push(`as ${source}`);
  return `${parts.join(" ")} [${statement}]`;
}

const sliceWords = ({ statement, prefix }: PlanJson["slices"][number]): string =>
  `${prefix} unreachable where no pod has the address, unless another route of the node covers it [${statement}]`;

function tunnelWords({ tunnel, node }: PlanJson): Lines {
  if (tunnel === null) return [];
  const { device, underlay, local, addresses, hardware, peers } = tunnel;
  return [
    `${device} over ${underlay} from ${local}; holds ${addresses.join(" and ")}; link address ${hardware} [node ${node}]`,
    ...peers.map(
      ({ addresses: inner, remote, hardware: link, statement }) =>
        `reaches ${inner.join(" and ")} through ${remote}; link address ${link} [${statement}]`,
    ),
  ];
}

function backendWords({ address, port }: Draining["backends"][number]): string {
  if (port === null) return address;
  return `${address.includes(":") ? `[${address}]` : address}:${ports(port)}`;
}

function doorWords({ address, protocol, port }: Omit<Draining, "backends">): string {
  const where = address ?? "nodeport";
  if (protocol === null) return `${where} on every protocol`;
  return `${where} ${protocol}${port === null ? "" : ` ${ports(port)}`}`;
}

const clientWords = (clients: Service["clients"]): string => (clients === "outside" ? ", asked from outside," : "");

const affinityWords = (affinity: Service["affinity"]): string =>
  affinity === null ? "" : `, the same again for ${affinity.seconds} s by ${affinity.key}`;

function serviceWords({ backends, clients, affinity, ...door }: Service): Lines {
  const asked = `${doorWords(door)}${clientWords(clients)}`;
  if (backends.length === 0) return [`${asked} goes nowhere [${door.statement}]`];
  const isWeighted = backends.some(({ weight }) => weight !== backends[0]!.weight);
  const to = listed(
    backends.map((backend) => `${backendWords(backend)}${isWeighted ? ` weight ${backend.weight}` : ""}`),
    { joined: " or ", instead: "one of", each: "" },
  );
  return [`${asked} goes to ${to.inline}${affinityWords(affinity)} [${door.statement}]`, ...to.below];
}

/** Said where a nodeport is. */
function nodeportWords({ services, nodeports }: Packets): Lines {
  if (!services.some(({ address }) => address === null)) return [];
  if (nodeports.kind === "named")
    return [`nodeports listen on ${nodeports.prefixes.map(host).join(", ") || "nothing"}`];
  const within = nodeports.within === null ? "" : ` within ${nodeports.within.join(", ")}`;
  return [`nodeports listen on every address of the node${within} but loopback`];
}

/** Said where they are treated otherwise. */
function insideWords({ services, inside }: Packets): Lines {
  if (!services.some(({ clients }) => clients === "outside")) return [];
  const where = listed(inside.map(host), { joined: ", ", instead: "any of", each: "" });
  return [`outside is what comes from elsewhere than ${where.inline}`, ...where.below];
}

function drainingWords({ backends, ...door }: Draining): Lines {
  const to = listed(backends.map(backendWords), { joined: " and ", instead: "all of", each: "" });
  return [`${doorWords(door)} keeps the connections it has to ${to.inline} [${door.statement}]`, ...to.below];
}

function sourceWords({ statement, match, action, address }: Translation): Lines {
  const { inline, below } = matchWords(match);
  const WORDS: Readonly<Record<Translation["action"], string>> = {
    "to-address": `gets source ${address}`,
    "to-device-address": "gets the address of the device it leaves by",
    keep: "keeps its source",
  };
  return [`${inline} ${WORDS[action]} [${statement}]`, ...below];
}

const VERBS: Readonly<Record<Verdict["action"], (what: string) => string>> = {
  accept: (what) => `accept ${what}`,
  drop: (what) => `drop ${what}`,
  reject: (what) => `reject ${what}`,
  "next-stage": (what) => `allow ${what}`,
  "step-aside": (what) => `leave ${what} to the host's own rules`,
};

function verdictWords({ statement, match, action, log }: Verdict): Lines {
  const { inline, below } = matchWords(match);
  const logged = log === null ? "" : log === "" ? ", and log it" : `, and log it as ${JSON.stringify(log)}`;
  return [`${VERBS[action](inline)}${logged} [${statement}]`, ...below];
}

const hex = (bits: number): string => `0x${bits.toString(16)}`;

function markWords({ statement, match, value, mask }: Packets["marks"]["output"][number]): Lines {
  const { inline, below } = matchWords(match);
  const bits = mask === 0xffffffff ? hex(value) : `${hex(value)} in ${hex(mask)}`;
  return [`${inline} gets mark ${bits} [${statement}]`, ...below];
}

const STAGE_TITLES: Readonly<Record<Packets["postrouting"][number]["stage"], string>> = {
  hairpin: "hairpins",
  services: "clients of services",
  snat: "snat",
  egress: "masquerade",
};

const HOOK_TITLES: Readonly<Record<Hook, string>> = {
  input: "to the node",
  forward: "through the node",
  output: "from the node",
};

function filterParagraphs(hook: Hook, stages: Packets["filter"][Hook]): readonly Paragraph[] {
  const way = HOOK_TITLES[hook];
  const words = (...lists: readonly (readonly Verdict[])[]): Lines => lists.flat().flatMap(verdictWords);
  return [
    { title: `before policy, ${way}`, lines: words(stages.exempt, stages.established, stages.invalid) },
    { title: `policy, ${way}`, lines: words(stages.policy) },
    { title: `after policy, ${way}`, lines: words(stages["service-drops"], stages.rejection, stages.acceptance) },
  ];
}

function senderParagraphs({ pods, others }: Packets["senders"]): readonly Paragraph[] {
  return [
    { title: "what pods may send", lines: pods.flatMap(verdictWords) },
    { title: "what others may send", lines: others.flatMap(verdictWords) },
  ];
}

function serviceParagraph(packets: Packets): Paragraph {
  const { services, draining } = packets;
  const doors = [...services.flatMap(serviceWords), ...draining.flatMap(drainingWords)];
  return { title: "services", lines: [...nodeportWords(packets), ...insideWords(packets), ...doors] };
}

function packetParagraphs(packets: Packets): readonly Paragraph[] {
  const { family, postrouting, filter, marks } = packets;
  const HOOKS: readonly Hook[] = ["input", "forward", "output"];
  const paragraphs: readonly Paragraph[] = [
    ...senderParagraphs(packets.senders),
    serviceParagraph(packets),
    ...postrouting.map(({ stage, except, translations }) => ({
      title: `source translation, ${STAGE_TITLES[stage]}${except === "" ? "" : ` except ${except}`}`,
      lines: translations.flatMap(sourceWords),
    })),
    ...HOOKS.flatMap((hook) => filterParagraphs(hook, filter[hook])),
    { title: "marks on what arrives", lines: marks.prerouting.flatMap(markWords) },
    { title: "marks on what the node sends", lines: marks.output.flatMap(markWords) },
  ];
  return family === 4 ? paragraphs : paragraphs.map(({ title, lines }) => ({ title: `${title} (IPv6)`, lines }));
}

/** What the node must do; a paragraph that would be empty is left out. */
export function describePlan(plan: PlanJson): readonly Paragraph[] {
  const paragraphs: readonly Paragraph[] = [
    { title: "pods", lines: [...mtuWords(plan), ...plan.links.flatMap(podWords)] },
    { title: "routes", lines: [...plan.routes.map(routeWords), ...plan.slices.map(sliceWords)] },
    { title: "tunnel", lines: tunnelWords(plan) },
    ...plan.packets.flatMap(packetParagraphs),
    { title: "sysctls", lines: plan.sysctls.map(({ key, value, statement }) => `${key} is ${value} [${statement}]`) },
  ];
  return paragraphs.filter(({ lines }) => lines.length > 0);
}

export function planWords(plan: PlanJson): string {
  const paragraphs = describePlan(plan);
  const body = paragraphs.map(({ title, lines }) => `\n${title}\n${lines.map((line) => `  ${line}\n`).join("")}`);
  return `node ${plan.node}\n${body.length === 0 ? "\nnothing to do\n" : body.join("")}`;
}
