import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { inFolder, netc } from "./run.ts";

const OLD = `cluster { pods 10.244.0.0/16; services 10.96.0.0/12 }
node node1 192.168.100.100 dev ens33 pods 10.244.1.0/24
node node2 192.168.100.101 dev ens33 pods 10.244.2.0/24
pod a 10.244.1.10 on node1
service web 10.96.0.100 { 80 -> a:8080 }
hairpin a
`;
const NEW = OLD.replace("8080", "8081");
const REORDERED = `# the same\n${OLD.trimEnd().split("\n").reverse().join("\n\n")}\n`.replace(
  "{ 80 ->",
  "{\n  80/tcp   ->",
);
const diffIn = (folder: string, ...args: readonly string[]) => netc(["diff", ...args], "", folder);

test("the same program, reordered and laid out anew, is no difference", () => {
  inFolder({ "old.net": OLD, "new.net": REORDERED }, (folder) => {
    assert.deepEqual(diffIn(folder, "old.net", "old.net"), { status: 0, stdout: "", stderr: "" });
    assert.deepEqual(diffIn(folder, "old.net", "new.net"), { status: 0, stdout: "", stderr: "" });
  });
});

test("a change is exit 1, without colour into a pipe, and says that connections live on", () => {
  inFolder({ "old.net": OLD, "new.net": NEW }, (folder) => {
    const { status, stdout, stderr } = diffIn(folder, "old.net", "new.net");
    assert.equal(status, 1);
    assert.match(
      stdout,
      /^--- old\/node1 plan\n\+\+\+ new\/node1 plan\n@@ services @@\n-10\.96\.0\.100 tcp 80 goes to/,
    );
    assert.ok(!stdout.includes("\x1b"));
    assert.match(stderr, /open connections live on/);
  });
});

test("the file part is a patch that turns one folder into the other", () => {
  inFolder({ "old.net": OLD, "new.net": NEW }, (folder) => {
    for (const name of ["old", "new"]) netc(["compile", `${name}.net`, "-o", name], "", folder);
    const { stdout } = diffIn(folder, "old", "new");
    const patch = stdout.slice(stdout.indexOf("--- old/node1/"));
    assert.equal(
      spawnSync("git", ["apply", "--unsafe-paths", "--directory=old", "-p1"], { cwd: folder, input: patch }).status,
      0,
    );
    assert.equal(diffIn(folder, "old", "new").status, 0);
  });
});

test("programs and folders compare with each other, a changed file and a lost one too", () => {
  inFolder({ "old.net": OLD, "new.net": NEW }, (folder) => {
    netc(["compile", "old.net", "-o", "old"], "", folder);
    assert.equal(diffIn(folder, "old", "old.net").status, 0);
    assert.equal(diffIn(folder, "old", "new.net").stdout, diffIn(folder, "old.net", "new.net").stdout);
    writeFileSync(join(folder, "old/node1/rules.v4"), "mine");
    assert.match(
      diffIn(folder, "old", "old.net").stdout,
      /^--- old\/node1\/rules\.v4\n[\s\S]*\n-mine\n\\ No newline at end of file\n/,
    );
    rmSync(join(folder, "old/node1/rules.v4"));
    assert.match(
      diffIn(folder, "old", "old.net").stdout,
      /^--- \/dev\/null\n\+\+\+ new\/node1\/rules\.v4\n@@ -0,0 \+1,/,
    );
  });
});

test("a node more is all new", () => {
  const more = `${OLD}node node3 192.168.100.102 dev ens33 pods 10.244.3.0/24\n`;
  inFolder({ "old.net": OLD, "new.net": more }, (folder) => {
    assert.match(
      diffIn(folder, "old.net", "new.net").stdout,
      /\n--- \/dev\/null\n\+\+\+ new\/node3 plan\n@@ pods @@\n\+/,
    );
    assert.match(
      diffIn(folder, "new.net", "old.net").stdout,
      /\n--- old\/node3 plan\n\+\+\+ \/dev\/null\n@@ pods @@\n-/,
    );
  });
});

