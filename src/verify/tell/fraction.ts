/** Shares as people say them. */

/** Larger denominators are no fractions that anybody wrote. */
const LARGEST = 10_000;
/** The kernel keeps a probability in units of 2⁻³¹, and a draw asks several. */
const NEAR = 2 ** -26;
/** Of a decimal: enough for half a unit. */
const DIGITS = 10;

/** `1/2`, of the smallest denominator that is no further than `near` from the share; a decimal where none is. */
export function fractionOf(share: number, near = NEAR): string {
  // Convergents of the continued fraction.
  let [above, below, aboveBefore, belowBefore] = [Math.floor(share), 1, 1, 0];
  let rest = share - above;
  while (Math.abs(share - above / below) > near) {
    if (rest === 0) return share.toFixed(DIGITS);
    const whole = Math.floor(1 / rest);
    rest = 1 / rest - whole;
    [above, aboveBefore] = [whole * above + aboveBefore, above];
    [below, belowBefore] = [whole * below + belowBefore, below];
    if (below > LARGEST) return share.toFixed(DIGITS);
  }
  if (below === 1) return share === above ? String(above) : share.toPrecision(10);
  return `${above}/${below}`;
}
