/** Makes a program smaller while it still shows what it shows: without statements, lines of blocks, items of lists, clauses. */

const BLOCK = /^([^\n]*\{)\n([\s\S]*)\}$/;

/** Ways to leave something out of one statement, larger parts first. */
function* shorter(statement: string): Iterable<string> {
  const block = BLOCK.exec(statement);
  if (block !== null) {
    const [, head = "", body = ""] = block;
    const lines = body.split("\n").filter((line) => line !== "");
    for (const at of lines.keys()) {
      const less = lines.toSpliced(at, 1);
      yield `${head}\n${less.map((line) => `${line}\n`).join("")}}`;
      for (const line of shorter(lines[at]!))
        yield `${head}\n${lines
          .with(at, line)
          .map((each) => `${each}\n`)
          .join("")}}`;
    }
    for (const line of shorter(head.slice(0, -2))) yield `${line} {\n${body}}`;
    return;
  }
  for (const clause of [
    / log( "[^"]*")?$/,
    / except .*$/,
    / from .*$/,
    / nodeport \S+/,
    / as \S+/,
    / dev \S+/,
    / weight \d+/,
    /^default /,
    / pods [^-]*$/,
  ])
    if (clause.test(statement)) yield statement.replace(clause, "");
  const items = statement.split(", ");
  // Between two commas stand whole items; at the ends of a list something else is in front or behind.
  for (const at of items.keys()) {
    const item = items[at]!;
    if (at > 0 && at < items.length - 1 && !item.includes(" ")) yield items.toSpliced(at, 1).join(", ");
    const words = item.split(" ");
    const [first = "", ...behind] = words;
    if (at > 0)
      yield [...items.slice(0, at - 1), [items[at - 1]!, ...behind].join(" "), ...items.slice(at + 1)].join(", ");
    if (at < items.length - 1) {
      const head = at === 0 ? words.slice(0, -1) : words.slice(0, -1);
      if (at === 0 || words.length > 1)
        yield [...items.slice(0, at), [...head, items[at + 1]!].join(" "), ...items.slice(at + 2)].join(", ");
    }
    void first;
  }
}

/** Halves first, then ever smaller parts. */
function withoutStatements(
  statements: readonly string[],
  shows: (each: readonly string[]) => boolean,
): readonly string[] {
  let left = statements;
  for (let size = Math.ceil(left.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < left.length; ) {
      const less = left.toSpliced(at, size);
      if (less.length < left.length && shows(less)) left = less;
      else at += size;
    }
  }
  return left;
}

function withShorter(statements: readonly string[], shows: (each: readonly string[]) => boolean): readonly string[] {
  let left = statements;
  for (let at = 0; at < left.length; at += 1) {
    for (;;) {
      const found = [...shorter(left[at]!)].find(
        (each) => each.length < left[at]!.length && shows(left.with(at, each)),
      );
      if (found === undefined) break;
      left = left.with(at, found);
    }
  }
  return left;
}

/** `shows` is asked of programs that may have errors. */
export function smallest(
  statements: readonly string[],
  shows: (each: readonly string[]) => boolean,
): readonly string[] {
  let left = statements;
  for (;;) {
    const less = withShorter(withoutStatements(left, shows), shows);
    if (less.join().length === left.join().length) return less;
    left = less;
  }
}
