/** What the doors of a service do to a client's first packet, sentence by sentence. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { analyze, planNode } from "../../src/compile.ts";
import { Bug } from "../../src/diagnostics/bug.ts";
import { hasErrors } from "../../src/diagnostics/diagnostic.ts";
import { planJson } from "../../src/plan/json.ts";
import type { NodePlan } from "../../src/plan/plan.ts";
import { BASE, placeOf } from "../cluster/expect-diagnostics.ts";
import { filterFate, type Packet, sourceFate } from "./evaluate.ts";
import { address, type Request, walk } from "./walk.ts";

const NODES = ["192.168.100.100", "192.168.100.101"] as const;
const OUTSIDE = "203.0.113.5";
/** On node1, on node1, on node2. */
const [A, B, C] = ["10.244.1.10", "10.244.1.11", "10.244.2.10"] as const;

function plansOf(text: string): readonly NodePlan[] {
  const { value, diagnostics } = analyze({ path: "main.net", text }, () => {
    throw new Bug("nothing is included");
  });
  assert.ok(!hasErrors(diagnostics), diagnostics.map((each) => `${each.code}: ${placeOf(each)}`).join("\n"));
  return value.nodes.map((node) => planNode(value, node));
}

type Asked = Omit<Request, "own"> & { readonly own?: readonly string[] };

/** `at`: the node that translates, the first or the second. */
const fate = (plans: readonly NodePlan[], at: 1 | 2, request: Asked): readonly string[] =>
  walk(plans[at - 1]!, { ...request, own: [NODES[at - 1]!, ...(request.own ?? [])] });

const servicesOf = (block: string, before = ""): readonly NodePlan[] =>
  plansOf(`${before === "" ? BASE : before}service w 10.96.0.9 {\n${block}\n}\nhairpin all\n`);

const everywhere = (setting: string): string => BASE.replace("services 10.96", `nodeports ${setting}; services 10.96`);

test("a nodeport leads to the line's backends, at the node's declared address and with its own protocol", () => {
  const plans = servicesOf("80 nodeport 30080 -> a:8080, c\n80/udp nodeport 30080 -> b:53");
  const [node1, node2] = NODES;
  assert.deepEqual(fate(plans, 1, { from: OUTSIDE, to: node1, port: 30080 }), [
    `${A}:8080 as ${node1}`,
    `${C}:80 as ${node1}`,
  ]);
  assert.deepEqual(fate(plans, 2, { from: OUTSIDE, to: node2, port: 30080, protocol: "udp" }), [`${B}:53 as ${node2}`]);
  assert.deepEqual(fate(plans, 1, { from: B, to: node1, port: 30080 }), [`${A}:8080`, `${C}:80`], "a pod of the node");
  assert.deepEqual(fate(plans, 1, { from: C, to: node1, port: 30080 })[0], `${A}:8080 as ${node1}`, "a pod of another");
  assert.deepEqual(
    fate(plans, 1, { from: B, to: node2, port: 30080 }),
    [`${node2}:30080`],
    "another node's is its own",
  );
  assert.deepEqual(fate(plans, 1, { from: OUTSIDE, to: "192.0.2.1", port: 30080, own: ["192.0.2.1"] }), [
    "192.0.2.1:30080",
  ]);
  assert.deepEqual(fate(plans, 1, { from: node1, to: node1, port: 30080, isSent: true })[0], `${A}:8080`);
});

test("a range of nodeports keeps each port's place", () => {
  const plans = servicesOf("8000-8003 nodeport 30000-30003 -> a:9000-9003\n7000-7003 nodeport 31000-31003 -> c");
  assert.deepEqual(fate(plans, 1, { from: B, to: NODES[0], port: 30002 }), [`${A}:9002`]);
  assert.deepEqual(fate(plans, 1, { from: B, to: NODES[0], port: 31003 }), [`${C}:7003`]);
});

