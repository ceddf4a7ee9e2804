/** A machine without IPv6: nothing of a program's IPv6 is needed there, unless the program gives this node something to hold. */
export const FAMILY_FUNCTIONS = `
# Why this machine has no IPv6; empty where it has.
no_ipv6=

# look_for_ipv6: a kernel that was started with ipv6.disable=1 has no settings of it, and says of its sockets that the family is not supported.
look_for_ipv6() {
  if [ ! -e /proc/sys/net/ipv6/conf/all ]; then no_ipv6='/proc/sys/net/ipv6 is missing'; fi
}

# need_rules COMMAND: the tools of a family's rules, which must work before anything is changed. (1 says that there is no such chain.)
need_rules() {
  if [ "$1" = ip6tables ] && [ -n "$no_ipv6" ]; then return 0; fi
  need iptables "$1" "$1-restore"
  status=0
  answer=$("$1" -w 30 -S NETC-INPUT 2>&1) || status=$?
  if [ "$status" -le 1 ]; then return 0; fi
  case $1/$answer in
    ip6tables/*'Address family not supported by protocol'*) no_ipv6="$1 says: $answer" ;;
    *) stop 2 "$1 does not work here: $answer; nothing was changed" ;;
  esac
}

# need_ipv6 STATEMENT: it gives this node something of IPv6 to hold.
need_ipv6() {
  if [ -n "$no_ipv6" ]; then stop 2 "\\"$1\\" needs IPv6, and this machine has none ($no_ipv6); nothing was changed"; fi
}

# say_families: once all is asked and the record is open.
say_families() {
  if [ -n "$no_ipv6" ]; then tell "this machine has no IPv6, so no rules of it are loaded ($no_ipv6)"; fi
}
`;
