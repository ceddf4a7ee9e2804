/** `compile -o` for all nodes at once, over as many compiles of one node as there are nodes, spread over the cores. */
import { rmSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { NODES, netcProgram } from "../inputs.mjs";
import { sideBySide } from "../measure.mjs";
import { compileCommand } from "../netc.mjs";
import { atMostRow, seconds, thousands } from "../table.mjs";

export async function folderRows({ folder, isQuick, rounds, say }) {
  const shape = { services: isQuick ? 1_000 : 10_000 };
  const file = join(folder, "folders.net");
  const dir = join(folder, "nodes");
  writeFileSync(file, netcProgram(shape));
  const before = () => rmSync(dir, { recursive: true, force: true });
  const subjects = [
    { name: "one", command: compileCommand(file, "--node", "node1", "-o", dir), before },
    { name: "all", command: compileCommand(file, "-o", dir), before },
  ];
  const samples = await sideBySide(subjects, rounds, (round) => say(`folders, round ${round} of ${rounds}`));
  before();
  const [one, all] = [samples.get("one"), samples.get("all")];
  const cores = availableParallelism();
  const work = `\`-o\` of ${NODES} nodes, ${thousands(shape.services)} services, × one node's ${NODES} times over ${cores} cores`;
  const detail = `${seconds(all.seconds)}; one node ${seconds(one.seconds)}`;
  return [atMostRow(work, all.seconds / ((one.seconds * NODES) / cores), 1.3, detail)];
}
