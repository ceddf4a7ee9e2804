import assert from "node:assert/strict";
import { chmodSync, lstatSync, readdirSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { inFolder, netc } from "./run.ts";

const LOOSE = "pod a   10.0.0.1 on n;hairpin a,b # why\r\n\r\n\r\nservice x 10.0.0.2 { 80->a }";
const NEAT = "pod a 10.0.0.1 on n\nhairpin a, b # why\n\nservice x 10.0.0.2 {\n  80 -> a\n}\n";
const BROKEN = "pod a   10.0.0.1 on n\nhairpin\n";

const silent = (status: number) => ({ status, stdout: "", stderr: "" });

test("files are written in place, their permissions kept, nothing left beside them", () => {
  inFolder({ "a.net": LOOSE, "b/c.net": LOOSE }, (folder) => {
    const path = join(folder, "a.net");
    chmodSync(path, 0o640);
    assert.deepEqual(netc(["fmt", "a.net", "b/c.net"], "", folder), silent(0));
    assert.equal(readFileSync(path, "utf8"), NEAT);
    assert.equal(readFileSync(join(folder, "b/c.net"), "utf8"), NEAT);
    assert.equal(statSync(path).mode & 0o7777, 0o640);
    assert.deepEqual(readdirSync(folder).sort(), ["a.net", "b"]);
  });
});

test("a file that is laid out already is not written", () => {
  inFolder({ "cluster.net": NEAT }, (folder) => {
    const before = statSync(join(folder, "cluster.net"), { bigint: true });
    assert.deepEqual(netc(["fmt"], "", folder), silent(0));
    const after = statSync(join(folder, "cluster.net"), { bigint: true });
    assert.deepEqual([after.ino, after.mtimeNs], [before.ino, before.mtimeNs]);
  });
});

test("without a file it is cluster.net, and a symbolic link stays one", () => {
  inFolder({ "real.net": LOOSE }, (folder) => {
    symlinkSync("real.net", join(folder, "cluster.net"));
    assert.deepEqual(netc(["fmt"], "", folder), silent(0));
    assert.ok(lstatSync(join(folder, "cluster.net")).isSymbolicLink());
    assert.equal(readFileSync(join(folder, "real.net"), "utf8"), NEAT);
  });
});

test("- filters standard input", () => {
  assert.deepEqual(netc(["fmt", "-"], LOOSE), { status: 0, stdout: NEAT, stderr: "" });
  assert.deepEqual(netc(["fmt", "-"], ""), silent(0));
  const { status, stdout, stderr } = netc(["fmt", "-"], BROKEN);
  assert.deepEqual([status, stdout], [1, ""]);
  assert.match(stderr, /^error\[syntax\]: .*\n {2}--> <stdin>:2:/);
});

test("--check lists what differs and writes nothing", () => {
  inFolder({ "a.net": LOOSE, "b.net": NEAT }, (folder) => {
    assert.deepEqual(netc(["fmt", "--check", "b.net"], "", folder), silent(0));
    assert.deepEqual(netc(["fmt", "a.net", "b.net", "--check"], "", folder), {
      status: 1,
      stdout: "a.net\n",
      stderr: "",
    });
    assert.equal(readFileSync(join(folder, "a.net"), "utf8"), LOOSE);
    assert.deepEqual(netc(["fmt", "--check", "-"], LOOSE), { status: 1, stdout: "<stdin>\n", stderr: "" });
  });
});

test("a file with syntax errors is left alone, the others are laid out", () => {
  inFolder({ "a.net": BROKEN, "b.net": LOOSE }, (folder) => {
    const { status, stdout, stderr } = netc(["fmt", "a.net", "b.net"], "", folder);
    assert.deepEqual([status, stdout], [1, ""]);
    assert.match(stderr, /--> a\.net:2:/);
    assert.equal(readFileSync(join(folder, "a.net"), "utf8"), BROKEN);
    assert.equal(readFileSync(join(folder, "b.net"), "utf8"), NEAT);
  });
});

test("names are not looked up: a part of a program can be laid out by itself", () => {
  assert.equal(netc(["fmt", "-"], "allow  nobody->nowhere").stdout, "allow nobody -> nowhere\n");
});

test("a file that cannot be read stops it before any is written", () => {
  inFolder({ "a.net": LOOSE }, (folder) => {
    const { status, stderr } = netc(["fmt", "a.net", "missing.net"], "", folder);
    assert.equal(status, 2);
    assert.match(stderr, /cannot read missing\.net: there is no such file/);
    assert.equal(readFileSync(join(folder, "a.net"), "utf8"), LOOSE);
  });
});
