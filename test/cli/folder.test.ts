import assert from "node:assert/strict";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { filesBelow, inFolder, netc } from "./run.ts";

const NODES = ["node1", "node2", "node3"];
const program = (nodes: readonly string[]): string =>
  `cluster { pods 10.244.0.0/16; services 10.96.0.0/12 }
${nodes.map((node, at) => `node ${node} 192.168.100.${at + 1} dev ens33 pods 10.244.${at + 1}.0/24`).join("\n")}
pod a 10.244.1.10 on node1
service web 10.96.0.100 { 80 -> a:8080 }
hairpin a
`;
const PROGRAM = program(NODES);
const FILES = [".netc", "down.sh", "plan.json", "rules.v4", "rules.v6", "ruleset.nft", "up.sh"];

const compileIn = (folder: string, text = PROGRAM, ...more: readonly string[]) =>
  netc(["compile", "-", "-o", "out", ...more], text, folder);

test("-o writes a folder for each node, says nothing on standard output, and leaves nothing else", () => {
  inFolder({}, (folder) => {
    assert.deepEqual(compileIn(folder), { status: 0, stdout: "", stderr: "" });
    assert.deepEqual(readdirSync(join(folder, "out")).sort(), NODES);
    for (const node of NODES) assert.deepEqual(readdirSync(join(folder, "out", node)).sort(), FILES);
    assert.equal(statSync(join(folder, "out/node1/up.sh")).mode & 0o111, 0o111);
    assert.equal(statSync(join(folder, "out/node1/rules.v4")).mode & 0o111, 0);
  });
});

test("each file is what its target prints", () => {
  inFolder({}, (folder) => {
    compileIn(folder);
    for (const [target, file] of [
      ["iptables", "rules.v4"],
      ["ip6tables", "rules.v6"],
      ["nft", "ruleset.nft"],
      ["sh", "up.sh"],
      ["down", "down.sh"],
      ["json", "plan.json"],
    ] as const) {
      const { stdout } = netc(["compile", "-", "--node", "node2", "--target", target], PROGRAM);
      assert.equal(readFileSync(join(folder, "out/node2", file), "utf8"), stdout, target);
    }
  });
});

test("twice gives the same bytes", () => {
  inFolder({}, (folder) => {
    compileIn(folder);
    const first = filesBelow(join(folder, "out"));
    assert.equal(compileIn(folder).status, 0);
    assert.deepEqual(filesBelow(join(folder, "out")), first);
  });
});

test("--node may be repeated, and leaves the others' folders", () => {
  inFolder({}, (folder) => {
    compileIn(folder, PROGRAM, "--node", "node2", "--node", "node2", "--node", "node1");
    assert.deepEqual(readdirSync(join(folder, "out")).sort(), ["node1", "node2"]);
    compileIn(folder, PROGRAM, "--node", "node3");
    assert.deepEqual(readdirSync(join(folder, "out")).sort(), NODES);
    const { status, stderr } = compileIn(folder, PROGRAM, "--node", "nod3");
    assert.equal(status, 2);
    assert.match(stderr, /did you mean --node node3\?/);
  });
});

test("a program with an error writes nothing, not even the folder", () => {
  inFolder({}, (folder) => {
    const { status, stdout } = compileIn(folder, PROGRAM.replace("a:8080", "b:8080"));
    assert.deepEqual([status, stdout, existsSync(join(folder, "out"))], [1, "", false]);
    compileIn(folder);
    const before = filesBelow(join(folder, "out"));
    compileIn(folder, PROGRAM.replace("a:8080", "b:8080"));
    assert.deepEqual(filesBelow(join(folder, "out")), before);
  });
});

test("the folder of a node that is gone is removed, and what netc did not write is left alone", () => {
  inFolder({ "out/notes.txt": "mine", "out/other/rules.v4": "mine", "out/.hidden/x": "mine" }, (folder) => {
    compileIn(folder);
    const { status, stderr } = compileIn(folder, program(["node1", "node3"]));
    assert.equal(status, 0);
    assert.match(stderr, /^netc: removed out\/node2: the program has no such node\n$/);
    assert.deepEqual(readdirSync(join(folder, "out")).sort(), [".hidden", "node1", "node3", "notes.txt", "other"]);
    assert.equal(readFileSync(join(folder, "out/other/rules.v4"), "utf8"), "mine");
  });
});

test("a folder of a gone node that holds something foreign stays, and that is said", () => {
  inFolder({}, (folder) => {
    compileIn(folder);
    writeFileSync(join(folder, "out/node2/live.txt"), "mine");
    const { status, stderr } = compileIn(folder, program(["node1", "node3"]));
    assert.equal(status, 0);
    assert.match(stderr, /left out\/node2, of no node now: it holds live\.txt/);
    assert.ok(existsSync(join(folder, "out/node2/live.txt")));
  });
});

