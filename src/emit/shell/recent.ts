import type { NodePlan } from "../../plan/plan.ts";

/**
 * Clients that a list of xt_recent shall remember; there is a list for each backend of a port line with affinity. The kernel takes the
 * number when the module is loaded and never again, and gives each list as many buckets as the next power of two, 16 bytes each
 * (recent_mt_init in net/netfilter/xt_recent.c).
 */
const CLIENTS = 2047;

export const hasAffinity = ({ packets }: NodePlan): boolean =>
  packets.some(({ services }) => services.some(({ affinity }) => affinity !== null));

/** For rules of iptables that remember clients. */
export const RECENT_FUNCTIONS = `
# load_recent: before the first rule that needs it, which would load it with room for 100 clients a list.
load_recent() {
  room=/sys/module/xt_recent/parameters/ip_list_tot
  if [ -z "$check" ] && [ ! -e "$room" ] && has modprobe; then modprobe -q xt_recent ip_list_tot=${CLIENTS} || :; fi
  if [ -r "$room" ] && [ "$(cat "$room")" -lt ${CLIENTS} ]; then
    tell "affinity remembers the last $(cat "$room") clients of each backend, not ${CLIENTS}: xt_recent was there before netc; to change that load it with ip_list_tot=${CLIENTS}"
  fi
}
`;
