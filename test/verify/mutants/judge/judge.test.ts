/** The judge of mutants knows what the kernel does with the packets that a proof may forget. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Hook } from "../../../../src/verify/program.ts";
import { askOf, shares } from "./ask.ts";
import { type Box, only, type Spans, STATES, type View, viewIs } from "./box.ts";
import { judgedIptables } from "./iptables.ts";
import { wordsOf } from "./iptables-text.ts";
import { type Judged, run } from "./machine.ts";
import { judgedNft } from "./nft.ts";
import { deviceSpans } from "./values.ts";

const filter = (rules: readonly string[], policy = "ACCEPT"): Judged =>
  judgedIptables(
    `*filter\n:INPUT ${policy} [0:0]\n:OUTPUT ACCEPT [0:0]\n${rules.map((rule) => `-A INPUT ${rule}\n`).join("")}COMMIT\n`,
    4,
  );

const TABLE = `table inet netc {
	set seen {
		typeof ip saddr . numgen inc mod 2
		flags dynamic, timeout
		size 10
	}
	chain c {
		type filter hook input priority filter; policy accept;
RULES
	}
}
`;
const nft = (rules: readonly string[]): Judged =>
  judgedNft(TABLE.replace("RULES", rules.map((rule) => `\t\t${rule}`).join("\n")), 4);

/** 10.0.0.1:4000 to 10.0.0.2:22 by TCP on eth7, seen for the first time. */
const PACKET: Box = {
  source: only(0x0a000001),
  destination: only(0x0a000002),
  asked: only(0x0a000009),
  protocol: only(6),
  "source-port": only(4000),
  "destination-port": only(22),
  "asked-port": only(99),
  state: only(0),
  view: viewIs("original"),
  translated: only(0),
  "arrives-by": deviceSpans("eth7"),
  "leaves-by": deviceSpans("eth7"),
  "own-source": only(0),
  "own-destination": only(1),
};

const being = (state: string, view: View): Box => ({ state: only(STATES.indexOf(state)), view: viewIs(view) });
const INVALID = being("invalid", "none");
const UNTRACKED = being("untracked", "none");

function fate(judged: Judged, packet: Box = {}, hook: Hook = "filter-input"): string {
  const box = { ...PACKET, ...packet };
  const ends = shares((draw) =>
    run(
      judged,
      hook,
      askOf({ box, family: 4, lines: judged.lines }, draw, () => {}),
    ),
  );
  return [...ends].map(([end, share]) => (share === 1 ? end : `${share} ${end}`)).join(" | ");
}

const drops = (judged: Judged, packet: Box): boolean => fate(judged, packet) === "drop";

test("of a packet without a connection iptables asks the state alone, in one match", () => {
  for (const packet of [INVALID, UNTRACKED]) {
    const [{ state }] = [packet as { state: Spans }];
    const name = STATES[Number(state[0]![0])]!.toUpperCase();
    const dropped = (match: string): boolean => drops(filter([`-m conntrack ${match} -j DROP`]), packet);
    assert.ok(dropped(`--ctstate ${name}`));
    assert.ok(dropped(`--ctstate NEW,${name}`));
    assert.ok(dropped("! --ctstate DNAT"));
    assert.ok(dropped("! --ctstate NEW"));
    assert.ok(dropped(`--ctstate ${name} --ctorigdst 192.0.2.1`));
    assert.ok(dropped("! --ctstate DNAT --ctorigdstport 1"));
    assert.ok(!dropped(`--ctstate ${name} -m conntrack --ctorigdst 10.0.0.0/8`));
    assert.ok(!dropped("--ctorigdst 10.0.0.0/8"));
    assert.ok(!dropped("! --ctorigdst 10.0.0.0/8"));
    assert.ok(!dropped("--ctstate DNAT"));
    assert.ok(!dropped("--ctstate NEW,ESTABLISHED,RELATED"));
  }
});

test("of a packet without a connection nft asks the state alone: all else breaks the rule", () => {
  for (const [name, packet] of [["invalid", INVALID] as const, ["untracked", UNTRACKED] as const]) {
    const dropped = (match: string): boolean => drops(nft([`${match} drop`]), packet);
    assert.ok(dropped(`ct state ${name}`));
    assert.ok(dropped("ct state != new"));
    for (const match of ["ct status dnat", "ct status ! dnat", "ct original ip daddr 0.0.0.0/0"])
      assert.ok(!dropped(match));
    assert.ok(!dropped("meta l4proto tcp ct original proto-dst != 1"));
    assert.ok(!dropped("ct state new,established,related"));
  }
});

