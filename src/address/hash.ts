/**
 * 53 well-mixed bits of a text, the same in every version of netc and on every machine: identifiers on running nodes
 * stand on it. Not for secrets; who seeks a collision finds one, and a law reports it.
 */
export function hashText(text: string): number {
  let low = 0x2545f491;
  let high = 0x6c62272e;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    low = Math.imul(low ^ unit ^ (high >>> 13), 0x5bd1e995);
    high = Math.imul(high ^ unit ^ (low >>> 15), 0x1b873593);
  }
  low = scatter(low ^ text.length);
  high = scatter(high ^ low);
  low = scatter(low + high);
  return (high >>> 11) * 0x1_0000_0000 + (low >>> 0);
}

function scatter(word: number): number {
  let mixed = Math.imul(word ^ (word >>> 16), 0x7feb352d);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x846ca68b);
  return mixed ^ (mixed >>> 16);
}

/** The lowest digits of a hash, one for each alphabet, first to last. */
export function hashDigits(hash: number, alphabets: readonly string[]): string {
  let rest = hash;
  let digits = "";
  for (const alphabet of alphabets) {
    digits += alphabet[rest % alphabet.length];
    rest = Math.floor(rest / alphabet.length);
  }
  return digits;
}
