/** Names to objects: declaring, and looking up with a suggestion where nothing fits. */
import type { NameDef, NameRef, RefKind } from "../../grammar/ast.ts";
import { diagnose, type Fix, replaceFix } from "../diagnostics/diagnostic.ts";
import type { Source } from "../diagnostics/source.ts";
import { nearest } from "../diagnostics/suggest.ts";
import type { ClusterNode, Pod, Selector, Service } from "./cluster.ts";
import { declaredName, nameLabel } from "./label.ts";
import { originOf, type Report, type Said } from "./program.ts";

/** A group as it was said: its own members, groups among them not yet flattened. */
export interface GroupEntry {
  readonly kind: "group";
  readonly name: string;
  readonly said: Said;
  members: readonly (Selector | GroupEntry)[];
}

export type Named = ClusterNode | Pod | GroupEntry | Service;

export interface Names {
  readonly node: Map<string, ClusterNode>;
  readonly pod: Map<string, Pod>;
  readonly group: Map<string, GroupEntry>;
  readonly service: Map<string, Service>;
  /** Names whose statement did not parse: a use of one is not blamed for that. */
  readonly broken: ReadonlySet<string>;
  /** Names that were reported as unknown: one mistake is one error, however often the name is used. */
  readonly unknown: Set<string>;
  /** Groups that some statement names. */
  readonly usedGroups: Set<string>;
}

export const REF_KINDS: readonly RefKind[] = ["node", "pod", "group", "service"];

/** Declares `name`; the second of two is `duplicate-name` and is left out. */
export function declare<T extends Named>(
  table: Map<string, T>,
  def: NameDef,
  make: () => T,
  source: Source,
  report: Report,
  originOfEarlier: (earlier: T) => ReturnType<typeof originOf>,
): T | null {
  const earlier = table.get(def.text);
  if (earlier !== undefined) {
    report(
      diagnose("duplicate-name", { kind: earlier.kind, name: def.text }, originOf(source, def), {
        notes: [{ message: "the first one is here", origin: originOfEarlier(earlier) }],
      }),
    );
    return null;
  }
  if (/^(?:node|pod|group|service)\//.test(def.text)) {
    report(diagnose("qualified-name", { name: def.text }, originOf(source, def)));
  }
  const made = make();
  table.set(def.text, made);
  return made;
}

const WORDS: Readonly<Record<RefKind, string>> = { node: "node", pod: "pod", group: "group", service: "service" };

function anyOf(kinds: readonly RefKind[], withAddress: boolean): string {
  const words = [...kinds.map((kind) => WORDS[kind]), ...(withAddress ? ["address"] : [])];
  return words.length === 1 ? words[0]! : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}

/** What bears the name, where exactly one of the kinds has it. */
function onlyOne(names: Names, name: string, kinds: readonly RefKind[]): Named | null {
  let found: Named | null = null;
  for (const kind of kinds) {
    const named = names[kind].get(name);
    if (named === undefined) continue;
    if (found !== null) return null;
    found = named;
  }
  return found;
}

function use(names: Names, named: Named): Named {
  if (named.kind === "group") names.usedGroups.add(named.name);
  return named;
}

/**
 * What `ref` names among `kinds`; `null` after a report (`unknown-name`, `wrong-kind`, `ambiguous-name`), or without one where the
 * name's own statement is broken.
 */
export function lookUp(
  names: Names,
  ref: NameRef,
  kinds: readonly RefKind[],
  source: Source,
  report: Report,
): Named | null {
  const known = ref.qualifier === null ? onlyOne(names, ref.text, kinds) : null;
  if (known !== null) return use(names, known);
  const origin = originOf(source, ref);
  if (ref.qualifier !== null && !kinds.includes(ref.qualifier)) {
    report(diagnose("wrong-kind", { name: nameLabel(ref), is: ref.qualifier, wanted: anyOf(kinds, false) }, origin));
    return null;
  }
  const allowed = ref.qualifier === null ? kinds : [ref.qualifier];
  const found = allowed.filter((kind) => names[kind].has(ref.text));
  if (found.length === 1) return use(names, names[found[0]!].get(ref.text)!);
  if (found.length > 1) {
    const fixes = found.map((kind) =>
      replaceFix(
        `write \`${kind}/${nameLabel({ ...ref, qualifier: null })}\``,
        origin,
        `${kind}/${nameLabel({ ...ref, qualifier: null })}`,
      ),
    );
    report(diagnose("ambiguous-name", { name: ref.text, kinds: found }, origin, { fixes }));
    return null;
  }
  if (names.broken.has(ref.text) || names.unknown.has(ref.text)) return null;
  const other = ref.qualifier === null ? REF_KINDS.find((kind) => names[kind].has(ref.text)) : undefined;
  if (other !== undefined) {
    report(diagnose("wrong-kind", { name: ref.text, is: other, wanted: anyOf(kinds, false) }, origin));
    return null;
  }
  names.unknown.add(ref.text);
  report(
    diagnose("unknown-name", { name: ref.text, wanted: anyOf(allowed, allowed.length > 1) }, origin, {
      fixes: suggestions(names, ref, allowed, origin),
    }),
  );
  return null;
}

const candidates = new WeakMap<Names, Map<string, readonly string[]>>();

/** The names of some kinds, as one array for as long as none is added: `nearest` indexes an array once. */
function candidatesOf(names: Names, kinds: readonly RefKind[]): readonly string[] {
  const known = candidates.get(names) ?? new Map<string, readonly string[]>();
  candidates.set(names, known);
  const key = kinds.map((kind) => `${kind} ${names[kind].size}`).join();
  const found = known.get(key) ?? kinds.flatMap((kind) => [...names[kind].keys()]);
  known.set(key, found);
  return found;
}

function suggestions(
  names: Names,
  ref: NameRef,
  kinds: readonly RefKind[],
  origin: ReturnType<typeof originOf>,
): readonly Fix[] {
  const near = nearest(ref.text, candidatesOf(names, kinds));
  if (near !== null) {
    const text = nameLabel({ ...ref, text: near });
    return [replaceFix(`did you mean \`${text}\`?`, origin, text)];
  }
  const bare = nameLabel({ ...ref, qualifier: null });
  const [only, ...others] = names.node.keys();
  const on = only === undefined || others.length > 0 ? "NODE" : declaredName(only);
  if (kinds.includes("pod")) return [{ title: `declare it: \`pod ${bare} ADDR on ${on}\``, edits: [] }];
  if (kinds.includes("node")) return [{ title: `declare it: \`node ${bare} ADDR\``, edits: [] }];
  return [];
}
