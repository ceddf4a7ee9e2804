/** The table: every statement and clause, on every backend, in both families, proved by a packet. A cell without a proof fails. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ALL_BACKENDS } from "./backend.ts";
import { FAMILIES, type Family } from "./family.ts";
import type { Lab } from "./lab.ts";
import { lesson } from "./lesson.ts";
import { DOORS } from "./table/doors.ts";
import { NETWORKS } from "./table/networks.ts";
import { CLOSED, POLICY } from "./table/policy.ts";
import { type Cells, type Chapter, isProof } from "./table/row.ts";
import { keywordsWithoutRow, STATEMENTS, type Statement } from "./table/statements.ts";
import { TRAFFIC } from "./table/traffic.ts";
import { TWO_NODES } from "./topology.ts";

const CHAPTERS: readonly Chapter[] = [TRAFFIC, POLICY, CLOSED, ...DOORS, ...NETWORKS];

const cellName = (statement: Statement, family: Family): string => `${statement}, ${family.name}`;

const rowsOf = ({ rows }: Chapter): readonly (readonly [Statement, Cells])[] =>
  Object.entries(rows) as readonly (readonly [Statement, Cells])[];

test("every statement of the language has a row, and every row its cells", () => {
  assert.deepEqual(keywordsWithoutRow(), []);
  const rows = CHAPTERS.flatMap(rowsOf);
  assert.deepEqual(rows.map(([statement]) => statement).sort(), [...STATEMENTS].sort());
  for (const [statement, cells] of rows) {
    const reasons = FAMILIES.map(({ name }) => cells[name]).flatMap((cell) => (isProof(cell) ? [] : [cell.because]));
    assert.ok(reasons.length < FAMILIES.length && !reasons.includes(""), `${statement} is proved in no family`);
  }
});

/** Both families at once: what fails in either is said, with its family. */
async function proveRow(lab: Lab, [statement, cells]: readonly [Statement, Cells]): Promise<readonly string[]> {
  const proofs = FAMILIES.flatMap((family) => {
    const cell = cells[family.name];
    return isProof(cell) ? [{ family, proved: cell(lab, family) }] : [];
  });
  const outcomes = await Promise.allSettled(proofs.map(({ proved }) => proved));
  const failures = outcomes.flatMap((outcome, at) =>
    outcome.status === "rejected" ? [`${proofs[at]!.family.name}: ${(outcome.reason as Error).message}`] : [],
  );
  assert.deepEqual(failures, [], failures.join("\n"));
  return proofs.map(({ family }) => cellName(statement, family));
}

lesson("the table", { topology: TWO_NODES, backends: ALL_BACKENDS }, async (lab, observe) => {
  const proved = new Set<string>();
  for (const chapter of CHAPTERS) {
    await observe(`${chapter.name}: up.sh`, async () => {
      await chapter.prepare(lab);
      await lab.load(chapter.program);
    });
    for (const row of rowsOf(chapter)) {
      await observe(`${chapter.name}: ${row[0]}`, async () => {
        for (const cell of await proveRow(lab, row)) proved.add(cell);
      });
    }
  }
  await observe("no cell is without a proof", async () => {
    const wanted = CHAPTERS.flatMap(rowsOf).flatMap(([statement, cells]) =>
      FAMILIES.filter(({ name }) => isProof(cells[name])).map((family) => cellName(statement, family)),
    );
    assert.deepEqual(
      wanted.filter((cell) => !proved.has(cell)),
      [],
    );
  });
});
