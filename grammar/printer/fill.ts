/** One statement onto the page: words wrapped behind commas, and the comments that stand between them. */
import type { Comment } from "../ast.ts";
import { addComment, addLine, append, appendComment, isOnOwnLine, type Page } from "./page.ts";
import type { Entry, Said, Sentence } from "./sentence.ts";

const WIDTH = 120;
const INDENT = "  ";

/** The comments inside a statement, in their order, and how many of them are written. */
interface Queue {
  readonly comments: readonly Comment[];
  next: number;
}

/** What a line is made of: words, or an item of a list with its comma. */
interface Piece {
  readonly text: string;
  readonly at: number | null;
  readonly lineBefore: "never" | "may" | "must";
}

/** Writes the comments in front of `at`, each at the end of the last line or on one of its own. Answers whether there were any. */
function takeComments(page: Page, queue: Queue, at: number, indent: string, top = 0): boolean {
  const first = queue.next;
  for (; queue.next < queue.comments.length; queue.next++) {
    const comment = queue.comments[queue.next]!;
    if (comment.span.start > at) break;
    if (isOnOwnLine(page, comment)) addComment(page, comment, indent, top);
    else appendComment(page, comment);
  }
  return queue.next > first;
}

function hasCommentBetween({ comments, next }: Queue, start: number, end: number): boolean {
  let index = next;
  while (index < comments.length && comments[index]!.span.start < start) index++;
  return index < comments.length && comments[index]!.span.start < end;
}

/** With a comment in it a list has one item a line, so that it is seen which one is meant. */
function piecesOf(entries: readonly Entry[], queue: Queue): readonly Piece[] {
  const last = entries.length - 1;
  const between = hasCommentBetween(queue, entries[0]!.at, entries[last]!.at) ? "must" : "may";
  return entries.map(({ text, at }, index) => ({
    text: index === last ? text : `${text},`,
    at,
    lineBefore: index === 0 ? "never" : between,
  }));
}

/** How wide the piece is, with all that follows it up to where a line may end. */
function widthFrom(pieces: readonly Piece[], index: number): number {
  let width = pieces[index]!.text.length;
  for (let next = index + 1; next < pieces.length && pieces[next]!.lineBefore === "never"; next++) {
    width += 1 + pieces[next]!.text.length;
  }
  return width;
}

/** Onto the last line, which holds `indent` alone, and as many more as are needed. */
function fill(page: Page, queue: Queue, sentence: Sentence, indent: string): void {
  const pieces = sentence.flatMap((each): readonly Piece[] =>
    typeof each === "string" ? [{ text: each, at: null, lineBefore: "never" }] : piecesOf(each, queue),
  );
  let width = indent.length;
  for (const [index, { text, at, lineBefore }] of pieces.entries()) {
    const isCommented = at !== null && takeComments(page, queue, at, indent + INDENT, Number.POSITIVE_INFINITY);
    const isFull = lineBefore === "may" && width + 1 + widthFrom(pieces, index) > WIDTH;
    if (isCommented || isFull || lineBefore === "must") {
      page.lines.push(indent + INDENT + text);
      width = indent.length + INDENT.length + text.length;
    } else {
      const blank = index === 0 ? "" : " ";
      append(page, blank + text);
      width += blank.length + text.length;
    }
  }
}

/** Writes the statement, which stands at `at` in the source, with the comments inside it. */
export function addStatement(page: Page, { sentence, block }: Said, at: number, inside: readonly Comment[]): void {
  const queue: Queue = { comments: inside, next: 0 };
  const isEmpty = block !== null && block.length === 0 && inside.length === 0;
  addLine(page, "", at);
  fill(page, queue, block === null ? sentence : [...sentence, isEmpty ? "{}" : "{"], "");
  if (block === null || isEmpty) return;
  const top = page.lines.length;
  for (const item of block) {
    takeComments(page, queue, item.at, INDENT, top);
    addLine(page, INDENT, item.at, top);
    fill(page, queue, item.sentence, INDENT);
  }
  takeComments(page, queue, Number.POSITIVE_INFINITY, INDENT, top);
  page.lines.push("}");
}
