import type { GroupStatement } from "../../../grammar/ast.ts";
import type { Group } from "../cluster.ts";
import { reportCircles } from "../groups.ts";
import { statementLabel } from "../label.ts";
import { declare, type GroupEntry, type Names } from "../names.ts";
import { originOf, type Program, type Report, type Said, saidOf } from "../program.ts";
import { MEMBERS, resolveMembers } from "../selectors.ts";

/** Groups by name, their members still empty: they may name what is declared later. */
export function declareGroups(program: Program, names: Names, report: Report): void {
  for (const said of saidOf(program, "GroupStatement")) {
    const { name } = said.statement;
    declare(
      names.group,
      name,
      (): GroupEntry => ({ kind: "group", name: name.text, said, members: [] }),
      said.source,
      report,
      (earlier) => originOf(earlier.said.source, (earlier.said as Said<GroupStatement>).statement.name),
    );
  }
}

/** The groups as the cluster keeps them; after everything that may name one was bound. */
export function groupsOf(names: Names): readonly Group[] {
  return [...names.group.values()].map((group) => {
    const { statement, source } = group.said as Said<GroupStatement>;
    return {
      kind: "group",
      name: group.name,
      place: originOf(source, statement.name),
      isUsed: names.usedGroups.has(group.name),
      origin: originOf(source, statement),
      statement: statementLabel(statement),
    };
  });
}

export function bindGroups(names: Names, report: Report): void {
  for (const group of names.group.values()) {
    const { statement, source } = group.said as Said<GroupStatement>;
    group.members = resolveMembers({ names, source, report }, statement.members, MEMBERS);
  }
  reportCircles(names.group.values(), report);
}
