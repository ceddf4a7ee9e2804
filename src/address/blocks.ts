/** An aligned power-of-two piece of a range, in numbers alone. */
export interface Block {
  readonly value: bigint;
  readonly length: number;
}

/** The fewest aligned blocks that hold exactly `first` to `last`, ascending; none when `last` lies below `first`. */
export function blocksOf(first: bigint, last: bigint, bits: 32 | 128): readonly Block[] {
  const blocks: Block[] = [];
  let value = first;
  while (value <= last) {
    let length = bits;
    let size = 1n;
    while (length > 0 && (value & size) === 0n && value + size * 2n - 1n <= last) {
      size *= 2n;
      length--;
    }
    blocks.push({ value, length });
    value += size;
  }
  return blocks;
}
