import assert from "node:assert/strict";
import { test } from "node:test";
import { includesOf, parse } from "../../grammar/parse.ts";
import { only, plain } from "./plain.ts";

const address = (text: string) => ({ kind: "AddressLiteral", text, bracketed: false });
const inBrackets = (text: string) => ({ kind: "AddressLiteral", text, bracketed: true });
const name = (text: string) => ({ kind: "NameDef", text, quoted: false });
const ref = (text: string) => ({ kind: "NameRef", text, qualifier: null, quoted: false });
const word = (text: string) => ({ kind: "SetWord", word: text });
const port = (text: string) => ({ kind: "PortText", form: "number", text });
const label = (text: string) => ({ kind: "PortText", form: "word", text });
const number = (text: string) => ({ kind: "NumberText", text });
const string = (text: string) => ({ kind: "Text", text, quoted: true });
const item = (target: unknown, itemPort: unknown = null) => ({ kind: "Endpoint", target, port: itemPort });
const backend = (endpoint: unknown, weight: unknown = null) => ({ kind: "Backend", endpoint, weight });

const expectTree = (text: string, tree: unknown) => assert.deepEqual(plain(only(text)), tree);

test("cluster: every setting, one a line or behind `;`", () => {
  expectTree(
    "cluster { pods 10.244.0.0/16, fd00::/48; services 10.96.0.0/12\n network vxlan\n gateway proxy-arp 169.254.1.1; mtu 1400; nodeports all }",
    {
      kind: "ClusterStatement",
      pods: [address("10.244.0.0/16"), address("fd00::/48")],
      services: [address("10.96.0.0/12")],
      network: { word: "vxlan" },
      gateway: { word: "proxy-arp", addresses: [address("169.254.1.1")] },
      mtu: number("1400"),
      nodeports: { word: "all", ranges: [] },
    },
  );
  expectTree("cluster {}", {
    kind: "ClusterStatement",
    pods: null,
    services: null,
    network: null,
    gateway: null,
    mtu: null,
    nodeports: null,
  });
});

test("cluster: the words of its settings", () => {
  for (const network of ["host-gw", "vxlan", "none"]) only(`cluster { network ${network} }`);
  for (const gateway of ["link-local", "proxy-arp", "address", "link-local 10.0.0.1, fd00::1"])
    only(`cluster { gateway ${gateway} }`);
  for (const nodeports of ["primary", "all", "10.0.0.0/8, 11.0.0.0/8"]) only(`cluster { nodeports ${nodeports} }`);
});

test("node: device and pods in any order", () => {
  const tree = {
    kind: "NodeStatement",
    name: name("node1"),
    addresses: [address("192.168.100.100"), address("fd00::100")],
    device: { kind: "Text", text: "ens33", quoted: false },
    pods: [address("10.244.1.0/24")],
  };
  expectTree("node node1 192.168.100.100, fd00::100 dev ens33 pods 10.244.1.0/24", tree);
  expectTree("node node1 192.168.100.100, fd00::100 pods 10.244.1.0/24 dev ens33", tree);
  expectTree("node node1 10.0.0.1", { ...tree, addresses: [address("10.0.0.1")], device: null, pods: null });
  expectTree('node node1 10.0.0.1 dev "6in4"', {
    ...tree,
    addresses: [address("10.0.0.1")],
    device: string("6in4"),
    pods: null,
  });
});

test("pod: with its node, or without, which is for binding to say", () => {
  expectTree("pod a 10.244.1.10 on node1", {
    kind: "PodStatement",
    name: name("a"),
    addresses: [address("10.244.1.10")],
    on: ref("node1"),
  });
  expectTree("pod a 10.244.1.10", {
    kind: "PodStatement",
    name: name("a"),
    addresses: [address("10.244.1.10")],
    on: null,
  });
});

test("group: names, addresses, ranges, ports, words and bare ports", () => {
  expectTree('group g = a, pod/b, service/"my web", 10.0.0.0/8:80, [fd00::/64]:80-90/udp, any:icmp, web:dns, 443', {
    kind: "GroupStatement",
    name: name("g"),
    members: [
      item(ref("a")),
      item({ ...ref("b"), qualifier: "pod" }),
      item({ kind: "NameRef", text: "my web", qualifier: "service", quoted: true }),
      item(address("10.0.0.0/8"), port("80")),
      item(inBrackets("fd00::/64"), port("80-90/udp")),
      item(word("any"), label("icmp")),
      item(ref("web"), label("dns")),
      { kind: "BarePort", port: port("443") },
    ],
  });
});

test("service: every protocol and port", () => {
  expectTree("service web 10.96.0.100 -> b", {
    kind: "ServiceStatement",
    name: name("web"),
    addresses: [address("10.96.0.100")],
    body: { kind: "AllProtocols", backends: [backend(item(ref("b")))] },
  });
  expectTree("service web 10.96.0.100 -> none", {
    kind: "ServiceStatement",
    name: name("web"),
    addresses: [address("10.96.0.100")],
    body: { kind: "AllProtocols", backends: "none" },
  });
});

