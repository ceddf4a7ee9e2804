/**
 * What the README's performance table is made with: `npm run bench`. Each process is measured whole, from its start to its
 * end, all of them in turn in one run. The table goes to standard output; `--quick` measures the small sizes only.
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { backendsOf, fermProgram, netcProgram } from "./inputs.mjs";
import { sideBySide } from "./measure.mjs";
import { assertSameRules } from "./same-rules.mjs";
import { against, atLeastRow, atMostRow, markdown, missingRow, sizeRow } from "./table.mjs";

const FIRST_EXAMPLE = "golden/30-first-example/main.net";
const SIZES = [
  { services: 1_000, maxSeconds: null, maxBytes: null },
  { services: 10_000, maxSeconds: 0.8, maxBytes: 250e6, later: 0.6 },
  { services: 100_000, maxSeconds: 6, maxBytes: 1.5e9 },
];
const COMPARED = 10_000;
const LARGEST = 100_000;
/** How often in each round the processes run that take less than 0.1 s. */
const SHORT = 5;

const isQuick = process.argv.includes("--quick");
const rounds = isQuick ? 3 : 5;
const sizes = isQuick ? SIZES.slice(0, 1) : SIZES;

/** Debian's ferm; it lies where only root's PATH looks. */
function findFerm() {
  const env = { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` };
  const { stdout } = spawnSync("sh", ["-c", "command -v ferm"], { env, encoding: "utf8" });
  return stdout.trim() || null;
}

function subjectsIn(folder, ferm) {
  const output = (name) => join(folder, `${name}.out`);
  const netc = (name, file, times) => ({
    name,
    command: [process.execPath, "dist/cli.js", "compile", file, "--node", "node1"],
    output: output(name),
    times,
  });
  const subjects = [
    { name: "node", command: [process.execPath, "-e", "0"], output: output("node"), times: SHORT },
    netc("first", FIRST_EXAMPLE, SHORT),
  ];
  for (const { services } of sizes) {
    const file = join(folder, `${services}.net`);
    writeFileSync(file, netcProgram(services));
    subjects.push(netc(String(services), file, 1));
  }
  if (ferm !== null && !isQuick) {
    const file = join(folder, "services.ferm");
    writeFileSync(file, fermProgram(COMPARED));
    subjects.push({ name: "ferm", command: [ferm, "--noexec", "--lines", file], output: output("ferm"), times: 1 });
  }
  return subjects;
}

function rowsOf(samples, ferm) {
  const [node, first] = [samples.get("node"), samples.get("first")];
  const rows = [
    atMostRow("the first example, × `node -e 0`", first.seconds / node.seconds, 2.2, against(first, node)),
    ...sizes.map((size) =>
      sizeRow({ ...size, backends: backendsOf(size.services), sample: samples.get(String(size.services)) }),
    ),
  ];
  if (isQuick) return rows;
  const [compared, largest] = [samples.get(String(COMPARED)), samples.get(String(LARGEST))];
  const growth = largest.seconds / compared.seconds;
  rows.push(atMostRow("from 10,000 services to 100,000", growth, 12, against(largest, compared)));
  const work = "10,000 services, faster than `ferm` printing the same DNAT rules";
  const other = samples.get("ferm");
  if (ferm === null) rows.push(missingRow(work, "not measured: ferm is not installed", "≥ 3.00 ×"));
  else rows.push(atLeastRow(work, other.seconds / compared.seconds, 3, against(compared, other)));
  return rows;
}

const folder = mkdtempSync(join(tmpdir(), "netc-bench-"));
try {
  const ferm = findFerm();
  const subjects = subjectsIn(folder, ferm);
  const printed = (name) => readFileSync(join(folder, `${name}.out`), "utf8");
  const samples = await sideBySide(subjects, rounds, (round) => {
    process.stderr.write(`bench: round ${round} of ${rounds}${round === 0 ? " (not counted)" : ""}\n`);
    if (round !== 1 || !subjects.some(({ name }) => name === "ferm")) return;
    assertSameRules(printed(String(COMPARED)), printed("ferm"), backendsOf(COMPARED));
  });
  process.stdout.write(markdown(rowsOf(samples, ferm)));
  process.stdout.write(
    `\nMedians of ${rounds} rounds, side by side; node ${process.version}, ${availableParallelism()} cores.\n`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
