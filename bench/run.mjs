/**
 * What the README's performance table is made with: `npm run bench`. The table goes to standard output; `--quick` measures small sizes,
 * and the names of sections (`compile`, `verify`, `policy`, `folders`, `loads`, `second`, `packets`, `lines`) those only.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { compileRows } from "./rows/compile.mjs";
import { firstPacketRows } from "./rows/first-packet.mjs";
import { folderRows } from "./rows/folders.mjs";
import { lineRows } from "./rows/lines.mjs";
import { loadRows } from "./rows/loads.mjs";
import { policyRows } from "./rows/policy.mjs";
import { secondRunRows } from "./rows/second-run.mjs";
import { verifyRows } from "./rows/verify.mjs";
import { markdown } from "./table.mjs";

const SECTIONS = {
  compile: compileRows,
  verify: verifyRows,
  policy: policyRows,
  folders: folderRows,
  loads: loadRows,
  second: secondRunRows,
  packets: firstPacketRows,
  lines: lineRows,
};

const named = process.argv.slice(2).filter((word) => !word.startsWith("--"));
const isQuick = process.argv.includes("--quick");
const rounds = isQuick ? 3 : 5;
const folder = mkdtempSync(join(tmpdir(), "netc-bench-"));
const bench = { folder, isQuick, rounds, say: (what) => process.stderr.write(`bench: ${what}\n`) };

try {
  const rows = [];
  for (const [name, rowsOf] of Object.entries(SECTIONS)) {
    if (named.length === 0 || named.includes(name)) rows.push(...(await rowsOf(bench)));
  }
  process.stdout.write(markdown(rows));
  if (isQuick) process.stdout.write("\nSmall sizes only: the targets are those of the full ones.\n");
  process.stdout.write(
    `\nMedians of ${rounds} rounds, side by side; node ${process.version}, ${availableParallelism()} cores.\n`,
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
