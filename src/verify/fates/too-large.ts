/** What is given up because it grows without bounds. */
import type { Spend } from "../../packetset/store.ts";

/** More ends of one packet are not told apart: no rules that netc writes draw among so many ways, each with what was done before it. */
const MOST = 1 << 14;

/** Ends an evaluation: nothing is said of the text. It leaves `refutationsOf` for nobody. */
export class TooLarge extends Error {
  override readonly name = "TooLarge";
}

export function refuseMore(ends: number): void {
  if (ends > MOST) throw new TooLarge(`what its rules draw among has more than ${MOST} ends for one packet`);
}

const BYTES_OF_WORD = 8;

/** So many bytes at most, of all diagrams together that are made with it. */
export function spendingAtMost(bytes: number): Spend {
  const most = bytes / BYTES_OF_WORD;
  let spent = 0;
  return (words) => {
    spent += words;
    if (spent <= most) return;
    const megabytes = Math.floor(bytes / 1e6).toLocaleString("en-US");
    throw new TooLarge(`its rules tell more packets apart than ${megabytes} MB hold`);
  };
}
