/** A script of which a part arrived runs nothing. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { inFolder } from "../../cli/run.ts";

const SCRIPTS = [
  "golden/03-one-line/out/node1/up.sh",
  "golden/45-dual-stack/out/node1/up.sh",
  "golden/45-dual-stack/out/node1/down.sh",
];
const SHELLS = ["dash", "bash"].filter((shell) => spawnSync(shell, ["-c", ":"]).status === 0);

const TOOLS = (
  "cat chmod cksum cmp date flock grep id ip iptables iptables-restore iptables-save ip6tables ip6tables-restore mkdir mv nft readlink rm rmdir sed " +
  "sleep sort stat tac tr uname"
).split(" ");

/** Every tool of the machine that a script may call: each says that it was. */
function strangeTools(folder: string): string {
  const tool = join(folder, "tool");
  writeFileSync(tool, `#!/bin/sh\n: >"${join(folder, "called")}"\nexit 1\n`);
  chmodSync(tool, 0o755);
  const bin = join(folder, "bin");
  spawnSync("mkdir", [bin]);
  for (const name of TOOLS) symlinkSync(tool, join(bin, name));
  return bin;
}

/** Ends of lines near both ends and here and there between them, and places within lines. */
function places(text: string): readonly number[] {
  const ends = [...text.matchAll(/\n/g)].map(({ index }) => index + 1);
  const last = ends.slice(-6, -1);
  const between = Array.from({ length: 40 }, (_, at) => Math.floor(((at + 0.37) * text.length) / 40));
  return [...new Set([...ends.slice(0, 12), ...last, ...between, text.length - 3])].sort((a, b) => a - b);
}

test("a script that was cut off runs nothing, and says that it did not where more than its remarks arrived", () => {
  assert.ok(SHELLS.length > 0);
  inFolder({}, (folder) => {
    const env = { PATH: strangeTools(folder) };
    for (const path of SCRIPTS) {
      const text = readFileSync(path, "utf8");
      const begins = text.indexOf("\n{\n") + 2;
      for (const shell of SHELLS) {
        const program = spawnSync("sh", ["-c", `command -v ${shell}`], { encoding: "utf8" }).stdout.trim();
        for (const end of places(text)) {
          writeFileSync(join(folder, "cut.sh"), text.slice(0, end));
          const { status, stdout } = spawnSync(program, [join(folder, "cut.sh")], { env, encoding: "utf8" });
          assert.equal(stdout, "", `${path} ${end}`);
          assert.ok(!existsSync(join(folder, "called")), `${path}, cut at ${end}: a tool was called`);
          assert.equal(
            status === 0,
            end < begins,
            `${path}, cut at ${end} of ${text.length}: ${shell} ended with ${status}`,
          );
        }
      }
    }
    assert.ok(readdirSync(folder).includes("cut.sh"));
  });
});

test("the whole script begins, so that the test above could fail", () => {
  inFolder({}, (folder) => {
    const env = { PATH: strangeTools(folder) };
    const { status } = spawnSync("/bin/sh", [SCRIPTS[0]!], { env, encoding: "utf8" });
    assert.notEqual(status, 0);
    assert.ok(existsSync(join(folder, "called")));
  });
});
