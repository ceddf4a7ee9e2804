/** The kernel keeps what it has of a table, and the policy of a chain, that a whole text does not name; of what it names the kernel keeps nothing. */
import type { Whole } from "../../program.ts";
import { BUILT_IN } from "./facts.ts";
import type { Table } from "./tables.ts";

/** `last`: the text's last line. */
export function wholeOf(tables: readonly Table[], last: number): Whole {
  return {
    tables: new Map(tables.map(({ name, line }) => [name, line])),
    last,
    chains: tables.flatMap((table) =>
      Object.keys(BUILT_IN[table.name])
        .filter((chain) => !table.chains.has(chain))
        .map((chain) => ({
          line: table.line,
          text: `*${table.name}`,
          reason: `the chain ${chain} is not declared: its policy stays`,
        })),
    ),
  };
}
