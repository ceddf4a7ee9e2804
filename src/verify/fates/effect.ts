/** What a rule does to a packet without deciding of it: a mark, a line in the log, a client who is remembered. */

export type Effect =
  /** The bits of the mask become those of the value, which has no others. */
  | { readonly kind: "mark"; readonly value: number; readonly mask: number }
  | { readonly kind: "log"; readonly prefix: string; readonly isLimited: boolean }
  /** `seconds`: `null` where whoever looks the client up says how long. */
  | { readonly kind: "remember"; readonly list: string; readonly seconds: number | null };

export const NO_EFFECTS: readonly Effect[] = [];

type Mark = Effect & { readonly kind: "mark" };

/** Two marks, one after the other, as one. */
function composed(first: Mark, then: Mark): Mark {
  return {
    kind: "mark",
    value: ((first.value & ~then.mask) | then.value) >>> 0,
    mask: (first.mask | then.mask) >>> 0,
  };
}

const changesNothing = (effect: Effect): boolean => effect.kind === "mark" && effect.mask === 0;

const isRemember = ({ kind }: Effect): boolean => kind === "remember";

/**
 * `first`, then `then`, in one form for all that do the same: neighbouring marks are one, and what is remembered stands behind the
 * rest, since it changes neither marks nor logs.
 */
export function inSequence(first: readonly Effect[], then: readonly Effect[]): readonly Effect[] {
  const found: Effect[] = [];
  for (const effect of [...first, ...then]) {
    if (changesNothing(effect) || isRemember(effect)) continue;
    const before = found.at(-1);
    if (before?.kind === "mark" && effect.kind === "mark") found[found.length - 1] = composed(before, effect);
    else found.push(effect);
  }
  const texts = new Set<string>();
  for (const effect of [...first, ...then]) {
    if (!isRemember(effect) || texts.has(textOfEffect(effect))) continue;
    texts.add(textOfEffect(effect));
    found.push(effect);
  }
  return found;
}

/** Equal for equal effects. */
export function textOfEffect(effect: Effect): string {
  switch (effect.kind) {
    case "mark":
      return `mark ${effect.value}/${effect.mask}`;
    case "log":
      return `log ${effect.isLimited ? "" : "without a limit "}${effect.prefix}`;
    case "remember":
      return `remember ${effect.list} ${effect.seconds}`;
  }
}

/** As people read it; which list holds a client is no name of theirs. */
export function wordsOfEffect(effect: Effect): string {
  if (effect.kind === "remember") return "remembers the client";
  if (effect.kind === "mark") return textOfEffect(effect);
  const prefix = effect.prefix === "" ? "" : ` "${effect.prefix}"`;
  return `log${prefix}${effect.isLimited ? "" : " without a limit"}`;
}
