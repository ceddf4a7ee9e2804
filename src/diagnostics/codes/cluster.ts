import { error, warning } from "./entry.ts";

/** What binding and the laws report. */
export const clusterCodes = {
  "malformed-address": error(
    (p: { text: string; reason: string }) => `\`${p.text}\` is not an address: ${p.reason}`,
    "An address that two programs read in two ways (010.1.1.1 is 8.1.1.1 to some) is a rule on the wrong host.",
  ),
  "hairpin-missing": warning(
    (p: { pod: string; service: string }) => `\`${p.pod}\` cannot reach itself through service \`${p.service}\``,
    "The pod drops a packet that claims to come from itself, so a connection from a backend that is drawn for its own request gets no answer.",
  ),
} as const;