test("service: port lines and options", () => {
  const text = `service api 10.96.0.101, fd00::101 {
    80 -> a:8080, c:8080 weight 2
    53/udp as dns nodeport 30053 -> c
    8000-8010 nodeport 30000-30010 as many -> none
    icmp -> a
    affinity client 3h; external 1.2.3.4, 1.2.3.5
    loadbalancer 5.6.7.8 from 10.0.0.0/8,
      11.0.0.0/8
    internal local
    external-traffic local;
  }`;
  const line = (linePort: unknown, backends: unknown, more = {}) => ({
    kind: "PortLine",
    port: linePort,
    label: null,
    nodeport: null,
    backends,
    ...more,
  });
  expectTree(text, {
    kind: "ServiceStatement",
    name: name("api"),
    addresses: [address("10.96.0.101"), address("fd00::101")],
    body: {
      kind: "Block",
      lines: [
        line(port("80"), [backend(item(ref("a"), port("8080"))), backend(item(ref("c"), port("8080")), number("2"))]),
        line(port("53/udp"), [backend(item(ref("c")))], { label: name("dns"), nodeport: port("30053") }),
        line(port("8000-8010"), "none", { label: name("many"), nodeport: port("30000-30010") }),
        line(label("icmp"), [backend(item(ref("a")))]),
      ],
      options: [
        { kind: "Affinity", duration: number("3h") },
        { kind: "External", addresses: [address("1.2.3.4"), address("1.2.3.5")] },
        { kind: "LoadBalancer", addresses: [address("5.6.7.8")], from: [address("10.0.0.0/8"), address("11.0.0.0/8")] },
        { kind: "InternalLocal" },
        { kind: "ExternalTrafficLocal" },
      ],
    },
  });
});

test("hairpin, masquerade and snat", () => {
  expectTree("hairpin all", { kind: "HairpinStatement", targets: [item(word("all"))] });
  expectTree("masquerade pods except 10.0.0.0/8, b", {
    kind: "MasqueradeStatement",
    sources: [item(word("pods"))],
    except: [item(address("10.0.0.0/8")), item(ref("b"))],
  });
  const snat = {
    kind: "SnatStatement",
    sources: [item(ref("a")), item(ref("b"))],
    to: address("1.2.3.4"),
    except: [item(ref("c"))],
  };
  expectTree("snat a, b to 1.2.3.4 except c", snat);
  expectTree("snat a, b except c to 1.2.3.4", snat);
  expectTree("snat a, b", { ...snat, to: null, except: null });
});

test("route and mark", () => {
  const route = {
    kind: "RouteStatement",
    prefix: address("10.9.0.0/16"),
    via: address("10.0.0.1"),
    device: { kind: "Text", text: "eth0.100", quoted: false },
    on: ref("n"),
  };
  expectTree("route 10.9.0.0/16 via 10.0.0.1 dev eth0.100 on n", route);
  expectTree("route 10.9.0.0/16 on n dev eth0.100 via 10.0.0.1", route);
  for (const value of ["16", "0x10", "0x1/0xff", "16/255", "0x10/255", "16/0xff"]) {
    expectTree(`mark a -> any:80 ${value}`, {
      kind: "MarkStatement",
      sources: [item(ref("a"))],
      destinations: [item(word("any"), port("80"))],
      value: number(value),
    });
  }
});

test("policy: verbs, defaults and logs", () => {
  for (const verb of ["allow", "deny", "reject"]) {
    const rule = {
      kind: "PolicyStatement",
      verb,
      isDefault: false,
      sources: [item(ref("a"), port("1024-65535"))],
      destinations: [item(ref("b"))],
      log: null,
    };
    expectTree(`${verb} a:1024-65535 -> b`, rule);
    expectTree(`${verb} a:1024-65535 -> b log`, { ...rule, log: { prefix: null } });
    expectTree(`default ${verb} a:1024-65535 -> b log "x: "`, {
      ...rule,
      isDefault: true,
      log: { prefix: string("x: ") },
    });
  }
});

test("expect: every outcome", () => {
  const expectation = {
    kind: "ExpectStatement",
    source: item(ref("a")),
    via: null,
    destination: item(ref("web"), port("80")),
    outcome: null,
  };
  expectTree("expect a -> web:80", expectation);
  for (const kind of ["denied", "rejected", "unreachable"])
    expectTree(`expect a -> web:80 ${kind}`, { ...expectation, outcome: { kind } });
  expectTree("expect 1.2.3.4 via n -> web:80 reaches b, pod/c as 10.0.0.1", {
    ...expectation,
    source: item(address("1.2.3.4")),
    via: ref("n"),
    outcome: { kind: "reaches", pods: [ref("b"), { ...ref("c"), qualifier: "pod" }], as: address("10.0.0.1") },
  });
});

test("include, and the includes of a tree in their order", () => {
  expectTree('include "a/b.net"', { kind: "IncludeStatement", path: string("a/b.net") });
  const tree = parse('include "x.net"\npod a 10.0.0.1 on n\ninclude "y.net"');
  assert.deepEqual(
    includesOf(tree).map(({ path }) => path.text),
    ["x.net", "y.net"],
  );
});

test("several statements on a line, and empty ones", () => {
  const { statements, faults } = parse(";;pod a 10.0.0.1 on n;; hairpin a ;\n;\n");
  assert.deepEqual([statements.map(({ kind }) => kind), faults], [["PodStatement", "HairpinStatement"], []]);
  assert.deepEqual(parse(""), { statements: [], comments: [], faults: [] });
});

test("a statement goes on behind `,` `->` `=` and `{`, over blank lines and comments", () => {
  const text = "group g = # one\n\n  a, # two\n # three\n\n b\nservice web 10.96.0.1 ->\n\n b\nallow a, \n b ->\n c";
  assert.deepEqual(parse(text).faults, []);
  assert.deepEqual(
    parse(text).statements.map(({ kind }) => kind),
    ["GroupStatement", "ServiceStatement", "PolicyStatement"],
  );
});

test("a port list is kept as it was written, and so is a range of addresses", () => {
  expectTree("allow b:80,443 -> 10.0.0.1-10.0.0.9", {
    kind: "PolicyStatement",
    verb: "allow",
    isDefault: false,
    sources: [item(ref("b"), port("80")), { kind: "BarePort", port: port("443") }],
    destinations: [item(address("10.0.0.1-10.0.0.9"))],
    log: null,
  });
});