test("`nodeports all` listens on every address of the node, ranges on those of them inside", () => {
  const second = { from: OUTSIDE, to: "192.0.2.1", port: 30080, own: ["192.0.2.1"] };
  const to = [`${A}:80 as ${NODES[0]}`];
  const all = servicesOf("80 nodeport 30080 -> a", everywhere("all"));
  assert.deepEqual(fate(all, 1, second), to);
  assert.deepEqual(fate(all, 1, { ...second, to: NODES[0] }), to);
  assert.deepEqual(fate(all, 1, { ...second, to: "198.51.100.1" }), ["198.51.100.1:30080"], "somebody else's");
  const ranges = servicesOf("80 nodeport 30080 -> a", everywhere("192.0.2.0/24"));
  assert.deepEqual(fate(ranges, 1, second), to);
  assert.deepEqual(fate(ranges, 1, { ...second, to: NODES[0] }), [`${NODES[0]}:30080`]);
});

test("a nodeport that is kept on the node keeps its client at an external address that the node has, too", () => {
  const [E, L] = ["192.168.100.200", "192.168.100.201"];
  const own = [E, L];
  const block = `81 nodeport 30081 -> a:8080, c:8080\nexternal ${E}\nloadbalancer ${L}\nexternal-traffic local`;
  for (const [setting, listens] of [
    ["all", true],
    [`${E}/31`, true],
    ["primary", false],
    ["192.0.2.0/24", false],
  ] as const) {
    const plans = servicesOf(block, everywhere(setting));
    for (const to of own) {
      const nodeport = listens ? `${A}:8080` : `${to}:30081`;
      assert.deepEqual(fate(plans, 1, { from: OUTSIDE, to, port: 30081, own }), [nodeport], `${setting} ${to}`);
      assert.deepEqual(fate(plans, 1, { from: OUTSIDE, to, port: 81, own }), [`${A}:8080`]);
      assert.deepEqual(fate(plans, 1, { from: OUTSIDE, to, port: 82, own }), [`${to}:82`]);
    }
    if (!listens) continue;
    const inside = { from: NODES[1], to: E, port: 30081, own };
    assert.deepEqual(fate(plans, 1, inside), [`${A}:8080 as ${NODES[0]}`, `${C}:8080 as ${NODES[0]}`]);
    assert.deepEqual(fate(plans, 1, { ...inside, from: B }), [`${A}:8080`, `${C}:8080`]);
    assert.deepEqual(fate(plans, 1, { from: E, to: E, port: 30081, own, isSent: true }), [
      `${A}:8080 as ${NODES[0]}`,
      `${C}:8080 as ${NODES[0]}`,
    ]);
  }
});

test("at an external address a door of its own stands before a nodeport of its port, and each has its own clients", () => {
  const [E] = ["192.168.100.200"];
  const near = (kept: string) =>
    plansOf(
      `${everywhere("all")}service far 10.96.0.10 { 30081 -> a:8080, c:8080; external ${E}${kept} }\n` +
        "service near 10.96.0.11 { 81-82 nodeport 30081-30082 -> a:8080-8081; external-traffic local }\nhairpin all\n",
    );
  const ask = (plans: readonly NodePlan[], port: number) => fate(plans, 1, { from: OUTSIDE, to: E, port, own: [E] });
  const open = near("");
  assert.deepEqual(ask(open, 30081), [`${A}:8080 as ${NODES[0]}`, `${C}:8080 as ${NODES[0]}`]);
  assert.deepEqual(ask(open, 30082), [`${A}:8081`]);
  const local = near("; external-traffic local");
  assert.deepEqual(ask(local, 30081), [`${A}:8080`]);
  assert.deepEqual(ask(local, 30082), [`${A}:8081`]);
});

test("a nodeport without open backends is refused, on its own port and protocol", () => {
  const plans = servicesOf("80 nodeport 30080 -> none\n81 nodeport 30081 -> a weight 0\n82 -> a");
  for (const port of [30080, 30081]) {
    assert.deepEqual(fate(plans, 1, { from: OUTSIDE, to: NODES[0], port }), ["reject"]);
    assert.deepEqual(fate(plans, 1, { from: OUTSIDE, to: NODES[0], port, protocol: "udp" }), [`${NODES[0]}:${port}`]);
  }
  const second = { from: OUTSIDE, to: "192.0.2.1", port: 30080, own: ["192.0.2.1"] };
  assert.deepEqual(fate(plans, 1, second), ["192.0.2.1:30080"]);
  assert.deepEqual(fate(servicesOf("80 nodeport 30080 -> none", everywhere("all")), 1, second), ["reject"]);
});

