/** A line of a restore file as words, and a reader that takes them one after the other. */

/** Words stand between blanks; in double quotes a backslash takes the next character as it is. */
function wordsOf(line: string): readonly string[] {
  const words: string[] = [];
  const shape = /"((?:[^"\\]|\\.)*)"(?= |$)|([^ "\\]+)(?= |$)/y;
  for (let at = 0; at < line.length; at = shape.lastIndex + 1) {
    shape.lastIndex = at;
    const found = shape.exec(line);
    if (found === null) throw new Error(`no word at column ${at + 1}: ${line}`);
    words.push(found[2] ?? found[1]!.replace(/\\(.)/g, "$1"));
  }
  return words;
}

export interface Words {
  readonly line: string;
  readonly take: () => string;
  /** The next word if it is this one. */
  readonly takeIf: (word: string) => boolean;
  readonly isAtEnd: () => boolean;
  readonly fail: (word: string) => never;
}

export function read(line: string): Words {
  const words = wordsOf(line);
  let next = 0;
  const fail = (word: string): never => {
    throw new Error(`unknown word ${word}: ${line}`);
  };
  return {
    line,
    take: () => words[next++] ?? fail("at the end"),
    takeIf: (word) => {
      if (words[next] !== word) return false;
      next += 1;
      return true;
    },
    isAtEnd: () => next === words.length,
    fail,
  };
}

export function expectWord(words: Words, ...expected: readonly string[]): void {
  for (const word of expected) if (!words.takeIf(word)) words.fail(words.isAtEnd() ? "at the end" : words.take());
}

/** The next word, which must be one of these. */
export function oneOf<const T extends string>(words: Words, ...known: readonly T[]): T {
  const word = words.take();
  return known.find((each) => each === word) ?? words.fail(word);
}
