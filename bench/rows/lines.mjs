/** How many lines of each output change when one thing in the program does. */
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { netcProgram } from "../inputs.mjs";
import { compiled } from "../netc.mjs";
import { thousands } from "../table.mjs";

const FILES = ["rules.v4", "ruleset.nft", "up.sh", "plan.json"];
const MOST = 12;
const MOST_CHANGED = 6;

function outputsOf(folder, name, shape) {
  const file = join(folder, `${name}.net`);
  const dir = join(folder, name);
  mkdirSync(dir);
  writeFileSync(file, netcProgram(shape));
  compiled(file, "--node", "node1", "-o", dir);
  return join(dir, "node1");
}

/** Lines that only one of two files has, in the words of `diff`. */
function changedLines(a, b) {
  const { status, stdout } = spawnSync("diff", ["--speed-large-files", a, b], { encoding: "utf8", maxBuffer: 2 ** 30 });
  if (status > 1) throw new Error(`diff of ${a} and ${b} ended with ${status}`);
  const count = (sign) => stdout.split("\n").filter((line) => line.startsWith(sign)).length;
  return { added: count(">"), removed: count("<") };
}

function rowOf(work, before, after, most) {
  const counts = FILES.map((name) => ({ name, ...changedLines(join(before, name), join(after, name)) }));
  const said = counts.map(({ name, added, removed }) => `${name} +${added} −${removed}`).join(", ");
  return {
    work,
    measured: said,
    target: `≤ ${most} lines each`,
    met: counts.every(({ added, removed }) => added + removed <= most),
  };
}

export function lineRows({ folder, isQuick, say }) {
  say("lines");
  const services = isQuick ? 1_000 : 10_000;
  const among = `among ${thousands(services)}`;
  const before = outputsOf(folder, "before", { services });
  const more = outputsOf(folder, "one-more", { services: services + 1 });
  const moved = outputsOf(folder, "moved", { services, moved: services / 2 });
  return [
    rowOf(`one more service ${among}, its three pods new: lines changed`, before, more, MOST),
    rowOf(`one changed backend ${among} services: lines changed`, before, moved, MOST_CHANGED),
  ];
}
