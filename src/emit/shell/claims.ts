/**
 * Names that the program needs and that somebody else has, and kinds of device that the kernel cannot make, are found before anything is
 * changed. Somebody else's is what the record does not hold; of the tunnel also what netc never makes.
 */
export const CLAIM_FUNCTIONS = `
# What a message ends with as long as it holds.
untouched='; nothing was changed'

# what_is DEVICE: its kind and properties, in the words of ip; nothing of one without a kind.
what_is() {
  ip -d -o link show dev "$1" | sed -n 's/^[^\\\\]*\\\\[^\\\\]*\\\\ *\\(.*\\) addrgenmode .*/ (\\1)/p'
}

# refuse_link STATEMENT DEVICE WAY_OUT
refuse_link() {
  stop 1 "\\"$1\\" needs the link $2, and somebody else's is there$(what_is "$2"), which netc did not make by the record in $place: \\
remove it with \\"ip link delete dev $2\\"$3$untouched"
}

# claim_pod STATEMENT NAMESPACE DEVICE: the names are free, or an earlier run made what has them.
claim_pod() {
  if holds "pod $2 $3"; then return 0; fi
  if [ -e "/var/run/netns/$2" ]; then
    stop 1 "\\"$1\\" needs the namespace $2, and somebody else's is there, which the record in $place does not hold: \\
remove it with \\"ip netns delete $2\\", or call the pod otherwise$untouched"
  fi
  if ip link show dev "$3" >/dev/null 2>&1; then refuse_link "$1" "$3" ', or call the pod otherwise'; fi
  can_make "$1" veth peer name netc-probe-peer
}

# The kinds of device that the kernel can make.
makeable=' '

# can_make STATEMENT KIND WORDS...: it is tried once, in a network namespace that goes with the command. Where no such namespace can be made,
# nothing is known.
can_make() {
  case $makeable in *" $2 "*) return 0 ;; esac
  makeable="$makeable$2 "
  if ! has unshare; then return 0; fi
  needing=$1
  shift
  answer=$(unshare -n ip link add name netc-probe type "$@" 2>&1) || {
    if unshare -n true 2>/dev/null; then
      stop 1 "\\"$needing\\" needs a $1 device, and this kernel makes none ($answer): load its module with \\"modprobe $1\\", \\
or take a kernel that has it$untouched"
    fi
  }
}
`;

/** For a node with a tunnel. */
export const CLAIM_TUNNEL_FUNCTIONS = `
# claim_tunnel STATEMENT DEVICE LOCAL: the name is free, or netc's tunnel has it; no other device has what the kernel gives to one alone.
claim_tunnel() {
  if ip link show dev "$2" >/dev/null 2>&1; then
    case $(holds "tunnel $2" && what_is "$2") in
      ' (vxlan id 1 '*) return 0 ;;
    esac
    refuse_link "$1" "$2" ''
  fi
  ip -d -o link show type vxlan 2>/dev/null | sed -n 's/^[0-9]*: \\([^@:]*\\).* vxlan id 1 \\(.* dstport 4789 .*\\) addrgenmode .*/\\1 \\2/p' >"$next/tunnels"
  while read -r theirs words; do
    # The kernel takes two of one number where they differ in family, or in what form of packet they take in.
    case $3/\${words%%srcport *} in
      *:*/*:*) ;;
      *:*/* | */*:*) continue ;;
    esac
    case " $words " in *' gbp '* | *' gpe '* | *' udp6zerocsumrx '* | *' remcsumrx '*) continue ;; esac
    stop 1 "\\"$1\\" needs vxlan id 1 at port 4789 for itself, and the link $theirs has it: remove that link, or give it another number$untouched"
  done <"$next/tunnels"
  can_make "$1" vxlan id 1 dstport 4789
}
`;
