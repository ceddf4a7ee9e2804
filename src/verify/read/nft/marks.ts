/** Marks, in the spellings that nft itself knows. */
import { addAction, type Draft } from "./draft.ts";
import { MOST } from "./fields.ts";
import { accept, expect, fail, numberOf, peek, take } from "./words.ts";

/** What binds tighter has the greater number; nft has C's order. */
const OPERATORS: Readonly<Record<string, 0 | 1 | 2>> = { "|": 0, or: 0, "^": 1, xor: 1, "&": 2, and: 2 };

const unsigned = (bits: number): number => bits >>> 0;

/** The mark becomes its bits of `kept`, with those of `turned` turned. */
interface Bits {
  readonly kept: number;
  readonly turned: number;
}

function apply({ kept, turned }: Bits, operator: 0 | 1 | 2, value: number): Bits {
  switch (operator) {
    case 0:
      return { kept: unsigned(kept & ~value), turned: unsigned(turned | value) };
    case 1:
      return { kept, turned: unsigned(turned ^ value) };
    case 2:
      return { kept: unsigned(kept & value), turned: unsigned(turned & value) };
  }
}

/** `& KEPT ^ VALUE` and the like, from the left; what binds tighter than what stands before it is refused. */
function readBits(draft: Draft): Bits | null {
  const { words } = draft;
  let bits: Bits = { kept: MOST, turned: 0 };
  for (let before = 2; Object.hasOwn(OPERATORS, peek(words)); ) {
    const operator = OPERATORS[take(words)]!;
    if (operator > before)
      return fail(words, "of two operators the second binds tighter: which bits are meant is easily misread");
    const value = numberOf(take(words), MOST);
    if (value < 0) return fail(words, "a mark is no number of 32 bits");
    bits = apply(bits, operator, value);
    before = operator;
  }
  return bits;
}

function setBits(draft: Draft, { kept, turned }: Bits): null {
  if ((kept & turned) !== 0) return fail(draft.words, "bits are turned that were not cleared");
  const mask = unsigned(~kept);
  if (mask !== 0) return addAction(draft, { kind: "mark", value: turned, mask }, "goes on");
  draft.hasIdle = true;
  return null;
}

/** `set VALUE`, or `set meta mark` and what is done to its bits. */
export function mark(draft: Draft): null {
  const { words } = draft;
  if (!expect(words, "set")) return null;
  if (accept(words, "meta", "mark")) {
    const bits = readBits(draft);
    return bits === null ? null : setBits(draft, bits);
  }
  const value = numberOf(take(words), MOST);
  return value < 0 ? fail(words, "a mark is no number of 32 bits") : setBits(draft, { kept: 0, turned: value });
}
