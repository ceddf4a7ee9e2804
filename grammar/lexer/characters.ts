/** Characters: which may stand in a name, which are blanks in disguise, and what each is called. */

import {
  COLON,
  COMMA,
  CR,
  DASH,
  EQUALS,
  GREATER,
  HASH,
  LEFT_BRACE,
  LEFT_BRACKET,
  LF,
  QUOTE,
  RIGHT_BRACE,
  RIGHT_BRACKET,
  SEMICOLON,
  SPACE,
  TAB,
} from "./codes.ts";

const NAME = 1;
const DIGIT = 2;
const HEX = 4;

const ASCII = new Uint8Array(128);
for (let code = 48; code <= 57; code++) ASCII[code] = NAME | DIGIT | HEX;
for (let code = 65; code <= 90; code++) ASCII[code] = NAME;
for (let code = 97; code <= 122; code++) ASCII[code] = NAME;
for (let code = 65; code <= 70; code++) ASCII[code] = NAME | HEX;
for (let code = 97; code <= 102; code++) ASCII[code] = NAME | HEX;
ASCII[95] = NAME;

/**
 * A letter of any script, as source text for a `u` regex: no full-width Latin and nothing that is not seen (fillers, variation
 * selectors, joiners), since a name must not differ from another in a way that nobody can see.
 */
export const LETTER = String.raw`(?![\uFF01-\uFF5E\p{DI}])[\p{L}_]`;
/** What may follow the first letter of a name, its separators apart. */
export const NAME_CHARACTER = String.raw`(?![\uFF01-\uFF5E\p{DI}])[\p{L}\p{M}0-9_]`;

const letter = new RegExp(`^${LETTER}$`, "u");
const nameCharacter = new RegExp(`^${NAME_CHARACTER}$`, "u");

function wide(text: string, at: number, shape: RegExp): number {
  const character = String.fromCodePoint(text.codePointAt(at)!);
  return shape.test(character) ? character.length : 0;
}

export function isDigit(code: number): boolean {
  return code < 128 && (ASCII[code]! & DIGIT) !== 0;
}

export function isHex(code: number): boolean {
  return code < 128 && (ASCII[code]! & HEX) !== 0;
}

/** How many UTF-16 units of `text` at `at` are one character that may begin a name: 0, 1 or 2. */
export function letterAt(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code < 128) return (ASCII[code]! & (NAME | DIGIT)) === NAME ? 1 : 0;
  return at < text.length ? wide(text, at, letter) : 0;
}

/** The same for a character inside a name, its separators apart. */
export function nameCharacterAt(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (code < 128) return ASCII[code]! & NAME;
  return at < text.length ? wide(text, at, nameCharacter) : 0;
}

/** Control characters of C0 and C1; tab, LF and CRLF are for the caller to except. */
export function isControl(code: number): boolean {
  return code < 32 || (code >= 127 && code <= 159);
}

/** Never inside quotes: it would end the line or hide. */
export function isForbiddenInQuotes(code: number): boolean {
  return isControl(code) || code === 0x2028 || code === 0x2029;
}

/** LF, or CR with LF: a lone CR ends no line. */
export function isLineEnd(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code === LF || (code === CR && text.charCodeAt(at + 1) === LF);
}

/** Whether no token can begin at `at`, nor a blank, a newline or a comment stand there. */
export function isBad(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  switch (code) {
    case TAB:
    case LF:
    case SPACE:
    case QUOTE:
    case HASH:
    case COMMA:
    case COLON:
    case SEMICOLON:
    case LEFT_BRACKET:
    case RIGHT_BRACKET:
    case LEFT_BRACE:
    case RIGHT_BRACE:
      return false;
    case CR:
      return text.charCodeAt(at + 1) !== LF;
    case DASH:
      return text.charCodeAt(at + 1) !== GREATER;
    case EQUALS:
      return text.charCodeAt(at + 1) === GREATER;
    default:
      return at < text.length && !isDigit(code) && letterAt(text, at) === 0;
  }
}
