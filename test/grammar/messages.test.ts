import assert from "node:assert/strict";
import { test } from "node:test";
import { parse } from "../../grammar/parse.ts";
import { fixed } from "./plain.ts";

/** Text, message, and the text that the fix makes of it: it parses. */
const TABLE: readonly (readonly [text: string, message: string, fixed?: string])[] = [
  ["pod a on node1", "`pod` wants an address after its name, found `on`: `pod NAME ADDR on NODE`"],
  ["pod", "`pod` wants a name, but the statement ends: `pod NAME ADDR on NODE`"],
  ["pod a 10.0.0.1 node1", "the node of a pod stands behind `on`", "pod a 10.0.0.1 on node1"],
  ["pod a 10.0.0.1 onn node1", "`pod` has no clause `onn`", "pod a 10.0.0.1 on node1"],
  ["pod a 10.0.0.1 on n, m", "`pod` ends before `,`: `pod NAME ADDR on NODE`"],
  ["pod a 10.0.0.1:80 on n", "the address of a pod has no port"],
  ["pod any 10.0.0.1 on n", "`any` is a word for a set and never a name"],
  ["pod 1a 10.0.0.1 on n", 'a name that begins with a digit stands in quotes: `"1a"`', 'pod "1a" 10.0.0.1 on n'],
  [
    "node n 10.0.0.1 dev 6in4",
    'a name that begins with a digit stands in quotes: `"6in4"`',
    'node n 10.0.0.1 dev "6in4"',
  ],
  ['pod pod/"x" 10.0.0.1 on n', 'a name is declared without its kind, not as `pod/"x"`'],
  [
    "service web 10.0.0.1:80 -> b",
    "a service's address has no port: its ports stand in a block",
    "service web 10.0.0.1 { 80 -> b }",
  ],
  ["service web 10.0.0.1 -> b c", "a comma is missing between `b` and `c`", "service web 10.0.0.1 -> b, c"],
  ["service web 10.0.0.1 -> b wieght 2", "`service` has no clause `wieght`", "service web 10.0.0.1 -> b weight 2"],
  ["service web 10.0.0.1 -> none, b", "`none` stands alone, behind the `->` of a service"],
  [
    "service web 10.0.0.1 { 80 b }",
    "a port line wants `->`, found `b`: `PORT[/PROTO] [as LABEL] [nodeport N] -> BACKENDS`",
  ],
  [
    "service web 10.0.0.1 { 80,443 -> b; 1 -> c }",
    "a port line has one port: write a line for each",
    "service web 10.0.0.1 { 80 -> b; 443 -> b; 1 -> c }",
  ],
  [
    "service web 10.0.0.1 { 80 -> a 443 -> b }",
    "a newline or `;` is missing before `443`",
    "service web 10.0.0.1 { 80 -> a; 443 -> b }",
  ],
  [
    "service web 10.0.0.1 { afinity client 3h }",
    "`afinity` is no port line or option of a service: a block has port lines and affinity, external, loadbalancer, internal, external-traffic",
    "service web 10.0.0.1 { affinity client 3h }",
  ],
  [
    "service web 10.0.0.1 { affinity client 90 }",
    "`90` wants a unit: `90s`, `90m`, `90h` or `90d`",
    "service web 10.0.0.1 { affinity client 90s }",
  ],
  [
    "service web 10.0.0.1 { affinity 3h }",
    "`affinity` wants `client DURATION`, found `3h`: `affinity client DURATION`",
  ],
  ["service web 10.0.0.1 { 80 -> b } on n", "behind `}` comes a newline or `;`, not `on`"],
  [
    "service web 10.0.0.1 {\n  80 -> b",
    "this block is never closed: write `}` behind its last line",
    "service web 10.0.0.1 {\n  80 -> b\n}",
  ],
  [
    "cluster { network hostgw }",
    "`network` wants `host-gw`, `vxlan` or `none`, found `hostgw`: `network host-gw|vxlan|none`",
    "cluster { network host-gw }",
  ],
  [
    "cluster { pods 10.0.0.0/8 11.0.0.0/8 }",
    "a comma is missing between `10.0.0.0/8` and `11.0.0.0/8`",
    "cluster { pods 10.0.0.0/8, 11.0.0.0/8 }",
  ],
  [
    "cluster { nodeport all }",
    "`nodeport` is no setting of the cluster: settings are pods, services, network, gateway, mtu, nodeports",
    "cluster { nodeports all }",
  ],
  ["allow a b -> c", "a comma is missing between `a` and `b`", "allow a, b -> c"],
  ["allow a to b", "`->` stands between source and destination, not `to`", "allow a -> b"],
  ["allow a", '`allow` wants `->` after `a`, but the statement ends: `allow SRC,… -> DST,… [log ["PREFIX"]]`'],
  ["allow a -> b log mine", "the prefix of a log stands in double quotes", 'allow a -> b log "mine"'],
  ['allow "any" -> b', "the word `any` for a set stands without quotes", "allow any -> b"],
  [
    "default drop any -> b",
    "`default` wants `allow`, `deny` or `reject`, found `drop`: `default allow|deny|reject SRC,… -> DST,…`",
  ],
  ["drop a -> b", "no statement is called `drop`", "deny a -> b"],
  ["Pod a 10.0.0.1 on n", "no statement is called `Pod`", "pod a 10.0.0.1 on n"],
  ["mtu 1400", "no statement is called `mtu`: it stands inside `cluster { … }`"],
  ["80 -> b", "a statement begins with a keyword, not with `80`; port lines stand inside `service NAME VIP { … }`"],
  ["}", "`}` closes no block"],
  ["include base.net", "`include` wants its path in double quotes", 'include "base.net"'],
  ['include "base.net', 'this quote is not closed on its line: write `"` behind the name', 'include "base.net"'],
  ["group g a, b", "`group` wants `=` after its name, found `a`: `group NAME = ITEM,…`"],
  ["expect a -> b reach c", "`expect` has no clause `reach`", "expect a -> b reaches c"],
  [
    "allow fd00::/64:80 -> b",
    "an IPv6 address with a port stands in brackets: `[fd00::/64]:80`",
    "allow [fd00::/64]:80 -> b",
  ],
  [
    "allow a -> fd00::1:53/udp",
    "an IPv6 address with a port stands in brackets: `[fd00::1]:53/udp`",
    "allow a -> [fd00::1]:53/udp",
  ],
  [
    "service web 10.96.0.100 # c\n\n{\n  80 -> b\n}",
    "a line cannot begin with `{`: it belongs at the end of the line above",
    "service web 10.96.0.100 { # c\n\n  80 -> b\n}",
  ],
  ["pod a 10.0.0.1 on n on m", "`on` is said twice in this statement: keep one of the two"],
];

for (const [text, message, expected] of TABLE) {
  test(JSON.stringify(text), () => {
    const { faults } = parse(text);
    assert.deepEqual(
      faults.map((fault) => fault.message),
      [message],
    );
    assert.equal(faults[0]!.fix !== undefined, expected !== undefined);
    if (expected === undefined) return;
    assert.equal(fixed(text, faults[0]!).replace("{ # c\n\n\n", "{ # c\n\n"), expected);
    assert.deepEqual(parse(expected).faults, []);
  });
}

test("long words are cut short in messages", () => {
  const [fault] = parse(`pod a 10.0.0.1 ${"x".repeat(1000)} y`).faults;
  assert(fault !== undefined && fault.message.length < 200);
});
