/** Hand edits as data: what is changed in which text, and what the proof must say of it. */
import assert from "node:assert/strict";
import type { Hook } from "../../../src/verify/program.ts";
import type { Form, Tool } from "./base.ts";

export type EditText = (text: string) => string;

/** `yes`: the kernel test sends the packet that the refutation shows. */
export type Shown = "yes" | `no: ${string}`;

export interface HandEdit {
  readonly name: string;
  readonly tool: Tool;
  readonly family: 4 | 6;
  /** As which it is judged, and from which it is made. */
  readonly form: Form;
  readonly madeFrom: Form;
  readonly edit: EditText;
  readonly comes: Comes;
}

export type Comes =
  | { readonly kind: "proved" }
  /** `because`: part of the reason. */
  | { readonly kind: "unverified"; readonly because: string }
  | { readonly kind: "refuted"; readonly at: Hook; readonly shown: Shown };

export const proved: Comes = { kind: "proved" };
export const unverified = (because: string): Comes => ({ kind: "unverified", because });
export const refuted = (at: Hook, shown: Shown = "yes"): Comes => ({ kind: "refuted", at, shown });

const made =
  (tool: Tool, family: 4 | 6) =>
  (name: string, edit: EditText, comes: Comes): HandEdit => ({
    name,
    tool,
    family,
    form: "whole",
    madeFrom: "whole",
    edit,
    comes,
  });

/** Named by the tool and the family of the text that they are made to. */
export const iptables4 = made("iptables", 4);
export const iptables6 = made("iptables", 6);
export const nft4 = made("nft", 4);
export const nft6 = made("nft", 6);

/** Judged as another form than it is. */
export const judgedAs = (form: Form, edit: HandEdit): HandEdit => ({ ...edit, form });

const changed = (text: string, edited: string): string => {
  assert.ok(edited !== text, "the edit changes nothing");
  return edited;
};

function lineAt(lines: readonly string[], pattern: RegExp): number {
  const at = lines.findIndex((line) => pattern.test(line));
  assert.ok(at >= 0, `no line is ${pattern}`);
  return at;
}

const onLines =
  (change: (lines: readonly string[]) => readonly string[]): EditText =>
  (text) =>
    changed(text, change(text.split("\n")).join("\n"));

/** In the first line that matches. */
export const replacing = (pattern: RegExp, from: string | RegExp, to: string): EditText =>
  onLines((lines) => {
    const at = lineAt(lines, pattern);
    return lines.with(
      at,
      lines[at]!.replace(from, () => to),
    );
  });

export const without = (pattern: RegExp): EditText => onLines((lines) => lines.toSpliced(lineAt(lines, pattern), 1));

export const before = (pattern: RegExp, ...added: readonly string[]): EditText =>
  onLines((lines) => lines.toSpliced(lineAt(lines, pattern), 0, ...added));

export const behind = (pattern: RegExp, ...added: readonly string[]): EditText =>
  onLines((lines) => lines.toSpliced(lineAt(lines, pattern) + 1, 0, ...added));

export const swapping = (one: RegExp, other: RegExp): EditText =>
  onLines((lines) => {
    const [a, b] = [lineAt(lines, one), lineAt(lines, other)];
    return lines.with(a, lines[b]!).with(b, lines[a]!);
  });

/** The first rule of a chain. */
export const atHead = (chain: string, rule: string): EditText =>
  chain.startsWith("NETC")
    ? before(new RegExp(`^-A ${chain} `), `-A ${chain} ${rule}`)
    : onLines((lines) => {
        const at = lines.indexOf(`\tchain ${chain} {`);
        assert.ok(at >= 0, `no chain is ${chain}`);
        const base = lines[at + 1]!.startsWith("\t\ttype ") ? 2 : 1;
        return lines.toSpliced(at + base, 0, `\t\t${rule}`);
      });

/** The last rule of a chain. */
export const atEnd = (chain: string, rule: string): EditText =>
  chain.startsWith("NETC")
    ? onLines((lines) => {
        const at = lines.findLastIndex((line) => line.startsWith(`-A ${chain} `));
        assert.ok(at >= 0, `no chain is ${chain}`);
        return lines.toSpliced(at + 1, 0, `-A ${chain} ${rule}`);
      })
    : onLines((lines) => {
        const at = lines.indexOf(`\tchain ${chain} {`);
        return lines.toSpliced(lines.indexOf("\t}", at), 0, `\t\t${rule}`);
      });

export const everywhere =
  (from: RegExp, to: (found: string) => string): EditText =>
  (text) =>
    changed(text, text.replace(from, to));

/** One edit after another. */
export const all =
  (...edits: readonly EditText[]): EditText =>
  (text) =>
    edits.reduce((so, edit) => edit(so), text);