test("what a connection asked for is the destination, of its replies the source, of an error neither", () => {
  const asks = (address: string, port: number): readonly Judged[] => [
    filter([`-p tcp -m conntrack --ctorigdst ${address} --ctorigdstport ${port} -j DROP`]),
    nft([`meta l4proto tcp ct original ip daddr ${address} ct original proto-dst ${port} drop`]),
  ];
  for (const [view, address, port] of [
    ["original", "10.0.0.2", 22],
    ["reply", "10.0.0.1", 4000],
    ["apart", "10.0.0.9", 99],
  ] as const) {
    for (const other of ["original", "reply", "apart"] as const)
      for (const judged of asks(address, port))
        assert.equal(drops(judged, being("established", other)), view === other);
  }
});

test("marks are one mark, in iptables and in nft", () => {
  const table = (rules: readonly string[]): Judged =>
    judgedIptables(
      `*mangle\n:PREROUTING ACCEPT [0:0]\n${rules.map((rule) => `-A PREROUTING ${rule}\n`).join("")}COMMIT\n`,
      4,
    );
  const marked = (...options: readonly string[]): string =>
    fate(table(options.map((option) => `-j MARK ${option}`)), {}, "mangle-prerouting");
  assert.equal(marked("--set-xmark 0x2/0xf", "--set-xmark 0x10/0xf0"), marked("--set-xmark 0x12/0xff"));
  assert.equal(marked("--set-xmark 0x1/0xff", "--set-xmark 0x2/0xff"), marked("--set-xmark 0x2/0xff"));
  assert.equal(marked("--or-mark 0x4"), marked("--set-mark 0x4/0x4"));
  assert.equal(marked("--xor-mark 0x4", "--xor-mark 0x4"), "pass");
  assert.notEqual(marked("--set-xmark 0x2/0xf", "--set-xmark 0x11/0xf0"), marked("--set-xmark 0x12/0xff"));
  assert.equal(fate(nft(["meta mark set meta mark & 0xffffff00 ^ 0x12"])), marked("--set-xmark 0x12/0xff"));
  assert.equal(fate(nft(["meta mark set 0x12"])), marked("--set-mark 0x12"));
});

test("a draw shows in front of whatever is not the end", () => {
  const half = "-m statistic --mode random --probability 0.5";
  assert.equal(fate(filter([`${half} -j LOG --log-prefix "x"`])), "0.5 pass; log x | 0.5 pass");
  assert.equal(
    fate(filter([`${half} -m recent --set --name L --rsource -j DROP`])),
    "0.5 drop; remembers L | 0.5 pass",
  );
  assert.equal(fate(filter([`-m statistic --mode random --probability 0 -j LOG`])), "pass");
  assert.equal(fate(nft(['numgen random mod 4 < 1 log prefix "x" drop'])), "0.25 drop; log x | 0.75 pass");
});

test("a rate is asked, and the same rate answers alike", () => {
  const [within, beyond]: readonly Box[] = [{ "limit 10/min 5": only(1) }, { "limit 10/min 5": only(0) }];
  for (const judged of [
    filter(['-m limit --limit 10/min --limit-burst 5 -j LOG --log-prefix "x"']),
    nft(['limit rate 10/minute burst 5 packets log prefix "x"']),
  ]) {
    assert.equal(fate(judged, within), "pass; log x");
    assert.equal(fate(judged, beyond), "pass");
  }
});

test("what a rule has done before it breaks off stays done", () => {
  const never = "-d 192.0.2.1";
  assert.equal(fate(nft(['log prefix "x" tcp dport 23 drop'])), "pass; log x");
  assert.equal(fate(filter([`-m recent --set --name L --rsource -m tcp --dport 23 -j DROP`])), "pass; remembers L");
  assert.equal(fate(filter([`${never} -m recent --set --name L --rsource -j DROP`])), "pass");
});

test("a full set breaks the rule, unless the client is in it already", () => {
  const judged = nft(['log prefix "x" update @seen { ip saddr . numgen inc mod 1 offset 7 timeout 1m30s } drop']);
  const having = (clients: number, age: bigint): Box => ({
    "clients seen": only(clients),
    "list seen 7": only(age),
  });
  assert.equal(fate(judged, having(9, 1n << 32n)), "drop; log x; remembers seen 7 for 90s");
  assert.equal(fate(judged, having(10, 1n << 32n)), "pass; log x");
  assert.equal(fate(judged, having(10, 0n)), "drop; log x; remembers seen 7 for 90s");
});