test("what another translated at a node's address keeps its source and is not accepted for netc", () => {
  const plans = servicesOf("80 nodeport 30080 -> 192.0.2.7:80");
  const packets = plans[0]!.packets[0]!;
  const [services] = packets.postrouting.filter(({ kind }) => kind === "services");
  for (const { match, action } of services?.translations ?? []) {
    const asked = match.find((each) => each.kind === "asked");
    const isNode = asked?.prefixes?.some(({ text }) => text === `${NODES[0]}/32`) === true;
    if (action.kind !== "keep" && isNode) assert.deepEqual(asked?.ports, { first: 30080, last: 30080 });
  }
  const accepted = packets.filter.forward.acceptance.flatMap(({ match }) =>
    match.filter(({ kind }) => kind === "asked"),
  );
  assert.deepEqual(accepted.length, 2, "the services range, and the nodeport with its port");
});

/** The first packet of a connection from outside that asked for `to` on `port` and was translated, by whomever. */
const passedOn = (to: string, port: number, destination: string): Packet => ({
  source: address(OUTSIDE),
  destination: address(destination),
  protocol: "tcp",
  sourcePort: 40000,
  destinationPort: 80,
  asked: address(to),
  askedPort: port,
  state: "new",
  loopback: false,
  leavesBy: "ens33",
  isFromNode: false,
  isOwn: false,
  isFromPod: false,
  isToPod: false,
  isAstray: false,
});

test("what another translated at a port without open backends keeps its source", () => {
  const elsewhere = "172.17.0.2";
  const lines =
    "80 nodeport 30080 -> none\n81 nodeport 30081 -> a weight 0, 192.0.2.7 weight 0\n82 nodeport 30082 -> c";
  const more = `external ${NODES[0]}\nloadbalancer ${B}`;
  for (const options of ["", "external-traffic local"]) {
    const [plan] = servicesOf(`${lines}\n${more}\n${options}`);
    const packets = plan!.packets[0]!;
    const doors = [
      [NODES[0], 30080],
      [NODES[0], 30081],
      ...[NODES[0], B].flatMap((to) => [80, 81].map((port) => [to, port] as const)),
    ] as const;
    for (const [to, port] of doors) {
      assert.equal(sourceFate(packets, passedOn(to, port, elsewhere)), "same", `${to}:${port} ${options}`);
    }
    assert.equal(sourceFate(packets, passedOn(NODES[0], 30082, C)), options === "" ? NODES[0] : "same");
  }
});

test("of the backends behind a nodeport at whichever address only the open ones are netc's", () => {
  for (const setting of ["all", "192.0.2.0/24"]) {
    const [plan] = servicesOf(
      "80 nodeport 30080 -> a weight 0, c\n81 nodeport 30081 -> a weight 0",
      everywhere(setting),
    );
    const packets = plan!.packets[0]!;
    assert.equal(sourceFate(packets, passedOn("192.0.2.1", 30080, C)), NODES[0]);
    assert.equal(sourceFate(packets, passedOn("192.0.2.1", 30080, A)), "same", "drained");
    assert.equal(sourceFate(packets, passedOn("192.0.2.1", 30081, A)), "same", "all of them");
  }
});

test("what goes on to a drained backend is accepted for netc, and nothing is at a port that has none", () => {
  const block = `80 nodeport 30080 -> none\n81 nodeport 30081 -> 192.0.2.7 weight 0\nexternal ${NODES[0]}`;
  for (const setting of ["primary", "all"]) {
    const packets = servicesOf(block, everywhere(setting))[0]!.packets[0]!;
    const forward = (port: number): string => filterFate(packets, "forward", passedOn(NODES[0], port, "192.0.2.7"));
    assert.deepEqual([30081, 81].map(forward), ["accept", "accept"], "unanswered UDP stays new");
    assert.deepEqual([30080, 80].map(forward), ["aside", "aside"]);
  }
});

