/** What a text of nft declares of its sets besides their elements. The readers take one layout only: a line for each. */

const BEGIN = /^[\t ]*(?:set|map)[\t ]+(\S+)[\t ]*\{/;
const SIZE = /^[\t ;]*size[\t ]+(\d+)[\t ]*(?:;|#|$)/;
const FLAGS = /^[\t ]*flags[\t ]+([a-z, \t]+?)[\t ]*(?:#|$)/;

/** `dynamic` is not listed by nft 1.0.6. */
const flagsText = (said: string): string =>
  said
    .split(",")
    .map((flag) => flag.trim())
    .filter((flag) => flag !== "dynamic")
    .join(",");

/** A line for each set, as `setLines` of a listing. */
export function sizesOf(text: string): readonly string[] {
  const found: { readonly name: string; size: string; flags: string }[] = [];
  for (const line of text.split("\n")) {
    const name = BEGIN.exec(line)?.[1];
    if (name !== undefined) found.push({ name, size: "null", flags: "" });
    const set = found.at(-1);
    if (set === undefined) continue;
    set.size = SIZE.exec(line)?.[1] ?? set.size;
    const flags = FLAGS.exec(line)?.[1];
    if (flags !== undefined) set.flags = flagsText(flags);
  }
  return found.map(({ name, size, flags }) => `${name} size ${size} flags ${flags}`).sort();
}
