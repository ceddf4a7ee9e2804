/** A line's words. */

const SPACE = 32;
const QUOTE = 34;
const BACKSLASH = 92;

/** A reason why something is not read; null where it was. */
export type Reason = string | null;

/**
 * Puts the words of `text[start, end)` into `words`, in place of what is there. They stand apart by spaces; in double quotes a backslash
 * takes away what the character behind it means (add_param_to_argv of iptables' xshared.c). No word is empty. A word that stood in its
 * place before stays the same string: lines of one door are alike, and what is known of a string is found sooner than that of its copy.
 */
export function splitWords(text: string, start: number, end: number, words: string[]): Reason {
  let count = 0;
  let at = start;
  while (at < end) {
    const char = text.charCodeAt(at);
    if (char === SPACE) {
      at += 1;
      continue;
    }
    if (char === QUOTE) {
      const close = closing(text, at + 1, end);
      if (close === -1) return "a quote is opened and not closed";
      if (close + 1 < end && text.charCodeAt(close + 1) !== SPACE) return "a word goes on behind its closing quote";
      if (close === at + 1) return "a pair of quotes holds nothing";
      words[count] = unescaped(wordAt(text, at + 1, close, words[count]));
      at = close + 1;
    } else {
      const space = text.indexOf(" ", at);
      const stop = space === -1 || space > end ? end : space;
      const word = wordAt(text, at, stop, words[count]);
      if (word.includes('"')) return `a quote stands inside the word \`${word}\``;
      words[count] = word;
      at = stop;
    }
    count += 1;
  }
  words.length = count;
  return null;
}

const wordAt = (text: string, start: number, end: number, before: string | undefined): string =>
  before?.length === end - start && text.startsWith(before, start) ? before : text.slice(start, end);

/** Where the quote is that ends what begins at `start`; -1 where there is none before `end`. */
function closing(text: string, start: number, end: number): number {
  for (let at = text.indexOf('"', start); at !== -1 && at < end; at = text.indexOf('"', at + 1)) {
    let slashes = 0;
    while (at - slashes > start && text.charCodeAt(at - slashes - 1) === BACKSLASH) slashes += 1;
    if (slashes % 2 === 0) return at;
  }
  return -1;
}

function unescaped(text: string): string {
  return text.includes("\\") ? text.replace(/\\(.)/gsu, "$1") : text;
}
