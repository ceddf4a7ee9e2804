/** Addresses, ranges, nodes and the ways between them. */
import { test } from "node:test";
import { BASE, expectDiagnostics } from "./expect-diagnostics.ts";

const cases = (name: string, programs: Readonly<Record<string, readonly [string, readonly string[]]>>): void => {
  for (const [what, [source, expected]] of Object.entries(programs)) {
    test(`${name}: ${what}`, () => void expectDiagnostics(source, expected));
  }
};

const v6 = (clause: string, second = "fd00:1::101") => `cluster { ${clause} }
node node1 192.168.100.100, fd00:1::100 dev ens33 pods 10.244.1.0/24, fd00:244:1::/64
node node2 192.168.100.101${second === "" ? "" : `, ${second}`} dev ens33 pods 10.244.2.0/24, fd00:244:2::/64
pod a 10.244.1.10, fd00:244:1::10 on node1
pod c 10.244.2.10, fd00:244:2::10 on node2
`;

cases("ways between nodes", {
  "both families": [v6(""), []],
  "no IPv6 address where IPv6 pods are routed": [v6("", ""), ["missing-node-address: node2"]],
  "over IPv4 the tunnel carries IPv6 pods": [v6("network vxlan", ""), []],
  "nobody routes with `network none`": [v6("network none", ""), []],
  "`network none` wants no device": [
    "cluster { network none }\nnode n1 192.0.2.1\nnode n2 192.0.2.2\npod a 10.0.0.1 on n1\npod b 10.0.1.1 on n2\n",
    [],
  ],
  "IPv6 pods on one node alone": [
    "node n1 192.0.2.1 dev e pods fd00:244:1::/64\npod a fd00:244:1::1 on n1\npod b fd00:244:1::2 on n1\n",
    [],
  ],
  "the tunnel over IPv6": [
    `cluster { network vxlan }
node n1 fd00:1::1 dev e pods 10.244.1.0/24
node n2 fd00:1::2 dev e pods 10.244.2.0/24
pod a 10.244.1.10 on n1
pod b 10.244.2.10 on n2
`,
    [],
  ],
  "a malformed range is one mistake": [
    `node n1 192.0.2.1 dev e pods 10.244.1.1/24
node n2 192.0.2.2 dev e pods 10.244.2.0/24
pod a 10.244.1.10 on n1
pod b 10.244.2.10 on n2
`,
    ["host-bits: 10.244.1.1/24"],
  ],
  "a broken node is one mistake": [
    `node n1 192.0.2.1 dev pods 10.244.1.0/24
node n2 192.0.2.2 dev e pods 10.244.2.0/24
pod a 10.244.1.10 on n1
pod b 10.244.2.10 on n2
`,
    ["syntax"],
  ],
  "a bad device is not a missing one": [BASE.replace("ens33", '"a b"'), ['bad-device: "a b"']],
});

cases("gateways", {
  "of both families": [v6("gateway address"), []],
  "of a family without a range": [
    "cluster { gateway address }\nnode n1 192.0.2.1 pods 10.244.1.0/24\npod a fd00::1 on n1\n",
    ["gateway-without-range"],
  ],
  "own, and a pod's": [
    "cluster { gateway link-local 10.244.1.1 }\nnode n1 192.0.2.1 pods 10.244.1.0/24\npod a 10.244.1.1 on n1\n",
    ["pod-at-gateway: 10.244.1.1"],
  ],
  "the first address is a pod's where the gateway is elsewhere": [
    "node n1 192.0.2.1 pods 10.244.1.0/24\npod a 10.244.1.1 on n1\n",
    [],
  ],
  "the first address is the tunnel's": [
    v6("network vxlan").replaceAll("10.244.2.10", "10.244.2.1"),
    ["pod-at-gateway: 10.244.2.1"],
  ],
});

cases("addresses with a meaning", {
  "the network's": ["node n1 192.0.2.1 pods 10.244.1.0/24\npod a 10.244.1.0 on n1\n", ["pod-at-edge"]],
  "the broadcast's": ["node n1 192.0.2.1 pods 10.244.1.0/24\npod a 10.244.1.255 on n1\n", ["pod-at-edge"]],
  "IPv6 has no broadcast": ["node n1 192.0.2.1 pods fd00::/120\npod a fd00::ff on n1\n", []],
  "a range of two has neither": ["node n1 192.0.2.1 pods 10.244.1.0/31\npod a 10.244.1.0 on n1\n", []],
  "in the middle": [BASE, []],
  "a node among the pods": [
    "cluster { pods 10.244.0.0/16 }\nnode n1 10.244.9.1 pods 10.244.1.0/24\n",
    ["node-in-pods: 10.244.9.1"],
  ],
});

cases("ranges", {
  "a node's pods among the services": [
    "cluster { services 10.96.0.0/12 }\nnode n1 192.0.2.1 dev e pods 10.96.1.0/24\nnode n2 192.0.2.2 dev e pods 10.1.0.0/24\n",
    ["overlapping-ranges: 10.96.1.0/24"],
  ],
  "an MTU that IPv6 cannot use": ["cluster { mtu 1000 }\npod a fd00::1 on n1\n", ["bad-mtu: 1000"]],
  "an MTU that IPv4 can": ["cluster { mtu 1000 }\npod a 10.0.0.1 on n1\n", []],
});

cases("groups", {
  used: [`${BASE}group g = a\ndeny g -> b\n`, []],
  "used by a group that is used": [`${BASE}group g = a\ngroup h = g, b\ndeny h -> c\n`, []],
  "used as backends": [`${BASE}group g = a\nservice w 10.96.0.9 { 80 -> g:8080 }\nhairpin g\n`, []],
  "used by nothing": [`${BASE}group g = a\n`, ["unused-group: g"]],
  "perhaps used by what did not parse": [`${BASE}group g = a\ndeny g b\n`, ["syntax"]],
});

cases("an address that reads like a port", {
  "in policy": ["pod a fd00:244::10 on n1\ndeny any -> fd00::1:80\n", ["port-in-address: fd00::1:80"]],
  "of a backend": ["service w fd00:96::1 { 80 -> fd00::1:80 }\n", ["port-in-address"]],
  "in brackets": ["pod a fd00:244::10 on n1\ndeny a -> [fd00::1]:80\n", []],
  "one group behind `::`": ["pod a fd00:244::10 on n1\ndeny a -> 2001:db8::53\n", []],
  "with letters": ["pod a fd00:244::10 on n1\ndeny a -> fd00::1:8f\n", []],
  "inside a declared range": ["cluster { pods fd00::/16 }\npod a fd00:244::10 on n1\ndeny a -> fd00::1:80\n", []],
  "a pod's own": ["pod a fd00::1:80 on n1\npod b fd00::2 on n1\ndeny fd00::1:80 -> b\n", []],
});