for (const [what, make] of [
  ["a foreign folder", (path: string) => mkdirSync(path)],
  ["a file", (path: string) => writeFileSync(path, "mine")],
] as const) {
  test(`${what} with a node's name is an error, and no other node is written`, () => {
    inFolder({ "out/keep": "" }, (folder) => {
      make(join(folder, "out/node2"));
      const { status, stderr } = compileIn(folder);
      assert.equal(status, 2);
      assert.match(stderr, /out\/node2 is not netc's/);
      assert.deepEqual(readdirSync(join(folder, "out")).sort(), ["keep", "node2"]);
    });
  });
}

test("a foreign file in a node's folder is an error that names it, and everything stays as it was", () => {
  inFolder({}, (folder) => {
    compileIn(folder);
    writeFileSync(join(folder, "out/node2/live.txt"), "mine");
    const before = filesBelow(join(folder, "out"));
    const { status, stderr } = compileIn(folder, PROGRAM.replace("8080", "8081"));
    assert.equal(status, 2);
    assert.match(stderr, /out\/node2 holds live\.txt/);
    assert.deepEqual(filesBelow(join(folder, "out")), before);
  });
});

test("a file in place of the folder is exit 2 and says what to do", () => {
  inFolder({ out: "mine" }, (folder) => {
    const { status, stdout, stderr } = compileIn(folder);
    assert.deepEqual([status, stdout], [2, ""]);
    assert.match(stderr, /^netc: cannot write out\n +it is no folder: choose another one/);
    assert.equal(readFileSync(join(folder, "out"), "utf8"), "mine");
  });
});

/** By this a run knows what an earlier one made. */
const STAGING = "netc makes the folders of a run here\n";

test("what bears the name of a staging folder and is none of netc's stays as it is", () => {
  const dead = 2 ** 22 + 1;
  const kept = {
    "out/.netc-tmp-backup/old/notes": "mine",
    [`out/.netc-tmp-${dead}/old/notes`]: "mine",
    "out/.netc-tmp-/notes": "mine",
    "out/.netc-tmp-0/notes": "mine",
    "elsewhere/old/precious": "mine",
    "elsewhere/.netc-staging": STAGING,
  };
  inFolder(kept, (folder) => {
    symlinkSync("../elsewhere", join(folder, `out/.netc-tmp-${dead + 1}`));
    const { status, stderr } = compileIn(folder);
    assert.deepEqual({ status, stderr }, { status: 0, stderr: "" });
    const files = filesBelow(folder);
    for (const [name, text] of Object.entries(kept)) assert.equal(files.get(name), text, name);
    assert.ok(lstatSync(join(folder, `out/.netc-tmp-${dead + 1}`)).isSymbolicLink());
  });
});

test("what a killed run left behind is tidied up: what it took away comes back, what it made goes", () => {
  inFolder({}, (folder) => {
    compileIn(folder);
    const out = join(folder, "out");
    const before = filesBelow(out);
    const dead = 2 ** 22 + 1;
    mkdirSync(join(out, `.netc-tmp-${dead}/new/node1`), { recursive: true });
    mkdirSync(join(out, `.netc-tmp-${dead}/old/gone`), { recursive: true });
    writeFileSync(join(out, `.netc-tmp-${dead}/old/gone/.netc`), '{"version":1,"node":"gone","files":[]}');
    writeFileSync(join(out, `.netc-tmp-${dead}/.netc-staging`), STAGING);
    chmodSync(join(out, `.netc-tmp-${dead}`), 0o700);
    const { status, stderr } = compileIn(folder);
    assert.equal(status, 0);
    assert.match(stderr, /removed out\/gone/);
    assert.deepEqual(filesBelow(out), before);
  });
});

test("a run that is still going keeps its folder to itself", () => {
  inFolder({}, (folder) => {
    compileIn(folder);
    mkdirSync(join(folder, `out/.netc-tmp-${process.pid}/new`), { recursive: true });
    writeFileSync(join(folder, `out/.netc-tmp-${process.pid}/.netc-staging`), STAGING);
    const { status, stderr } = compileIn(folder);
    assert.equal(status, 2);
    assert.match(stderr, new RegExp(`process ${process.pid} is writing to out`));
  });
});

test("names that are no folder's are folders all the same, and the plan inside has the name", () => {
  const odd = 'node "../up & away" 192.168.100.9\nnode ok 192.168.100.10\n';
  inFolder({}, (folder) => {
    assert.equal(compileIn(folder, odd).status, 0);
    const names = readdirSync(join(folder, "out")).sort();
    assert.equal(names.length, 2);
    const plans = names.map((name) => JSON.parse(readFileSync(join(folder, "out", name, "plan.json"), "utf8")).node);
    assert.deepEqual(plans.sort(), ["../up & away", "ok"]);
    assert.deepEqual(readdirSync(folder), ["out"]);
  });
});
