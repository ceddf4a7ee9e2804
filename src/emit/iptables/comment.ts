/** xt_comment keeps 256 bytes, the last of them zero. */
const LIMIT = 255;

const encoder = new TextEncoder();

/** A comment in double quotes, whose only escape is a backslash; cut on a character at 255 bytes. */
export function comment(statement: string): string {
  let text = statement.replaceAll('"', "'");
  if (text.length * 3 > LIMIT) text = cut(text);
  return `"${text.replaceAll("\\", "\\\\")}"`;
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
