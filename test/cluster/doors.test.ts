/** The doors of services: who may stand where, and what is suspicious about them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { BASE, diagnosticsOf, expectDiagnostics } from "./expect-diagnostics.ts";

const cases = (name: string, programs: Readonly<Record<string, readonly [string, readonly string[]]>>): void => {
  for (const [what, [source, expected]] of Object.entries(programs)) {
    test(`${name}: ${what}`, () => void expectDiagnostics(`${BASE}${source}\nhairpin all\n`, expected));
  }
};

const block = (...lines: readonly string[]): string => `service w 10.96.0.9 {\n${lines.join("\n")}\n}`;
const other = (...lines: readonly string[]): string => `service v 10.96.0.10 {\n${lines.join("\n")}\n}`;

cases("affinity", {
  seconds: [block("80 -> a", "affinity client 90s"), []],
  "a day, in each unit": [
    `${block("80 -> a", "affinity client 24h")}\n${other("80 -> a", "affinity client 1440m")}`,
    [],
  ],
  "1d": [block("80 -> a", "affinity client 1d"), []],
  "86400s": [block("80 -> a", "affinity client 86400s"), []],
  "more than a day": [block("80 -> a", "affinity client 25h"), ["bad-duration: 25h"]],
  zero: [block("80 -> a", "affinity client 0s"), ["bad-duration: 0s"]],
  "many digits": [block("80 -> a", `affinity client ${"9".repeat(400)}s`), ["bad-duration"]],
  "a bare number": [block("80 -> a", "affinity client 180"), ["syntax: 180"]],
  "an unknown unit": [block("80 -> a", "affinity client 2w"), ["syntax: 2w"]],
  twice: [block("80 -> a", "affinity client 3h", "affinity client 4h"), ["duplicate-clause: affinity"]],
});

cases("options twice", {
  external: [block("80 -> a", "external 1.1.1.1", "external 1.1.1.2"), ["duplicate-clause: external"]],
  "internal local": [block("80 -> a", "internal local", "internal local"), ["duplicate-clause: internal"]],
  nodeport: [block("80 nodeport 30080 nodeport 30081 -> a"), ["duplicate-clause: nodeport"]],
  from: [block("80 -> a", "loadbalancer 1.1.1.1 from 10.0.0.0/8 from 11.0.0.0/8"), ["duplicate-clause: from"]],
});

cases("nodeports", {
  "of a port and of a range": [block("80 nodeport 30080 -> a", "81-89 nodeport 30081-30089 -> a"), []],
  "the same in another protocol": [block("2049/tcp nodeport 30049 -> a", "2049/udp nodeport 30049 -> c"), []],
  "the same in another service": [
    `${block("80 nodeport 30080 -> a")}\n${other("80 nodeport 30080 -> a")}`,
    ["duplicate-nodeport: 30080"],
  ],
  "the same in one service": [block("80 nodeport 30080 -> a", "81 nodeport 30080 -> a"), ["duplicate-nodeport: 30080"]],
  "overlapping ranges": [
    `${block("80-89 nodeport 30080-30089 -> a")}\n${other("80-89 nodeport 30089-30098 -> a")}`,
    ["duplicate-nodeport: 30089-30098"],
  ],
  "a port of a service with the same number": [`${block("80 nodeport 30080 -> a")}\n${other("30080 -> a")}`, []],
  "narrower than the line": [block("80-89 nodeport 30080-30088 -> a"), ["port-width: 30080-30088"]],
  "wider than the line": [block("80 nodeport 30080-30081 -> a"), ["port-width: 30080-30081"]],
  "of a whole protocol": [block("udp nodeport 30080 -> a"), ["port-width: 30080"]],
  "of icmp": [block("icmp nodeport 30080 -> a"), ["icmp-port: 30080"]],
  "with a protocol": [block("53/udp nodeport 30053/udp -> a"), ["backend-protocol: 30053/udp"]],
  "no port": [block("80 nodeport 0 -> a"), ["bad-port: 0"]],
  "too high": [block("80 nodeport 65536 -> a"), ["bad-port: 65536"]],
  backwards: [block("80-81 nodeport 30081-30080 -> a"), ["bad-port: 30081-30080"]],
});

const setting = (nodeports: string): string => BASE.replace("services 10.96", `nodeports ${nodeports}; services 10.96`);

for (const [nodeports, expected] of Object.entries({
  primary: [],
  all: [],
  "192.0.2.0/24, fd00::/64": [],
  "0.0.0.0/0": [],
  "127.0.0.1": ["loopback-nodeports: 127.0.0.1"],
  "192.0.2.0/24, 127.0.0.0/16": ["loopback-nodeports: 127.0.0.0/16"],
  "::1": ["loopback-nodeports: ::1"],
  "192.0.2.1/24": ["host-bits: 192.0.2.1/24"],
})) {
  test(`nodeports ${nodeports}`, () => void expectDiagnostics(`${setting(nodeports)}`, expected));
}

cases("addresses", {
  "external ones may lie anywhere": [block("80 -> a", "external 10.96.0.200, 198.51.100.10, 10.244.7.7"), []],
  "shared with another service, on other ports": [
    `${block("80 -> a", "external 198.51.100.10")}\n${other("81 -> a", "external 198.51.100.10, 10.96.0.9")}`,
    [],
  ],
  "shared on one port": [
    `${block("80 -> a", "external 198.51.100.10")}\n${other("80-81 -> a", "loadbalancer 198.51.100.10")}`,
    ["duplicate-port: 80-81"],
  ],
  "shared on one port of another protocol": [
    `${block("80 -> a", "external 198.51.100.10")}\n${other("80/udp -> a", "loadbalancer 198.51.100.10")}`,
    [],
  ],
  "another service's own": [`${block("80 -> a", "external 10.96.0.10")}\n${other("80 -> a")}`, ["duplicate-port: 80"]],
  "one that serves every port": [
    `${block("80 -> a", "external 10.96.0.10")}\nservice v 10.96.0.10 -> a`,
    ["duplicate-port: v"],
  ],
  "its own again": [block("80 -> a", "external 10.96.0.9"), ["duplicate-address: 10.96.0.9"]],
  "one twice": [block("80 -> a", "external 1.1.1.1", "loadbalancer 1.1.1.1"), ["duplicate-address: 1.1.1.1"]],
  "a range": [block("80 -> a", "external 198.51.100.0/24"), ["range-not-address: 198.51.100.0/24"]],
  "sources with host bits": [block("80 -> a", "loadbalancer 198.51.100.0 from 10.0.0.1/8"), ["host-bits: 10.0.0.1/8"]],
  "of a family that no backend has": [block("80 -> a", "loadbalancer fd00:aa::1"), ["family-mismatch: fd00:aa::1"]],
  "of a family that a port without backends lacks": [
    block("80 -> none", "external fd00:aa::1"),
    ["service-without-backends"],
  ],
  "of a family that one backend has": [block("80 -> a, [fd00::7]:80", "external fd00:aa::1"), []],
});

cases("an address that is somebody's", {
  "a node's": [block("80 -> a", "external 192.168.100.100"), ["door-at-host: 192.168.100.100"]],
  "a pod's": [block("80 -> a", "loadbalancer 10.244.1.11"), ["door-at-host: 10.244.1.11"]],
  "a node's, and a nodeport there": [
    `${block("30080 -> a", "external 192.168.100.100")}\n${other("80 nodeport 30080 -> a")}`,
    ["duplicate-port: 30080"],
  ],
  "a node's, and a nodeport of another protocol": [
    `${block("30080/udp -> a", "external 192.168.100.100")}\n${other("80 nodeport 30080 -> a")}`,
    ["door-at-host"],
  ],
});

const RANGED = "loadbalancer 198.51.100.10 from 192.168.8.0/24";
const OPEN = ["open-door: loadbalancer 198.51.100.10 from 192.168.8.0/24"];
const nodeport = block("80 nodeport 30080 -> c:8080", RANGED);

cases("source ranges", {
  alone: [block("80 -> c:8080", RANGED), []],
  "without ranges": [block("80 nodeport 30080 -> c:8080", "loadbalancer 198.51.100.10"), []],
  "of everybody": [block("80 nodeport 30080 -> c:8080", "loadbalancer 198.51.100.10 from 0.0.0.0/0"), []],
  "and a nodeport": [nodeport, OPEN],
  "and a nodeport without backends": [block("80 nodeport 30080 -> none", "81 -> a", RANGED), []],
  "and an external address": [block("80 -> c:8080", "external 198.51.100.11", RANGED), OPEN],
  "and a nodeport that a deny of the backend closes": [`${nodeport}\ndeny any -> c:8080`, []],
  "and one that a deny of its address closes": [`${nodeport}\ndeny any -> nodes:30080`, []],
  "and one that a deny of the service closes": [`${nodeport}\ndeny any -> w`, []],
  "and one that is denied to some": [`${nodeport}\ndeny 203.0.113.0/24 -> w`, OPEN],
  "and one that is denied to all but the ranges": [
    `${nodeport}\nallow 192.168.8.0/24, pods, nodes -> w\ndefault reject any -> c`,
    [],
  ],
  "and one that an allow of more opens": [`${nodeport}\nallow 192.168.0.0/16, pods, nodes -> w\ndeny any -> c`, OPEN],
  "and one that a deny of another port leaves open": [`${nodeport}\ndeny any -> c:8081`, OPEN],
  "and one that a deny of one node leaves open": [`${nodeport}\ndeny any -> node1:30080`, OPEN],
});

test("what closes a door that the ranges leave open is named", () => {
  const [found] = diagnosticsOf(`${BASE}${nodeport}\nhairpin all\n`);
  assert.match(found!.fixes[0]!.title, /`allow 192\.168\.8\.0\/24, pods, nodes -> w`, then `deny any -> c:8080`/);
});

const CLOSED = "default deny any -> pods";

cases("what a translation hides", {
  "clients of a nodeport": [
    `${block("80 nodeport 30080 -> c")}\nallow 203.0.113.0/24 -> node1:30080\n${CLOSED}`,
    ["hidden-allow"],
  ],
  "not at the node of the only backend": [
    `${block("80 nodeport 30080 -> c")}\nallow 203.0.113.0/24 -> node2:30080\n${CLOSED}`,
    [],
  ],
  "clients of an external address": [
    `${block("80 -> c", "external 198.51.100.10")}\nallow 203.0.113.0/24 -> 198.51.100.10:80\n${CLOSED}`,
    ["hidden-allow"],
  ],
  "not where clients stay on the node": [
    `${block("80 -> c", "external 198.51.100.10", "external-traffic local")}\nallow 203.0.113.0/24 -> 198.51.100.10\n${CLOSED}`,
    [],
  ],
  "not where everybody stays": [`${block("80 -> c", "internal local")}\nallow 203.0.113.0/24 -> w\n${CLOSED}`, []],
  "of the service's own address all the same": [
    `${block("80 -> c", "external-traffic local")}\nallow 203.0.113.0/24 -> w\n${CLOSED}`,
    ["hidden-allow"],
  ],
});

cases("rules about doors", {
  "an external address is the service": [
    `${block("80 -> c", "external 198.51.100.10")}\ndeny any -> 10.96.0.9\ndeny any -> w`,
    [],
  ],
  "all doors together are": [
    `${block("80 nodeport 30080 -> c", "external 198.51.100.10")}\ndeny any -> 10.96.0.9, 198.51.100.10, nodes\ndeny a -> w`,
    ["shadowed"],
  ],
  "but for a nodeport": [
    `${block("80 nodeport 30080 -> c", "external 198.51.100.10")}\ndeny any -> 10.96.0.9, 198.51.100.10\ndeny a -> w`,
    [],
  ],
  "a nodeport is the service": [
    `${block("80 nodeport 30080 -> c")}\ndeny any -> w\nreject a -> 192.168.100.100:30080`,
    ["shadowed"],
  ],
  "and its line": [
    `${block("80 nodeport 30080 -> c")}\ndeny any -> w:80\nreject a -> 192.168.100.100:30080`,
    ["shadowed"],
  ],
  "the number of a nodeport is no port of the service": [
    `${block("80 nodeport 30080 -> c")}\ndeny any -> w:30080`,
    ["port-not-served: w:30080"],
  ],
  "an allow of a nodeport opens its backend, so that it is not shadowed": [
    `${block("80 nodeport 30080 -> c:8080")}\ndeny any -> node1:30080\nallow a -> node1:30080\ndeny any -> c`,
    [],
  ],
  "a rule with a family by an external address alone": [
    `${block("80 -> a, [fd00::7]:80", "external fd00:aa::1")}\ndeny fd00:8::/64 -> w`,
    [],
  ],
});

test("with `nodeports all` addresses that nobody declared count too", () => {
  const doors = "service w 10.96.0.9 { 80 nodeport 30080 -> c }\nhairpin all\n";
  const declared = "deny any -> 10.96.0.9, 192.168.100.100, 192.168.100.101\ndeny a -> w\n";
  expectDiagnostics(`${BASE}${doors}${declared}`, ["shadowed"]);
  expectDiagnostics(`${setting("all")}${doors}${declared}`, []);
  expectDiagnostics(`${setting("all")}${doors}deny any -> 10.96.0.9, nodes\ndeny a -> w\n`, ["shadowed"]);
});
