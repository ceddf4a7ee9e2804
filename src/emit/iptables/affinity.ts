/**
 * Clients are remembered in lists of xt_recent, one for each backend of a port line, whichever of the line's doors was asked. A backend
 * that leaves takes the rules that name its list along, and the kernel drops a list that no rule names; a reload keeps the others.
 *
 * A list holds the clients of one family: its mask is that of the rule that came first. It remembers those that came last, as many as
 * `ip_list_tot` says, 100 unless xt_recent was loaded with more. Names are files below /proc/net/xt_recent, of at most 199 bytes.
 */
import { identifierFor } from "../../address/identifier.ts";
import type { PortRange } from "../../address/port.ts";
import type { Affinity, ServiceTranslation, TranslationBackend } from "../../plan/plan.ts";
import { backendText } from "../backend.ts";
import type { IptMatch } from "./ruleset.ts";

const listOf = ({ key }: Affinity, asked: PortRange | null, backend: TranslationBackend): string =>
  identifierFor("recent", `NETC-V${backend.address.family}-`, `${key} ${backendText(asked, backend)}`);

/** The client was sent to this backend not longer ago than the affinity says. */
export function checkMatches({ affinity, port }: ServiceTranslation, backend: TranslationBackend): readonly IptMatch[] {
  if (affinity === null) return [];
  return [{ kind: "recent-check", list: listOf(affinity, port, backend), seconds: affinity.seconds }];
}

/** Always true; the client is remembered from now on. */
export function setMatches({ affinity, port }: ServiceTranslation, backend: TranslationBackend): readonly IptMatch[] {
  return affinity === null ? [] : [{ kind: "recent-set", list: listOf(affinity, port, backend) }];
}
