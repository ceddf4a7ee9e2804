import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { Script } from "node:vm";
import { inFolder, netc } from "./run.ts";

const ONE = "pod a 10.244.1.10 on node1; pod b 10.244.1.11 on node1; service web 10.96.0.100 -> b; hairpin b\n";
const TWO = `cluster { pods 10.244.0.0/16; services 10.96.0.0/12 }
node node1 192.168.100.100 dev ens33 pods 10.244.1.0/24
node node2 192.168.100.101 dev ens33 pods 10.244.2.0/24
pod a 10.244.1.10 on node1
pod c 10.244.2.10 on node2
service web 10.96.0.100 { 80 -> a, c }
hairpin all
`;

test("compile prints the rules of the only node, and nothing else, on standard output", () => {
  const { status, stdout, stderr } = netc(["compile", "-"], ONE);
  assert.equal(status, 0);
  assert.match(stdout, /^\*raw\n[\s\S]*\*filter\n[\s\S]*\*nat\n[\s\S]*COMMIT\n$/);
  assert.match(stderr, /whole tables/);
});

test("the bundle starts itself, by a link as well, and hands on arguments, input and the exit status", () => {
  inFolder({ "a program.net": ONE }, (folder) => {
    const link = join(folder, "a link");
    symlinkSync(resolve("dist/cli.js"), link);
    for (const program of [resolve("dist/cli.js"), link]) {
      const started = (args: readonly string[], input: string) =>
        spawnSync(program, args, { input, cwd: folder, encoding: "utf8" });
      const wanted = netc(["compile", "-"], ONE);
      for (const file of ["-", "a program.net"]) {
        const { status, stdout, stderr } = started(["compile", file], ONE);
        assert.deepEqual({ status, stdout, stderr }, wanted);
      }
      assert.equal(started(["compile", "-"], "pod").status, 1);
      assert.equal(started(["compile", "--nothing"], "").status, 2);
    }
  });
});

test("compile of a program with an error prints nothing and ends with 1", () => {
  const { status, stdout, stderr } = netc(["compile", "-"], ONE.replace("-> b", "-> bb"));
  assert.deepEqual([status, stdout], [1, ""]);
  assert.match(stderr, /^error\[unknown-name\]/);
});

test("a second node has to be chosen, and a wrong name is near a right one", () => {
  const several = netc(["compile", "-"], TWO);
  assert.deepEqual([several.status, several.stdout], [2, ""]);
  assert.match(several.stderr, /--node node1, --node node2/);
  const wrong = netc(["compile", "-", "--node", "nod1"], TWO);
  assert.equal(wrong.status, 2);
  assert.match(wrong.stderr, /did you mean --node node1\?/);
  assert.equal(netc(["compile", "-", "--node", "node2"], TWO).status, 0);
});

test("each target has its text", () => {
  const first = (target: string) =>
    netc(["compile", "-", "--node", "node1", "--target", target], TWO).stdout.split("\n")[0];
  assert.deepEqual(["iptables", "sh", "down", "json"].map(first), ["*raw", "#!/bin/sh", "#!/bin/sh", "{"]);
  assert.equal(netc(["compile", "-", "--target", "pf"], TWO).status, 2);
});

test("cluster.net in the current folder is meant when no file is named", () => {
  inFolder({ "cluster.net": ONE }, (folder) => assert.equal(netc(["compile"], "", folder).status, 0));
  inFolder({}, (folder) => {
    const { status, stderr } = netc(["compile"], "", folder);
    assert.equal(status, 2);
    assert.match(stderr, /cluster\.net: there is no such file/);
  });
});

test("the order of declarations shows nowhere, and every run is the same", () => {
  const lines = TWO.trimEnd().split("\n");
  const shuffled = `${[...lines.slice(1).reverse(), lines[0]].join("\n")}\n`;
  for (const target of ["iptables", "nft", "sh", "down", "json"]) {
    const run = (program: string) => netc(["compile", "-", "--node", "node1", "--target", target], program).stdout;
    const expected = run(TWO);
    assert.equal(run(shuffled), expected, target);
    for (let again = 0; again < 2; again += 1) assert.equal(run(TWO), expected, target);
  }
});

test("check says all errors at once, ends with 1, and is silent about a good program", () => {
  const { status, stdout, stderr } = netc(
    ["check", "-"],
    "pod a 10.244.1.999 on node1\npod b 10.244.1.11 on node1\ndeny c -> b:0\n",
  );
  assert.deepEqual([status, stdout], [1, ""]);
  for (const code of ["malformed-address", "unknown-name", "bad-port"])
    assert.match(stderr, new RegExp(`error\\[${code}\\]`));
  assert.match(stderr, /\n3 errors\n$/);
  assert.deepEqual(netc(["check", "-"], ONE), { status: 0, stdout: "", stderr: "" });
});

test("check --json is one document, with places counted from 1 in UTF-16 units", () => {
  const { status, stdout, stderr } = netc(
    ["check", "--json", "-"],
    '\ufeffpod a 10.244.1.10 on node1\r\n\tpod "日本🚀" 10.244.1.999 on node1\r\n',
  );
  assert.deepEqual([status, stderr], [1, ""]);
  const { version, diagnostics } = JSON.parse(stdout);
  assert.equal(version, 1);
  assert.deepEqual(
    [diagnostics[0].file, diagnostics[0].line, diagnostics[0].column, diagnostics[0].endColumn],
    ["<stdin>", 2, 13, 25],
  );
});

