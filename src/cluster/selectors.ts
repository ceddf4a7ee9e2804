/** From the items of a list to selectors: names resolved, ports judged, groups flattened. */
import type { Endpoint, ListItem, PortText, RefKind } from "../../grammar/ast.ts";
import { diagnose, replaceFix } from "../diagnostics/diagnostic.ts";
import type { Source } from "../diagnostics/source.ts";
import { nearest } from "../diagnostics/suggest.ts";
import type { Selector, Service, Target } from "./cluster.ts";
import { membersOf } from "./groups.ts";
import { itemLabel } from "./label.ts";
import { type Ports, readPorts, readPrefix } from "./literals.ts";
import { type GroupEntry, lookUp, type Named, type Names } from "./names.ts";
import { originOf, type Report } from "./program.ts";

export type SetWordText = "any" | "pods" | "nodes" | "services";

/** What a list takes, and what it is called in a message. */
export interface Wanted {
  readonly what: string;
  readonly kinds: readonly RefKind[];
  readonly words: readonly SetWordText[];
  readonly ports: "allowed" | "none";
}

export const SOURCES: Wanted = {
  what: "a source",
  kinds: ["node", "pod", "group"],
  words: ["any", "pods", "nodes"],
  ports: "allowed",
};

export const DESTINATIONS: Wanted = {
  what: "a destination",
  kinds: ["node", "pod", "group", "service"],
  words: ["any", "pods", "nodes", "services"],
  ports: "allowed",
};

export const MEMBERS: Wanted = {
  what: "a member of a group",
  kinds: ["node", "pod", "group", "service"],
  words: ["any", "pods", "nodes", "services"],
  ports: "none",
};

export interface SelectorContext {
  readonly names: Names;
  readonly source: Source;
  readonly report: Report;
}

function targetOf(named: Exclude<Named, GroupEntry>): Target {
  switch (named.kind) {
    case "node":
      return { kind: "node", node: named };
    case "pod":
      return { kind: "pod", pod: named };
    case "service":
      return { kind: "service", service: named };
  }
}

type Resolved = Target | GroupEntry;

function resolveTarget(context: SelectorContext, item: Endpoint, wanted: Wanted): Resolved | null {
  const { names, source, report } = context;
  const { target } = item;
  switch (target.kind) {
    case "AddressLiteral": {
      const prefix = readPrefix(target, source, report);
      return prefix === null ? null : { kind: "prefix", prefix };
    }
    case "SetWord": {
      const word = wanted.words.find((allowed) => allowed === target.word);
      if (word !== undefined) return { kind: word };
      report(diagnose("wrong-word", { word: target.word, what: wanted.what }, originOf(source, target)));
      return null;
    }
    case "NameRef": {
      const named = lookUp(names, target, wanted.kinds, source, report);
      return named === null || named.kind === "group" ? named : targetOf(named);
    }
  }
}

/** The port line that `text` names by its label. */
function portByLabel(service: Service, text: PortText, context: SelectorContext): readonly Ports[] | null {
  const found = service.ports.filter((port) => port.label === text.text && port.protocol !== null);
  if (found.length > 0) return found.map((port) => ({ protocol: port.protocol!, ports: port.port }));
  const origin = originOf(context.source, text);
  const near = nearest(
    text.text,
    service.ports.flatMap((port) => port.label ?? []),
  );
  const fixes = near === null ? [] : [replaceFix(`did you mean \`${near}\`?`, origin, near)];
  context.report(diagnose("unknown-port", { text: text.text, service: service.name }, origin, { fixes }));
  return null;
}

type PortsAnswer = readonly (Ports | null)[] | null;

/** The ports that an item carries; `[null]` for every one, `null` after a report. */
function portsOf(context: SelectorContext, item: Endpoint, resolved: Resolved, wanted: Wanted): PortsAnswer {
  const { source, report } = context;
  if (item.port === null) return [null];
  const origin = originOf(source, item.port);
  if (wanted.ports === "none") {
    report(diagnose("port-not-allowed", { port: item.port.text, what: wanted.what }, origin));
    return null;
  }
  const ports = readPorts(item.port, source, report);
  if (ports !== null) return [ports];
  if (item.port.form === "number") return null;
  if (resolved.kind === "service") return portByLabel(resolved.service, item.port, context);
  report(diagnose("bad-protocol", { text: item.port.text }, origin));
  return null;
}

function reportBarePort(context: SelectorContext, items: readonly ListItem[], at: number): void {
  const item = items[at]!;
  const before = items.slice(0, at).findLast((other) => other.kind === "Endpoint");
  const origin = originOf(context.source, item);
  const fixes =
    before === undefined || item.kind !== "BarePort"
      ? []
      : (() => {
          const text = itemLabel({ ...before, port: item.port });
          return [replaceFix(`write \`${text}\``, origin, text)];
        })();
  context.report(diagnose("port-list", { port: itemLabel(item) }, origin, { fixes }));
}

/** One item before groups are flattened: how a group keeps its members. */
export function resolveMembers(
  context: SelectorContext,
  items: readonly ListItem[],
  wanted: Wanted,
): readonly (Selector | GroupEntry)[] {
  return items.flatMap((item, at): readonly (Selector | GroupEntry)[] => {
    if (item.kind === "BarePort") {
      reportBarePort(context, items, at);
      return [];
    }
    const resolved = resolveTarget(context, item, wanted);
    const ports = resolved === null ? null : portsOf(context, item, resolved, wanted);
    if (resolved === null || ports === null) return [];
    if (resolved.kind === "group" && item.port === null) return [resolved];
    const origin = originOf(context.source, item);
    return ports.flatMap((port) => {
      const own = { protocol: port?.protocol ?? null, ports: port?.ports ?? null, origin };
      if (resolved.kind !== "group") return [{ target: resolved, ...own }];
      return membersOf(resolved).map((member) => ({ target: member.target, ...own }));
    });
  });
}

/** The items of a list, groups flattened to their members, each said once. Kinds that a group brings in are judged here too. */
export function resolveList(context: SelectorContext, items: readonly ListItem[], wanted: Wanted): readonly Selector[] {
  return resolveMembers(context, items, wanted).flatMap((member) => {
    if (!("members" in member)) return allowedIn(context, member, wanted) ? [member] : [];
    return membersOf(member).filter((inner) => allowedIn(context, inner, wanted, member.name));
  });
}

function allowedIn(context: SelectorContext, selector: Selector, wanted: Wanted, group?: string): boolean {
  const { kind } = selector.target;
  if (kind === "prefix" || wanted.kinds.some((allowed) => allowed === kind)) return true;
  if (wanted.words.some((word) => word === kind)) return true;
  const name = kind === "service" ? selector.target.service.name : kind;
  const wantedText = wanted.kinds.join(", ");
  const where = group === undefined ? "" : ` (through group \`${group}\`)`;
  context.report(diagnose("wrong-kind", { name, is: kind, wanted: `${wantedText}${where}` }, selector.origin));
  return false;
}
