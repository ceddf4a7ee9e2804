import { cutAtBytes } from "../cut.ts";

/** xt_comment keeps 256 bytes, the last of them zero. */
const LIMIT = 255;

/** Text in double quotes, as a restore file reads it: its only escape is a backslash. */
export function quoted(text: string): string {
  return `"${text.replaceAll('"', "'").replaceAll("\\", "\\\\")}"`;
}

/** A comment, cut on a character at 255 bytes. */
export function comment(statement: string): string {
  return quoted(cutAtBytes(statement, LIMIT));
}
