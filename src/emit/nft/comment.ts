import { cutAtBytes } from "../cut.ts";

/** The kernel keeps 128 bytes of a comment; nft refuses a whole file over a 129th. */
const LIMIT = 128;

/** Text in double quotes, as nft reads it: there is no escape, and a backslash is itself. */
export function quoted(text: string): string {
  return `"${text.replaceAll('"', "'")}"`;
}

/** A comment that the kernel keeps. */
export const comment = (statement: string): string => quoted(cutAtBytes(statement, LIMIT));

/** A comment that stays in the file, to the end of its line. */
export const remark = (statement: string): string => `# ${cutAtBytes(statement, LIMIT)}`;
