import { diagnose } from "../diagnostics/diagnostic.ts";
import type { Selector } from "./cluster.ts";
import type { GroupEntry } from "./names.ts";
import { originOf, type Report } from "./program.ts";

/** What makes two selectors the same, whatever place they were said at. */
export function selectorKey(selector: Selector): string {
  const { target } = selector;
  const ports = selector.ports === null ? "" : `${selector.ports.first}-${selector.ports.last}`;
  const name =
    target.kind === "node"
      ? target.node.name
      : target.kind === "pod"
        ? target.pod.name
        : target.kind === "service"
          ? target.service.name
          : target.kind === "prefix"
            ? target.prefix.text
            : "";
  return `${target.kind} ${selector.protocol ?? ""}:${ports} ${name}`;
}

const isGroup = (member: Selector | GroupEntry): member is GroupEntry => "members" in member;

/** The members of a group and of the groups in it, each once, in the order they were said. Safe on circles and on any depth. */
export function membersOf(group: GroupEntry): readonly Selector[] {
  const seen = new Set<GroupEntry>([group]);
  const found = new Map<string, Selector>();
  const stack: (Selector | GroupEntry)[] = [group];
  while (stack.length > 0) {
    const member = stack.pop()!;
    if (!isGroup(member)) {
      const key = selectorKey(member);
      if (!found.has(key)) found.set(key, member);
      continue;
    }
    if (member !== group && seen.has(member)) continue;
    seen.add(member);
    for (let at = member.members.length - 1; at >= 0; at -= 1) stack.push(member.members[at]!);
  }
  return [...found.values()];
}

/** Reports each circle of groups once, at the group of it that was said first; then cuts it there. */
export function reportCircles(groups: Iterable<GroupEntry>, report: Report): void {
  const done = new Set<GroupEntry>();
  for (const start of groups) {
    if (done.has(start)) continue;
    const path: { group: GroupEntry; next: number }[] = [{ group: start, next: 0 }];
    const onPath = new Set<GroupEntry>([start]);
    while (path.length > 0) {
      const top = path.at(-1)!;
      const member = top.group.members[top.next];
      if (member === undefined) {
        path.pop();
        onPath.delete(top.group);
        done.add(top.group);
        continue;
      }
      top.next += 1;
      if (!isGroup(member) || done.has(member)) continue;
      if (onPath.has(member)) {
        const circle = path.slice(path.findIndex((step) => step.group === member)).map((step) => step.group.name);
        const said = member.said;
        if (said.statement.kind === "GroupStatement") {
          report(
            diagnose(
              "circular-group",
              { circle: [...circle, member.name] },
              originOf(said.source, said.statement.name),
            ),
          );
        }
        top.group.members = top.group.members.filter((other) => other !== member);
        top.next -= 1;
        continue;
      }
      path.push({ group: member, next: 0 });
      onPath.add(member);
    }
  }
}
