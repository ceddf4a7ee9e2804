/** A text with as few lines as still show what it shows. */

type Lines = readonly string[];

/** Where the blocks of an nft text begin and how long they are: a declaration with its braces cannot go line by line. */
function blocksOf(lines: Lines): readonly { readonly at: number; readonly size: number }[] {
  return lines.flatMap((line, at) => {
    const end = /^\t(?:chain|set|map) /.test(line) ? lines.indexOf("\t}", at) : -1;
    return end === -1 ? [] : [{ at, size: end - at + 1 }];
  });
}

/** Blocks first, then halves and ever smaller parts; asks at most so often. */
export function fewestLines(text: string, most: number, shows: (text: string) => boolean): string {
  let left: Lines = text.split("\n");
  let asked = 0;
  const shorten = (at: number, size: number): boolean => {
    asked += 1;
    const less = left.toSpliced(at, size);
    if (asked > most || !shows(less.join("\n"))) return false;
    left = less;
    return true;
  };
  for (let before = -1; before !== left.length && asked < most; ) {
    before = left.length;
    for (const { at, size } of [...blocksOf(left)].reverse()) shorten(at, size);
    for (let size = Math.ceil(left.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
      for (let at = 0; at < left.length; ) if (!shorten(at, size)) at += size;
    }
  }
  return left.join("\n");
}
