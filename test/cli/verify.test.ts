import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { z } from "zod";
import schema from "../../docs/schema/proof.schema.json" with { type: "json" };
import { filesBelow, inFolder, netc, type Ran } from "./run.ts";

const PROGRAM = `cluster { pods 10.244.0.0/16, fd00:244::/48; services 10.96.0.0/12, fd00:96::/112 }
node node1 192.168.100.100, fd00::100 dev ens33 pods 10.244.1.0/24, fd00:244:0:1::/64
node node2 192.168.100.101, fd00::101 dev ens33 pods 10.244.2.0/24, fd00:244:0:2::/64
pod a 10.244.1.10, fd00:244:0:1::10 on node1
pod b 10.244.1.11 on node1
pod c 10.244.2.10 on node2
service web 10.96.0.100, fd00:96::100 { 80 -> a:8080, b:8080, c:8080; 81 -> a }
hairpin all
masquerade pods
allow 192.168.8.166 -> node1:22
deny any -> node1:22
`;
const FILES = ["rules.v4", "rules.v6", "ruleset.nft", "up.sh"];

/** The lines of a report that say that something is proved. */
const provedIn = (stdout: string): readonly string[] =>
  [...stdout.matchAll(/^(\S+): proved: /gm)].map((match) => match[1]!);

/** Those that say that a script is netc's own. */
const comparedIn = (stdout: string): readonly string[] =>
  [...stdout.matchAll(/^(\S+): compared: /gm)].map((match) => match[1]!);

const compiled = new Map<string, Readonly<Record<string, string>>>();

/** What `compile -o out` writes with these options. */
function outputs(options: readonly string[]): Readonly<Record<string, string>> {
  const known = compiled.get(options.join(" "));
  if (known !== undefined) return known;
  return inFolder({}, (folder) => {
    assert.equal(netc(["compile", "-", "-o", "out", ...options], PROGRAM, folder).status, 0);
    const written = Object.fromEntries(filesBelow(folder));
    compiled.set(options.join(" "), written);
    return written;
  });
}

interface Options {
  readonly compile?: readonly string[];
  readonly verify?: readonly string[];
}

/** What `verify --against` says once an edit was made to the folder that `compile -o` wrote. */
const edited = (edit: (out: string) => void, { compile = [], verify = [] }: Options = {}): Ran =>
  inFolder({ "main.net": PROGRAM, ...outputs(compile) }, (folder) => {
    edit(join(folder, "out"));
    return netc(["verify", "main.net", "--against", "out", ...verify], "", folder);
  });

/** A change to the text of one file of node1. */
const changing =
  (file: string, change: (text: string) => string) =>
  (out: string): void => {
    const path = join(out, "node1", file);
    const text = readFileSync(path, "utf8");
    assert.notEqual(change(text), text, "the edit changes nothing");
    writeFileSync(path, change(text));
  };

test("netc's own rules are proved, for every node and target", () => {
  const { status, stdout, stderr } = netc(["verify", "-"], PROGRAM);
  assert.deepEqual([status, stderr], [0, ""]);
  const scripts = ["up.sh", "up.sh"];
  const files = [...FILES.slice(0, -1), ...scripts];
  assert.deepEqual(
    provedIn(stdout),
    ["node1", "node2"].flatMap((node) => files.map((file) => `${node}/${file}`)),
  );
});

test("--node and --target choose what is proved, and may be repeated", () => {
  const proved = (...args: readonly string[]) => provedIn(netc(["verify", "-", ...args], PROGRAM).stdout);
  assert.deepEqual(proved("--node", "node2", "--target", "nft", "--target", "iptables"), [
    "node2/rules.v4",
    "node2/ruleset.nft",
  ]);
  assert.deepEqual(proved("--node", "node2", "--node", "node1", "--target", "ip6tables"), [
    "node1/rules.v6",
    "node2/rules.v6",
  ]);
  assert.equal(netc(["verify", "-", "--target", "down"], PROGRAM).status, 2);
  assert.equal(netc(["verify", "-", "--node", "node9"], PROGRAM).status, 2);
});

