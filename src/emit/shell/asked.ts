/** What the kernel would refuse in the middle is asked before anything is changed. */
export const ASKED_FUNCTIONS = `
# need_device STATEMENT DEVICE: it is there, and up: a route by it could not be made otherwise.
need_device() {
  link=$(ip -o link show dev "$2" 2>/dev/null) ||
    stop 1 "\\"$1\\" names the device $2, and there is none here; there are: $(ip -o link show | sed 's/^[0-9]*: \\([^@:]*\\)[@:].*/\\1/' | tr '\\n' ' '); nothing was changed"
  is_up "$link" || stop 1 "\\"$1\\" names the device $2, which is down: \\"ip link set dev $2 up\\", and run this again; nothing was changed"
}

# need_mtu STATEMENT DEVICE LESS NEEDED FAMILY: what is left of the device's MTU carries the family. (The kernel takes IPv6 from a link of less
# than 1280, and IPv4 from one of less than 68.)
need_mtu() {
  link=$(run ip -o link show dev "$2")
  size=\${link#*" mtu "}
  size=\${size%% *}
  if [ "$((size - $3))" -ge "$4" ]; then return 0; fi
  case $3 in
    0) takes= ;;
    *) takes=", the tunnel takes $3 of it, which leaves $((size - $3))" ;;
  esac
  stop 1 "\\"$1\\": the MTU of $2 is $size$takes, and $5 needs $4: raise it to $(($4 + $3)) or more; nothing was changed"
}
`;