test("--stat counts, --json is one document", () => {
  inFolder({ "old.net": OLD, "new.net": NEW }, (folder) => {
    const stat = diffIn(folder, "old.net", "new.net", "--stat");
    assert.equal(stat.status, 1);
    assert.match(stat.stdout, /^\+1 -1\tnode1 plan\n\+1 -1\tnode2 plan\n\+1 -1\tnode1\/rules\.v4\n/);
    const json = diffIn(folder, "old.net", "new.net", "--json");
    const { version, nodes } = JSON.parse(json.stdout);
    assert.deepEqual([json.status, version, nodes.length, nodes[0].change], [1, 1, 2, "changed"]);
    assert.equal(nodes[0].plan[0].title, "services");
    assert.deepEqual(JSON.parse(diffIn(folder, "old.net", "old.net", "--format", "json").stdout), {
      version: 1,
      nodes: [],
    });
  });
});

test("--format markdown fits a comment on a pull request, however much changes", () => {
  const pods = Array.from({ length: 200 }, (_, at) => `pod p${at} 10.244.1.${at + 20} on node1`);
  const many = `${OLD}${pods.join("\n")}\n`;
  inFolder({ "old.net": OLD, "new.net": NEW, "many.net": many }, (folder) => {
    const short = diffIn(folder, "old.net", "new.net", "--format", "markdown");
    assert.equal(short.status, 1);
    assert.match(
      short.stdout,
      /^\*\*netc\*\*: 2 nodes changed, \d+ lines in 8 files\.[\s\S]*\n```diff\n--- old\/node1 plan\n/,
    );
    assert.match(short.stdout, /<details><summary>node1\/rules\.v4 \(\+1 −1\)<\/summary>/);
    const long = diffIn(folder, "old.net", "many.net", "--format", "markdown");
    assert.ok(long.stdout.length <= 65_000, String(long.stdout.length));
    assert.match(long.stdout, /\nToo long to show here: .*; `netc diff` prints them\.\n$/);
    assert.match(diffIn(folder, "old.net", "old.net", "--format", "markdown").stdout, /nothing changes/);
  });
});

test("trouble is exit 2: a program that does not compile, a folder of something else, nothing at all", () => {
  inFolder({ "old.net": OLD, "bad.net": "pood\n", "other/file": "", "broken/node1/plan.json": "{}" }, (folder) => {
    for (const name of ["bad.net", "other", "broken", "nowhere.net", "HEAD:old.net"]) {
      const { status, stdout, stderr } = diffIn(folder, "old.net", name);
      assert.deepEqual([status, stdout], [2, ""], name);
      assert.match(stderr, /netc: /);
      assert.doesNotMatch(stderr, /bug/);
    }
  });
});

test("REV:FILE is a program in git, with what it includes from there", () => {
  const files = { "net/main.net": 'include "parts/all.net"\n', "net/parts/all.net": OLD, "net/link.net": "" };
  inFolder(files, (folder) => {
    const git = (...args: readonly string[]) =>
      spawnSync("git", ["-c", "user.name=t", "-c", "user.email=t@example.org", ...args], { cwd: folder });
    git("init", "-q");
    git("add", ".");
    git("commit", "-qm", "one");
    assert.equal(diffIn(folder, "HEAD:net/main.net", "net/main.net").status, 0);
    writeFileSync(join(folder, "net/parts/all.net"), NEW);
    assert.equal(diffIn(folder, "HEAD:net/main.net", "net/main.net").status, 1);
    assert.equal(diffIn(join(folder, "net"), "HEAD:./main.net", "main.net").status, 1);
    assert.match(diffIn(folder, "HEAD:net/lost.net", "net/main.net").stderr, /no such file in that revision/);
    assert.match(diffIn(folder, "v9:net/main.net", "net/main.net").stderr, /git knows no revision v9 here/);
  });
});