test("a program with an error is not proved", () => {
  const { status, stdout, stderr } = netc(["verify", "-"], PROGRAM.replace("81 -> a", "81 -> nobody"));
  assert.deepEqual([status, stdout], [1, ""]);
  assert.match(stderr, /error\[unknown-name\]/);
});

test("what compile -o wrote is proved, in either form and with either rules of up.sh, and its scripts are netc's own", () => {
  for (const compile of [[], ["--coexist"], ["--rules", "nft"]]) {
    const verify = compile[0] === "--coexist" ? ["--form", "coexist"] : [];
    const { status, stdout, stderr } = edited(() => {}, { compile, verify });
    assert.deepEqual([status, stderr], [0, ""], compile.join(" "));
    assert.equal(provedIn(stdout).length, compile[0] === "--rules" ? 8 : 10);
    assert.equal(/rules.v4: proved: own chains/.test(stdout), compile[0] === "--coexist");
    assert.match(stdout, /^out\/node1\/up\.sh: proved: the rules that it carries: /m);
    assert.deepEqual(
      comparedIn(stdout),
      ["node1", "node2"].flatMap((node) => [`out/${node}/up.sh`, `out/${node}/down.sh`]),
    );
  }
});

test("the form is asked for: files of the other one are not proved", () => {
  const whole = edited(() => {}, { compile: ["--coexist"] });
  assert.equal(whole.status, 1);
  assert.ok(!provedIn(whole.stdout).some((file) => /rules\.v[46]$/.test(file)));
  const coexist = edited(() => {}, { verify: ["--form", "coexist"] });
  assert.equal(coexist.status, 1);
  assert.ok(!provedIn(coexist.stdout).some((file) => /rules\.v[46]$/.test(file)));
  assert.equal(netc(["verify", "-", "--form", "neither"], PROGRAM).status, 2);
});

test("whole tables whose jumps are gone are not proved", () => {
  for (const file of ["rules.v4", "rules.v6"]) {
    const { status, stdout } = edited(changing(file, rule(/^-A (?!NETC-).*\n/gm)));
    assert.equal(status, 1);
    assert.match(stdout, /^refuted: /m);
    assert.match(stdout, new RegExp(`--> out/node1/${file}`));
    assert.match(stdout, /= help: the file is judged as whole tables; .* --form coexist$/m);
  }
});

