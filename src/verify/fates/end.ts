/** How a packet ends, each way as one object. */
import type { Address } from "../../address/address.ts";

/** Equal ends of one table are one object, and have one number. */
export interface End {
  readonly id: number;
  /** Where destination translation leads; `null` of everything else. */
  readonly address: Address | null;
  /** Of an address its port, how many ports behind the one that was asked for (`+0` keeps it), or what else becomes of it. */
  readonly word: string | number;
  /** Who remembers the client. */
  readonly lists: readonly string[];
}

const NO_LISTS: readonly string[] = [];

const fixed = (id: number, word: string): End => ({ id, address: null, word, lists: NO_LISTS });

/** Nothing has ended it yet, or, behind the last chain of a hook, nothing did. */
export const ON = fixed(0, "on");
/** The chain was left, and nothing more. */
export const LEFT = fixed(1, "left");
export const ACCEPT = fixed(2, "accept");
/** Of conditions. */
export const YES = fixed(3, "yes");
export const NO = fixed(4, "no");

/** Without who remembers the client. */
export const textOf = ({ address, word }: End): string =>
  address === null ? String(word) : `to ${address.text} port ${word}`;

export interface Ends {
  named(word: string): End;
  to(address: Address, port: string | number, lists: readonly string[]): End;
}

/** In a list of all that lead to one address. */
interface Kept extends End {
  readonly next: Kept | undefined;
}

export function createEnds(): Ends {
  const byText = new Map<string, End>([[textOf(ACCEPT), ACCEPT]]);
  /** Of IPv4, of one port and nobody remembered, as most are: by the address's value. */
  const byAddress = new Map<number, Kept>();
  let count = NO.id + 1;

  function kept(key: string, address: Address | null, word: string | number, lists: readonly string[]): End {
    const found = byText.get(key);
    if (found !== undefined) return found;
    const end = { id: count++, address, word, lists };
    byText.set(key, end);
    return end;
  }

  function atPort(address: Address & { readonly family: 4 }, port: number): End {
    const first = byAddress.get(address.value);
    for (let one = first; one !== undefined; one = one.next) if (one.word === port) return one;
    const end: Kept = { id: count++, address, word: port, lists: NO_LISTS, next: first };
    byAddress.set(address.value, end);
    return end;
  }

  return {
    named: (word) => kept(word, null, word, NO_LISTS),
    to: (address, port, lists) =>
      address.family === 4 && typeof port === "number" && lists.length === 0
        ? atPort(address, port)
        : kept([address.text, port, ...lists].join("\t"), address, port, lists),
  };
}
