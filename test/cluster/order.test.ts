/** Rules that never match, change nothing, or hang on their order. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { BASE, diagnosticsOf, expectDiagnostics } from "./expect-diagnostics.ts";

const SERVICES = `${BASE}service web 10.96.0.100 -> b
service api 10.96.0.101 { 80 -> a:8080, c:8080 }
hairpin all
`;

const SHADOWED: Readonly<Record<string, string>> = {
  "by the same rule": "deny a -> b\ndeny a -> b",
  "by a wider one": "deny any -> b\nallow a -> b:80",
  "by the union of two sources": "deny 10.0.0.0/25 -> b\nallow 10.0.0.128/25 -> b\nreject 10.0.0.0/24 -> b",
  "by the union of port ranges": "allow a -> b:1-1000\ndeny a -> b:1001-65535\nallow a -> b:tcp",
  "by the union of protocols and sources":
    "deny a -> b:tcp\nallow a:udp -> b\ndeny pods -> b:sctp\nallow a -> b:icmp\ndeny a -> b:53/udp",
  "by a rule on a group": "group g = a, b\ndeny g -> c\nallow a -> c",
  "by a plain rule, for a default that stands above it": "default deny a -> b\nreject any -> b",
  "by a service's address": "deny any -> 10.96.0.101\nreject a -> api",
  "by the range of services": "deny any -> services\nreject a -> api:80",
  "by all nodes": "deny any -> nodes\nallow a -> node1:22",
  "by a node's own rule, for its address": "deny any -> node1\nallow a -> 192.168.100.100:22",
  "by the pod range": "deny pods -> any\nallow a -> web",
};

for (const [how, rules] of Object.entries(SHADOWED)) {
  test(`shadowed ${how}`, () => {
    expectDiagnostics(`${SERVICES}${rules}\n`, ["shadowed"]);
  });
}

const FINE: Readonly<Record<string, string>> = {
  "an exception from a wider rule": "allow a -> b:80\ndeny any -> b",
  "a union that leaves one port open": "deny a -> b:1-1000\nallow a -> b:1002-65535\nreject a -> b:tcp",
  "a union that leaves other protocols open": "deny a -> b:tcp\nallow a -> b:udp\nreject a -> b",
  "a protocol's rule before a port's source": "deny a:1-1023 -> b\ndeny a -> b:80",
  "an address of a node, before the node": "deny any -> 192.168.100.100\ndeny any -> node1:22",
  "a pod behind a service": "deny any -> b\ndeny any -> web",
  "a service before its backend": "allow a -> api\ndeny any -> a, c",
  "an allow of a service, which still opens its backends": "deny any -> services\nallow a -> api:80",
  "an allow that nothing follows": "allow a -> b",
  "a deny that logs before one that does not": 'deny a -> b log "a: "\ndeny any -> b',
  "a deny before a reject": "deny a -> b\nreject any -> b",
  "a plain allow beside a default deny": "allow a, 192.168.8.0/24 -> b:80\ndefault deny any -> pods",
  "a service's deny that the backend's allow would undo": "deny a -> web\nallow a -> b\ndeny a -> services",
  "nodes one by one before one of them": "allow 192.168.8.0/24 -> nodes:22\ndeny any -> node1",
  "neighbours in a list": "allow 10.0.0.0/25, 10.0.0.128/25 -> a:80\ndeny 10.0.0.0/25 -> any",
  "families side by side": "deny 0.0.0.0/0 -> node1\ndeny ::/0 -> node1",
};

for (const [how, rules] of Object.entries(FINE)) {
  test(`nothing is said of ${how}`, () => {
    expectDiagnostics(`${SERVICES}${rules}\n`, []);
  });
}

test("the covering rules are named, a single one alone", () => {
  const [union] = expectDiagnostics(`${BASE}deny a -> b:1-9\nallow a -> b:10-65535\ndeny a -> b:tcp\n`, ["shadowed"]);
  assert.deepEqual(
    union?.notes.map(({ message }) => message),
    ["`deny a -> b:1-9` is here", "`allow a -> b:10-65535` is here"],
  );
  const [alone] = expectDiagnostics(`${BASE}deny c -> b:1-9\nallow a, c -> b\ndeny a -> b:5\n`, ["shadowed"]);
  assert.match(alone?.message ?? "", /by `allow a, c -> b`$/);
});

const REDUNDANT: Readonly<Record<string, string>> = {
  "a narrower rule before a wider one": "deny a -> b:80\ndeny any -> b",
  "a rule before two that share it": "deny a -> b:80-89\ndeny pods -> b:1-84\ndeny pods -> b:85-99",
  "a plain rule before a default": "allow a -> b:80\ndefault allow any -> any",
  "a rule with others between that are about others": "deny a -> b:80\nallow c -> b:80\ndeny any -> b",
};

for (const [how, rules] of Object.entries(REDUNDANT)) {
  test(`redundant: ${how}`, () => {
    expectDiagnostics(`${BASE}${rules}\n`, ["redundant"]);
  });
}

const CORRELATED: Readonly<Record<string, string>> = {
  "wider source against wider port": "allow a -> b\ndeny any -> b:22",
  "two ranges of ports": "allow a -> b:1-100\ndeny a -> b:50-150",
  "source against destination": "deny a -> pods\nallow pods -> b",
  "two defaults": "default allow a -> b\ndefault deny any -> b:22",
};

for (const [how, rules] of Object.entries(CORRELATED)) {
  test(`correlated: ${how}`, () => {
    expectDiagnostics(`${BASE}${rules}\n`, ["correlated"]);
  });
}

test("what an earlier rule decides already hangs on no order", () => {
  expectDiagnostics(`${BASE}reject a -> b:22\nallow a -> b\ndeny any -> b:22\n`, []);
});

test("a program with errors draws no suspicion", () => {
  expectDiagnostics(`${BASE}deny any -> b\nallow aa -> b\nallow a -> b\n`, ["unknown-name"]);
});

const rulesOf = (count: number, rule: (n: number) => string) =>
  Array.from({ length: count }, (_, n) => rule(n)).join("\n");
const address = (n: number) => `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`;

test("ten thousand rules are compared, whether they nest or all cross, and the work ends", () => {
  const mixed = (n: number) => `${n % 3 === 0 ? "deny" : "allow"} ${address(n * 7)} -> a:${1 + (n % 60000)}`;
  const crossing = (n: number) =>
    `${n % 2 === 0 ? "deny" : "allow"} 10.0.0.0/${8 + (n % 24)} -> b:${1 + n}-${20000 + n}`;
  diagnosticsOf(`${BASE}${rulesOf(1000, crossing)}\n`);
  const found = diagnosticsOf(`${BASE}${rulesOf(10_000, mixed)}\ndefault deny any -> pods\n`);
  assert.deepEqual(
    found.filter(({ severity }) => severity === "error"),
    [],
  );
});
