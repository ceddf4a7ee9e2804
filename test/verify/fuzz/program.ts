/** Random programs that use every statement and option; what still is wrong with one goes with the statement that says it. */
import fc from "fast-check";
import { analyze } from "../../../src/compile.ts";
import type { Diagnostic } from "../../../src/diagnostics/diagnostic.ts";
import { dice } from "./dice.ts";
import { drawServices } from "./services.ts";
import { drawGroups, drawStatements } from "./statements.ts";
import { drawWorld } from "./world.ts";

export const compiled = (text: string) =>
  analyze({ path: "main.net", text }, () => {
    throw new Error("a random program includes nothing");
  });

export const errorsOf = (text: string): readonly Diagnostic[] =>
  compiled(text).diagnostics.filter(({ severity }) => severity === "error");

export const joined = (statements: readonly string[]): string => statements.map((each) => `${each}\n`).join("");

/** The statement that a place in the text is in. */
function statementAt(statements: readonly string[], offset: number): number {
  let end = 0;
  return statements.findIndex((each) => {
    end += each.length + 1;
    return offset < end;
  });
}

/** Without the statements that have errors; what named them goes next. */
export function repaired(statements: readonly string[]): readonly string[] {
  let left = statements;
  for (;;) {
    const wrong = new Set(errorsOf(joined(left)).map(({ origin }) => statementAt(left, origin.span.start)));
    if (wrong.size === 0) return left;
    left = left.filter((_, at) => !wrong.has(at));
  }
}

/** Statements, one an element. */
export const drawn: fc.Arbitrary<readonly string[]> = dice.map((each) => {
  const world = drawWorld(each);
  const doors = drawServices(each, world);
  const { named, statements } = drawGroups(each, world, doors);
  return [...world.statements, ...doors.statements, ...statements, ...drawStatements(each, named)];
});

/** Programs that compile. */
export const programs = (seed: number, runs: number): readonly (readonly string[])[] =>
  fc.sample(drawn, { seed, numRuns: runs }).map(repaired);
