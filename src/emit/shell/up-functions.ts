/** What the data of `up.sh` calls: each looks first, and changes only what differs. */
export const UP_FUNCTIONS = `
# held FAMILY ADDRESS: the program says that this node has it.
held() {
  [ -n "$(ip "$1" -o addr show to "$2")" ] ||
    stop 1 "no interface here has the node's address $2: run this on its node, or add the address; nothing was changed"
}

# is_up LINK: a link as \`ip -o link show\` says it; nothing is a link that is down.
is_up() {
  case $1 in
    *[\\<,]UP[,\\>]*) return 0 ;;
    *) return 1 ;;
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

# pod STATEMENT NAMESPACE DEVICE: the namespace, and the pair of DEVICE on the node and eth0 in the pod.
pod() {
  statement=$1
  namespace=$2
  device=$3
  if ! ip -n "$namespace" link show dev lo >/dev/null 2>&1; then
    # A name with no namespace behind it: \`ip netns add\` was interrupted.
    if [ -e "/var/run/netns/$namespace" ]; then run ip netns delete "$namespace"; fi
    run ip netns add "$namespace"
  fi
  is_up "$(ip -n "$namespace" -o link show dev lo)" || run ip -n "$namespace" link set dev lo up
  outer=$(ip -o link show dev "$device" 2>/dev/null) || outer=
  inner=$(ip -n "$namespace" -o link show dev eth0 2>/dev/null) || inner=
  if ! are_pair "$outer" "$inner"; then
    if [ -n "$outer" ]; then remove_link "$device"; fi
    if ip -n "$namespace" link show dev eth0 >/dev/null 2>&1; then run ip -n "$namespace" link delete dev eth0; fi
    run ip link add name "$device" type veth peer name eth0 netns "$namespace"
    outer=
    inner=
  fi
  is_up "$outer" || run ip link set dev "$device" up
  is_up "$inner" || run ip -n "$namespace" link set dev eth0 up
}

# wire FAMILY ADDRESS via GATEWAY [src SOURCE]: addresses and routes of both ends of the last pod's pair.
wire() {
  case $1 in
    -4) host=32 nodad='' scope='scope link' ;;
    *) host=128 nodad=nodad scope='' ;;
  esac
  case $(ip -n "$namespace" "$1" -o addr show dev eth0) in
    *" $2/$host scope global "*) ;;
    *) run ip -n "$namespace" "$1" addr replace "$2/$host" dev eth0 \${nodad:+"$nodad"} ;;
  esac
  case $(ip "$1" -o addr show dev "$device") in
    *" $4/$host scope link "*) ;;
    *) run ip "$1" addr replace "$4/$host" dev "$device" scope link \${nodad:+"$nodad"} ;;
  esac
  ip -n "$namespace" "$1" route show table main exact default | has_route "$1" default via "$4" dev eth0 onlink ||
    run ip -n "$namespace" "$1" route replace default via "$4" dev eth0 onlink
  route "$statement" "$1" "$2" dev "$device" \${scope:+scope link} \${6:+src "$6"}
}

# route STATEMENT FAMILY PREFIX WORDS...: a route of the node.
route() {
  statement=$1
  shift
  if ! routes_to "$1" "$2" | has_route "$@"; then
    family=$1
    shift
    run ip "$family" route replace "$@"
  fi
}

# setting STATEMENT PATH VALUE [PATH...]: a file below /proc/sys, and those that the kernel changes along with it.
# (\`read\` asks for a byte at a time, and the kernel answers only the first.)
setting() {
  statement=$1
  path=$2
  value=$3
  shift 3
  now=$(run cat "/proc/sys/$path")
  if [ "$now" = "$value" ]; then return 0; fi
  for kept in "$@" "$path"; do keep "$kept"; done
  write_setting "$path" "$value"
}

# keep PATH: what is found there goes into the record, once, before it is changed.
keep() {
  if [ -e "$record/sysctls" ] && sed 's/ .*//' "$record/sysctls" | grep -qxF "$1"; then return 0; fi
  found=$(run cat "/proc/sys/$1")
  printf '%s %s\\n' "$1" "$found" >>"$record/sysctls"
}
`;
