/** What is written is written to its end, or it is said that it was not; and nothing that a file holds reaches a terminal as it is. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { linkSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { inFolder, netc } from "./run.ts";

const CLI = resolve("dist/cli.js");
/** More than a pipe holds. */
const HUGE = resolve("golden/67-many-long-lists/main.net");
const BIG = resolve("golden/28-many-ports/main.net");

/** `$netc` runs the program; standard error and the exit code are the shell's. */
function shell(script: string, cwd: string) {
  const env = { ...process.env, netc: `${process.execPath} ${CLI}` };
  return spawnSync("bash", ["-c", script], { encoding: "utf8", cwd, env });
}

test("a file that takes a part of the text only is an error, whichever target is written", () => {
  inFolder({}, (folder) => {
    for (const target of ["iptables", "sh", "nft"]) {
      const { status, stderr } = shell(`ulimit -f 1; $netc compile ${BIG} --target ${target} >part`, folder);
      assert.equal(status, 2, `${target}: ${stderr}`);
      assert.match(stderr, /cannot write standard output: it would be larger than files may be/);
      assert.ok(statSync(join(folder, "part")).size > 0);
    }
    const check = shell(`ulimit -f 1; $netc plan ${BIG} --json >part`, folder);
    assert.equal(check.status, 2, check.stderr);
  });
});

test("a device that is full is an error", () => {
  inFolder({}, (folder) => {
    const { status, stderr } = shell(`$netc compile ${BIG} >/dev/full`, folder);
    assert.equal(status, 2);
    assert.match(stderr, /cannot write: the disk is full/);
  });
});

test("-o whose files would be too large leaves what was there", () => {
  inFolder({}, (folder) => {
    assert.equal(shell(`$netc compile ${BIG} -o out`, folder).status, 0);
    const before = readFileSync(join(folder, "out/node1/up.sh"), "utf8");
    const { status, stderr } = shell(`ulimit -f 8; $netc compile ${BIG} -o out`, folder);
    assert.equal(status, 2, stderr);
    assert.match(stderr, /as they were/);
    assert.equal(readFileSync(join(folder, "out/node1/up.sh"), "utf8"), before);
    assert.deepEqual(readdirSync(join(folder, "out")), ["node1"]);
  });
});

test("a reader that goes away before it has read all is told nothing, and the program is not done", () => {
  inFolder({}, (folder) => {
    const { stdout, stderr } = shell(
      `$netc compile ${HUGE} --target sh | head -c 1 >/dev/null; echo "\${PIPESTATUS[0]}"`,
      folder,
    );
    assert.equal(stdout, "2\n");
    assert.doesNotMatch(stderr, /cannot write|EPIPE|Error/);
    const whole = shell(
      `$netc compile ${HUGE} --target sh 2>/dev/null | cat >/dev/null; echo "\${PIPESTATUS[0]}"`,
      folder,
    );
    assert.equal(whole.stdout, "0\n");
  });
});

test("fmt: a long name, what a killed run left, and a file of two names", () => {
  const long = `${"x".repeat(246)}.net`;
  const text = "pod a   10.244.1.10   on node1\n";
  inFolder(
    { [long]: text, "twice.net": text, [`.netc-fmt-${2 ** 22 + 1}`]: "half", ".netc-fmt-mine": "mine" },
    (folder) => {
      const { status, stderr } = netc(["fmt", long], "", folder);
      assert.deepEqual({ status, stderr }, { status: 0, stderr: "" });
      assert.equal(readFileSync(join(folder, long), "utf8"), "pod a 10.244.1.10 on node1\n");
      assert.deepEqual(readdirSync(folder).sort(), [".netc-fmt-mine", "twice.net", long].sort());
      linkSync(join(folder, "twice.net"), join(folder, "other.net"));
      const linked = netc(["fmt", "twice.net"], "", folder);
      assert.equal(linked.status, 2);
      assert.match(linked.stderr, /it has 2 names \(hard links\)/);
      assert.equal(readFileSync(join(folder, "other.net"), "utf8"), text);
      assert.equal(readFileSync(join(folder, "twice.net"), "utf8"), text);
    },
  );
});

const ESCAPE = "\x1b[31mred";

test("names and contents of files are shown without what a terminal would obey", () => {
  const node = "node n 192.168.100.1 dev ens33 pods 10.244.1.0/24\npod a 10.244.1.10 on n\n";
  inFolder({ "main.net": node }, (folder) => {
    for (const out of ["old", "new"]) assert.equal(netc(["compile", "main.net", "-o", out], "", folder).status, 0);
    const rules = join(folder, "new/n/rules.v4");
    writeFileSync(rules, `# ${ESCAPE}\n${readFileSync(rules, "utf8")}`);
    const strange = `\u{9b}31m${ESCAPE}`;
    const runs = [
      ["diff", "old", "new"],
      ["diff", "old", "new", "--format", "markdown"],
      ["diff", "old", "new", "--stat"],
      ["verify", "main.net", "--against", "new"],
      ["verify", "main.net", "--against", strange],
      ["compile", "main.net", "--node", strange],
      ["compile", "main.net", "--target", strange],
      ["compile", strange],
      ["check", "--format", strange],
      ["fmt", strange],
      ["plan", "main.net", "--node", strange],
      ["diff", strange, "main.net"],
      [strange],
    ];
    for (const args of runs) {
      const { stdout, stderr } = netc(args, "", folder);
      assert.ok(stdout.length + stderr.length > 0, args.join(" "));
      assert.doesNotMatch(stdout + stderr, /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/, args.join(" "));
    }
  });
});