test("whom one rule remembers the next one finds; lists of several lines may both have a client", () => {
  const check = (list: string): string => `-m recent --rcheck --seconds 60 --reap --name ${list} --rsource`;
  const set = (list: string): string => `-m recent --set --name ${list} --rsource`;
  assert.equal(fate(filter([set("L"), `${check("L")} -j DROP`]), { "list L": only(100) }), "drop; remembers L");
  const both: Box = { "list L": only(1), "list M": only(1) };
  const asked = `${check("L")} ${check("M")} -j DROP`;
  assert.equal(fate(filter([`-s 192.0.2.1 ${set("L")}`, `-s 192.0.2.2 ${set("M")}`, asked]), both), "drop");
  assert.equal(fate(filter([`-s 192.0.2.1 ${set("L")}`, `-s 192.0.2.1 ${set("M")}`, asked]), both), "pass");
});

test("any device that packets come by is told from any other", () => {
  const dropped = (name: string, by: string): boolean => {
    const packet: Box = { "arrives-by": deviceSpans(by) };
    const answers = [filter([`-i ${name} -j DROP`]), nft([`iifname "${name}" drop`])].map((judged) =>
      drops(judged, packet),
    );
    assert.equal(answers[0], answers[1]);
    return answers[0]!;
  };
  assert.ok(dropped("eth7", "eth7"));
  assert.ok(!dropped("eth7", "lo"));
  assert.ok(!dropped("lo", "eth7"));
});

test("nft's chains at one hook are told apart by priority, and iptables' tables", () => {
  const chain = (priority: string): Judged =>
    judgedNft(
      `table inet netc {\n\tchain c {\n\t\ttype filter hook prerouting priority ${priority}; policy accept;\n\t\tdrop\n\t}\n}\n`,
      4,
    );
  const raw = judgedIptables("*raw\n:PREROUTING ACCEPT [0:0]\n-A PREROUTING -j DROP\nCOMMIT\n", 4);
  const at = (judged: Judged): readonly string[] =>
    (["raw-prerouting", "mangle-prerouting"] as const).filter((hook) => fate(judged, INVALID, hook) === "drop");
  assert.deepEqual(at(chain("raw")), ["raw-prerouting"]);
  assert.deepEqual(at(chain("-300")), ["raw-prerouting"]);
  assert.deepEqual(at(chain("mangle")), ["mangle-prerouting"]);
  assert.deepEqual(at(raw), ["raw-prerouting"]);
  assert.throws(() => chain("-50"), /is not known to the judge/);
});

test("a text is taken in as iptables-restore takes it in", () => {
  assert.deepEqual(wordsOf('-A C --comment deny\t-d\t10.0.0.1 -m "a\tb \\" c"d'), [
    ...["-A", "C", "--comment", "deny", "-d", "10.0.0.1", "-m", 'a\tb " c', "d"],
  ]);
  const long = (length: number): string => `#${"x".repeat(length - 1)}-A INPUT -j DROP\n`;
  const text = (line: string): string => `*filter\n:INPUT ACCEPT [0:0]\n${line}COMMIT\n`;
  assert.equal(fate(judgedIptables(text(long(10_239)), 4)), "drop");
  assert.throws(() => judgedIptables(text(long(10_240)), 4));
  assert.equal(fate(judgedIptables(text(long(10_000)), 4)), "pass");
  assert.equal(fate(judgedIptables(text("-A INPUT -j DROP\0 -s 192.0.2.1\n"), 4)), "drop");
  assert.equal(fate(judgedIptables("*filter\n:INPUT\tDROP\nCOMMIT\n", 4)), "drop");
  assert.equal(
    fate(judgedIptables(text("[1:2] -A INPUT -p tcp -m tcp --dport ssh -d 10.0.0.0/255.0.0.0 -j DROP\n"), 4)),
    "drop",
  );
});

test("what the judge does not know it says nothing of", () => {
  for (const rule of [
    "-m mark --mark 0x1 -j DROP",
    "-i eth+ -j DROP",
    "-j NOWHERE",
    "-j DROP\r",
    "-p tcp --syn -j DROP",
  ])
    assert.throws(() => filter([rule]), rule);
  for (const rule of ["meta mark 1 drop", "jump nowhere", "tcp flags syn drop", "drop\r", "ct status snat drop"])
    assert.throws(() => nft([rule]), rule);
});