test("external and load-balancer addresses are as the service's own; what they do not serve is refused", () => {
  const plans = servicesOf("80 -> c:8080\n443 -> none\nexternal 198.51.100.10\nloadbalancer 198.51.100.11");
  for (const to of ["10.96.0.9", "198.51.100.10", "198.51.100.11"]) {
    assert.deepEqual(fate(plans, 1, { from: OUTSIDE, to, port: 80 }), [`${C}:8080 as ${NODES[0]}`]);
    assert.deepEqual(fate(plans, 1, { from: A, to, port: 80 }), [`${C}:8080`]);
    assert.deepEqual(fate(plans, 1, { from: NODES[0], to, port: 80, isSent: true }), [`${C}:8080`]);
    for (const port of [443, 22]) assert.deepEqual(fate(plans, 1, { from: OUTSIDE, to, port }), ["reject"]);
  }
});

test("an external address that a node has loses the service's ports only", () => {
  const block = `80 -> c:8080\n443 -> none\nexternal ${NODES[0]}`;
  const plans = servicesOf(block);
  assert.deepEqual(fate(plans, 1, { from: OUTSIDE, to: NODES[0], port: 80 }), [`${C}:8080 as ${NODES[0]}`]);
  assert.deepEqual(fate(plans, 1, { from: OUTSIDE, to: NODES[0], port: 443 }), ["reject"]);
  assert.deepEqual(fate(plans, 1, { from: OUTSIDE, to: NODES[0], port: 22 }), [`${NODES[0]}:22`]);
  assert.deepEqual(fate(plans, 2, { from: C, to: NODES[0], port: 22 }), [`${NODES[0]}:22`]);
  assert.deepEqual(fate(plans, 2, { from: C, to: NODES[0], port: 443 }), ["reject"]);
  const held = servicesOf(block.replace(NODES[0], "198.51.100.10"));
  const own = ["198.51.100.10"];
  assert.deepEqual(fate(held, 1, { from: OUTSIDE, to: "198.51.100.10", port: 443, own }), ["reject"]);
  assert.deepEqual(fate(held, 1, { from: OUTSIDE, to: "198.51.100.10", port: 22, own }), ["198.51.100.10:22"]);
});

test("an external address that a pod has loses the service's ports, and nothing of it is refused", () => {
  const plans = servicesOf(`80 -> c:8080\n443 -> none\nexternal ${B}`);
  assert.deepEqual(fate(plans, 1, { from: A, to: B, port: 80 }), [`${C}:8080`]);
  for (const port of [443, 22]) assert.deepEqual(fate(plans, 1, { from: A, to: B, port }), [`${B}:${port}`]);
});

test("other sources than those of a load balancer are dropped, at its addresses and the service's ports", () => {
  const addresses = "198.51.100.10, 198.51.100.11";
  const plans = servicesOf(`80 nodeport 30080 -> c:8080\n443 -> none\nloadbalancer ${addresses} from 192.168.100.0/24`);
  for (const to of addresses.split(", ")) {
    assert.deepEqual(fate(plans, 1, { from: "192.168.100.7", to, port: 80 }), [`${C}:8080 as ${NODES[0]}`]);
    assert.deepEqual(fate(plans, 1, { from: NODES[0], to, port: 80, isSent: true }), [`${C}:8080`]);
    for (const from of [OUTSIDE, A]) assert.deepEqual(fate(plans, 1, { from, to, port: 80 }), ["drop"]);
    assert.deepEqual(fate(plans, 1, { from: OUTSIDE, to, port: 443 }), ["drop"]);
    assert.deepEqual(fate(plans, 1, { from: "192.168.100.7", to, port: 443 }), ["reject"]);
    assert.deepEqual(fate(plans, 1, { from: OUTSIDE, to, port: 22 }), ["reject"], "no port of the service");
  }
  assert.deepEqual(fate(plans, 1, { from: OUTSIDE, to: NODES[0], port: 30080 }), [`${C}:8080 as ${NODES[0]}`]);
  assert.deepEqual(fate(plans, 1, { from: OUTSIDE, to: "10.96.0.9", port: 80 }), [`${C}:8080 as ${NODES[0]}`]);
});

test("sources of another family allow nobody", () => {
  const plans = servicesOf("80 -> c\nloadbalancer 198.51.100.10 from fd00::/8");
  assert.deepEqual(fate(plans, 1, { from: "192.168.100.7", to: "198.51.100.10", port: 80 }), ["drop"]);
});

