/** What the data of `up.sh` says of the node's own ranges of pods. */
export const SLICE_FUNCTIONS = `
# slice STATEMENT FAMILY PREFIX: what no longer route holds of it is unreachable, unless a route that is not netc's leads there.
slice() {
  statement=$1
  if [ "$2" = -6 ] && [ -n "$no_ipv6" ]; then return 0; fi
  if is_led "$2" "$3"; then return 0; fi
  state "unreachable $2 $3"
  if is_unreachable "$2" "$3"; then return 0; fi
  note "unreachable $2 $3"
  takes "route $2 $3"
  change "$statement: what no pod has of $3 is not unreachable" ip "$2" route replace unreachable "$3"
}

# is_led FAMILY PREFIX: whether a route that is not netc's and is no default one covers it, or a network that the node itself is in lies
# within it. (A host route is no network; what netc took the place of is about to come back.)
is_led() {
  case $made in
    *"\${nl}found $1 $2 "*) return 0 ;;
  esac
  ip "$1" -o route show table main match "$2" >"$next/covering" || stop 1 "failed for \\"$statement\\": ip $1 route show"
  while read -r covering; do
    case $covering in
      default* | 'unreachable default'* | 'blackhole default'* | 'prohibit default'* | 'throw default'*) continue ;;
      'unreachable '*)
        prefix=\${covering#* }
        if holds "unreachable $1 \${prefix%% *}"; then continue; fi
        ;;
    esac
    is_made "$1" "\${covering%% *}" "$covering" || return 0
  done <"$next/covering"
  ip "$1" -o route show table main root "$2" proto kernel >"$next/within" || stop 1 "failed for \\"$statement\\": ip $1 route show"
  grep -q '^[^ ]*/' "$next/within"
}
`;