test("--deny-warnings makes a warning fail", () => {
  const warned = ONE.replace("; hairpin b", "");
  assert.equal(netc(["check", "-"], warned).status, 0);
  assert.equal(netc(["check", "--deny-warnings", "-"], warned).status, 1);
});

test("no colour into a pipe", () => {
  const { stderr } = netc(["check", "-"], "pood\n");
  assert.ok(!stderr.includes("\x1b"));
});

test("usage is exit 2, help and version are 0", () => {
  for (const args of [["frobnicate"], ["compile", "--frob"], ["compile", "a", "b"], ["check", "--format", "xml"]]) {
    assert.equal(netc(args).status, 2, args.join(" "));
  }
  for (const args of [["--version"], ["--help"], ["help"], ["help", "compile"]])
    assert.equal(netc(args).status, 0, args.join(" "));
});

test("a file that cannot be read is exit 2 and says why", () => {
  for (const [file, why] of [
    ["nowhere.net", "there is no such file"],
    ["src", "it is a folder"],
  ] as const) {
    const { status, stderr, stdout } = netc(["check", file]);
    assert.deepEqual([status, stdout], [2, ""]);
    assert.ok(stderr.includes(why), stderr);
  }
  assert.equal(netc(["check", "-"], Buffer.from([0x70, 0xff, 0xfe])).status, 2);
});

test("a reader that goes away ends compile quietly", () => {
  const script = `"${process.execPath}" "${resolve("dist/cli.js")}" compile golden/28-many-ports/main.net 2>"$1" | head -1`;
  const { stdout } = spawnSync("sh", ["-c", `${script}; cat "$1"; rm "$1"`, "sh", join("dist", "test", "epipe.txt")], {
    encoding: "utf8",
  });
  assert.match(stdout, /^\*raw\n/);
  assert.ok(!/Error|EPIPE/.test(stdout), stdout);
});

test("a full disk is exit 2", () => {
  const { status } = spawnSync("sh", [
    "-c",
    `"${process.execPath}" dist/cli.js compile golden/03-one-line/main.net >/dev/full 2>/dev/null`,
  ]);
  assert.equal(status, 2);
});

test("includes stay in the program's folder, links resolved, unless they are let out", () => {
  const files = {
    "in/main.net": 'include "../out.net"\n',
    "in/link.net": 'include "way.net"\n',
    "in/abs.net": "",
    "out.net": ONE,
  };
  inFolder(files, (folder) => {
    symlinkSync(join(folder, "out.net"), join(folder, "in/way.net"));
    for (const name of ["main.net", "link.net"]) {
      const { status, stderr } = netc(["check", join(folder, "in", name)]);
      assert.equal(status, 1, name);
      assert.match(stderr, /include-outside/);
      assert.equal(netc(["check", "--allow-outside", join(folder, "in", name)]).status, 0, name);
    }
  });
});

test("a diagnostic in an included file names that file", () => {
  inFolder({ "main.net": 'include "sub/pods.net"\n', "sub/pods.net": "pod a 10.0.0.999 on n\n" }, (folder) => {
    assert.match(netc(["check", "main.net"], "", folder).stderr, /--> sub\/pods\.net:1:7/);
  });
});

test("what V8 made of the program is used where it is there and this V8's own, and missed nowhere", () => {
  inFolder({ "main.net": ONE }, (folder) => {
    const start = join(folder, "cli.js");
    for (const file of ["cli.js", "netc.js", "netc.cache", "package.json"])
      copyFileSync(join("dist", file), join(folder, file));
    const cache = join(folder, "netc.cache");
    const run = () => spawnSync(process.execPath, [start, "compile", "main.net"], { cwd: folder, encoding: "utf8" });
    const before = run();
    assert.equal(before.status, 0, before.stderr);
    assert.match(before.stdout, /DNAT/);
    for (const spoil of [() => writeFileSync(cache, "none of V8's"), () => rmSync(cache)]) {
      spoil();
      const { status, stdout } = run();
      assert.deepEqual({ status, stdout }, { status: 0, stdout: before.stdout });
    }
  });
});

/** What V8 makes of a text, as the build keeps it. */
function cacheOf(text: string): Buffer {
  const script = new Script(text, { filename: "netc.js" });
  return script.createCachedData();
}

test("what runs is the text, whatever lies beside it", () => {
  const said = "compiles a small network program";
  const other = "COMPILES A SMALL NETWORK PROGRAM";
  const text = readFileSync("dist/netc.js", "utf8");
  assert.ok(text.includes(said));
  inFolder({}, (folder) => {
    for (const file of ["cli.js", "netc.js", "netc.cache", "package.json"])
      copyFileSync(join("dist", file), join(folder, file));
    const help = (): string =>
      spawnSync(process.execPath, [join(folder, "cli.js"), "--help"], { encoding: "utf8" }).stdout;
    assert.ok(help().includes(said));
    // An edit that leaves the length: V8 would take what it made of the text before.
    writeFileSync(join(folder, "netc.js"), text.replace(said, other));
    assert.ok(help().includes(other));
    // Another program's code beside the text that was built.
    writeFileSync(join(folder, "netc.js"), text);
    writeFileSync(join(folder, "netc.cache"), cacheOf(text.replace(said, other)));
    assert.ok(help().includes(said));
  });
});
