/** Services, `snat`, `mark`, families, and what a translation hides. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { BASE, diagnosticsOf, expectDiagnostics } from "./expect-diagnostics.ts";

const cases = (name: string, programs: Readonly<Record<string, readonly [string, readonly string[]]>>): void => {
  for (const [what, [source, expected]] of Object.entries(programs)) {
    test(`${name}: ${what}`, () => void expectDiagnostics(`${BASE}${source}\n`, expected));
  }
};

cases("families of a service", {
  "a door that no backend has": ["service w 10.96.0.9 { 80 -> [fd00::1]:80 }", ["family-mismatch: 10.96.0.9"]],
  "a port with some": ["service w 10.96.0.9 { 80 -> [fd00::1]:80, a }\nhairpin a", []],
  "a port without backends": ["service w 10.96.0.9 { 80 -> none; 81 -> a }\nhairpin a", []],
  "one of two doors": ["service w 10.96.0.9, fd00:96::9 -> a\nhairpin a", ["family-mismatch: fd00:96::9"]],
  "an unknown backend is one mistake": ["service w 10.96.0.9 { 80 -> nobody }", ["unknown-name: nobody"]],
});

cases("families of rules", {
  "no packet": ["deny a -> fd00::/8", ["empty-rule"]],
  "one family in common": ["deny a, fd00::/8 -> fd00::/8", []],
  any: ["deny any -> fd00::/8", []],
  "a node takes both": ["deny fd00::/8 -> node1", []],
  "no services at all": [`deny any -> services`, []],
  "a mark": ["mark a -> fd00::/8 1", ["empty-rule"]],
  "an unknown name is one mistake": ["deny a, nobody -> fd00::/8", ["unknown-name: nobody"]],
});

cases("snat", {
  "of another family": ["snat a to fd00::1", ["family-mismatch: fd00::1"]],
  "of one source's family": ["snat a, fd00::/8 to fd00::1", []],
  "twice the same": ["snat a to 192.0.2.1\nsnat a to 192.0.2.1", []],
  "a longer prefix wins": ["snat pods to 192.0.2.1\nsnat a to 192.0.2.2", []],
  "equal ones disagree": ["snat 10.244.0.0/16 to 192.0.2.1\nsnat pods to 192.0.2.2", ["conflicting-snat: pods"]],
  "equal ones with other exceptions": [
    "snat a to 192.0.2.1\nsnat a to 192.0.2.1 except 10.0.0.0/8",
    ["conflicting-snat: a"],
  ],
  "each family its own": ["snat any to 192.0.2.1\nsnat any to fd00::1", []],
});

cases("mark", {
  "equal ones disagree": ["mark a -> any 1\nmark a -> b 2", ["conflicting-mark: a"]],
  "equal ones agree": ["mark a -> any 1\nmark a -> b 1", []],
  "to different destinations": ["mark a -> c 1\nmark a -> b 2", []],
  "on different ports": ["mark a -> any:80 1\nmark a -> any:81 2", []],
  "of different protocols": ["mark a -> any:tcp 1\nmark a -> any:udp 2", []],
  "of different sources": ["mark a -> any 1\nmark b -> any 2", []],
  "a longer prefix wins": ["mark pods -> any 1\nmark a -> any 2", []],
});

cases("services", {
  "without a backend": ["service w 10.96.0.9 -> none", ["service-without-backends: w"]],
  "with one on some port": ["service w 10.96.0.9 { 80 -> none; 81 -> a }\nhairpin a", []],
  "a label that is a protocol": ["service w 10.96.0.9 { 80 as udp -> a }\nhairpin a", ["protocol-label: udp"]],
  "a hairpin is not blamed for an unknown backend": ["service w 10.96.0.9 -> aa\nhairpin a", ["unknown-name: aa"]],
});

const WEB = "service web 10.96.0.9 { 80 -> c:8080; 53/udp as dns -> c }\nservice whole 10.96.0.10 -> c\nhairpin c\n";

cases("ports of services in policy", {
  "not served": [`${WEB}deny a -> web:81`, ["port-not-served: web:81"]],
  "of a protocol that is not served": [`${WEB}deny a -> web:icmp`, ["port-not-served: web:icmp"]],
  served: [`${WEB}deny a -> web:80\ndeny a -> web:dns`, []],
  "every port is served": [`${WEB}deny a -> whole:81`, []],
  "one of a group's": [`${WEB}group g = web, b\ndeny a -> g:443`, []],
});

cases("what a translation hides", {
  "a pod from another node": ["masquerade pods\nallow a -> node2:22\ndeny any -> node2:22", ["hidden-allow"]],
  "behind a default": [
    "masquerade pods\nallow any -> node2:22\nallow a -> node2:443\ndefault deny any -> node2",
    ["hidden-allow"],
  ],
  "all pods": ["masquerade pods\nallow pods -> nodes:22\ndefault deny any -> nodes", ["hidden-allow"]],
  "by snat": ["snat a to 192.0.2.1\nallow a -> node2:22\ndeny any -> node2:22", ["hidden-allow"]],
  "not with the exception": ["masquerade pods except nodes\nallow a -> node2:22\ndeny any -> node2:22", []],
  "not on its own node": ["masquerade pods\nallow a -> node1:22\ndeny any -> node1:22", []],
  "not where the nodes are allowed": ["masquerade pods\nallow a, node1 -> node2:22\ndeny any -> node2:22", []],
  "not where nothing is closed": ["masquerade pods\nallow a -> node2:22\ndeny 10.0.0.0/8 -> node2:22", []],
  "not without a translation": ["allow a -> node2:22\ndeny any -> node2:22", []],
  "clients of a service": [`${WEB}allow 192.168.8.0/24 -> web\ndefault deny any -> pods`, ["hidden-allow"]],
  "not those that anybody may be": [`${WEB}allow any -> web\ndefault deny any -> pods`, []],
  "not where nodes are clients too": [`${WEB}allow 192.168.0.0/16 -> web\ndefault deny any -> pods`, []],
  "not pods": [`${WEB}allow a -> web\ndefault deny any -> pods`, []],
});

test("the exception that is missing is the fix", () => {
  const [found] = diagnosticsOf(`${BASE}masquerade pods\nallow a -> node2:22\ndeny any -> node2:22\n`);
  assert.equal(found?.fixes[0]?.edits[0]?.text, " except nodes");
});

cases("ssh", {
  "shut out by a default": ["default deny any -> nodes", ["lockout"]],
  "shut out of one node": ["allow 192.0.2.1 -> node1:22\ndefault deny any -> nodes", ["lockout"]],
  "by a default for everything": ["default reject any -> any", ["lockout"]],
  admitted: ["allow 192.0.2.0/24 -> nodes:22\ndefault deny any -> any", []],
  "admitted by address": ["allow 192.0.2.0/24 -> 192.168.100.0/24:tcp\ndefault deny any -> any", []],
  "a default for pods": ["default deny any -> pods", []],
  "a default for some": ["default deny 10.0.0.0/8 -> nodes", []],
  "a default for another port": ["default deny any -> nodes:80", []],
});

cases("expect", {
  repeated: ["expect a -> b:80 reaches b\nexpect a -> b:80/tcp reaches b", ["repeated-expect"]],
  "repeated in another order": [
    `${WEB}expect a -> web reaches c, b\nexpect a -> web reaches b, c`,
    ["repeated-expect"],
  ],
  "another question": ["expect a -> b:80\nexpect a -> b:81\nexpect a -> b\nexpect b -> b:80", []],
  "another way in": ["expect 192.0.2.1 via node1 -> b:80\nexpect 192.0.2.1 via node2 -> b:80", []],
});