test("`internal local` keeps the service's own address on the node, for everybody", () => {
  const plans = servicesOf("80 nodeport 30080 -> a, c\n81 -> c\n82 -> none\ninternal local\nexternal 198.51.100.10");
  const own = "10.96.0.9";
  assert.deepEqual(fate(plans, 1, { from: B, to: own, port: 80 }), [`${A}:80`]);
  assert.deepEqual(fate(plans, 2, { from: OUTSIDE, to: own, port: 80 }), [`${C}:80 as ${NODES[1]}`]);
  for (const asked of [{ from: B }, { from: OUTSIDE }, { from: NODES[0], isSent: true }]) {
    assert.deepEqual(fate(plans, 1, { ...asked, to: own, port: 81 }), ["drop"], "a backend elsewhere");
    assert.deepEqual(fate(plans, 1, { ...asked, to: own, port: 82 }), ["reject"], "none anywhere");
  }
  assert.equal(fate(plans, 1, { from: B, to: "198.51.100.10", port: 80 }).length, 2, "other doors stay");
  assert.equal(fate(plans, 1, { from: B, to: NODES[0], port: 30080 }).length, 2);
});

test("a backend of weight 0 is none here, and is refused only where there is no other anywhere", () => {
  const plans = servicesOf("80 -> a weight 0, c\n81 -> a weight 0, c weight 0\ninternal local");
  assert.deepEqual(fate(plans, 1, { from: B, to: "10.96.0.9", port: 80 }), ["drop"]);
  assert.deepEqual(fate(plans, 2, { from: C, to: "10.96.0.9", port: 80 }), [`${C}:80 as ${NODES[1]}`]);
  assert.deepEqual(fate(plans, 1, { from: B, to: "10.96.0.9", port: 81 }), ["reject"]);
});

test("a backend that no pod has is on the node that declares or holds it, else on none", () => {
  const plans = servicesOf(`80 -> ${NODES[1]}:8080, 10.244.1.99, 192.0.2.7\ninternal local`);
  assert.deepEqual(fate(plans, 1, { from: B, to: "10.96.0.9", port: 80 }), ["10.244.1.99:80"]);
  assert.deepEqual(fate(plans, 2, { from: C, to: "10.96.0.9", port: 80 }), [`${NODES[1]}:8080`]);
});

test("a backend that one node declares is there, whichever node's pod range it lies in and whichever stands first", () => {
  const own = "10.244.2.99";
  const first = `node node1 ${own} dev ens33 pods 10.244.1.0/24\n`;
  const second = `node node2 ${NODES[1]} dev ens33 pods 10.244.2.0/24\n`;
  const service = `service w 10.96.0.9 { 80 -> ${own}:8080; internal local }\n`;
  for (const nodes of [first + second, second + first]) {
    const plans = plansOf(`cluster { pods 10.244.0.0/16; services 10.96.0.0/12 }\n${nodes}${service}`);
    const asked = { from: OUTSIDE, to: "10.96.0.9", port: 80 };
    const at = (name: string, address: string) =>
      walk(plans.find(({ node }) => node === name)!, { ...asked, own: [address] });
    assert.deepEqual(at("node1", own), [`${own}:8080`]);
    assert.deepEqual(at("node2", NODES[1]), ["drop"]);
  }
});

test("`external-traffic local` keeps clients from outside on the node, under their own address", () => {
  const block = "80 nodeport 30080 -> a, c\n81 nodeport 30081 -> c\nexternal 198.51.100.10\nloadbalancer 198.51.100.11";
  const plans = servicesOf(`${block}\nexternal-traffic local`);
  const doors = [
    ["198.51.100.10", 80, 81],
    ["198.51.100.11", 80, 81],
    [NODES[0], 30080, 30081],
  ] as const;
  for (const [to, both, remote] of doors) {
    assert.deepEqual(fate(plans, 1, { from: OUTSIDE, to, port: both }), [`${A}:80`]);
    assert.deepEqual(fate(plans, 1, { from: OUTSIDE, to, port: remote }), ["drop"]);
    assert.deepEqual(fate(plans, 1, { from: B, to, port: both }), [`${A}:80`, `${C}:80`], "a pod of the node");
    assert.deepEqual(fate(plans, 1, { from: B, to, port: remote }), [`${C}:81`]);
    const others = [`${A}:80 as ${NODES[0]}`, `${C}:80 as ${NODES[0]}`];
    assert.deepEqual(fate(plans, 1, { from: NODES[1], to, port: both }), others, "another node");
    assert.deepEqual(fate(plans, 1, { from: C, to, port: both }), others, "a pod of another node");
    assert.deepEqual(fate(plans, 1, { from: NODES[0], to, port: remote, isSent: true }), [`${C}:81`]);
  }
  assert.equal(
    fate(plans, 1, { from: OUTSIDE, to: "10.96.0.9", port: 80 })[1],
    `${C}:80 as ${NODES[0]}`,
    "its own stays",
  );
});

