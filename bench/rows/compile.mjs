/** Whole compiles to standard output: how long, how much memory, how it grows, and ferm beside it. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { backendsOf, netcProgram } from "../inputs.mjs";
import { sideBySide } from "../measure.mjs";
import { compileCommand } from "../netc.mjs";
import { fermProgram } from "../others.mjs";
import { isInstalled } from "../programs.mjs";
import { assertSameRules } from "../same-rules.mjs";
import { against, atLeastRow, atMostRow, missingRow, sizeRow, thousands } from "../table.mjs";

const FIRST_EXAMPLE = "golden/30-first-example/main.net";
/** How often in each round the processes run that take less than 0.1 s. */
const SHORT = 5;

const COMPARED = { shape: { services: 10_000 }, maxSeconds: 0.6, maxBytes: 250e6 };
const LARGEST = { shape: { services: 100_000 }, maxSeconds: 6, maxBytes: 1.5e9 };
const SMALL = { shape: { services: 1_000 } };
const SIZES = [
  SMALL,
  COMPARED,
  { shape: { services: 10_000, spread: "sparse" } },
  { shape: { services: 30_000, backends: 1 } },
  { shape: { services: 1_000, backends: 50 } },
  LARGEST,
];

function nameOf({ services, backends, spread }) {
  const where = spread === "sparse" ? " at addresses here and there" : "";
  return `${thousands(services)} services${where}, ${thousands(backendsOf({ services, backends }))} backends`;
}

const FERM = "ferm";
const FASTER = `${thousands(COMPARED.shape.services)} services, faster than \`ferm\` printing the same DNAT rules`;

export async function compileRows({ folder, isQuick, rounds, say }) {
  const sizes = isQuick ? [SMALL] : SIZES;
  const hasFerm = !isQuick && isInstalled(FERM);
  const output = (name) => join(folder, `${name}.out`);
  const subjects = [
    { name: "node", command: [process.execPath, "-e", "0"], times: SHORT },
    { name: "first", command: compileCommand(FIRST_EXAMPLE, "--node", "node1"), times: SHORT },
  ];
  for (const { shape } of sizes) {
    const name = nameOf(shape);
    const file = join(folder, `${name}.net`);
    writeFileSync(file, netcProgram(shape));
    subjects.push({ name, command: compileCommand(file, "--node", "node1"), output: output(name) });
  }
  const compared = nameOf(COMPARED.shape);
  if (hasFerm) {
    const file = join(folder, "services.ferm");
    writeFileSync(file, fermProgram(COMPARED.shape));
    subjects.push({ name: FERM, command: [FERM, "--noexec", "--lines", file], output: output(FERM) });
  }
  const samples = await sideBySide(subjects, rounds, (round) => {
    say(`compiles, round ${round} of ${rounds}`);
    if (round !== 1 || !hasFerm) return;
    const [ours, theirs] = [compared, FERM].map((name) => readFileSync(output(name), "utf8"));
    assertSameRules(ours, theirs, backendsOf(COMPARED.shape));
  });
  const [node, first] = [samples.get("node"), samples.get("first")];
  const rows = [
    atMostRow("the first example, × `node -e 0`", first.seconds / node.seconds, 2.2, against(first, node)),
    ...sizes.map(({ shape, ...most }) => {
      const name = nameOf(shape);
      return sizeRow({ work: `compile ${name}`, sample: samples.get(name), ...most });
    }),
  ];
  if (isQuick) return rows;
  const [small, large] = [samples.get(compared), samples.get(nameOf(LARGEST.shape))];
  rows.push(atMostRow("from 10,000 services to 100,000", large.seconds / small.seconds, 12, against(large, small)));
  const ferm = samples.get(FERM);
  rows.push(
    hasFerm
      ? atLeastRow(FASTER, ferm.seconds / small.seconds, 3, against(small, ferm))
      : missingRow(FASTER, "not measured: ferm is not installed", "≥ 3.00 ×"),
  );
  return rows;
}
