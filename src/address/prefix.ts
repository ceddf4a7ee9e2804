import type { Address } from "./address.ts";

/** A range with a length: `address` is its first address, so host bits are zero. `text` is canonical and always holds the length. */
export interface Prefix {
  readonly address: Address;
  readonly length: number;
  readonly text: string;
}
