/** Draws whose ends, each with what was done before it, multiply with every rule. */

/** More ends of one packet are not told apart: no rules that netc writes draw among so many ways. */
const MOST = 1 << 14;

/** Ends an evaluation: nothing is said of the text. It leaves `refutationsOf` for nobody. */
export class TooLarge extends Error {
  override readonly name = "TooLarge";
  constructor() {
    super(`what its rules draw among has more than ${MOST} ends for one packet`);
  }
}

export function refuseMore(ends: number): void {
  if (ends > MOST) throw new TooLarge();
}
