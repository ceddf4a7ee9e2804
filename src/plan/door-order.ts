import { compareAddress } from "../address/address.ts";
import { compareText } from "./passes/match-key.ts";
import type { ServiceTranslation } from "./plan.ts";

type Asked = Pick<ServiceTranslation, "address" | "protocol" | "port">;

/** Nodeports, which have no address, stand last. */
const compareAddresses = (a: Asked["address"], b: Asked["address"]): number =>
  a === null || b === null ? Number(a === null) - Number(b === null) : compareAddress(a, b);

/** By address, protocol and port: an order that no statement's place changes. */
export const compareDoors = (a: Asked, b: Asked): number =>
  compareAddresses(a.address, b.address) ||
  compareText(a.protocol ?? "", b.protocol ?? "") ||
  (a.port?.first ?? 0) - (b.port?.first ?? 0);
