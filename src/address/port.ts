export type Protocol = "tcp" | "udp" | "sctp" | "icmp";

export const PROTOCOLS: readonly Protocol[] = ["tcp", "udp", "sctp", "icmp"];

/** Inclusive, 1–65535. */
export interface PortRange {
  readonly first: number;
  readonly last: number;
}
