/** One change of a source file. */
import type { Node } from "./syntax.ts";

export interface Mutation {
  readonly file: string;
  readonly kind: string;
  /** In the file's text. */
  readonly start: number;
  readonly end: number;
  readonly mutated: string;
}

/** What an operator makes of a node: other text in the place of it, or of a part of it. */
export interface Change {
  readonly kind: string;
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export interface Site {
  readonly node: Node;
  /** The nearest first. */
  readonly around: readonly Node[];
  readonly textOf: (node: Node) => string;
}

export type Operator = (site: Site) => readonly Change[];

/** Another expression in the place of one. */
export const instead = (kind: string, node: Node, text: string): Change => ({
  kind,
  start: node.start,
  end: node.end,
  text: `(${text})`,
});

export const applied = (text: string, { start, end, mutated }: Mutation): string =>
  text.slice(0, start) + mutated + text.slice(end);

/** From 1. */
export const lineOf = (text: string, { start }: Mutation): number => text.slice(0, start).split("\n").length;
