const LEAST = 256;

/**
 * The `size` of a set with this many elements: a power of two with an eighth left free, so that it seldom changes when elements come,
 * and so that some can be added to the set in the kernel, which takes no more than its size.
 */
export function roomFor(elements: number): number {
  let size = LEAST;
  while (size < elements * 1.125) size *= 2;
  return size;
}
