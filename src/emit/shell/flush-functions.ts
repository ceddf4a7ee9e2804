/**
 * The end of connections that the rules would not let begin, and of those to a backend that is gone: loading rules changes new
 * connections only, and a UDP flow never ends while its client sends.
 *
 * Of every door that may have led somewhere the record keeps protocol, address and ports, in `doors.v4` and `doors.v6`: written before
 * the rules that make it, and kept over all programs until a flush, which leaves none of the connections of those that are gone.
 *
 * Ending an entry is not enough for TCP: the kernel takes a packet in the middle of a connection for the first of a new one
 * (nf_conntrack_tcp_loose), and what the answering side sends goes the other way, which may be allowed. So the socket goes first, where
 * one end is on this node or in a pod of it: `ss -K` resets the other end, through the entry as it still is. What runs between two other
 * machines has its entry taken, no more.
 *
 * `conntrack -D` walks the whole table, so entries of one verdict are ended in one go.
 */
import { JUDGE } from "./flush-judge.ts";

export const FLUSH_FUNCTIONS = `
# note_doors: into the record, before the rules.
note_doors() {
  for family in 4 6; do
    doors=$record/doors.v$family
    [ -e "$doors" ] || : >"$doors"
    { cat "$doors" && doors_now; } | sort -u >"$next/doors"
    cmp -s "$next/doors" "$doors" || mv "$next/doors" "$doors"
  done
}

# doors_now: of \`family\`.
doors_now() {
  "connections_v$family" | sed -n 's/^door \\([^ ]* [^ ]* [^ ]*\\).*/\\1/p'
}

flush_connections() {
  for tool in conntrack awk; do
    if has "$tool"; then continue; fi
    package=$tool
    if [ "$tool" = awk ]; then package=mawk; fi
    say "NO CONNECTION WAS ENDED: --flush needs the tool $tool; install it (package $package) and run this with --flush again"
    return 0
  done
  has ss || say "--flush finds no tool ss (package iproute2): whoever waits at the end of a connection is not told that it is gone"
  for family in 4 6; do flush_family; done
}

flush_family() {
  "connections_v$family" >"$next/facts"
  if [ ! -s "$next/facts" ] && [ ! -s "$record/doors.v$family" ]; then return 0; fi
  ip "-$family" route show table local >"$next/local"
  ip "-$family" route show table main >"$next/main"
  if ! conntrack -L -f "ipv$family" >"$next/entries" 2>"$next/answer"; then
    say "NO CONNECTION OF IPv$family WAS ENDED: conntrack -L -f ipv$family failed: $(cat "$next/answer")"
    return 0
  fi
  [ -e "$record/made" ] || : >"$record/made"
  judge_connections >"$next/judged"
  while read -r kind words; do "end_$kind" "$words"; done <"$next/judged"
  doors_now >"$record/doors.v$family"
}

# end_socket NAMESPACE FILTER: the kernel may not know how; then it is told by what the rules do.
end_socket() {
  filter=\${1#* }
  namespace=\${1%% *}
  namespace=\${namespace#-}
  if has ss; then ss \${namespace:+-N "$namespace"} -K -n -t "$filter" </dev/null >/dev/null 2>&1 || :; fi
}

# end_entry OPTIONS: one that has ended by itself is no fault.
end_entry() {
  set -f
  # shellcheck disable=SC2086 # each word is an argument
  conntrack -D -f "ipv$family" $1 </dev/null >/dev/null 2>&1 || :
  set +f
}

# judge_connections: of \`family\`, the files that flush_family wrote.
judge_connections() {
  awk -v family="$family" '${JUDGE}' part=facts "$next/facts" part=former "$record/doors.v$family" part=made "$record/made" \\
    part=local "$next/local" part=main "$next/main" part=entries "$next/entries"
}
`;
