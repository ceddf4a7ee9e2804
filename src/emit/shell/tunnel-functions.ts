/** What the data of `up.sh` says of the tunnel. */
export const TUNNEL_FUNCTIONS = `
# tunnel STATEMENT DEVICE HARDWARE UNDERLAY LOCAL: the tunnel's device; one with other properties is made anew.
tunnel() {
  statement=$1
  tunnel=$2
  state "tunnel $2"
  link=$(ip -d -o link show dev "$2" 2>/dev/null) || link=
  # Again, since time has passed.
  if [ -n "$link" ] && ! holds "tunnel $2"; then refuse_link "$1" "$2" ''; fi
  case $link in
    '') differs "$statement: the device $2 is missing" ;;
    *" link/ether $3 "*" vxlan id 1 local $5 dev $4 "*" dstport 4789 nolearning "*) ;;
    *)
      differs "$statement: the device $2 has other properties"
      remove_link "$2"
      link=
      ;;
  esac
  if [ -z "$link" ]; then
    note "tunnel $2"
    fresh="$fresh$2 "
    act ip link add name "$2" address "$3" \${mtu:+mtu "$mtu"} \\
      type vxlan id 1 dstport 4789 local "$5" dev "$4" nolearning
  else
    if ! has_mtu "$link"; then
      change "$statement: the MTU of $2 is not $mtu" ip link set dev "$2" mtu "$mtu"
      fresh="$fresh$2/mtu "
    fi
  fi
  forwards=$nl
  neighbours=$nl
  if is_to_come "$2"; then return 0; fi
  believe_nobody "$2"
  if ! is_up "$link"; then
    differs_in "$2" "$statement: $2 is down"
    act ip link set dev "$2" up
  fi
  forwards=$nl$(run bridge fdb show dev "$2")$nl
  neighbours=$nl$(run ip neigh show dev "$2" nud permanent)$nl
}

# peer STATEMENT HARDWARE REMOTE ADDRESS...: another node's end of the tunnel.
peer() {
  statement=$1
  hardware=$2
  state "forward $tunnel $2 $3"
  case $forwards in
    *"$nl$2 dst $3 self permanent"*) ;;
    *)
      note "forward $tunnel $2 $3"
      takes "forward $tunnel $2"
      differs_in "$tunnel" "$statement: $tunnel does not know that $2 is at $3"
      act bridge fdb replace "$2" dev "$tunnel" dst "$3" self permanent
      ;;
  esac
  shift 3
  for address in "$@"; do
    state "neighbour $tunnel $address $hardware"
    case $neighbours in
      *"$nl$address lladdr $hardware PERMANENT"*) ;;
      *)
        note "neighbour $tunnel $address $hardware"
        takes "neighbour $tunnel $address"
        differs_in "$tunnel" "$statement: $tunnel does not know that $address has $hardware"
        act ip neigh replace "$address" lladdr "$hardware" dev "$tunnel" nud permanent
        ;;
    esac
  done
}

# loosen STATEMENT DEVICE...: an answer comes by the tunnel to what was sent by the device under it, and the other way round: the strict
# filter of reverse paths becomes the loose one. (The kernel goes by the greater of a device's value and that of \`all\`.)
loosen() {
  statement=$1
  shift
  whole=$(run cat /proc/sys/net/ipv4/conf/all/rp_filter)
  for device in "$@"; do
    path=net/ipv4/conf/$device/rp_filter
    state "setting $path"
    if is_to_come "$device" && [ ! -e "/proc/sys/$path" ]; then continue; fi
    look_setting "$path"
    case $whole$now in
      01 | 10 | 11) setting "$statement" "$path" 2 ;;
    esac
  done
}
`;
