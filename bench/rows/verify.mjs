/** The proof beside the compile that it proves: each a whole process, all texts of one node. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { netcProgram } from "../inputs.mjs";
import { sideBySide } from "../measure.mjs";
import { compileCommand, verifyCommand } from "../netc.mjs";
import { against, atMostRow, sizeRow, thousands } from "../table.mjs";

const COMPARED = { services: 10_000 };
const LARGEST = { services: 100_000 };

export async function verifyRows({ folder, isQuick, rounds, say }) {
  const shapes = isQuick ? [{ services: 1_000 }] : [COMPARED, LARGEST];
  const subjects = shapes.flatMap((shape) => {
    const file = join(folder, `verify-${shape.services}.net`);
    writeFileSync(file, netcProgram(shape));
    return [
      { name: `compile ${shape.services}`, command: compileCommand(file, "--node", "node1") },
      { name: `verify ${shape.services}`, command: verifyCommand(file, "--node", "node1") },
    ];
  });
  const samples = await sideBySide(subjects, rounds, (round) => say(`proofs, round ${round} of ${rounds}`));
  const of = (what, { services }) => samples.get(`${what} ${services}`);
  const work = ({ services }) => `verify ${thousands(services)} services, all rules of a node`;
  const [compared, largest] = shapes;
  const ratio = of("verify", compared).seconds / of("compile", compared).seconds;
  const rows = [
    atMostRow(
      `${work(compared)}, × their compile`,
      ratio,
      2.5,
      against(of("verify", compared), of("compile", compared)),
    ),
  ];
  if (largest === undefined) return rows;
  const most = { maxSeconds: 15, maxBytes: 3e9 };
  return [...rows, sizeRow({ work: work(largest), sample: of("verify", largest), ...most })];
}