test("allowed sources and a node without backends: both must hold", () => {
  const plans = servicesOf("80 -> c\nloadbalancer 198.51.100.11 from 203.0.113.0/24\nexternal-traffic local");
  assert.deepEqual(fate(plans, 1, { from: OUTSIDE, to: "198.51.100.11", port: 80 }), ["drop"]);
  assert.deepEqual(fate(plans, 2, { from: OUTSIDE, to: "198.51.100.11", port: 80 }), [`${C}:80`]);
  assert.deepEqual(fate(plans, 2, { from: "198.18.0.1", to: "198.51.100.11", port: 80 }), ["drop"]);
});

test("affinity is one for all doors of a line, another for each line", () => {
  const [plan] = servicesOf("80 nodeport 30080 -> a, c\n53/udp -> a\naffinity client 90s\nexternal 198.51.100.10");
  const keys = plan!.packets[0]!.services.map(({ affinity }) => `${affinity?.key} ${affinity?.seconds}`);
  assert.deepEqual(keys.toSorted(), [
    ...["service w 53/udp 90", "service w 53/udp 90"],
    ...["service w 80/tcp 90", "service w 80/tcp 90", "service w 80/tcp 90"],
  ]);
});

test("draining is said of every door", () => {
  const [plan] = servicesOf("80 nodeport 30080 -> a, c weight 0\nexternal 198.51.100.10");
  assert.deepEqual(
    plan!.packets[0]!.draining.map(({ address, port, backends }) => [
      address?.text,
      port?.first,
      backends[0]?.address.text,
      backends[0]?.port?.first,
    ]),
    [
      ["10.96.0.9", 80, C, undefined],
      ["198.51.100.10", 80, C, undefined],
      [undefined, 30080, C, 80],
    ],
  );
});

test("a service in policy is all its doors, and a port of it a line of each", () => {
  const doors = "80 nodeport 30080 -> c\n81 nodeport 30081 -> c\nexternal 198.51.100.10\nloadbalancer 198.51.100.11";
  const asked = [
    ["10.96.0.9", 80, 81],
    ["198.51.100.10", 80, 81],
    ["198.51.100.11", 80, 81],
    [NODES[0], 30080, 30081],
  ] as const;
  const whole = servicesOf(`${doors}\n}\ndeny 203.0.113.0/24 -> w\nservice other 10.96.0.10 { 80 -> c`);
  const line = servicesOf(`${doors}\n}\ndeny 203.0.113.0/24 -> w:80\nservice other 10.96.0.10 { 80 -> c`);
  for (const [to, first, second] of asked) {
    assert.deepEqual(fate(whole, 1, { from: OUTSIDE, to, port: second }), ["drop"]);
    assert.deepEqual(fate(line, 1, { from: OUTSIDE, to, port: first }), ["drop"]);
    assert.notDeepEqual(fate(line, 1, { from: OUTSIDE, to, port: second }), ["drop"]);
  }
  assert.notDeepEqual(fate(whole, 1, { from: OUTSIDE, to: C, port: 80 }), ["drop"], "the backend itself");
  assert.notDeepEqual(fate(whole, 1, { from: OUTSIDE, to: "10.96.0.10", port: 80 }), ["drop"], "another service");
  assert.deepEqual(fate(whole, 1, { from: OUTSIDE, to: NODES[1], port: 30080 }), ["drop"], "another node's nodeport");
});

