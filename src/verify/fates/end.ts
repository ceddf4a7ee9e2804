/** How a packet ends, each way as one object, with what was done to it on the way. */
import type { Address } from "../../address/address.ts";
import { type Effect, inSequence, NO_EFFECTS, textOfEffect } from "./effect.ts";

/** Equal ends of one table are one object, and have one number. */
export interface End {
  readonly id: number;
  /** Where destination translation leads; `null` of everything else. */
  readonly address: Address | null;
  /** Of an address its port, how many ports behind the one that was asked for (`+0` keeps it), or what else becomes of it. */
  readonly word: string | number;
  readonly effects: readonly Effect[];
  /** The same without effects. */
  readonly plain: End;
}

function plainEnd(id: number, address: Address | null, word: string | number): End {
  const end: { -readonly [K in keyof Omit<End, "plain">]: End[K] } & { plain: End | null } = {
    id,
    address,
    word,
    effects: NO_EFFECTS,
    plain: null,
  };
  end.plain = end as End;
  return end as End;
}

/** Nothing has ended it yet, or, behind the last chain of a hook, nothing did. */
export const ON = plainEnd(0, null, "on");
/** The chain was left, and nothing more. */
export const LEFT = plainEnd(1, null, "left");
export const ACCEPT = plainEnd(2, null, "accept");
/** Of conditions. */
export const YES = plainEnd(3, null, "yes");
export const NO = plainEnd(4, null, "no");

/** Without its effects. */
export const textOf = ({ address, word }: End): string =>
  address === null ? String(word) : `to ${address.text} port ${word}`;

export interface Ends {
  named(word: string): End;
  to(address: Address, port: string | number): End;
  /** The end, with these effects in front of its own. */
  after(effects: readonly Effect[], end: End): End;
}

/** In a list of all that lead to one address. */
interface Kept {
  readonly end: End;
  readonly next: Kept | undefined;
}

export function createEnds(): Ends {
  const byText = new Map<string, End>([[textOf(ACCEPT), ACCEPT]]);
  /** Of IPv4 and of one port, as most are: by the address's value. */
  const byAddress = new Map<number, Kept>();
  const withEffects = new Map<string, End>();
  let count = NO.id + 1;

  function kept(key: string, address: Address | null, word: string | number): End {
    const found = byText.get(key);
    if (found !== undefined) return found;
    const end = plainEnd(count++, address, word);
    byText.set(key, end);
    return end;
  }

  function atPort(address: Address & { readonly family: 4 }, port: number): End {
    const first = byAddress.get(address.value);
    for (let one = first; one !== undefined; one = one.next) if (one.end.word === port) return one.end;
    const end = plainEnd(count++, address, port);
    byAddress.set(address.value, { end, next: first });
    return end;
  }

  function after(effects: readonly Effect[], { plain, effects: own }: End): End {
    const all = own.length === 0 && effects.length < 2 ? effects : inSequence(effects, own);
    if (all.length === 0) return plain;
    const key = `${plain.id} ${all.map(textOfEffect).join("\n")}`;
    const found = withEffects.get(key);
    if (found !== undefined) return found;
    const end: End = { ...plain, id: count++, effects: all, plain };
    withEffects.set(key, end);
    return end;
  }

  return {
    named: (word) => kept(word, null, word),
    to: (address, port) =>
      address.family === 4 && typeof port === "number"
        ? atPort(address, port)
        : kept(`${address.text}\t${port}`, address, port),
    after,
  };
}
