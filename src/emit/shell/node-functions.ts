/** What the data of `up.sh` says of routes and sysctls of the node. */
export const NODE_FUNCTIONS = `
# The device whose making brings a route with it.
within=-

# route STATEMENT FAMILY PREFIX WORDS...: a route of the node.
route() {
  statement=$1
  shift
  state "route $*"
  there=$(routes_to "$1" "$2" || :)
  if [ -n "$check" ]; then there=$(printf '%s\\n' "$there" | without_fresh "$1"); fi
  if has_route "$@" <<END; then return 0; fi
$there
END
  if [ -n "$there" ]; then
    note_found "$1" "$2"
    differs "$statement: to \${2} leads another route than $(words_of "$@")"
  elif ! is_fresh "$within/\${1#-}"; then
    differs_in "$within" "$statement: the route $(words_of "$@") is missing"
  fi
  takes "route $1 $2"
  note "route $*"
  case $* in
    -6*" via "*" onlink") replace_onlink "$@" ;;
    *)
      family=$1
      shift
      act ip "$family" route replace "$@"
      ;;
  esac
}

# words_of FAMILY WORD...
words_of() {
  shift
  printf '%s\\n' "$*"
}

# without_fresh FAMILY: of routes, read from standard input, those that do not go with a device that is made anew.
without_fresh() {
  while read -r line; do
    case "$line " in
      *" dev "*)
        device_of=\${line#*" dev "}
        device_of=\${device_of%% *}
        if is_fresh "$device_of" || is_fresh "$device_of/\${1#-}"; then continue; fi
        ;;
    esac
    printf '%s\\n' "$line"
  done
}

# replace_onlink -6 PREFIX via GATEWAY dev DEVICE WORDS...: the kernel refuses a gateway that some route leads to by another device,
# be it the very route that is replaced: for that moment the gateway has a route of its own.
replace_onlink() {
  shift
  if [ -n "$check" ] || ip -6 route replace "$@" 2>/dev/null; then return 0; fi
  note "route -6 $3 dev $5"
  run ip -6 route replace "$3" dev "$5"
  run ip -6 route replace "$@"
  run ip -6 route delete "$3" dev "$5"
}

# note_found FAMILY PREFIX: a route that is about to lose its place and that netc did not make.
note_found() {
  equals_in_metric "$1" >"$next/found" <<END
$there
END
  while read -r found; do
    case $made in
      *"\${nl}route $1 $2 "*) if is_made "$1" "$2" "$found"; then continue; fi ;;
    esac
    case $found in
      "unreachable $2"*) if holds "unreachable $1 $2"; then continue; fi ;;
    esac
    # What ip says of a route and does not take back.
    found=$(printf '%s\\n' "$found" | sed 's/\\\\//g;s/ linkdown//g;s/ dead//g;s/ expires [0-9]*sec//;s/ error -[0-9]*//')
    note "found $1 $2 $found"
  done <"$next/found"
}

# is_made FAMILY PREFIX ROUTE: whether the record holds the route.
is_made() {
  route=$3
  printf '%s' "$made" | grep -F "route $1 $2 " >"$next/routes" || :
  while read -r _ words; do
    set -f
    # shellcheck disable=SC2086 # each word is an argument
    set -- $words
    set +f
    if printf '%s\\n' "$route" | has_route "$@"; then return 0; fi
  done <"$next/routes"
  return 1
}

# setting STATEMENT PATH VALUE [PATH...]: a file below /proc/sys, and those that the kernel changes along with it; a \`*\` in
# their names means all that there are. (\`read\` asks for a byte at a time, and the kernel answers only the first.)
setting() {
  statement=$1
  path=$2
  value=$3
  state "setting $2"
  device=\${path#net/ipv?/conf/}
  device=\${device%%/*}
  if is_to_come "$device" && [ ! -e "/proc/sys/$path" ]; then return 0; fi
  look_setting "$path"
  if [ "$now" = "$value" ]; then return 0; fi
  differs_in "$device" "$statement: $(dotted "$path") is $now, wanted $value"
  shift 3
  for moved in "$@"; do
    assume "$moved" "$value"
    case $moved in
      # All get the new value, and the old one when that comes back: what has another is told apart.
      *'*'*) grep -sHvxF -e "$now" /proc/sys/"\${moved%%\\**}"*"\${moved#*\\*}" >"$next/moved" || : ;;
      *) grep -sH '' "/proc/sys/$moved" >"$next/moved" || : ;;
    esac
    while IFS=: read -r file found; do keep "$path" "\${file#/proc/sys/}" "$found"; done <"$next/moved"
  done
  keep "$path" "$path" "$now"
  write_setting "$path" "$value"
}

# pods_forward STATEMENT: the pods' links do, whatever the kernel gives to new ones. (In IPv4 a device whose own forwarding is off takes in
# nothing that is for others; in IPv6 \`all\` alone says who forwards.)
pods_forward() {
  sed -n 's|^pod [^ ]* \\(.*\\)|net/ipv4/conf/\\1/forwarding|p' "$next/stated" >"$next/own"
  if [ ! -s "$next/own" ]; then return 0; fi
  sed 's/^/setting /' "$next/own" >>"$next/stated"
  grep -sLxF 1 /proc/sys/net/ipv4/conf/*/forwarding | sed 's|^/proc/sys/||' | grep -xF -e '' -f "$next/own" >"$next/off" || :
  while read -r path; do setting "$1" "$path" 1; done <"$next/off"
}

# keep_routers STATEMENT: interfaces that take router advertisements take them when they forward too (accept_ra 2), and so do those that
# come later. It is asked before IPv6 forwarding is written: at that moment the kernel drops the default routes of all others.
# (addrconf_fixup_forwarding and rt6_purge_dflt_routers in net/ipv6; \`accept_ra\` of \`all\` says nothing.)
keep_routers() {
  statement=$1
  conf=net/ipv6/conf
  whole=$conf/all/forwarding
  now=$(run cat "/proc/sys/$whole")
  printf '%s' "$kept" | sed -n "s|^\\($conf/[^ ]*/accept_ra\\) .*|setting \\1|p" >>"$next/stated"
  # Those that took none before netc: netc's own, and what forwarded by itself.
  printf '%s\\n' "/proc/sys/$conf/all/accept_ra" "/proc/sys/$conf/lo/accept_ra" >"$next/taken"
  sed -n -e "s|^pod [^ ]* \\(.*\\)|/proc/sys/$conf/\\1/accept_ra|p" -e "s|^tunnel \\(.*\\)|/proc/sys/$conf/\\1/accept_ra|p" \\
    "$next/stated" >>"$next/taken"
  case $now$kept in
    0*) grep -slvxF 0 "/proc/sys/$conf/"*/forwarding | sed 's/forwarding$/accept_ra/' >>"$next/taken" || : ;;
    *"$nl$whole $whole 0$nl"*)
      printf '%s' "$kept" | sed -n "s|^$whole \\($conf/.*/\\)forwarding [^0].*|/proc/sys/\\1accept_ra|p" >>"$next/taken"
      ;;
    *) return 0 ;;
  esac
  grep -slxF 1 "/proc/sys/$conf/"*/accept_ra | grep -vxF -e '' -f "$next/taken" >"$next/takers" || :
  {
    # First what is for interfaces that come while this goes on.
    grep -xF "/proc/sys/$conf/default/accept_ra" "$next/takers" || :
    grep -vxF "/proc/sys/$conf/default/accept_ra" "$next/takers" || :
  } >"$next/takes"
  while read -r file; do
    path=\${file#/proc/sys/}
    state "setting $path"
    keep "$path" "$path" 1
    # An interface may go at any moment.
    if [ ! -e "$file" ]; then continue; fi
    differs "$statement: $(dotted "$path") is 1, wanted 2"
    write_setting "$path" 2
  done <"$next/takes"
}

# keep KEY PATH VALUE: what is found in PATH goes into the record, once, before KEY is changed.
keep() {
  case $kept in
    *"$nl$1 $2 "*) return 0 ;;
  esac
  printf '%s %s %s\\n' "$1" "$2" "$3" >>"$record/settings" ||
    stop 1 "failed for \\"$statement\\": writing to $record/settings"
  kept=$kept"$1 $2 $3"$nl
}
`;
