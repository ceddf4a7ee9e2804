/** No shell gives any of these a meaning, whatever stands beside them. */
const PLAIN = /^[A-Za-z0-9_./:,@%+-]+$/;

/**
 * Text as one word of a POSIX shell: as it is where that is safe, else in single quotes, where nothing is special but
 * they themselves. What would be special elsewhere stands outside them too, lest a reader take it for meant.
 */
export function quote(text: string): string {
  return PLAIN.test(text) ? text : `'${text.replace(/['$`\\]/g, "'\\$&'")}'`;
}

/** Text as it may stand in a comment: a line's end would end the comment. */
export function comment(text: string): string {
  return text.replace(/[\0-\x1f\x7f\x85\u2028\u2029]+/g, " ");
}

/** A quoted here-document: the shell hands on every byte. The delimiter grows until no line of the text is like it. */
export function hereDocument(command: string, delimiter: string, text: string): string {
  const body = text === "" || text.endsWith("\n") ? text : `${text}\n`;
  let end = delimiter;
  while (body.startsWith(`${end}\n`) || body.includes(`\n${end}\n`)) end += "-";
  return `${command} <<'${end}'\n${body}${end}\n`;
}
