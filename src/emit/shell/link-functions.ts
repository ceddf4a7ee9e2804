import { POD_GROUP } from "../../plan/plan.ts";

/** What the data of `up.sh` says of links: each looks first, and changes only what differs. */
export const LINK_FUNCTIONS = `
# held FAMILY ADDRESS: the program says that this node has it.
held() {
  [ -n "$(ip "$1" -o addr show to "$2")" ] ||
    stop 1 "no interface here has the node's address $2: run this on its node, or add the address; nothing was changed"
}

# The group of the node's side of every pair.
pod_group=${POD_GROUP}

# The MTU of links that are made here; nothing leaves it as it is.
mtu=

# mtu_of DEVICE LESS: as the device's own, less what a tunnel adds to a packet.
mtu_of() {
  statement=mtu
  mtu=$(run ip -o link show dev "$1")
  mtu=\${mtu#*" mtu "}
  mtu=$((\${mtu%% *} - $2))
}

# is_up LINK: a link as \`ip -o link show\` says it; nothing is a link that is down.
is_up() {
  case $1 in
    *[\\<,]UP[,\\>]*) return 0 ;;
    *) return 1 ;;
  esac
}

# has_mtu LINK
has_mtu() {
  case $1 in
    *" mtu $mtu "*) return 0 ;;
    *) [ -z "$mtu" ] ;;
  esac
}

# are_pair LINK LINK: whether each has the other's number behind its name, "7: veth-pod-a@if2: ...".
are_pair() {
  case $1/$2 in
    *@if*/*@if*) ;;
    *) return 1 ;;
  esac
  first=\${1#*@if}
  second=\${2#*@if}
  [ "\${1%%:*} \${2%%:*}" = "\${second%%:*} \${first%%:*}" ]
}

# believe_nobody DEVICE: what it brings tells the node of no router and of no shorter way, whatever families the program has. It
# runs no tool. (Some of these files are not there without IPv6. \`read\` asks for a byte at a time, and the kernel answers only the first.)
believe_nobody() {
  for path in "ipv4/conf/$1/accept_redirects" "ipv6/conf/$1/accept_redirects" "ipv6/conf/$1/accept_ra"; do
    if [ ! -e "/proc/sys/net/$path" ]; then continue; fi
    read -r now <"/proc/sys/net/$path" || :
    if [ "$now" = 0 ]; then continue; fi
    # A device without room for IPv6 has none of these files.
    is_fresh "$1/mtu" || differs_in "$1" "$statement: $(dotted "net/$path") is $now, wanted 0"
    write_setting "net/$path" 0
  done
}

# pod STATEMENT NAMESPACE DEVICE: the namespace, and the pair of DEVICE on the node and eth0 in the pod.
pod() {
  statement=$1
  namespace=$2
  device=$3
  state "pod $2 $3"
  # Again, since time has passed.
  claim_pod "$@"
  note "pod $2 $3"
  if ! ip -n "$namespace" link show dev lo >/dev/null 2>&1; then
    differs "$statement: its namespace $namespace is missing"
    fresh="$fresh$namespace $device "
    # A name with no namespace behind it: \`ip netns add\` was interrupted.
    if [ -e "/var/run/netns/$namespace" ]; then act ip netns delete "$namespace"; fi
    act ip netns add "$namespace"
  fi
  if ! is_up "$(ip -n "$namespace" -o link show dev lo 2>/dev/null || :)"; then
    differs_in "$namespace" "$statement: lo in $namespace is down"
    act ip -n "$namespace" link set dev lo up
  fi
  outer=$(ip -o link show dev "$device" 2>/dev/null) || outer=
  inner=$(ip -n "$namespace" -o link show dev eth0 2>/dev/null) || inner=
  if ! are_pair "$outer" "$inner"; then
    differs_in "$namespace" "$statement: the pair of $device and eth0 in $namespace is missing"
    fresh="$fresh$namespace $device "
    if [ -n "$outer" ]; then remove_link "$device"; fi
    if ip -n "$namespace" link show dev eth0 >/dev/null 2>&1; then act ip -n "$namespace" link delete dev eth0; fi
    act ip link add name "$device" group "$pod_group" \${mtu:+mtu "$mtu"} type veth peer name eth0 \${mtu:+mtu "$mtu"} netns "$namespace"
    outer=
    inner=
  else
    if ! has_mtu "$outer"; then
      change "$statement: the MTU of $device is not $mtu" ip link set dev "$device" mtu "$mtu"
      fresh="$fresh$device/mtu "
    fi
    # Before its rules, which know a pod's device by this alone.
    case $outer in
      *" group $pod_group "*) ;;
      *) change "$statement: $device is not in the interface group $pod_group" ip link set dev "$device" group "$pod_group" ;;
    esac
    has_mtu "$inner" || change "$statement: the MTU of eth0 in $namespace is not $mtu" ip -n "$namespace" link set dev eth0 mtu "$mtu"
  fi
  is_to_come "$device" || believe_nobody "$device"
  if ! is_up "$outer"; then
    differs_in "$device" "$statement: $device is down"
    act ip link set dev "$device" up
  fi
  if ! is_up "$inner"; then
    differs_in "$device" "$statement: eth0 in $namespace is down"
    act ip -n "$namespace" link set dev eth0 up
  fi
}

# address NAMESPACE DEVICE FAMILY ADDRESS/LENGTH SCOPE: the namespace \`-\` is the node's own. (An IPv6 address says its scope.)
address() {
  state "address $1 $2 $3 $4"
  inside=\${1#-}
  spot=\${inside:-"$2"}
  if ! is_to_come "$spot"; then
    case $(ip \${inside:+-n "$inside"} "$3" -o addr show dev "$2") in
      *" $4 scope $5 "*) return 0 ;;
      *" $4 scope "*) if [ "$3" = -6 ]; then return 0; fi ;;
    esac
  fi
  note "address $1 $2 $3 $4"
  differs_in "$spot" "$statement: the address $4 of $2\${inside:+ in $inside} is missing"
  case $3 in
    -6) act ip \${inside:+-n "$inside"} -6 addr replace "$4" dev "$2" nodad ;;
    *) act ip \${inside:+-n "$inside"} -4 addr replace "$4" dev "$2" scope "$5" ;;
  esac
}

# wire FAMILY ADDRESS via GATEWAY [src SOURCE]: addresses and routes of both ends of the last pod's pair.
wire() {
  case $1 in
    -4) address - "$device" -4 "$4/32" link ;;
    *) address - "$device" -6 "$4/128" link ;;
  esac
  wire_ends "$@"
}

# wire_proxied -4 ADDRESS via GATEWAY [src SOURCE]: the node's end answers for the gateway and has no address itself.
# (The kernel lets the first answer wait, up to proxy_delay; and with the last address of a device it drops all its routes.)
wire_proxied() {
  state "proxied $device"
  if is_to_come "$device"; then
    wire_ends "$@"
    return 0
  fi
  if [ -n "$(ip -4 -o addr show dev "$device")" ]; then
    change "$statement: $device has an address" ip -4 addr flush dev "$device"
    # Its routes are gone with that.
    fresh="$fresh$device/4 "
  fi
  for path in "net/ipv4/conf/$device/proxy_arp 1" "net/ipv4/neigh/$device/proxy_delay 0"; do
    look_setting "\${path% *}"
    if [ "$now" = "\${path#* }" ]; then continue; fi
    note "proxied $device"
    differs_in "$device" "$statement: $(dotted "\${path% *}") is $now, wanted \${path#* }"
    write_setting "\${path% *}" "\${path#* }"
  done
  wire_ends "$@"
}

wire_ends() {
  case $1 in
    -4) host=32 scope='scope link' ;;
    *) host=128 scope='' ;;
  esac
  address "$namespace" eth0 "$1" "$2/$host" global
  state "gateway $namespace $1 $4"
  if is_to_come "$namespace" || ! has_gateway "$namespace" "$1" "$4"; then
    note "gateway $namespace $1 $4"
    takes "gateway $namespace $1"
    differs_in "$namespace" "$statement: the default route via $4 in $namespace is missing"
    act ip -n "$namespace" "$1" route replace default via "$4" dev eth0 onlink
  fi
  within=$device
  route "$statement" "$1" "$2" dev "$device" \${scope:+scope link} \${6:+src "$6"}
  within=-
}
`;
