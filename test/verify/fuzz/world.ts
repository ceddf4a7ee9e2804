/** The ground of a random program: settings, nodes and pods, and the addresses that other statements may name. */
import { type Dice, weighted } from "./dice.ts";

export type Family = 4 | 6;
export type ByFamily = Readonly<Record<Family, string | null>>;

export interface Named {
  /** As a reference says it. */
  readonly ref: string;
  readonly addresses: ByFamily;
}

export interface Node extends Named {
  readonly slices: ByFamily;
  /** What pods' addresses begin with. */
  readonly at: number;
}

export interface Pod extends Named {
  readonly node: Node;
}

export interface World {
  readonly families: readonly Family[];
  readonly network: string;
  readonly nodes: readonly Node[];
  readonly pods: readonly Pod[];
  /** Families whose services lie in a declared range. */
  readonly declared: readonly Family[];
  readonly statements: readonly string[];
}

export const said = ({ 4: v4, 6: v6 }: ByFamily): readonly string[] => [v4, v6].filter((text) => text !== null);

const NODE_NAMES = ["node1", "node2", "node3", "worker/4", '"my node"', "deny"];
const POD_NAMES = [
  "a",
  "b",
  "c",
  "d",
  "e",
  "shop/web",
  '"my pod"',
  "日本",
  "to",
  '"x;y $(z)"',
  `"${"long ".repeat(9)}"`,
];

/** Of these kinds of things names overlap. */
const AMBIGUOUS = new Set(["shop/web", '"my pod"']);

export const refOf = ({ percent }: Dice, kind: "pod" | "service" | "node" | "group", name: string): string =>
  AMBIGUOUS.has(name) || percent(8) ? `${kind}/${name}` : name;

const only = (families: readonly Family[], make: (family: Family) => string): ByFamily => ({
  4: families.includes(4) ? make(4) : null,
  6: families.includes(6) ? make(6) : null,
});

interface Ground {
  readonly families: readonly Family[];
  readonly network: "host-gw" | "vxlan" | "none";
  /** Pods of several nodes, which reach each other: each node has all that a route needs. */
  readonly isRouted: boolean;
}

function drawNode(dice: Dice, { families, network, isRouted }: Ground, at: number) {
  const { percent, one } = dice;
  const every: readonly Family[] = [4, 6];
  const underlay = network === "vxlan" ? one([every, families.includes(4) ? ([4] as const) : every]) : families;
  const addressed = isRouted ? (network === "vxlan" ? every : underlay) : families.filter(() => percent(85));
  const inPods = percent(5);
  const addresses = only(addressed.length === 0 ? families.slice(0, 1) : addressed, (family) =>
    family === 4 ? `${inPods ? "10.244.250" : "192.168.100"}.${100 + at}` : `fd00:100::${100 + at}`,
  );
  const length = one([24, 24, 24, 25, 26]);
  const sliced = isRouted ? families : percent(70) ? families.filter(() => percent(85)) : [];
  const slices = only(sliced, (family) =>
    family === 4 ? `10.244.${at + 1}.0/${length}` : `fd00:244:0:${at + 1}::/64`,
  );
  const name = NODE_NAMES[at]!;
  const device = isRouted || percent(70) ? ` dev ${one(["ens33", "eth0", '"6in4"'])}` : "";
  const pods = said(slices).length === 0 ? "" : ` pods ${said(slices).join(", ")}`;
  const node: Node = { ref: name, addresses, slices, at };
  return { node, statement: `node ${name} ${said(addresses).join(", ")}${device}${pods}` };
}

const HOSTS = [10, 11, 12, 20, 2, 62];

function drawPods(dice: Dice, { families }: Ground, nodes: readonly Node[]) {
  const used = new Map<Node, number>();
  const names = dice.some(POD_NAMES, 1, 7);
  return names.map((name) => {
    const node = dice.one(nodes);
    const nth = used.get(node) ?? 0;
    used.set(node, nth + 1);
    const host = HOSTS[nth] ?? 30 + nth;
    const mine = dice.percent(70) ? families : [dice.one(families)];
    const addresses = only(mine, (family) =>
      family === 4 ? `10.244.${node.at + 1}.${host}` : `fd00:244:0:${node.at + 1}::${host}`,
    );
    const pod: Pod = { ref: refOf(dice, "pod", name), addresses, node };
    return { pod, statement: `pod ${name} ${said(addresses).join(", ")} on ${refOf(dice, "node", node.ref)}` };
  });
}

const NODEPORTS: Readonly<Record<Family, readonly string[]>> = {
  4: ["192.168.100.0/24", "192.168.100.100/32", "10.0.0.0/8", "112.0.0.0/4", "172.16.0.0/12"],
  6: ["fd00:100::/64", "2001:db8::/32", "fd00:100::100/128"],
};

function settings(dice: Dice, { families, network }: Ground, nodes: readonly Node[], declared: readonly Family[]) {
  const { percent, one } = dice;
  const ranges = { 4: "10.244.0.0/16", 6: "fd00:244::/48" } as const;
  const slices = nodes.flatMap((node) => said(node.slices));
  const hasSlices = families.every((family) => nodes.every((node) => node.slices[family] !== null));
  const pods = percent(20) ? [] : percent(10) && hasSlices ? slices : families.map((family) => ranges[family]);
  const services = declared.map((family) => ({ 4: "10.96.0.0/12", 6: "fd00:96::/108" })[family]);
  const nodeports = weighted(dice, { "": 30, primary: 10, all: 20, ranges: 30 });
  const within = dice
    .some(
      families.flatMap((family) => NODEPORTS[family]),
      1,
      3,
    )
    .join(", ");
  const gateway = one(["", "", "link-local", "link-local 169.254.1.1", "proxy-arp", hasSlices ? "address" : ""]);
  const lines = [
    pods.length === 0 ? "" : `pods ${pods.join(", ")}`,
    services.length === 0 ? "" : `services ${services.join(", ")}`,
    network === "host-gw" && percent(50) ? "" : `network ${network}`,
    gateway === "" ? "" : `gateway ${gateway}`,
    percent(10) ? "mtu 1400" : "",
    nodeports === "" ? "" : `nodeports ${nodeports === "ranges" ? within : nodeports}`,
  ].filter((line) => line !== "");
  return lines.length === 0 ? [] : [`cluster {\n${lines.map((line) => `  ${line}\n`).join("")}}`];
}

export function drawWorld(dice: Dice): World {
  const families: readonly Family[] = ({ "4": [4], "6": [6], "46": [4, 6] } as const)[
    weighted(dice, { "4": 40, "6": 15, "46": 45 })
  ];
  const count = dice.one([1, 1, 2, 2, 2, 3, 3, 4]);
  const network = weighted(dice, { "host-gw": 55, vxlan: 30, none: 15 });
  const ground: Ground = { families, network, isRouted: count > 1 && network !== "none" };
  const nodes = Array.from({ length: count }, (_, at) => drawNode(dice, ground, at));
  const all = nodes.map(({ node }) => node);
  const pods = drawPods(dice, ground, all);
  const declared = dice.percent(70) ? families.filter(() => dice.percent(90)) : [];
  return {
    families,
    network,
    nodes: all,
    pods: pods.map(({ pod }) => pod),
    declared,
    statements: [...settings(dice, ground, all, declared), ...[...nodes, ...pods].map(({ statement }) => statement)],
  };
}
