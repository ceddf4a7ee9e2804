/** The kernel keeps what it has of a table, and the policy of a chain, that a whole text does not name. */
import type { Unread } from "../../program.ts";
import { BUILT_IN, TABLES } from "./facts.ts";
import type { Table } from "./tables.ts";

/** `line`: the text's last. */
export function missingOf(tables: readonly Table[], line: number): readonly Unread[] {
  const absent = TABLES.filter((name) => !tables.some((table) => table.name === name));
  return [
    ...tables.flatMap((table) =>
      Object.keys(BUILT_IN[table.name])
        .filter((chain) => !table.chains.has(chain))
        .map((chain) => ({
          line: table.line,
          text: `*${table.name}`,
          reason: `the chain ${chain} is not declared: its policy stays`,
        })),
    ),
    ...absent.map((name) => ({
      line,
      text: "",
      reason: `the table ${name} is missing: what the kernel has of it stays`,
    })),
  ];
}
