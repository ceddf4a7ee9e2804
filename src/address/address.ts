/** An IPv4 address; `value` is unsigned 32 bit, `text` canonical. */
export interface Ipv4Address {
  readonly family: 4;
  readonly value: number;
  readonly text: string;
}

/** An IPv6 address; `value` is unsigned 128 bit, `text` canonical as of RFC 5952. */
export interface Ipv6Address {
  readonly family: 6;
  readonly value: bigint;
  readonly text: string;
}

export type Address = Ipv4Address | Ipv6Address;
export type Family = 4 | 6;

/** At most one of each family. */
export interface ByFamily<T> {
  readonly 4: T | null;
  readonly 6: T | null;
}
