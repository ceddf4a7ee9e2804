/** What is left of netc in this network namespace, asked of the kernel and of no record. */
export const REMAINS_FUNCTIONS = `
# own_links: the links that netc made, by their group or by their name.
own_links() {
  {
    ip -o link show group 28261 2>/dev/null | sed -n 's/^[0-9]*: \\([^@:]*\\)[@:].*/\\1/p'
    for path in /proc/sys/net/ipv4/conf/veth-pod-* /proc/sys/net/ipv4/conf/netc-vxlan; do
      if [ -e "$path" ]; then printf '%s\\n' "\${path##*/}"; fi
    done
  } | sort -u
}

# own_namespaces: of pods with a link here, and those that have no link anywhere and that no record holds.
own_namespaces() {
  for path in /var/run/netns/pod-*; do
    if [ ! -e "$path" ]; then continue; fi
    name=\${path##*/}
    case $nl$(ip -o link show type veth 2>/dev/null) in
      *" link-netns $name"*) printf '%s\\n' "$name" ;;
      *)
        if cat /run/netc/*/made 2>/dev/null | grep -q "^pod $name "; then continue; fi
        case $(ip -n "$name" -o link show dev eth0 2>/dev/null) in
          *@if*) ;;
          *) printf '%s\\n' "$name" ;;
        esac
        ;;
    esac
  done
}

# own_rules: each tool that lists chains of netc's, and the table of nft.
own_rules() {
  for each_family in v4 v6; do
    keepers "$each_family" | while read -r _ command; do
      case $nl$("$command-save" 2>/dev/null) in
        *"$nl:NETC"*) printf '%s\\n' "$command" ;;
      esac
    done
  done
  if has nft; then
    case $nl$(nft list tables 2>/dev/null)$nl in
      *"\${nl}table inet netc$nl"*) echo nft ;;
    esac
  fi
}

# say_rules: a line each, with what takes them away.
say_rules() {
  own_rules | while read -r name; do
    case $name in
      nft) printf '  the table inet netc: nft delete table inet netc\\n' ;;
      *) printf '  chains NETC of %s: %s-save | grep -v NETC | %s-restore\\n' "$name" "$name" "$name" ;;
    esac
  done
}

# recall_rules: into the record, as it tells of them where it does not know which text is loaded.
recall_rules() {
  for each_family in v4 v6; do
    keepers "$each_family" >"$next/keepers"
    while read -r variant command; do
      "$command-save" 2>/dev/null | sed -n -e '/^[*]/{s/^.//;h;}' -e '/^:NETC/{s/^:\\([^ ]*\\).*/\\1/;G;s/\\(.*\\)\\n\\(.*\\)/\\2 \\1/p;}' \\
        >"$record/chains.$each_family.$variant"
    done <"$next/keepers"
  done
  rm -f "$record"/rules.* "$record/ruleset.nft"
}

# say_remains: all of it, likewise.
say_remains() {
  own_links | while read -r name; do printf '  the link %s: ip link delete dev %s\\n' "$name" "$name"; done
  own_namespaces | while read -r name; do printf '  the namespace %s: ip netns delete %s\\n' "$name" "$name"; done
  say_rules
}

# without_record: there is nothing that this could go by.
without_record() {
  other_record
  if [ -n "$other" ]; then
    stop 1 "there is no record in $record, and what is here is that of another node: its record is $other; nothing was changed"
  fi
  remains=$(say_remains)
  if [ -z "$remains" ]; then exit 0; fi
  stop 1 "there is no record in $record, and this is left of netc (routes too, those that \\"netc plan\\" lists); nothing was changed:$nl$remains"
}

# is_gone KIND WORDS...: whether what the record held is no more. (What went with a link is not asked for again.)
is_gone() {
  kind=$1
  shift
  case $kind in
    pod) [ ! -e "/var/run/netns/$1" ] && ! is_link "$2" ;;
    tunnel) ! is_link "$1" ;;
    address)
      if [ "$1" != - ] || ! is_link "$2"; then return 0; fi
      case $(run ip "$3" -o addr show dev "$2") in
        *" $4 "*) return 1 ;;
      esac
      ;;
    unreachable) ! is_unreachable "$1" "$2" ;;
    route)
      device=$*
      case $device in
        *" dev "*)
          device=\${device#*" dev "}
          is_link "\${device%% *}" || return 0
          ;;
      esac
      ! routes_to "$1" "$2" | has_route "$@"
      ;;
  esac
}

# check_gone: all that the record held, before it goes itself; what stays is named, and stays recorded.
check_gone() {
  : >"$next/stays"
  printf '%s' "$made" >"$next/held"
  while read -r line; do
    if [ -z "$line" ]; then continue; fi
    set -f
    # shellcheck disable=SC2086 # each word is an argument
    is_gone $line || printf '  %s\\n' "$line" >>"$next/stays"
    set +f
  done <"$next/held"
  printf '%s' "$kept" >"$next/held"
  given=$nl
  # Of a file that was recorded twice the first is what was found.
  while read -r key path value; do
    case $given in
      *"$nl$path$nl"*) continue ;;
    esac
    given=$given$path$nl
    if [ -z "$key" ] || [ ! -e "/proc/sys/$path" ]; then continue; fi
    now=$(run cat "/proc/sys/$path")
    if [ "$now" != "$value" ]; then printf '  %s is %s, not %s\\n' "$path" "$now" "$value" >>"$next/stays"; fi
  done <"$next/held"
  say_rules >>"$next/stays"
  if [ ! -s "$next/stays" ]; then return 0; fi
  printf '%s' "\${made#"$nl"}" >"$record/made"
  printf '%s' "\${kept#"$nl"}" >"$record/settings"
  recall_rules
  stop 1 "this stays, although no command that takes it away failed, so the record stays too: run this again, or take it away by hand:$nl$(cat "$next/stays")"
}
`;
