import { error } from "./entry.ts";

/** What lexing and parsing report. The parser words its own messages, since only it knows what it expected. */
const worded = (params: { message: string }) => params.message;

export const grammarCodes = {
  "bad-character": error(
    worded,
    "A character that looks like another, or is not seen at all, would make a program mean something else than it shows.",
  ),
  "unclosed-quote": error(worded, "A quoted name ends on the line it began on; there are no escapes."),
  "empty-name": error(worded, "A name has at least one character."),
  "unknown-statement": error(
    worded,
    "A line whose first word is no statement would be a rule that silently is not there.",
  ),
  syntax: error(worded, "The statement does not have the shape its keyword asks for."),
  "line-start": error(
    worded,
    "A statement ends at its newline, so a line cannot begin with what continues the one above.",
  ),
  "unclosed-block": error(worded, "A block that began with `{` ends with `}`."),
  "duplicate-clause": error(worded, "Of two clauses that say the same thing one would have to be ignored."),
  "bracket-missing": error(worded, "Without brackets the port of an IPv6 address reads as its last group."),
} as const;
