/** xt_comment keeps 256 bytes, the last of them zero. */
const LIMIT = 255;

const encoder = new TextEncoder();

/** Text in double quotes, as a restore file reads it: its only escape is a backslash. */
export function quoted(text: string): string {
  return `"${text.replaceAll('"', "'").replaceAll("\\", "\\\\")}"`;
}

/** A comment, cut on a character at 255 bytes. */
export function comment(statement: string): string {
  return quoted(statement.length * 3 > LIMIT ? cut(statement) : statement);
}

function cut(text: string): string {
  if (encoder.encode(text).length <= LIMIT) return text;
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
