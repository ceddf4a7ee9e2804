/** Where runs of characters end: words, numbers, addresses. Each looks at a character a bounded number of times. */

import type { TokenType } from "chevrotain";
import { Address, Duration, Integer, Mark, PortProto, PortRange } from "../tokens.ts";
import { isDigit, isHex, nameCharacterAt } from "./characters.ts";
import { COLON, DASH, DOT, PERCENT, SLASH } from "./codes.ts";

function dashesEnd(text: string, at: number): number {
  let end = at;
  while (text.charCodeAt(end) === DASH) end++;
  return end;
}

/** The end of the word whose first character, `width` units wide, stands at `at`. */
export function wordEnd(text: string, at: number, width: number): number {
  let end = at + width;
  for (;;) {
    const more = nameCharacterAt(text, end);
    if (more > 0) {
      end += more;
      continue;
    }
    const code = text.charCodeAt(end);
    let next = end;
    if (code === DASH) next = dashesEnd(text, end);
    else if (code === DOT || code === SLASH) next = end + 1;
    if (next === end || nameCharacterAt(text, next) === 0) return end;
    end = next;
  }
}

/**
 * The end of an address of at least two colons that begins at `at`, with whatever hangs on to it; -1 where none begins. A single
 * colon behind a group that no group follows is a port's: `fd00::1:tcp`.
 */
export function colonRunEnd(text: string, at: number): number {
  if (text.charCodeAt(at) === COLON && text.charCodeAt(at + 1) !== COLON) return -1;
  let end = at;
  let colons = 0;
  for (;;) {
    for (; ; end++) {
      const code = text.charCodeAt(end);
      if (code === COLON) colons++;
      else if (!isHex(code)) break;
    }
    if (colons < 2) return -1;
    const before = text.charCodeAt(end - 1) === COLON && end - at > 1 ? text.charCodeAt(end - 2) : COLON;
    if (before !== COLON && colons > 2) return end - 1;
    for (let more = 1; more > 0; end += more) {
      const code = text.charCodeAt(end);
      more = code === DOT || code === SLASH || code === PERCENT ? 1 : nameCharacterAt(text, end);
    }
    if (text.charCodeAt(end) !== DASH) return end;
    const next = dashesEnd(text, end);
    if (text.charCodeAt(next) !== COLON && nameCharacterAt(text, next) === 0) return end;
    end = next;
  }
}

/** The end of a run that starts with a digit at `at` and holds fewer than two colons. */
export function digitRunEnd(text: string, at: number): number {
  let end = at + 1;
  for (;;) {
    const more = nameCharacterAt(text, end);
    if (more > 0) {
      end += more;
      continue;
    }
    const code = text.charCodeAt(end);
    if (code === DOT || code === SLASH) end++;
    else if (code === DASH) {
      const next = dashesEnd(text, end);
      if (nameCharacterAt(text, next) === 0) return end;
      end = next;
    } else return end;
  }
}

/** Behind the digits at `at`. */
export function digitsEnd(text: string, at: number): number {
  let end = at;
  while (isDigit(text.charCodeAt(end))) end++;
  return end;
}

const PORT_PROTO = /^\d+(?:-\d+)?\/[A-Za-z]\w*$/;
const PORT_RANGE = /^\d+-\d+$/;
const MARK = /^(?:0x[\da-fA-F]+|\d+)(?:\/(?:0x[\da-fA-F]+|\d+))?$/;
const DURATION = /^\d+[smhd]$/;

/** What a run that starts with a digit is; `digits` is where its leading digits end. */
export function digitRunType(text: string, start: number, digits: number, end: number): TokenType {
  if (digits === end) return Integer;
  if (text.charCodeAt(digits) === DOT) return Address;
  const image = text.slice(start, end);
  if (PORT_RANGE.test(image)) return PortRange;
  if (PORT_PROTO.test(image)) return PortProto;
  if (DURATION.test(image)) return Duration;
  return MARK.test(image) ? Mark : Address;
}