test("--form coexist has netc's own chains made and proved, and leaves nft and scripts as they are", () => {
  const { status, stdout } = netc(["verify", "-", "--form", "coexist", "--node", "node1"], PROGRAM);
  assert.equal(status, 0);
  assert.equal(stdout.match(/^node1\/rules\.v[46]: proved: own chains beside others' rules/gm)?.length, 2);
  assert.match(stdout, /^node1\/ruleset\.nft: proved: one table of nft/m);
  assert.match(stdout, /^node1\/up\.sh: proved: the rules that it carries: own chains/m);
});

test("own chains alone may be none at all", () => {
  inFolder({ "main.net": "node n 192.168.100.100 dev ens33\n" }, (folder) => {
    netc(["compile", "main.net", "-o", "out", "--coexist"], "", folder);
    const { status, stdout } = netc(["verify", "main.net", "--against", "out", "--form", "coexist"], "", folder);
    assert.equal(status, 0, stdout);
  });
});

interface Edit {
  readonly what: string;
  readonly file: string;
  readonly change: (text: string) => string;
  readonly says: RegExp;
}

/** Another target for the program's own `deny`. */
const denyBecomes = (target: string) => (text: string) => text.replace(/(-> node1:22" )-j DROP/, `$1${target}`);

const rule = (pattern: RegExp) => (text: string) => text.replace(pattern, "");

const REFUTED: readonly Edit[] = [
  { what: "a rule is gone", file: "rules.v4", change: rule(/^.*to-destination.*\n/m), says: /nat PREROUTING/ },
  {
    what: "another verdict",
    file: "rules.v4",
    change: denyBecomes("-j ACCEPT"),
    says: /program: drops it\n.*rules: accepts it\n.*statement: deny any -> node1:22 \(main.net:11:1\)/,
  },
  {
    what: "another port",
    file: "rules.v4",
    change: (text) => text.replace("10.244.1.11:8080", "10.244.1.11:8081"),
    says: /rules:.* 10\.244\.1\.11 port 8081/,
  },
  {
    what: "another share",
    file: "rules.v4",
    change: (text) => text.replace("--probability 0.5", "--probability 0.25"),
    says: /program: with probability 1\/3 .*\n.*rules: with probability 1\/2 /,
  },
  {
    what: "a wider mask",
    file: "rules.v4",
    change: (text) => text.replace("192.168.8.166/32", "192.168.8.0/24"),
    says: /packet: TCP from 192\.168\.8\.\d+ port 40000 \(outside\) to 192\.168\.100\.100 port 22 \(node node1\)/,
  },
  {
    what: "a jump is gone",
    file: "rules.v6",
    change: rule(/^-A PREROUTING -j NETC-SERVICES\n/m),
    says: /from 2001:db8::7 port 40000 \(outside\) to fd00:96::100/,
  },
  { what: "an element is gone", file: "ruleset.nft", change: rule(/^.*10\.244\.1\.10 \. 8080.*\n/m), says: /refuted/ },
  {
    what: "rules in up.sh",
    file: "up.sh",
    change: (text) => text.replace("10.244.1.11:8080", "10.244.1.11:8081"),
    says: /out\/node1\/up\.sh:(\d{4})\n *\1 \| -A NETC-SVC-/,
  },
  {
    what: "no rules in up.sh",
    file: "up.sh",
    change: (text) => text.replace(/(<<'(NETC-RULES-V4)'\n)[\s\S]*?(?=^\2$)/m, "$1"),
    says: /refuted/,
  },
];

for (const { what, file, change, says } of REFUTED) {
  test(`refuted by hand: ${what} in ${file}`, () => {
    const { status, stdout, stderr } = edited(changing(file, change));
    assert.deepEqual([status, stderr], [1, ""]);
    assert.match(stdout, /^refuted: at /m);
    assert.ok(stdout.includes(`--> out/node1/${file}`), stdout);
    assert.match(stdout, says);
    assert.match(stdout, /\n\d+ refutations?\nnot proved: [^\n]+\n$/);
    assert.equal(provedIn(stdout).length, 9);
  });
}

const UNVERIFIED: readonly Edit[] = [
  {
    what: "an unknown word",
    file: "rules.v4",
    change: (text) => text.replace("-j DROP", "-m quota --quota 9 -j DROP"),
    says: /quota/,
  },
  {
    what: "a circle of chains",
    file: "rules.v4",
    change: denyBecomes("-j NETC-INPUT"),
    says: /leads back to/,
  },
  {
    what: "a jump to nowhere",
    file: "rules.v4",
    change: (text) => text.replace("-j DROP", "-j NETC-GONE"),
    says: /NETC-GONE/,
  },
  { what: "half a file", file: "rules.v4", change: (text) => text.slice(0, text.length / 2), says: /cut off|missing/ },
  { what: "an empty file", file: "rules.v4", change: () => "", says: /no table is named/ },
  { what: "an empty file", file: "ruleset.nft", change: () => "", says: /ruleset\.nft:1\n/ },
  { what: "half a file", file: "ruleset.nft", change: (text) => text.slice(0, text.length / 2), says: /unverified: / },
  {
    what: "an element twice",
    file: "ruleset.nft",
    change: (text) => text.replace(/^.*10\.244\.1\.10 \. 8080.*\n/m, "$&$&"),
    says: /unverified: /,
  },
  {
    what: "a circle of chains",
    file: "ruleset.nft",
    change: (text) => text.replace(/ drop( comment .*)?$/m, " jump netc-input"),
    says: /unverified: /,
  },
  {
    what: "a chain that is for others' tables",
    file: "up.sh",
    change: (text) => text.replace(/^:NETC-FORWARD /m, ":NETC-FORWARD-ACCEPT - [0:0]\n$&"),
    says: /leads FORWARD to this chain/,
  },
  {
    what: "a delimiter that bash sees and dash does not",
    file: "up.sh",
    change: (text) => text.replace("NETC-RULES-V4\n}", "NETC-RULES-V4\0\n}\nexit 0\n$&"),
    says: /a control character: shells differ .*\n.*\n.* \| NETC-RULES-V4\\u\{0\}\n/,
  },
  {
    what: "rules of nft among iptables'",
    file: "up.sh",
    change: (text) => text.replace(/(<<'(NETC-RULES-V4)'\n)[\s\S]*?(?=^\2$)/m, "$1add table inet netc\n"),
    says: /add table inet netc/,
  },
];

for (const { what, file, change, says } of UNVERIFIED) {
  test(`unverified: ${what} in ${file}`, () => {
    const { status, stdout, stderr } = edited(changing(file, change));
    assert.deepEqual([status, stderr], [1, ""]);
    assert.match(stdout, /^unverified: /m);
    assert.ok(stdout.includes(`--> out/node1/${file}:`), stdout);
    assert.match(stdout, says);
  });
}

/** What is put in front of the line of `up.sh` that loads the rules. */
const beforeLoad =
  (lines: string) =>
  (text: string): string =>
    text.replace("\nload\n", `\n${lines}load\n`);

const DIFFERING: readonly Edit[] = [
  {
    what: "it ends before it loads",
    file: "up.sh",
    change: beforeLoad("exit 0\n"),
    says: /\.sh:(\d+)\n *\1 \| exit 0\n.*\n *= expected: load\n *= help: \S/,
  },
  { what: "a function again", file: "up.sh", change: beforeLoad("load_rules() { :; }\n"), says: /\| load_rules\(\)/ },
  {
    what: "a comment that hides",
    file: "up.sh",
    change: (text) => text.replace("\nload\n", "\n#load\n"),
    says: /#load/,
  },
  {
    what: "a list of jumps",
    file: "up.sh",
    change: rule(/^nat PREROUTING NETC-SERVICES\n/m),
    says: /expected: nat PREROU/,
  },
  {
    what: "what others' FORWARD accepts",
    file: "up.sh",
    change: (text) => text.replace(/(<<'NETC-ACCEPTS-V4'\n)/, "$1:FORWARD ACCEPT [0:0]\n"),
    says: /\| :FORWARD ACCEPT/,
  },
  {
    what: "rules twice",
    file: "up.sh",
    change: (text) => text.replace(/^rules_v4\(\) \{\n[\s\S]*?^\}\n/m, "$&$&"),
    says: /expected: rules_v6\(\)/,
  },
  {
    what: "rules twice, last",
    file: "up.sh",
    change: (text) => `${text}${/^rules_v4\(\) \{\n[\s\S]*?^\}\n/m.exec(text)![0]}`,
    says: /netc's own script ends before/,
  },
  {
    what: "rules that the shell reads into",
    file: "up.sh",
    change: (text) => text.replace("<<'NETC-RULES-V4'", "<<NETC-RULES-V4"),
    says: /expected: cat <<'NETC-RULES-V4'/,
  },
  {
    what: "a delimiter among the rules",
    file: "up.sh",
    change: (text) => text.replace("*nat\n", "NETC-RULES-V4\n}\nexit 0\n$&"),
    says: /\| exit 0\n/,
  },
  {
    what: "no delimiter",
    file: "up.sh",
    change: rule(/^NETC-RULES-V6\n/m),
    says: /the file ends before this line.*\n *= expected: NETC-RULES-V6\n/,
  },
  {
    what: "a last line",
    file: "up.sh",
    change: (text) => `${text}iptables -I INPUT -j ACCEPT\n`,
    says: /\| iptables -I INPUT -j ACCEPT\n/,
  },
  {
    what: "no last line's end",
    file: "up.sh",
    change: (text) => text.slice(0, -1),
    says: /the file ends within this line/,
  },
  {
    what: "blanks at a line's end",
    file: "up.sh",
    change: (text) => text.replace("\nload\n", "\nload \n"),
    says: /differ in blanks alone/,
  },
  {
    what: "lines of another system",
    file: "up.sh",
    change: (text) => text.replaceAll("\n", "\r\n"),
    says: /up\.sh:1\n.*#!\/bin\/sh\\u\{d\}\n/,
  },
  { what: "a byte-order mark", file: "up.sh", change: (text) => `\ufeff${text}`, says: /\\u\{feff\}#!/ },
  {
    what: "what a terminal obeys",
    file: "up.sh",
    change: beforeLoad("# \x1b[2K\0\n"),
    says: /# \\u\{1b\}\[2K\\u\{0\}\n/,
  },
  { what: "half a file", file: "up.sh", change: (text) => text.slice(0, text.length / 2), says: /it may be cut off/ },
  {
    what: "half of its rules",
    file: "up.sh",
    change: (text) => text.slice(0, text.indexOf("*nat\n") + 20),
    says: /the file ends within this line/,
  },
  {
    what: "an empty file",
    file: "up.sh",
    change: () => "",
    says: /up\.sh:1\n *= reason: the file ends before this line/,
  },
  {
    what: "another node's",
    file: "up.sh",
    change: () => outputs([])["out/node2/up.sh"]!,
    says: /expected: # up\.sh of the node node1/,
  },
  {
    what: "the other script",
    file: "up.sh",
    change: () => outputs([])["out/node1/down.sh"]!,
    says: /\| # down\.sh of/,
  },
  { what: "the other script", file: "down.sh", change: () => outputs([])["out/node1/up.sh"]!, says: /\| # up\.sh of/ },
  {
    what: "a last line",
    file: "down.sh",
    change: (text) => `${text}reboot\n`,
    says: /\| reboot\n *= reason: netc's own script ends before this line\n/,
  },
  {
    what: "rules",
    file: "down.sh",
    change: (text) => `${text}${/^rules_v4\(\) \{\n[\s\S]*?^\}\n/m.exec(outputs([])["out/node1/up.sh"]!)![0]}`,
    says: /\| rules_v4\(\)/,
  },
  { what: "an empty file", file: "down.sh", change: () => "", says: /down\.sh:1\n/ },
];

for (const { what, file, change, says } of DIFFERING) {
  test(`not netc's own: ${what} in ${file}`, () => {
    const { status, stdout, stderr } = edited(changing(file, change));
    assert.deepEqual([status, stderr], [1, ""]);
    assert.match(stdout, /^differs: the script is not netc's own from this line on$/m);
    assert.ok(stdout.includes(`--> out/node1/${file}:`), stdout);
    assert.match(stdout, says);
    for (const lines of [comparedIn(stdout), provedIn(stdout)]) assert.ok(!lines.includes(`out/node1/${file}`));
    assert.match(stdout, /^1 differing script(, |$)/m);
  });
}

test("a script is held against that of the rules that it carries", () => {
  const compile = ["--rules", "nft"];
  const { stdout } = edited(changing("up.sh", beforeLoad("exit 0\n")), { compile });
  assert.match(stdout, /\| exit 0\n.*\n *= expected: load\n/);
  const half = edited(
    changing("up.sh", (text) => text.slice(0, text.indexOf("*nat\n"))),
    { compile: [] },
  );
  assert.match(half.stdout, /= expected: NETC-RULES-V4\n/);
  const cut = (text: string) => text.slice(0, text.indexOf("\ttype nat"));
  assert.match(edited(changing("up.sh", cut), { compile }).stdout, /= expected: NETC-RULESET\n/);
  const other = edited((out) => writeFileSync(join(out, "node1/up.sh"), outputs(compile)["out/node1/up.sh"]!));
  assert.equal(other.status, 0, other.stdout);
});

test("rules in a script that differs are told where they are wrong, and never called proved", () => {
  const both = (text: string) => `${text.replace("10.244.1.11:8080", "10.244.1.11:8081")}reboot\n`;
  const { stdout } = edited(changing("up.sh", both));
  assert.match(stdout, /^differs: [\s\S]*^refuted: at nat PREROUTING [\s\S]*^1 differing script, 2 refutations$/m);
  assert.ok(!provedIn(stdout).includes("out/node1/up.sh"));
});

test("down.sh is compared where there is a folder, and means nothing without one", () => {
  const { status, stdout } = edited(() => {}, { verify: ["--target", "down", "--node", "node2"] });
  assert.deepEqual([status, provedIn(stdout), comparedIn(stdout)], [0, [], ["out/node2/down.sh"]]);
  assert.deepEqual(comparedIn(netc(["verify", "-"], PROGRAM).stdout), []);
  const alone = netc(["verify", "-", "--target", "down", "--target", "nft"], PROGRAM);
  assert.equal(alone.status, 2);
  assert.match(alone.stderr, /--target down means nothing without --against\n {6}\S/);
  const missing = edited((out) => rmSync(join(out, "node1/down.sh")));
  assert.equal(missing.status, 2);
  assert.match(missing.stderr, /cannot read out\/node1\/down\.sh: there is no such file/);
});

test("the last line of a report says what no proof shows, and docs/semantics.md has an entry for each", () => {
  const page = readFileSync("docs/semantics.md", "utf8").split("What the proof cannot show:\n")[1]!;
  const entries = [...page.matchAll(/^- \*\*(.*?)\.\*\* /gm)].map((match) => match[1]!);
  assert.ok(entries.length > 3);
  const said = entries.map((entry) => `${entry[0]!.toLowerCase()}${entry.slice(1)}`);
  const reports = [netc(["verify", "-"], PROGRAM), edited(changing("up.sh", () => ""))];
  for (const { stdout } of reports) assert.equal(stdout.split("\n").at(-2), `not proved: ${said.join("; ")}`);
  assert.deepEqual(JSON.parse(netc(["verify", "-", "--json"], PROGRAM).stdout).leftOut, said);
});

test("an empty file among own chains is held against the program", () => {
  const { status, stdout } = edited(
    changing("rules.v6", () => ""),
    { compile: ["--coexist"], verify: ["--form", "coexist"] },
  );
  assert.equal(status, 1);
  assert.match(stdout, /^refuted: at .*\n *--> out\/node1\/rules\.v6\n *= lines: no rule/m);
});

test("a folder that is not laid out for the program is a usage error that says what to do", () => {
  const cases: readonly (readonly [edit: (out: string) => void, says: RegExp, verify?: string])[] = [
    [(out) => rmSync(out, { recursive: true }), /cannot read out: there is no such folder/],
    [(out) => rmSync(join(out, "node2"), { recursive: true }), /out holds nothing for node2/],
    [(out) => rmSync(join(out, "node1/rules.v6")), /cannot read out\/node1\/rules\.v6: there is no such file/],
    [
      (out) => {
        mkdirSync(join(out, "node9"));
        copyFileSync(join(out, "node1/rules.v4"), join(out, "node9/rules.v4"));
      },
      /out\/node9 holds rules of a node that the program does not have/,
    ],
    [(out) => writeFileSync(join(out, "node1/rules.v4"), Buffer.from([0xff, 0xfe])), /is not UTF-8 text/],
  ];
  for (const [edit, says] of cases) {
    const { status, stdout, stderr } = edited(edit);
    assert.deepEqual([status, stdout], [2, ""], stderr);
    assert.match(stderr, says);
    assert.match(stderr, /^ {6}\S/m);
  }
  const left = edited((out) => rmSync(join(out, "node1/rules.v6")), {
    verify: ["--target", "iptables", "--node", "node1"],
  });
  assert.equal(left.status, 0);
});

/** The published schema, and no field that it does not describe. */
const closed = JSON.parse(JSON.stringify(schema), (_, value) =>
  value !== null && typeof value === "object" && "properties" in value
    ? { ...value, additionalProperties: false }
    : value,
);
const published = z.fromJSONSchema(closed);

test("--json is one document of the published schema", () => {
  const documentOf = ({ stdout }: Ran) => {
    const document = JSON.parse(stdout);
    published.parse(document);
    return document;
  };
  assert.deepEqual(documentOf(netc(["verify", "-", "--json"], PROGRAM)).findings, []);
  for (const { file, change } of [REFUTED[3]!, REFUTED[6]!, UNVERIFIED[4]!, UNVERIFIED.at(-1)!, ...DIFFERING]) {
    const { findings } = documentOf(edited(changing(file, change), { verify: ["--json"] }));
    assert.ok(findings.length > 0);
    for (const finding of findings) assert.equal(finding.file, `out/node1/${file}`);
  }
  const { findings } = documentOf(edited(changing("rules.v4", denyBecomes("-j ACCEPT")), { verify: ["--json"] }));
  const [{ packet, lines, statements, program, rules }] = findings;
  assert.deepEqual(packet.destination, { address: "192.168.100.100", port: 22, kind: "node", name: "node1" });
  assert.deepEqual(packet.source, { address: "198.51.100.7", port: 40000, kind: "outside", name: null });
  assert.match(lines[0].text, /-j ACCEPT$/);
  assert.deepEqual([statements[0].statement, statements[0].line], ["deny any -> node1:22", 11]);
  assert.deepEqual([program.branches[0].end, rules.branches[0].end], ["drop", "accept"]);
});

test("the published schema refuses what is not such a document", () => {
  const { stdout } = edited(changing(REFUTED[1]!.file, REFUTED[1]!.change), { verify: ["--json"] });
  const broken: readonly ((document: ReturnType<typeof JSON.parse>) => void)[] = [
    (it) => (it.version = 1),
    (it) => delete it.leftOut,
    (it) => (it.proved[0].part = "half a file"),
    (it) => delete it.findings,
    (it) => delete it.findings[0].packet.source.port,
    (it) => (it.findings[0].kind = "doubtful"),
    (it) => (it.findings[0].hook = "nat-input"),
    (it) => (it.findings[0].lines[0].line = 0),
  ];
  for (const breakIt of broken) {
    const wrong = JSON.parse(stdout);
    breakIt(wrong);
    assert.ok(!published.safeParse(wrong).success, String(breakIt));
  }
});

test("compile --verify prints and writes what compile does", () => {
  for (const target of ["iptables", "ip6tables", "nft", "sh"]) {
    const compile = ["compile", "-", "--node", "node1", "--target", target];
    assert.deepEqual(netc([...compile, "--verify"], PROGRAM), netc(compile, PROGRAM), target);
  }
  for (const target of ["down", "json"]) {
    const { status, stderr } = netc(["compile", "-", "--node", "node1", "--target", target, "--verify"], PROGRAM);
    assert.equal(status, 2);
    assert.match(stderr, /--verify means nothing for --target/);
  }
  inFolder({}, (folder) => {
    assert.equal(netc(["compile", "-", "-o", "plain"], PROGRAM, folder).status, 0);
    assert.equal(netc(["compile", "-", "-o", "proved", "--verify"], PROGRAM, folder).status, 0);
    assert.deepEqual([...filesBelow(join(folder, "plain")).values()], [...filesBelow(join(folder, "proved")).values()]);
  });
});

/** The bundle with a fault of the compiler's own: shares are written with one digit. */
function faulty(folder: string): string {
  const bundle = readFileSync("dist/netc.js", "utf8");
  assert.equal(bundle.split(".toFixed(11)").length, 2);
  const path = join(folder, "faulty.js");
  copyFileSync("dist/cli.js", path);
  writeFileSync(join(folder, "netc.js"), bundle.replace(".toFixed(11)", ".toFixed(1)"));
  writeFileSync(join(folder, "package.json"), '{ "type": "commonjs" }');
  return path;
}

/** Many nodes and a long text, so that threads help. */
const LONG = `${PROGRAM}${Array.from({ length: 20 }, (_, at) => `node more${at} 192.168.100.${at + 110}, fd00::${at + 110} dev ens33\n`).join("")}# ${"-".repeat(30_000)}\n`;

test("compile --verify prints and writes nothing of rules that are refuted: a bug of netc's own", () => {
  inFolder({ "main.net": PROGRAM, "long.net": LONG }, (folder) => {
    const run = (...args: readonly string[]) =>
      spawnSync(process.execPath, [faulty(folder), "compile", ...args], { cwd: folder, encoding: "utf8" });
    const [plain, whole] = [
      ["main.net", "--node", "node1"],
      ["long.net", "-o", "out"],
    ] as const;
    assert.match(run(...plain).stdout, /--probability 0\.3 /);
    for (const args of [plain, whole]) {
      const { status, stdout, stderr } = run(...args, "--verify");
      assert.deepEqual([status, stdout], [70, ""], stderr);
      assert.match(stderr, /^refuted: at nat PREROUTING /m);
      assert.match(stderr, /with probability 1\/3 /);
      assert.match(stderr, /netc: this is a bug of netc's own: its rules are not proved, and nothing was written\n/);
    }
    assert.ok(!existsSync(join(folder, "out")));
    assert.equal(run(...plain, "--target", "nft", "--verify").status, 0);
  });
});