test("with `nodeports all` a service and a node are meant at addresses that nobody declared", () => {
  const asked = { from: OUTSIDE, to: "192.0.2.1", port: 30080, own: ["192.0.2.1"] };
  for (const rule of ["deny any -> w", "deny any -> w:80", "deny any -> node1", "deny any -> nodes:30080"]) {
    const plans = servicesOf(
      `80 nodeport 30080 -> c\n}\n${rule}\nservice other 10.96.0.10 { 80 -> c`,
      everywhere("all"),
    );
    assert.deepEqual(fate(plans, 1, asked), ["drop"], rule);
    assert.notDeepEqual(fate(plans, 1, { ...asked, port: 30081 }), rule === "deny any -> node1" ? [] : ["drop"]);
    const elsewhere = { from: A, to: "198.18.0.1", port: 30080 };
    assert.deepEqual(fate(plans, 1, elsewhere), ["198.18.0.1:30080"], "somebody else's port");
  }
});

const OPENS: Readonly<Record<string, string>> = {
  "the service": "w",
  "its line": "w:80",
  "a nodeport of a node": "node1:30080",
  "a node": "node1",
  "the nodeport of all nodes": "nodes:30080",
  "an address of a node": "192.168.100.100:30080",
  "a range with a node": "192.168.100.0/24:30080",
  "a nodeport of anybody": "any:30080",
  "an external address": "198.51.100.10",
  "a range with an external address": "198.51.100.0/24:80",
};

for (const [what, destination] of Object.entries(OPENS)) {
  test(`an allow of ${what} opens the backends on the ports it maps to`, () => {
    const block = "80 nodeport 30080 -> c:8080\n81 -> c:8081\nexternal 198.51.100.10";
    const rules = `allow 203.0.113.0/24 -> ${destination}\ndeny any -> c`;
    const plans = servicesOf(`${block}\n}\n${rules}\nservice other 10.96.0.10 { 80 -> a`);
    assert.deepEqual(fate(plans, 2, { from: OUTSIDE, to: C, port: 8080 }), [`${C}:8080`]);
    assert.deepEqual(fate(plans, 2, { from: OUTSIDE, to: C, port: 22 }), ["drop"]);
  });
}

test("a mark on a service is on all its doors, before translation", () => {
  const [plan] = servicesOf(
    "80 nodeport 30080 -> c\nexternal 198.51.100.10\n}\nmark a -> w 7\nservice v 10.96.0.10 { 80 -> a",
  );
  const found = plan!.packets[0]!.marks.prerouting.flatMap(({ match }) =>
    match.flatMap((each) => (each.kind === "destination" ? each.prefixes.map(({ text }) => text) : [])),
  );
  assert.deepEqual(found.toSorted(), ["10.96.0.9/32", "192.168.100.100/31", "198.51.100.10/32"]);
});

test("a node has a way to external addresses that nobody declared", () => {
  const [plan] = servicesOf(`80 -> c\nexternal 198.51.100.10, 10.96.0.200, ${NODES[1]}, ${B}`);
  const routes = plan!.routes.filter(({ statement }) => statement === "services").map(({ prefix }) => prefix.text);
  assert.deepEqual(routes, ["10.96.0.0/12", "198.51.100.10/32"]);
});

test("the order of services shows nowhere", () => {
  const [one, other] = ["30080", "30079"].map(
    (port, at) => `service s${at} 10.96.0.${at + 1} { 80 nodeport ${port} -> none; external 198.51.100.${9 - at} }\n`,
  );
  const local =
    "service l 10.96.0.9 { 80 nodeport 30000 -> c; loadbalancer 198.51.100.1 from 10.0.0.0/8; external-traffic local }\n";
  const text = (services: readonly string[]) => plansOf(`${BASE}${services.join("")}hairpin all\n`);
  const plain = (plans: readonly NodePlan[]) => plans.map(planJson).join("");
  assert.equal(plain(text([one!, other!, local])), plain(text([local, other!, one!])));
});

test("a plan holds what it says and nothing else", () => {
  const [plan] = servicesOf("80 nodeport 30080 -> a, c\nexternal 198.51.100.10");
  for (const { backends } of plan!.packets[0]!.services) {
    for (const backend of backends) assert.deepEqual(Object.keys(backend), ["address", "port", "weight"]);
  }
});
