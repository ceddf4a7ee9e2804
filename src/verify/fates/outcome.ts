/** What becomes of a packet where rules are asked: a draw among ends, perhaps after a look at who is remembered. */

/** `on`: nothing has ended it yet, or, behind the last chain of a hook, nothing did; `left`: the chain was left, and nothing more. Anything else is an end in words, alike for equal ends. */
export type End = string;
export const ON: End = "on";
export const LEFT: End = "left";
export const ACCEPT: End = "accept";

/** A client that the list remembers gets this end, and the draw is not asked. */
export interface Held {
  readonly list: string;
  readonly seconds: number;
  readonly end: End;
  /** Of what comes so much asks the list: all of it, unless something was drawn before. */
  readonly share: number;
}

export interface Outcome {
  /** Shares of one, by end. */
  readonly ends: ReadonlyMap<End, number>;
  /** Asked in this order. */
  readonly held: readonly Held[];
  /** What was noted on the way: logs, marks. */
  readonly notes: readonly string[];
}

const NOTHING_HELD: readonly Held[] = [];
const NO_NOTES: readonly string[] = [];

export const certain = (end: End): Outcome => ({ ends: new Map([[end, 1]]), held: NOTHING_HELD, notes: NO_NOTES });

/** Nothing has happened yet. */
export const ON_THEN: Outcome = certain(ON);

/** Of a certain outcome. */
export const endOf = ({ ends }: Outcome): End => ends.keys().next().value!;

const heldKey = ({ list, seconds, end, share }: Held): string => `${list} ${seconds} ${share} ${end}`;

const partOf = (held: readonly Held[], part: number): readonly Held[] =>
  part === 1 || held.length === 0 ? held : held.map((each) => ({ ...each, share: each.share * part }));

/** Shares are one within the kernel's own unit of a probability. */
const SHARES = 2 ** 31;

/** Equal for equal outcomes. */
export function outcomeKey({ ends, held, notes }: Outcome): string {
  const isPlain = held.length === 0 && notes.length === 0;
  if (isPlain && ends.size === 1) {
    const [end, share] = ends.entries().next().value!;
    if (share === 1) return end;
  }
  const shares: string[] = [];
  for (const [end, share] of ends) shares.push(`${Math.round(share * SHARES)} ${end}`);
  if (shares.length > 1) shares.sort();
  const drawn = shares.join("|");
  return isPlain ? `draw ${drawn}` : ["noted", drawn, held.map(heldKey).join("|"), notes.join("|")].join("\n");
}

/** Of `Leaves.traitsOf`. */
export const TRAITS = { on: 1, left: 2, accept: 4 } as const;

export const outcomeTraits = ({ ends }: Outcome): number =>
  (ends.has(ON) ? TRAITS.on : 0) | (ends.has(LEFT) ? TRAITS.left : 0) | (ends.has(ACCEPT) ? TRAITS.accept : 0);

/** `share` of it is `one`, the rest `other`. */
export function mixed(share: number, one: Outcome, other: Outcome): Outcome {
  const ends = new Map<End, number>();
  for (const [end, part] of one.ends) ends.set(end, part * share);
  for (const [end, part] of other.ends) ends.set(end, (ends.get(end) ?? 0) + part * (1 - share));
  const held = [...partOf(one.held, share), ...partOf(other.held, 1 - share)];
  return { ends, held, notes: [...one.notes, ...other.notes] };
}

/** What `first` leaves open is what `then` says. */
export function followed(first: Outcome, then: Outcome): Outcome {
  const open = first.ends.get(ON);
  if (open === undefined) return first;
  const ends = new Map(first.ends);
  ends.delete(ON);
  for (const [end, part] of then.ends) ends.set(end, (ends.get(end) ?? 0) + part * open);
  const held = then.held.length === 0 ? first.held : [...first.held, ...partOf(then.held, open)];
  const notes = then.notes.length === 0 ? first.notes : [...first.notes, ...then.notes];
  return { ends, held, notes };
}

/** Every share of `from` is one of `to`. */
export function renamed(outcome: Outcome, from: End, to: End): Outcome {
  const part = outcome.ends.get(from);
  if (part === undefined) return outcome;
  const ends = new Map(outcome.ends);
  ends.delete(from);
  ends.set(to, (ends.get(to) ?? 0) + part);
  return { ...outcome, ends };
}

export const remembering = (held: Held, outcome: Outcome): Outcome => ({ ...outcome, held: [held, ...outcome.held] });

export const noted = (note: string, outcome: Outcome): Outcome => ({ ...outcome, notes: [note, ...outcome.notes] });

const REMEMBERED = "\tremembered by ";

/** Who a client is remembered by stands behind the end. */
export const remembers = (end: End, lists: readonly string[]): End =>
  lists.length === 0 ? end : `${end}${REMEMBERED}${lists.join(", ")}`;

/** An end, and the lists that remember the client; `null`: none. */
export function splitEnd(end: End): { readonly what: string; readonly lists: string | null } {
  const at = end.indexOf(REMEMBERED);
  return at === -1 ? { what: end, lists: null } : { what: end.slice(0, at), lists: end.slice(at + REMEMBERED.length) };
}
