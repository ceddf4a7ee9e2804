/**
 * The record, a folder. `made` holds a line for each thing that was made, `settings` one for each file below /proc/sys that was
 * changed: the one that was stated, the one that changed, what was found there. Both are written before the change.
 */
export const RECORD_FUNCTIONS = `
# open_record: of what it holds, and of what this run will state, each line stands between two line ends.
open_record() {
  if [ -n "$check" ]; then copy_record; else lock_record; fi
  check_form
  rm -rf "$next"
  run mkdir "$next"
  : >"$next/stated"
  own_namespace
  made=$nl
  if [ -e "$record/made" ]; then made=$nl$(run cat "$record/made")$nl; fi
  kept=$nl
  if [ -e "$record/settings" ]; then kept=$nl$(run cat "$record/settings")$nl; fi
}

# holds LINE
holds() {
  case $made in
    *"$nl$1$nl"*) return 0 ;;
    *) return 1 ;;
  esac
}

# note LINE: into the record, once, before the change.
note() {
  if holds "$1"; then return 0; fi
  printf '%s\\n' "$1" >>"$record/made" || stop 1 "failed for \\"$statement\\": writing to $record/made"
  made=$made$1$nl
}

# state LINE: the program asks for it, whether it is there already or not.
state() {
  printf '%s\\n' "$1" >>"$next/stated"
}

# sweep: what is in the record and was not stated is undone: links, then the rest, the last first.
sweep() {
  statement='what the program does not state'
  if [ ! -e "$record/made" ]; then return 0; fi
  : >"$next/kept"
  pick -vxF -e '' -f "$next/stated" "$record/made" >"$next/unsorted"
  run tac "$next/unsorted" >"$next/reversed"
  {
    pick -e '^pod ' -e '^tunnel ' "$next/unsorted"
    pick -v -e '^pod ' -e '^tunnel ' "$next/reversed"
  } >"$next/unstated"
  while read -r kind words; do
    set -f
    # shellcheck disable=SC2086 # each word is an argument
    "undo_$kind" $words
    set +f
  done <"$next/unstated"
  {
    cat "$next/kept"
    pick -xF -e '' -f "$next/stated" "$record/made"
  } >"$next/made"
  mv "$next/made" "$record/made"
}

# sweep_settings: files below /proc/sys get back what was found in them, unless stated; a file that is gone was a link's. Whether an
# interface takes router advertisements comes last: when forwarding is written, the routers of one that would not go.
sweep_settings() {
  statement='the sysctls'
  if [ "$kept" = "$nl" ]; then return 0; fi
  run tac "$record/settings" >"$next/reversed"
  {
    pick -v '/accept_ra ' "$next/reversed"
    pick '/accept_ra ' "$next/reversed"
  } >"$next/settings"
  : >"$next/kept"
  told=
  while read -r key path value; do
    if grep -qxF "setting $key" "$next/stated"; then
      printf '%s %s %s\\n' "$key" "$path" "$value" >>"$next/kept"
    elif [ -e "/proc/sys/$path" ]; then
      look_setting "$path"
      if [ "$now" = "$value" ]; then continue; fi
      # What the kernel changes along with a setting was said with it.
      if [ "$key" != "$told" ]; then
        differs "$surplus: $(dotted "$path") is $now, $value before netc"
        told=$key
      fi
      write_setting "$path" "$value"
    fi
  done <"$next/settings"
  run tac "$next/kept" >"$next/settings"
  mv "$next/settings" "$record/settings"
}

# undo_pod NAMESPACE DEVICE: a namespace goes away late, and the pair with it, so the pair is deleted by name.
undo_pod() {
  if is_link "$2" || is_namespace "$1"; then differs "$surplus: $1 and $2"; fi
  remove_link "$2"
  if is_namespace "$1"; then act ip netns delete "$1"; fi
  gone="$gone$1 $2 "
}

undo_tunnel() {
  if is_link "$1"; then differs "$surplus: $1"; fi
  remove_link "$1"
  gone="$gone$1 "
}

# undo_address NAMESPACE DEVICE FAMILY ADDRESS: the namespace \`-\` is the node's own.
undo_address() {
  inside=\${1#-}
  if [ -n "$inside" ]; then
    is_namespace "$1" || return 0
  else
    is_link "$2" || return 0
  fi
  if is_to_come "\${inside:-"$2"}" || is_to_come "$2/\${3#-}"; then return 0; fi
  case $(ip \${inside:+-n "$inside"} "$3" -o addr show dev "$2" 2>/dev/null || :) in
    *" $4 "*)
      change "$surplus: the address $4 of $2\${inside:+ in $inside}" \\
        ip \${inside:+-n "$inside"} "$3" addr delete "$4" dev "$2"
      ;;
  esac
}

# undo_gateway NAMESPACE FAMILY GATEWAY: a pod's default route, unless another gateway has it now.
undo_gateway() {
  is_namespace "$1" || return 0
  if is_to_come "$1" || is_taken "gateway $1 $2" || ! has_gateway "$1" "$2" "$3"; then return 0; fi
  change "$surplus: the default route via $3 in $1" ip -n "$1" "$2" route delete default via "$3" dev eth0 onlink
}

# undo_proxied DEVICE: both settings are as on a link that nobody touched.
undo_proxied() {
  is_link "$1" || return 0
  if is_to_come "$1"; then return 0; fi
  differs "$surplus: $1 answers for a gateway"
  write_setting "net/ipv4/conf/$1/proxy_arp" 0
  write_setting "net/ipv4/neigh/$1/proxy_delay" "$(run cat /proc/sys/net/ipv4/neigh/lo/proxy_delay)"
}

# undo_forward DEVICE HARDWARE REMOTE
undo_forward() {
  is_link "$1" || return 0
  if is_to_come "$1" || is_taken "forward $1 $2"; then return 0; fi
  case $nl$(run bridge fdb show dev "$1") in
    *"$nl$2 dst $3 self permanent"*)
      change "$surplus: $1 knows that $2 is at $3" bridge fdb delete "$2" dev "$1" dst "$3" self
      ;;
  esac
}

# undo_neighbour DEVICE ADDRESS HARDWARE
undo_neighbour() {
  is_link "$1" || return 0
  if is_to_come "$1" || is_taken "neighbour $1 $2"; then return 0; fi
  case $nl$(run ip neigh show dev "$1" nud permanent) in
    *"$nl$2 lladdr $3 PERMANENT"*) change "$surplus: $1 knows that $2 has $3" ip neigh delete "$2" dev "$1" ;;
  esac
}

# undo_route FAMILY PREFIX WORDS...: a route of the node.
undo_route() {
  route=$*
  case $route in
    *" dev "*)
      device=\${route#*" dev "}
      device=\${device%% *}
      is_link "$device" || return 0
      if is_to_come "$device" || is_to_come "$device/\${1#-}"; then return 0; fi
      ;;
  esac
  if is_taken "route $1 $2" || ! routes_to "$1" "$2" | has_route "$@"; then return 0; fi
  removes "route $1 $2"
  family=$1
  shift
  differs "$surplus: the route $*"
  # IPv6 takes the first of any metric.
  case $family in
    -4) act ip -4 route delete "$@" ;;
    *) act ip -6 route delete "$@" metric 1024 ;;
  esac
}

# undo_unreachable FAMILY PREFIX: what no pod of the node's own slice had.
undo_unreachable() {
  if is_taken "route $1 $2" || ! is_unreachable "$1" "$2"; then return 0; fi
  removes "route $1 $2"
  differs "$surplus: the route unreachable $2"
  case $1 in
    -4) act ip -4 route delete unreachable "$2" ;;
    *) act ip -6 route delete unreachable "$2" dev lo metric 1024 ;;
  esac
}

# undo_found FAMILY PREFIX ROUTE...: puts back a route that another took the place of, once no stated one has it.
undo_found() {
  if grep -qF "route $1 $2 " "$next/stated"; then
    printf 'found %s\\n' "$*" >>"$next/kept"
    return 0
  fi
  if ! is_removed "route $1 $2" && [ -n "$(routes_to "$1" "$2" | equals_in_metric "$1")" ]; then return 0; fi
  family=$1
  shift 2
  differs "$surplus: the route $* is missing, which was here before netc"
  if [ -n "$check" ]; then return 0; fi
  ip "$family" route add "$@" || say "this route was here before netc, and cannot be put back: $*"
}
`;
