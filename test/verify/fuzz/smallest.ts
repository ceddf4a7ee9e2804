/** Makes a program smaller while it still shows what it shows: without statements, lines of blocks, clauses, items of lists. */

type Statements = readonly string[];
/** Asked of programs that may have errors. */
type Shows = (statements: Statements) => boolean;

const BLOCK = /^([^\n]*) \{\n([\s\S]*)\}$/;

const CLAUSES = [
  / log( "[^"]*")?$/,
  / except .*$/,
  / from .*$/,
  / nodeport \S+/,
  / as \S+/,
  / dev \S+/,
  / weight \d+/,
  /^default /,
  / pods [^-]*$/,
];

const wordsOf = (text: string): readonly string[] => text.match(/(?:[^\s"]|"[^"]*")+/g) ?? [];

/** Without the item in front of a comma, and without the one behind it; other words of the sentence stay. */
function* withoutItems(sentence: string): Iterable<string> {
  const pieces = sentence.split(", ");
  for (let at = 1; at < pieces.length; at += 1) {
    const [before, behind] = [wordsOf(pieces[at - 1]!), wordsOf(pieces[at]!)];
    const around = (words: Statements): string =>
      [...pieces.slice(0, at - 1), words.join(" "), ...pieces.slice(at + 1)].join(", ");
    yield around([...before.slice(0, -1), ...behind]);
    yield around([...before, ...behind.slice(1)]);
  }
}

function* shorterSentence(sentence: string): Iterable<string> {
  for (const clause of CLAUSES) if (clause.test(sentence)) yield sentence.replace(clause, "");
  yield* withoutItems(sentence);
}

/** Larger parts first. */
function* shorter(statement: string): Iterable<string> {
  const [, head, body] = BLOCK.exec(statement) ?? [];
  if (head === undefined || body === undefined) {
    yield* shorterSentence(statement);
    return;
  }
  const lines = body
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");
  const block = (some: Statements): string => `${head} {\n${some.map((line) => `  ${line}\n`).join("")}}`;
  for (const at of lines.keys()) yield block(lines.toSpliced(at, 1));
  for (const at of lines.keys()) for (const line of shorterSentence(lines[at]!)) yield block(lines.with(at, line));
  for (const less of shorterSentence(head)) yield `${less} {\n${body}}`;
}

/** Halves first, then ever smaller parts. */
function withoutStatements(statements: Statements, shows: Shows): Statements {
  let left = statements;
  for (let size = Math.ceil(left.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let at = 0; at < left.length; ) {
      const less = left.toSpliced(at, size);
      if (shows(less)) left = less;
      else at += size;
    }
  }
  return left;
}

function withShorter(statements: Statements, shows: Shows): Statements {
  let left = statements;
  for (let at = 0; at < left.length; ) {
    const found = [...shorter(left[at]!)].find((each) => shows(left.with(at, each)));
    if (found === undefined) at += 1;
    else left = left.with(at, found);
  }
  return left;
}

export function smallest(statements: Statements, shows: Shows): Statements {
  for (let left = statements; ; ) {
    const less = withShorter(withoutStatements(left, shows), shows);
    if (less.join().length === left.join().length) return less;
    left = less;
  }
}
