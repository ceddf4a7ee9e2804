/** The kernel keeps 128 bytes of a comment; nft refuses a whole file over a 129th. */
const LIMIT = 128;

const encoder = new TextEncoder();

/** Text in double quotes, as nft reads it: there is no escape, and a backslash is itself. */
export function quoted(text: string): string {
  return `"${text.replaceAll('"', "'")}"`;
}

/** A comment that the kernel keeps. */
export const comment = (statement: string): string => quoted(cut(statement));

/** A comment that stays in the file, to the end of its line. */
export const remark = (statement: string): string => `# ${cut(statement)}`;

/** Cut on a character at 128 bytes. */
function cut(text: string): string {
  if (text.length * 3 <= LIMIT || encoder.encode(text).length <= LIMIT) return text;
  let bytes = 0;
  let end = 0;
  const room = LIMIT - encoder.encode("…").length;
  for (const character of text) {
    bytes += encoder.encode(character).length;
    if (bytes > room) break;
    end += character.length;
  }
  return `${text.slice(0, end)}…`;
}
