#!/bin/sh
# up.sh of the node node2, made by netc.
# Run it on that node, as root:
#   sh up.sh                       it changes what differs from the program and nothing else, so that it may be run again at
#                                  any time, also after a run that was interrupted
#   sh up.sh --confirm SECONDS     the same, and what was before comes back unless this is run in time:
#   sh up.sh --keep
#   sh up.sh --flush               the same, and connections end that the program would not let begin, or whose backend is gone
# down.sh undoes it.

# One command, so that nothing runs of a script whose end did not arrive.
{
set -eu
LC_ALL=C
export LC_ALL
PATH=${PATH:-/usr/bin:/bin}:/usr/sbin:/sbin

script=up.sh
# What was found and what was made, for the next run and for down.sh.
record=/run/netc/node2
# What one run keeps for itself.
next=$record/next
# The statement of the program that is being carried out.
statement=
nl='
'

# stop CODE MESSAGE
stop() {
  say "$2"
  exit "$1"
}

say() {
  printf '%s: %s\n' "$script" "$1" >&2
}

# run COMMAND...: a command that must succeed.
run() {
  "$@" || stop 1 "failed for \"$statement\": $*"
}

# has TOOL
has() {
  command -v "$1" >/dev/null
}

# need PACKAGE TOOL...: asked before anything is changed.
need() {
  package=$1
  shift
  for tool in "$@"; do
    has "$tool" ||
      stop 2 "the tool $tool is missing: install it (package $package) and run this again; nothing was changed"
  done
}

check_machine() {
  need coreutils cat chmod id mkdir mv rm rmdir sort stat tac
  need util-linux flock
  need diffutils cmp
  need grep grep
  need sed sed
  need iproute2 ip
  [ "$(id -u)" = 0 ] || stop 2 "this needs root: run it again as root, with sudo for example; nothing was changed"
}

# has_route FAMILY PREFIX WORDS...: whether the main table's routes, read from standard input, hold this one.
has_route() {
  family=$1
  shift
  while read -r line; do
    # What ip adds of its own: the state of the link, an error's number, IPv6's default metric and preference, the device nobody asked for.
    line=${line%" pref medium"}
    line=${line%" linkdown"}
    line=${line%" error -"*}
    if [ "$family" = -6 ]; then
      case $line in
        *" metric 1024"*) line=${line%%" metric 1024"*}${line#*" metric 1024"} ;;
      esac
    fi
    case "$* " in
      *" dev "*) ;;
      *)
        case $line in
          *" dev "*" "*) line="${line%%" dev "*} ${line#*" dev "*" "}" ;;
          *) line=${line%%" dev "*} ;;
        esac
        ;;
    esac
    if [ "$line" = "$*" ]; then return 0; fi
  done
  return 1
}

# is_unreachable FAMILY PREFIX: whether the node has such a route.
is_unreachable() {
  routes_to "$1" "$2" | has_route "$1" unreachable "$2"
}

# routes_to FAMILY PREFIX: the node's, one a line.
routes_to() {
  ip "$1" -o route show table main exact "$2" 2>/dev/null
}

# has_gateway NAMESPACE FAMILY GATEWAY: whether it is where the namespace sends what it has no other route for.
has_gateway() {
  ip -n "$1" "$2" route show table main exact default 2>/dev/null | has_route "$2" default via "$3" dev eth0 onlink
}

# equals_in_metric FAMILY: of routes, read from standard input, those that a route without a metric takes the place of.
equals_in_metric() {
  case $1 in
    -4) sed '/ metric /d' ;;
    *) sed '/ metric 1024 /!d' ;;
  esac
}

# write_setting PATH VALUE: PATH is below /proc/sys.
write_setting() {
  printf '%s\n' "$2" >"/proc/sys/$1" || stop 1 "failed for \"$statement\": writing $2 to /proc/sys/$1"
}

# is_link DEVICE: without a process of its own. (/sys shows the links of the network namespace it was mounted in.)
is_link() {
  [ -e "/proc/sys/net/ipv4/conf/$1" ]
}

# remove_link DEVICE: a veth whose other end's namespace is going away may vanish at any moment.
remove_link() {
  ip link delete dev "$1" 2>/dev/null || if ip link show dev "$1" >/dev/null 2>&1; then
    run ip link delete dev "$1"
  fi
}

# own_folders: the record is root's alone: whoever may write there decides what runs as root, and whoever may read there can hold the lock.
own_folders() {
  for folder in /run/netc "$record"; do
    if [ -h "$folder" ] || [ "$(stat -c '%u %F' "$folder")" != '0 directory' ]; then
      stop 2 "$folder is no folder of root's: remove it and run this again; nothing was changed"
    fi
    chmod 700 "$folder" || return 1
  done
}

# lock_record: waits for another run, a while. One that took the record away took the lock's file with it.
lock_record() {
  until
    if ! (umask 077 && mkdir -p "$record") || ! own_folders || ! { : >>"$record/lock"; }; then
      stop 2 "cannot keep the record in $record: let root write there and run this again; nothing was changed"
    fi
    exec 9>>"$record/lock"
    flock -w 30 9 ||
      stop 1 "another up.sh or down.sh of this node has not ended within 30 seconds: run this again; nothing was changed"
    [ "$(stat -L -c %i /proc/self/fd/9)" = "$(stat -c %i "$record/lock" 2>/dev/null || :)" ]
  do :; done
}

# check_form: what another version of netc recorded is not understood by this one.
check_form() {
  form=
  if [ -e "$record/form" ]; then form=$(run cat "$record/form"); fi
  case $form in
    3 | 2) return 0 ;;
  esac
  for file in "$record"/*; do
    case $file in
      "$record/lock" | "$record/next" | "$record/form"*) ;;
      *)
        stop 2 "the record in $record was made by another version of netc (form ${form:-none}, not 3): \
run the down.sh of that version, then this again; nothing was changed"
        ;;
    esac
  done
  put_form 3
}

# own_form: what another version kept is this one's from now on, and that one's scripts leave it alone.
own_form() {
  if [ "$form" != 3 ]; then put_form 3; fi
}

# put_form FORM: the record is of that form from now on.
put_form() {
  printf '%s\n' "$1" >"$record/form.new" || return 1
  mv "$record/form.new" "$record/form"
}

# open_record: of what it holds, and of what this run will state, each line stands between two line ends.
open_record() {
  lock_record
  check_form
  rm -rf "$next"
  run mkdir "$next"
  : >"$next/stated"
  made=$nl
  if [ -e "$record/made" ]; then made=$nl$(run cat "$record/made")$nl; fi
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
  printf '%s\n' "$1" >>"$record/made" || stop 1 "failed for \"$statement\": writing to $record/made"
  made=$made$1$nl
}

# state LINE: the program asks for it, whether it is there already or not.
state() {
  printf '%s\n' "$1" >>"$next/stated"
}

# sweep: what is in the record and was not stated is undone: links, then the rest, the last first.
sweep() {
  statement='what the program does not state'
  if [ ! -e "$record/made" ]; then return 0; fi
  : >"$next/kept"
  grep -vxF -f "$next/stated" "$record/made" >"$next/unsorted" || :
  {
    grep -e '^pod ' -e '^tunnel ' "$next/unsorted" || :
    tac "$next/unsorted" | grep -v -e '^pod ' -e '^tunnel ' || :
  } >"$next/unstated"
  while read -r kind words; do
    set -f
    # shellcheck disable=SC2086 # each word is an argument
    "undo_$kind" $words
    set +f
  done <"$next/unstated"
  {
    cat "$next/kept"
    grep -xF -f "$next/stated" "$record/made" || :
  } >"$next/made"
  mv "$next/made" "$record/made"
}

# sweep_settings: files below /proc/sys get back what was found in them, unless stated; a file that is gone was a link's.
sweep_settings() {
  statement='the sysctls'
  if [ ! -e "$record/settings" ]; then return 0; fi
  tac "$record/settings" >"$next/settings"
  : >"$next/kept"
  while read -r key path value; do
    if grep -qxF "setting $key" "$next/stated"; then
      printf '%s %s %s\n' "$key" "$path" "$value" >>"$next/kept"
    elif [ -e "/proc/sys/$path" ]; then
      now=$(run cat "/proc/sys/$path")
      if [ "$now" != "$value" ]; then write_setting "$path" "$value"; fi
    fi
  done <"$next/settings"
  tac "$next/kept" >"$next/settings"
  mv "$next/settings" "$record/settings"
}

# undo_pod NAMESPACE DEVICE: a namespace goes away late, and the pair with it, so the pair is deleted by name.
undo_pod() {
  remove_link "$2"
  if [ -e "/var/run/netns/$1" ]; then run ip netns delete "$1"; fi
}

undo_tunnel() {
  remove_link "$1"
}

# undo_address NAMESPACE DEVICE FAMILY ADDRESS: the namespace `-` is the node's own.
undo_address() {
  inside=${1#-}
  if [ -n "$inside" ]; then
    [ -e "/var/run/netns/$1" ] || return 0
  else
    is_link "$2" || return 0
  fi
  case $(ip ${inside:+-n "$inside"} "$3" -o addr show dev "$2" 2>/dev/null || :) in
    *" $4 "*) run ip ${inside:+-n "$inside"} "$3" addr delete "$4" dev "$2" ;;
  esac
}

# undo_gateway NAMESPACE FAMILY GATEWAY: a pod's default route, unless another gateway has it now.
undo_gateway() {
  [ -e "/var/run/netns/$1" ] || return 0
  if has_gateway "$1" "$2" "$3"; then run ip -n "$1" "$2" route delete default via "$3" dev eth0 onlink; fi
}

# undo_proxied DEVICE: both settings are as on a link that nobody touched.
undo_proxied() {
  is_link "$1" || return 0
  write_setting "net/ipv4/conf/$1/proxy_arp" 0
  write_setting "net/ipv4/neigh/$1/proxy_delay" "$(run cat /proc/sys/net/ipv4/neigh/lo/proxy_delay)"
}

# undo_forward DEVICE HARDWARE REMOTE
undo_forward() {
  is_link "$1" || return 0
  case $nl$(run bridge fdb show dev "$1") in
    *"$nl$2 dst $3 self permanent"*) run bridge fdb delete "$2" dev "$1" dst "$3" self ;;
  esac
}

# undo_neighbour DEVICE ADDRESS HARDWARE
undo_neighbour() {
  is_link "$1" || return 0
  case $nl$(run ip neigh show dev "$1" nud permanent) in
    *"$nl$2 lladdr $3 PERMANENT"*) run ip neigh delete "$2" dev "$1" ;;
  esac
}

# undo_route FAMILY PREFIX WORDS...: a route of the node.
undo_route() {
  route=$*
  case $route in
    *" dev "*)
      device=${route#*" dev "}
      is_link "${device%% *}" || return 0
      ;;
  esac
  if routes_to "$1" "$2" | has_route "$@"; then
    family=$1
    shift
    # IPv6 takes the first of any metric.
    case $family in
      -4) run ip -4 route delete "$@" ;;
      *) run ip -6 route delete "$@" metric 1024 ;;
    esac
  fi
}

# undo_unreachable FAMILY PREFIX: what no pod of the node's own slice had.
undo_unreachable() {
  if ! is_unreachable "$1" "$2"; then return 0; fi
  case $1 in
    -4) run ip -4 route delete unreachable "$2" ;;
    *) run ip -6 route delete unreachable "$2" dev lo metric 1024 ;;
  esac
}

# undo_found FAMILY PREFIX ROUTE...: puts back a route that another took the place of, once no stated one has it.
undo_found() {
  if grep -qF "route $1 $2 " "$next/stated"; then
    printf 'found %s\n' "$*" >>"$next/kept"
    return 0
  fi
  if [ -n "$(routes_to "$1" "$2" | equals_in_metric "$1")" ]; then return 0; fi
  family=$1
  shift 2
  ip "$family" route add "$@" || say "this route was here before netc, and cannot be put back: $*"
}

# held FAMILY ADDRESS: the program says that this node has it.
held() {
  [ -n "$(ip "$1" -o addr show to "$2")" ] ||
    stop 1 "no interface here has the node's address $2: run this on its node, or add the address; nothing was changed"
}

# The MTU of links that are made here; nothing leaves it as it is.
mtu=

# mtu_of DEVICE LESS: as the device's own, less what a tunnel adds to a packet.
mtu_of() {
  statement=mtu
  mtu=$(run ip -o link show dev "$1")
  mtu=${mtu#*" mtu "}
  mtu=$((${mtu%% *} - $2))
}

# is_up LINK: a link as `ip -o link show` says it; nothing is a link that is down.
is_up() {
  case $1 in
    *[\<,]UP[,\>]*) return 0 ;;
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
  first=${1#*@if}
  second=${2#*@if}
  [ "${1%%:*} ${2%%:*}" = "${second%%:*} ${first%%:*}" ]
}

# claim_pod NAMESPACE DEVICE: what has their names and is not of an earlier run is somebody else's.
claim_pod() {
  if holds "pod $1 $2"; then return 0; fi
  if [ -e "/var/run/netns/$1" ]; then
    stop 1 "\"$statement\" needs the namespace $1, and there is one that the record in $record does not hold: remove it, or call the pod otherwise"
  fi
  if ip link show dev "$2" >/dev/null 2>&1; then
    stop 1 "\"$statement\" needs the link $2, and there is one that the record in $record does not hold: remove it, or call the pod otherwise"
  fi
  note "pod $1 $2"
}

# believe_nobody DEVICE: what it brings tells the node of no router and of no shorter way, whatever families the program has. It
# runs no tool. (Some of these files are not there without IPv6. `read` asks for a byte at a time, and the kernel answers only the first.)
believe_nobody() {
  for path in "ipv4/conf/$1/accept_redirects" "ipv6/conf/$1/accept_redirects" "ipv6/conf/$1/accept_ra"; do
    if [ ! -e "/proc/sys/net/$path" ]; then continue; fi
    read -r now <"/proc/sys/net/$path" || :
    if [ "$now" != 0 ]; then write_setting "net/$path" 0; fi
  done
}

# pod STATEMENT NAMESPACE DEVICE: the namespace, and the pair of DEVICE on the node and eth0 in the pod.
pod() {
  statement=$1
  namespace=$2
  device=$3
  state "pod $2 $3"
  claim_pod "$2" "$3"
  if ! ip -n "$namespace" link show dev lo >/dev/null 2>&1; then
    # A name with no namespace behind it: `ip netns add` was interrupted.
    if [ -e "/var/run/netns/$namespace" ]; then run ip netns delete "$namespace"; fi
    run ip netns add "$namespace"
  fi
  is_up "$(ip -n "$namespace" -o link show dev lo)" || run ip -n "$namespace" link set dev lo up
  outer=$(ip -o link show dev "$device" 2>/dev/null) || outer=
  inner=$(ip -n "$namespace" -o link show dev eth0 2>/dev/null) || inner=
  if ! are_pair "$outer" "$inner"; then
    if [ -n "$outer" ]; then remove_link "$device"; fi
    if ip -n "$namespace" link show dev eth0 >/dev/null 2>&1; then run ip -n "$namespace" link delete dev eth0; fi
    run ip link add name "$device" ${mtu:+mtu "$mtu"} type veth peer name eth0 ${mtu:+mtu "$mtu"} netns "$namespace"
    outer=
    inner=
  else
    has_mtu "$outer" || run ip link set dev "$device" mtu "$mtu"
    has_mtu "$inner" || run ip -n "$namespace" link set dev eth0 mtu "$mtu"
  fi
  believe_nobody "$device"
  is_up "$outer" || run ip link set dev "$device" up
  is_up "$inner" || run ip -n "$namespace" link set dev eth0 up
}

# address NAMESPACE DEVICE FAMILY ADDRESS/LENGTH SCOPE: the namespace `-` is the node's own. (An IPv6 address says its scope.)
address() {
  state "address $1 $2 $3 $4"
  inside=${1#-}
  case $(ip ${inside:+-n "$inside"} "$3" -o addr show dev "$2") in
    *" $4 scope $5 "*) return 0 ;;
    *" $4 scope "*) if [ "$3" = -6 ]; then return 0; fi ;;
  esac
  note "address $1 $2 $3 $4"
  case $3 in
    -6) run ip ${inside:+-n "$inside"} -6 addr replace "$4" dev "$2" nodad ;;
    *) run ip ${inside:+-n "$inside"} -4 addr replace "$4" dev "$2" scope "$5" ;;
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
  if [ -n "$(ip -4 -o addr show dev "$device")" ]; then run ip -4 addr flush dev "$device"; fi
  state "proxied $device"
  for path in "net/ipv4/conf/$device/proxy_arp 1" "net/ipv4/neigh/$device/proxy_delay 0"; do
    now=$(run cat "/proc/sys/${path% *}")
    if [ "$now" = "${path#* }" ]; then continue; fi
    note "proxied $device"
    write_setting "${path% *}" "${path#* }"
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
  if ! has_gateway "$namespace" "$1" "$4"; then
    note "gateway $namespace $1 $4"
    run ip -n "$namespace" "$1" route replace default via "$4" dev eth0 onlink
  fi
  route "$statement" "$1" "$2" dev "$device" ${scope:+scope link} ${6:+src "$6"}
}

# route STATEMENT FAMILY PREFIX WORDS...: a route of the node.
route() {
  statement=$1
  shift
  state "route $*"
  there=$(routes_to "$1" "$2" || :)
  if has_route "$@" <<END; then return 0; fi
$there
END
  if [ -n "$there" ]; then note_found "$1" "$2"; fi
  note "route $*"
  case $* in
    -6*" via "*" onlink") replace_onlink "$@" ;;
    *)
      family=$1
      shift
      run ip "$family" route replace "$@"
      ;;
  esac
}

# replace_onlink -6 PREFIX via GATEWAY dev DEVICE WORDS...: the kernel refuses a gateway that some route leads to by another device,
# be it the very route that is replaced: for that moment the gateway has a route of its own.
replace_onlink() {
  shift
  if ip -6 route replace "$@" 2>/dev/null; then return 0; fi
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
      *"${nl}route $1 $2 "*) if is_made "$1" "$2" "$found"; then continue; fi ;;
    esac
    case $found in
      "unreachable $2"*) if holds "unreachable $1 $2"; then continue; fi ;;
    esac
    # What ip says of a route and does not take back.
    found=$(printf '%s\n' "$found" | sed 's/\\//g;s/ linkdown//g;s/ dead//g;s/ expires [0-9]*sec//;s/ error -[0-9]*//')
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
    if printf '%s\n' "$route" | has_route "$@"; then return 0; fi
  done <"$next/routes"
  return 1
}

# setting STATEMENT PATH VALUE [PATH...]: a file below /proc/sys, and those that the kernel changes along with it; a `*` in
# their names means all that there are. (`read` asks for a byte at a time, and the kernel answers only the first.)
setting() {
  statement=$1
  path=$2
  value=$3
  state "setting $2"
  now=$(run cat "/proc/sys/$path")
  if [ "$now" = "$value" ]; then return 0; fi
  shift 3
  for moved in "$@"; do
    case $moved in
      # All get the new value, and the old one when that comes back: what has another is told apart.
      *'*'*) grep -LxF -e "$now" /proc/sys/"${moved%%\**}"*"${moved#*\*}" >"$next/moved" || : ;;
      *) printf '/proc/sys/%s\n' "$moved" >"$next/moved" ;;
    esac
    while read -r file; do keep "$path" "${file#/proc/sys/}"; done <"$next/moved"
  done
  keep "$path" "$path"
  write_setting "$path" "$value"
}

# keep KEY PATH: what is found in PATH goes into the record, once, before KEY is changed.
keep() {
  [ -e "$record/settings" ] || : >"$record/settings"
  if sed 's/ [^ ]*$//' "$record/settings" | grep -qxF "$1 $2"; then return 0; fi
  found=$(run cat "/proc/sys/$2")
  printf '%s %s %s\n' "$1" "$2" "$found" >>"$record/settings"
}

# slice STATEMENT FAMILY PREFIX: what no longer route holds of it is unreachable, unless a route that is not netc's leads there.
slice() {
  statement=$1
  if is_led "$2" "$3"; then return 0; fi
  state "unreachable $2 $3"
  if is_unreachable "$2" "$3"; then return 0; fi
  note "unreachable $2 $3"
  run ip "$2" route replace unreachable "$3"
}

# is_led FAMILY PREFIX: whether a route that is not netc's and is no default one covers it, or a network that the node itself is in lies
# within it. (A host route is no network; what netc took the place of is about to come back.)
is_led() {
  case $made in
    *"${nl}found $1 $2 "*) return 0 ;;
  esac
  ip "$1" -o route show table main match "$2" >"$next/covering" || stop 1 "failed for \"$statement\": ip $1 route show"
  while read -r covering; do
    case $covering in
      default* | 'unreachable default'* | 'blackhole default'* | 'prohibit default'* | 'throw default'*) continue ;;
      'unreachable '*)
        prefix=${covering#* }
        if holds "unreachable $1 ${prefix%% *}"; then continue; fi
        ;;
    esac
    is_made "$1" "${covering%% *}" "$covering" || return 0
  done <"$next/covering"
  ip "$1" -o route show table main root "$2" proto kernel >"$next/within" || stop 1 "failed for \"$statement\": ip $1 route show"
  grep -q '^[^ ]*/' "$next/within"
}

# list_chains FILE: the chains of nft, its own and those of iptables on top of it, without rules and elements.
list_chains() {
  : >"$1"
  if has nft; then nft list chains >"$1" 2>/dev/null || :; fi
}

# plain_of FAMILY
plain_of() {
  case $1 in
    v4) echo iptables ;;
    *) echo ip6tables ;;
  esac
}

# keepers FAMILY: a line "VARIANT COMMAND" for each variant that is here; first what `iptables` itself stands for.
keepers() {
  command=$(plain_of "$1")
  own=
  if has "$command"; then
    case $("$command" --version) in
      *nf_tables*) own=nft ;;
      *) own=legacy ;;
    esac
    echo "$own $command"
  fi
  for each in nft legacy; do
    if [ "$each" != "$own" ] && has "$command-$each"; then echo "$each $command-$each"; fi
  done
}

# need_keepers FAMILY: one whose rules the record holds must be here to take them out.
need_keepers() {
  keepers "$1" >"$next/keepers"
  for each in nft legacy; do
    if [ -s "$record/chains.$1.$each" ] && ! grep -q "^$each " "$next/keepers"; then
      need iptables "$(plain_of "$1")-$each"
    fi
  done
}

# has_table TABLE: without making it, as asking an absent one of the legacy variant would.
has_table() {
  case $variant in
    legacy) grep -qxsF "$1" "/proc/net/${plain%tables}_tables_names" ;;
    *) ! has nft || grep -qxF "table ${plain%tables} $1 {" "$next/chains.nft" ;;
  esac
}

# has_jump TABLE HOOK CHAIN: asked by name; 1 and 2 say that there is no such rule, or no such chain.
has_jump() {
  answer=0
  has_table "$1" || return 1
  "$ipt" -w 30 -t "$1" -C "$2" -j "$3" >/dev/null 2>&1 || answer=$?
  case $answer in
    0) return 0 ;;
    1 | 2) return 1 ;;
    *) run "$ipt" -w 30 -t "$1" -C "$2" -j "$3" ;;
  esac
}

tables='filter mangle nat'
jumps='filter INPUT NETC-INPUT
filter FORWARD NETC-FORWARD
filter OUTPUT NETC-OUTPUT
mangle PREROUTING NETC-MARKS-IN
mangle OUTPUT NETC-MARKS-OUT
nat PREROUTING NETC-SERVICES
nat OUTPUT NETC-SERVICES
nat PREROUTING NETC-SERVICES-IN
nat POSTROUTING NETC-POSTROUTING
filter FORWARD NETC-FORWARD-ACCEPT'

# listed FILE TABLE CHAIN
listed() {
  grep -qxF "$2 $3" "$1"
}

# lines_of TABLE FILE PREFIX SUFFIX: the lines of FILE that are about TABLE, without its name.
lines_of() {
  sed -n "s/^$1 \(.*\)\$/$3\1$4/p" "$2"
}

# write_restore: one document that says `rules`, then the lines of `jumps`, and deletes the chains of `stale`.
write_restore() {
  for table in $tables; do
    if grep -q "^$table " "$next/chains" "$next/stale" "$next/jumps"; then
      printf '*%s\n' "$table"
      lines_of "$table" "$next/stale" : ' - [0:0]'
      sed -n "/^\*$table\$/,/^COMMIT\$/{/^\*/d;/^COMMIT\$/d;p;}" "$next/rules"
      lines_of "$table" "$next/jumps" '' ''
      lines_of "$table" "$next/stale" '-X ' ''
      printf 'COMMIT\n'
    fi
  done >"$next/restore"
}

# restore: loads `restore`, each table at once. A chain that someone else's rule refers to cannot be deleted and would
# hold up the rest: then chains are emptied, deleted one by one, and those that stay are named, and listed in `left`.
restore() {
  : >"$next/left"
  if [ ! -s "$next/restore" ]; then return 0; fi
  if [ -s "$next/stale" ]; then
    if "$ipt-restore" -w 30 --noflush <"$next/restore" 2>/dev/null; then return 0; fi
    sed '/^-X /d' "$next/restore" >"$next/emptied"
    mv "$next/emptied" "$next/restore"
  fi
  "$ipt-restore" -w 30 --noflush <"$next/restore" ||
    stop 1 "failed for \"$statement\": $ipt-restore -w 30 --noflush <$next/restore"
  # What else stands in a built-in chain is a jump that somebody loaded once more.
  while read -r table hook chain; do
    listed "$next/stale" "$table" "$chain" || continue
    while has_jump "$table" "$hook" "$chain"; do run "$ipt" -w 30 -t "$table" -D "$hook" -j "$chain"; done
  done <<END
$jumps
END
  while read -r table chain; do
    if ! "$ipt" -w 30 -t "$table" -X "$chain" 2>/dev/null; then
      printf '%s %s\n' "$table" "$chain" >>"$next/left"
      say "the chain $chain of the table $table stays, without rules: a rule that is not of netc refers to it"
    fi
  done <"$next/stale"
}

# are_in_place: whether the text is that of the last run, and every jump into its chains is there.
are_in_place() {
  cmp -s "$next/rules" "$record/rules.$keeper" && [ ! -s "$next/stale" ] || return 1
  while read -r table hook chain; do
    if listed "$next/chains" "$table" "$chain"; then has_jump "$table" "$hook" "$chain" || return 1; fi
  done <<END
$jumps
END
}

# ask_jumps: fills `jumps`, so that each stands once and first in its chain, and none is left that leads elsewhere. Where one does
# that the record knows nothing of, all chains of netc's in its table are stale.
ask_jumps() {
  : >"$next/jumps"
  while read -r table hook chain; do
    if has_jump "$table" "$hook" "$chain"; then
      printf '%s -D %s -j %s\n' "$table" "$hook" "$chain" >>"$next/jumps"
      if ! listed "$next/chains" "$table" "$chain" && ! listed "$next/stale" "$table" "$chain"; then
        run "$ipt-save" -t "$table" 2>/dev/null | sed -n "s/^:\(NETC[^ ]*\) .*/$table \1/p" >"$next/saved"
        cat "$next/chains" "$next/stale" >"$next/known"
        grep -vxF -f "$next/known" "$next/saved" >>"$next/stale" || :
      fi
    fi
    if listed "$next/chains" "$table" "$chain"; then
      printf '%s -I %s 1 -j %s\n' "$table" "$hook" "$chain" >>"$next/jumps"
    fi
  done <<END
$jumps
END
}

# load_rules FAMILY VARIANT COMMAND: makes the text `rules` the one of this keeper, and it alone.
load_rules() {
  statement='the rules'
  plain=$(plain_of "$1")
  variant=$2
  ipt=$3
  keeper=$1.$2
  [ -e "$record/chains.$keeper" ] || : >"$record/chains.$keeper"
  # Of each table its chains: the table's name waits in sed's hold space.
  sed -n -e '/^[*]/{s/^.//;h;}' -e '/^:/{s/^:\([^ ]*\).*/\1/;G;s/\(.*\)\n\(.*\)/\2 \1/p;}' \
    "$next/rules" >"$next/chains"
  grep -vxF -f "$next/chains" "$record/chains.$keeper" >"$next/stale" || :
  if are_in_place; then return 0; fi
  ask_jumps
  write_restore
  # From here until the end it is not known which rules are loaded, only that their chains are among these.
  rm -f "$record/rules.$keeper"
  cat "$next/chains" "$next/stale" >"$next/all"
  mv "$next/all" "$record/chains.$keeper"
  restore
  cat "$next/left" >>"$next/chains"
  mv "$next/chains" "$record/chains.$keeper"
  mv "$next/rules" "$record/rules.$keeper"
}

# own_table FILE: the chains of netc's table, of those in FILE.
own_table() {
  sed -n '/^table inet netc {$/,/^}$/p' "$1"
}

# load_ruleset: makes the text `ruleset` the one of nft, in one transaction; an empty one takes the table out.
load_ruleset() {
  statement='the rules'
  own_table "$next/chains.nft" >"$next/own"
  if cmp -s "$next/ruleset" "$record/ruleset.nft"; then
    if [ ! -s "$next/ruleset" ] || cmp -s "$next/own" "$record/chains.nft"; then return 0; fi
  fi
  rm -f "$record/ruleset.nft"
  if [ -s "$next/ruleset" ]; then
    run nft -f "$next/ruleset"
  elif [ -s "$next/own" ]; then
    run nft delete table inet netc
  fi
  list_chains "$next/chains.nft"
  own_table "$next/chains.nft" >"$record/chains.nft"
  mv "$next/ruleset" "$record/ruleset.nft"
}

load() {
  for rules_family in v4 v6; do
    need_keepers "$rules_family"
    "rules_$rules_family" >"$next/rules.own"
    while read -r keeper_variant keeper_command; do
      if [ "$keeper_command" = "$(plain_of "$rules_family")" ]; then
        mv "$next/rules.own" "$next/rules"
        load_rules "$rules_family" "$keeper_variant" "$keeper_command"
      else
        load_accepts
      fi
    done <"$next/keepers"
  done
  : >"$next/ruleset"
  load_ruleset
  name_drops
}

# load_accepts: for a keeper that is not of netc's rules, what they accept, where its chain FORWARD has a say, and nothing else.
load_accepts() {
  : >"$next/rules"
  if has_say; then "accepts_$rules_family" >"$next/rules"; fi
  load_rules "$rules_family" "$keeper_variant" "$keeper_command"
}

# has_say: whether the keeper's chain FORWARD drops by itself or has rules that are not netc's.
has_say() {
  plain=$(plain_of "$rules_family")
  variant=$keeper_variant
  has_table filter || return 1
  if ! "$keeper_command" -w 30 -S FORWARD >"$next/forward" 2>"$next/answer"; then
    say "$keeper_command cannot read its chain FORWARD, and accepts nothing there: $(cat "$next/answer")"
    return 1
  fi
  grep -qvxF -e '-P FORWARD ACCEPT' -e '-A FORWARD -j NETC-FORWARD' -e '-A FORWARD -j NETC-FORWARD-ACCEPT' "$next/forward"
}

# name_drops: a base chain that drops what netc accepts, where no iptables can accept it too.
name_drops() {
  table_of=
  while read -r first second third fourth rest; do
    case $first in
      table) table_of="$second $third" ;;
      chain) chain=$second ;;
      type)
        case "$table_of/$second $third $fourth $rest" in
          'inet netc/'* | 'bridge '* | 'arp '* | 'netdev '*) ;;
          'ip filter/'* | 'ip6 filter/'*)
            case "$chain $fourth $rest" in
              'FORWARD forward '*'policy drop;'*) has_nft_keeper "${table_of%% *}tables" || name_drop ;;
            esac
            ;;
          */'filter hook forward '*'policy drop;'*) name_drop ;;
        esac
        ;;
    esac
  done <"$next/chains.nft"
}

has_nft_keeper() {
  if has "$1-nft"; then return 0; fi
  has "$1" && case $("$1" --version) in *nf_tables*) ;; *) return 1 ;; esac
}

name_drop() {
  say "the chain $chain of the table $table_of drops what it does not accept, pods' traffic too: no rule of netc's can overrule it"
}

# take_down: sysctls, rules, then links and routes.
take_down() {
  sweep_settings
  remove_rules
  sweep
  forget
}

# remove_rules: those of every keeper and of nft that the record tells of.
remove_rules() {
  for rules_family in v4 v6; do
    need_keepers "$rules_family"
    while read -r keeper_variant keeper_command; do
      if [ ! -e "$record/chains.$rules_family.$keeper_variant" ]; then continue; fi
      : >"$next/rules"
      load_rules "$rules_family" "$keeper_variant" "$keeper_command"
    done <"$next/keepers"
  done
  if [ -s "$record/ruleset.nft" ] || [ -s "$record/chains.nft" ]; then need nftables nft; fi
  : >"$next/ruleset"
  load_ruleset
}

# forget: without a record there is nothing left to take down.
forget() {
  rm -rf "$next" "$record"/pending* "$record"/confirmed*
  for file in "$record"/chains.v*; do
    if [ -s "$file" ]; then
      stop 1 "all is taken down but the chains named above: take away the rules that refer to them and run this again"
    fi
  done
  rm -rf "$record"
  rmdir /run/netc 2>/dev/null || :
}

# note_doors: into the record, before the rules.
note_doors() {
  for family in 4 6; do
    doors=$record/doors.v$family
    [ -e "$doors" ] || : >"$doors"
    { cat "$doors" && doors_now; } | sort -u >"$next/doors"
    cmp -s "$next/doors" "$doors" || mv "$next/doors" "$doors"
  done
}

# doors_now: of `family`.
doors_now() {
  "connections_v$family" | sed -n 's/^door \([^ ]* [^ ]* [^ ]*\).*/\1/p'
}

flush_connections() {
  for tool in conntrack awk; do
    if has "$tool"; then continue; fi
    package=$tool
    if [ "$tool" = awk ]; then package=mawk; fi
    say "NO CONNECTION WAS ENDED: --flush needs the tool $tool; install it (package $package) and run this with --flush again"
    return 0
  done
  has ss || say "--flush finds no tool ss (package iproute2): whoever waits at the end of a connection is not told that it is gone"
  for family in 4 6; do flush_family; done
}

flush_family() {
  "connections_v$family" >"$next/facts"
  if [ ! -s "$next/facts" ] && [ ! -s "$record/doors.v$family" ]; then return 0; fi
  ip "-$family" route show table local >"$next/local"
  if ! conntrack -L -f "ipv$family" >"$next/entries" 2>"$next/answer"; then
    say "NO CONNECTION OF IPv$family WAS ENDED: conntrack -L -f ipv$family failed: $(cat "$next/answer")"
    return 0
  fi
  [ -e "$record/made" ] || : >"$record/made"
  judge_connections >"$next/judged"
  while read -r kind words; do "end_$kind" "$words"; done <"$next/judged"
  doors_now >"$record/doors.v$family"
}

# end_socket NAMESPACE FILTER: the kernel may not know how; then it is told by what the rules do.
end_socket() {
  filter=${1#* }
  namespace=${1%% *}
  namespace=${namespace#-}
  if has ss; then ss ${namespace:+-N "$namespace"} -K -n -t "$filter" </dev/null >/dev/null 2>&1 || :; fi
}

# end_entry OPTIONS: one that has ended by itself is no fault.
end_entry() {
  set -f
  # shellcheck disable=SC2086 # each word is an argument
  conntrack -D -f "ipv$family" $1 </dev/null >/dev/null 2>&1 || :
  set +f
}

# judge_connections: of `family`, the files that flush_family wrote.
judge_connections() {
  awk -v family="$family" '
# Addresses as digits.
function digits4(text,   byte) {
  split(text, byte, ".")
  return sprintf("%02x%02x%02x%02x", byte[1], byte[2], byte[3], byte[4])
}
function groups(text,   group, n, i, all) {
  n = split(text, group, ":")
  for (i = 1; i <= n; i++) all = all substr("0000" group[i], length(group[i]) + 1)
  return all
}
function digits6(text,   at, left, right) {
  if (match(text, /[0-9]+\.[0-9.]+$/)) {
    right = digits4(substr(text, RSTART))
    text = substr(text, 1, RSTART - 1) substr(right, 1, 4) ":" substr(right, 5)
  }
  at = index(text, "::")
  if (!at) return groups(text)
  left = groups(substr(text, 1, at - 1))
  right = groups(substr(text, at + 2))
  while (length(left right) < 32) left = left "0"
  return left right
}
function digits(text) {
  if (!(text in digits_of)) digits_of[text] = index(text, ":") ? digits6(text) : digits4(text)
  return digits_of[text] ""
}

# last_of(ADDRESS, LENGTH): the last of a range, both as digits.
function last_of(address, bits,   i, digit, all, block) {
  for (i = 1; i <= length(address); i++) {
    digit = index("0123456789abcdef", substr(address, i, 1)) - 1
    if (bits < 4) {
      for (block = 16; bits > 0; bits--) block = block / 2
      digit = digit - digit % block + block - 1
    }
    bits = bits > 4 ? bits - 4 : 0
    all = all substr("0123456789abcdef", digit + 1, 1)
  }
  return all
}

# Lists of ranges, low[LIST, 1..size[LIST]] to high.
function add(list, range,   at) {
  at = index(range, "-")
  size[list]++
  low[list, size[list]] = (at ? substr(range, 1, at - 1) : range) ""
  high[list, size[list]] = substr(range, at + 1) ""
}
function within(list, address,   from, to, middle) {
  from = 1
  to = size[list] + 0
  if (!to) return 0
  while (from < to) {
    middle = int((from + to + 1) / 2)
    if (low[list, middle] <= address) from = middle
    else to = middle - 1
  }
  return low[list, from] <= address && address <= high[list, from]
}
function in_ports(ports, number,   end) {
  split(ports, end, "-")
  return end[1] + 0 <= number && number <= (end[2] == "" ? end[1] : end[2]) + 0
}

# Whether the address is delivered here, as the table local and multicast say; ranges of that table may lie in each other.
function is_local(address,   i) {
  if (!(address in local)) {
    local[address] = 0
    for (i = 1; i <= size["local"]; i++)
      if (low["local", i] <= address && address <= high["local", i]) local[address] = 1
  }
  return local[address]
}

# at_door(WORDS...): whether a door of this protocol, address and ports is the one that was asked.
function at_door(protocol, ports) {
  return (protocol == "*" || protocol + 0 == proto) && (ports == "*" || in_ports(ports, aport))
}

# listens(ADDRESS): whether nodeports do.
function listens(address) {
  if (within("named", address)) return 1
  if (family == 6 ? address == "00000000000000000000000000000001" : substr(address, 1, 2) == "7f") return 0
  return within("own", address) && is_local(address)
}

# door_at(ADDRESS OR nodeport): the line of the door that was asked, for such a client, who counts where clients from outside have their own.
function door_at(address,   i, n, number, word, is_outside, all) {
  is_outside = !from_here && !within("inside", source)
  n = split(doors_at[address], number, " ")
  for (i = 1; i <= n; i++) {
    split(door[number[i]], word, " ")
    if (!at_door(word[2], word[4])) continue
    if (word[5] == "outside") {
      hangs_on_client = 1
      if (is_outside) return door[number[i]]
    } else if (all == "") all = door[number[i]]
  }
  return all
}
# was_at(ADDRESS OR nodeport): whether a door that is gone was there.
function was_at(address,   i, n, number, word) {
  n = split(former_at[address], number, " ")
  for (i = 1; i <= n; i++) {
    split(former[number[i]], word, " ")
    if (at_door(word[1], word[3])) return 1
  }
  return 0
}

# strays(): whether the connection leads from a door where that leads nowhere now.
function strays(   line) {
  hangs_on_client = 0
  line = door_at(asked)
  if (line == "" && listens(asked)) line = door_at("nodeport")
  if (line != "") return !leads(line)
  return translated && (within("range", asked) || was_at(asked) || is_local(asked) && was_at("nodeport"))
}
# leads(DOOR): whether it leads where the connection does; a door that is open leaves nothing untranslated.
function leads(line,   i, n, word, backend, open, drains, at, port) {
  n = split(line, word, " ")
  for (i = 6; i <= n; i++) {
    drains = substr(word[i], 1, 1) == "~"
    backend = substr(word[i], drains + 1)
    if (!drains) open = 1
    at = index(backend, ":")
    port = !at ? aport : substr(backend, at + 1) + (word[4] == "*" ? 0 : aport - word[4])
    if (at) backend = substr(backend, 1, at - 1)
    if (backend "" == now && port == nport) return 1
  }
  return !translated && !open
}

# holds(RULE): the port of the client is asked last; where it is asked, the verdict hangs on it.
function holds(rule,   i, key) {
  for (i = 1; i <= conditions[rule]; i++) {
    key = condition[rule, i]
    if (key == "proto") { if (value[rule, key] + 0 != proto) return 0 }
    else if (key == "src") { if (!within(rule key, source)) return 0 }
    else if (key == "dst") { if (!within(rule key, now)) return 0 }
    else if (key == "asked") { if (!within(rule key, asked)) return 0 }
    else if (key == "dport") { if (!in_ports(value[rule, key], nport)) return 0 }
    else if (key == "aport") { if (!in_ports(value[rule, key], aport)) return 0 }
    else if (key == "translated") { if (!translated) return 0 }
    else if (key == "loop") { if (!from_here || !to_here) return 0 }
    else if (key == "type") { if (type == "" || !index("," value[rule, key] ",", "," type ",")) return 0 }
    else {
      hangs_on_port = 1
      if (!in_ports(value[rule, key], sport)) return 0
    }
  }
  return 1
}
# refused(): whether the filter would drop or refuse it as a new connection.
# Clients ask the same again and again, each time from another port.
function refused(   key, answer) {
  key = proto " " source " " asked " " aport " " now " " nport " " type
  hangs_on_port = 0
  if (key in answers) return answers[key]
  answer = is_refused()
  if (!hangs_on_port) answers[key] = answer
  return answer
}
function is_refused(   hook, i, rule, over) {
  hook = from_here ? "output" : to_here ? "input" : "forward"
  for (i = 1; i <= rules[hook]; i++) {
    rule = hook i
    if (stage[rule] == over || !holds(rule)) continue
    if (verdict[rule] != "next") return verdict[rule] == "end"
    over = stage[rule]
  }
  return 0
}

# socket(ADDRESS, IS LOCAL, FILTER): that of one end, where that end is here.
function socket(address, is_here, filter,   namespace) {
  namespace = is_here ? "-" : pod[address]
  if (namespace == "") return
  sockets[namespace] = sockets[namespace] (waiting[namespace] ? " or " : "") "( " filter " )"
  if (++waiting[namespace] == 50) tell(namespace)
}
function tell(namespace) {
  print "socket", namespace, sockets[namespace]
  sockets[namespace] = ""
  waiting[namespace] = 0
}
function end_of(address, port) {
  return (index(address, ":") ? "[" address "]" : address) ":" port
}
function finish(by_policy,   options) {
  if (proto == 6) {
    socket(source, from_here, "src " end_of(first["src"], sport) " dst " end_of(first["dst"], aport))
    socket(now, to_here, "src " end_of(second["src"], nport) " dst " end_of(second["dst"], second["dport"]))
  }
  options = "-p " ($1 == "unknown" ? proto : $1) " -d " first["dst"] " -r " second["src"]
  if (has_ports) options = options " --dport " aport " --reply-port-src " nport
  if (type != "") options = options " --" $1 "-type " type
  if (by_policy || hangs_on_client) options = options " -s " first["src"]
  if (by_policy && hangs_on_port && has_ports) options = options " --sport " sport
  if (!(options in told)) entry[++entries] = options
  told[options] = 1
}

BEGIN {
  # What no table of routes holds and is delivered all the same.
  if (family == 6) add("local", "ff000000000000000000000000000000-ffffffffffffffffffffffffffffffff")
  else {
    add("local", "e0000000-efffffff")
    add("local", "ffffffff")
  }
}

part == "facts" && $1 == "range" { add("range", $2) }
part == "facts" && $1 == "inside" { add("inside", $2) }
part == "facts" && $1 == "listen" { add($2, $3) }
part == "facts" && $1 == "door" {
  door[NR] = $0
  doors_at[$3] = doors_at[$3] " " NR
}
part == "facts" && $1 == "rule" {
  rule = $2 (++rules[$2])
  stage[rule] = $3
  verdict[rule] = $4
  conditions[rule] = NF - 4
  for (i = 5; i <= NF; i++) {
    at = index($i, "=")
    key = condition[rule, i - 4] = at ? substr($i, 1, at - 1) : $i
    value[rule, key] = substr($i, at + 1)
    if (key == "src" || key == "dst" || key == "asked") {
      n = split(value[rule, key], list, ",")
      for (k = 1; k <= n; k++) add(rule key, list[k])
    }
  }
}
part == "former" {
  former[NR] = $0
  former_at[$2] = former_at[$2] " " NR
}
part == "local" && $1 ~ /^(local|broadcast|anycast|multicast)$/ {
  n = split($2, word, "/")
  at = digits(word[1])
  add("local", at "-" (n == 1 ? at : last_of(at, word[2])))
}
part == "made" && $1 == "address" && $3 == "eth0" {
  split($5, word, "/")
  pod[digits(word[1])] = $2
}
part == "entries" {
  split("", first)
  split("", second)
  zone = 0
  for (i = 3; i <= NF; i++) {
    at = index($i, "=")
    if (!at) continue
    key = substr($i, 1, at - 1)
    if (key ~ /zone/) zone = 1
    if (key in first) second[key] = substr($i, at + 1)
    else first[key] = substr($i, at + 1)
  }
  # A zone is a table for others.
  if (zone || !("src" in second)) next
  has_ports = "dport" in first
  proto = $2 + 0
  source = digits(first["src"])
  asked = digits(first["dst"])
  now = digits(second["src"])
  sport = first["sport"] + 0
  aport = first["dport"] + 0
  nport = second["sport"] + 0
  type = first["type"] ""
  translated = asked != now || aport != nport
  from_here = is_local(source)
  to_here = is_local(now)
  if (strays()) finish(0)
  else if (refused()) finish(1)
}

END {
  for (namespace in waiting) if (waiting[namespace]) tell(namespace)
  for (i = 1; i <= entries; i++) print "entry", entry[i]
}
' part=facts "$next/facts" part=former "$record/doors.v$family" part=local "$next/local" \
    part=made "$record/made" part=entries "$next/entries"
}

# read_options ARGUMENT...
read_options() {
  confirm=
  flush=
  keep=
  back=
  watch=
  while [ "$#" -gt 0 ]; do
    case $1 in
      --confirm)
        case ${2:-} in
          '' | *[!0-9]* | 0* | ??????*) stop 2 "--confirm wants a number of seconds, from 1 to 99999: $usage" ;;
        esac
        confirm=$2
        shift
        ;;
      --flush) flush=yes ;;
      --keep) keep=yes ;;
      --watch | --roll-back)
        if [ "$1" = --watch ]; then watch=${2:?}; else back=${2:?}; fi
        shift
        ;;
      *) stop 2 "it does not know $1: $usage" ;;
    esac
    shift
  done
  if [ -n "$keep" ] && [ -n "$confirm$flush" ]; then stop 2 "--keep stands alone: $usage"; fi
  if [ -n "$confirm" ] && [ -n "$flush" ]; then
    stop 2 "what may come back must not end connections: run \"sh up.sh --flush\" once the change is kept"
  fi
}
usage='sh up.sh [--confirm SECONDS | --flush], or sh up.sh --keep'

# watch_or_keep: the runs that load nothing.
watch_or_keep() {
  if [ -n "$watch" ]; then watch_change; fi
  if [ -n "$keep" ]; then keep_change; fi
}

# find_text: the file of this script's own text, nothing where a pipe brought it.
find_text() {
  for text in "$0" "/proc/$$/fd/0"; do
    if [ -f "$text" ] && [ "$(sed -n 2p "$text")" = "$mark" ]; then return 0; fi
  done
  text=
}

# is_own FILE: whether root alone may have written it.
is_own() {
  case $(stat -c '%u %A' "$1" 2>/dev/null || :) in
    '0 -'????-??-?) return 0 ;;
    *) return 1 ;;
  esac
}

# keep_text FILE: a copy of this script that root alone can change, whatever the umask is.
keep_text() {
  run cp "$text" "$1"
  run chmod 600 "$1"
}

# keep_change: what waits becomes the last that was confirmed.
keep_change() {
  [ -d "$record" ] || stop 1 'nothing waits to be kept'
  open_record
  rm -rf "$next"
  if [ ! -e "$record/pending" ]; then
    if [ -e "$record/pending.back" ]; then stop 1 "nothing waits to be kept: $(cat "$record/pending.back")"; fi
    stop 1 'nothing waits to be kept'
  fi
  [ -e "$record/pending.loaded" ] || stop 1 "what waits was not loaded to its end, and is put back"
  run mv "$record/pending.sh" "$record/confirmed.sh"
  rm -f "$record"/pending* "$record/confirmed.none"
  say 'kept'
  exit 0
}

# waits TOKEN: whether that change waits, and no other.
waits() {
  [ "$(cat "$record/pending" 2>/dev/null || :)" = "$1" ]
}

# begin_change: before anything is changed.
begin_change() {
  statement='--confirm'
  if [ -n "$back" ]; then
    waits "$back" || exit 0
    if [ ! -e "$record/confirmed.sh" ]; then
      take_down
      exit 0
    fi
    own_form
    return 0
  fi
  if [ -e "$record/pending" ]; then
    if [ ! -e "$record/pending.failed" ] && ! flock -n "$record/pending" true; then
      stop 1 "a change waits to be kept: run \"sh up.sh --keep\", or wait until it is put back; nothing was changed"
    fi
    say "a change that was not kept was not put back either; this run goes on from there: $(cat "$record/pending.log" 2>&1 || :)"
    rm -f "$record"/pending*
  fi
  find_text
  if [ -z "$confirm" ]; then
    own_form
    return 0
  fi
  need util-linux setsid
  [ -n "$text" ] || stop 2 "--confirm needs this script as a file, to read it again: nothing was changed"
  if [ -e "$record/confirmed.none" ]; then
    stop 2 "what is loaded came through a pipe and could not be put back: run its up.sh as a file first; nothing was changed"
  fi
  rm -f "$record"/pending*
  keep_text "$record/pending.sh"
  run cat /proc/sys/kernel/random/uuid >"$record/pending"
  start_watcher
  own_form
}

# start_watcher: a process of a session of its own, so that it outlives the caller's. It waits for this run's end, however that comes.
start_watcher() {
  exec 8<"$record/pending"
  flock 8
  setsid sh "$record/pending.sh" --watch "$confirm" </dev/null >"$record/pending.log" 2>&1 9>&- &
  exec 8<&-
}

# watch_change: the watcher's own way, told how many seconds to wait.
watch_change() {
  cd /
  token=$(cat "$record/pending")
  flock "$record/lock" true
  if [ ! -e "$record/pending.loaded" ]; then watch=0; fi
  while [ "$watch" -gt 0 ] && waits "$token"; do
    sleep 1
    watch=$((watch - 1))
  done
  pause=1
  while waits "$token"; do
    text=$record/confirmed.sh
    if [ ! -e "$text" ]; then text=$record/pending.sh; fi
    if ! is_own "$text"; then
      say "$text can be changed by others than root, so it is not run"
    elif hand_back && sh "$text" --roll-back "$token"; then
      exit 0
    fi
    sleep "$pause"
    # Another run may go on from here, once this has been tried a few times.
    if [ "$pause" -ge 4 ] && waits "$token"; then : >"$record/pending.failed"; fi
    if [ "$pause" -lt 60 ]; then pause=$((pause * 2)); fi
  done
  exit 0
}

# hand_back: a script of the version before gets a record of its form: what it does not know is undone. Run by the watcher.
hand_back() {
  # shellcheck disable=SC2016 # the line as it stands there
  if ! grep -qxF '  if [ "$form" = 2 ]; then return 0; fi' "$text"; then return 0; fi
  (
    statement='the way back to the version before'
    open_record
    waits "$token" || exit 0
    hand_back_rules || exit 1
    grep -E '^(pod|tunnel|address|gateway|proxied|forward|neighbour|route|found) ' "$record/made" >"$next/stated" || :
    sweep || exit 1
    put_form 2
  )
}

# hand_back_rules: the jumps and the table that it does not know; the chains of other tables it takes out itself, and loads all anew.
hand_back_rules() {
  for rules_family in v4 v6; do
    keepers "$rules_family" >"$next/keepers"
    while read -r keeper_variant keeper_command; do
      chains=$record/chains.$rules_family.$keeper_variant
      for jump in 'nat NETC-SERVICES-IN' 'raw NETC-RAW-IN'; do
        grep -sqxF "$jump" "$chains" || continue
        while "$keeper_command" -w 30 -t "${jump% *}" -D PREROUTING -j "${jump#* }" 2>/dev/null; do :; done
      done
      grep -sq '^raw ' "$chains" || continue
      for step in -F -X; do
        sed -n 's/^raw //p' "$chains" | while read -r chain; do
          run "$keeper_command" -w 30 -t raw "$step" "$chain"
        done || return 1
      done
      sed '/^raw /d' "$chains" >"$next/chains"
      mv "$next/chains" "$chains"
    done <"$next/keepers"
  done
  rm -f "$record"/rules.* "$record"/listed.* "$record/ruleset.nft"
}

# end_change: all is as the program says.
end_change() {
  if [ -n "$back" ]; then
    rm -f "$record/pending" "$record/pending.sh" "$record/pending.loaded"
    printf 'the change was put back, %s\n' "$(date)" >"$record/pending.back"
  elif [ -n "$confirm" ]; then
    : >"$record/pending.loaded"
    say "loaded, and put back in $confirm seconds unless you run: sh up.sh --keep"
  elif [ -n "$text" ]; then
    keep_text "$record/confirmed.new"
    run mv "$record/confirmed.new" "$record/confirmed.sh"
    rm -f "$record"/confirmed.none "$record"/pending*
  else
    : >"$record/confirmed.none"
    rm -f "$record/confirmed.sh" "$record"/pending*
  fi
}

# Before anything is changed.

mark='# up.sh of the node node2, made by netc.'
read_options "$@"
check_machine
watch_or_keep
need iptables iptables iptables-restore
held -4 192.168.100.101
open_record
list_chains "$next/chains.nft"
begin_change

# Links.

mtu_of ens33 0
pod 'pod c' pod-c veth-pod-c
wire -4 10.244.2.10 via 169.254.10.24 src 192.168.100.101

# Routes.

route services -4 10.96.0.0/12 dev ens33 scope link src 192.168.100.101
route 'node node1' -4 10.244.1.0/24 via 192.168.100.100 dev ens33 src 192.168.100.101 onlink
route services -4 198.51.100.10 dev ens33 scope link src 192.168.100.101
slice 'node node2' -4 10.244.2.0/24

# Rules, in the words of iptables-restore --noflush.

rules_v4() {
cat <<'NETC-RULES-V4'
*filter
:NETC-INPUT - [0:0]
:NETC-FORWARD - [0:0]
:NETC-OUTPUT - [0:0]
:NETC-REJECT - [0:0]
-A NETC-INPUT -i lo -m comment --comment "loopback" -j RETURN
-A NETC-INPUT -p udp -m udp --sport 67:68 --dport 67:68 -m comment --comment "dhcp" -j RETURN
-A NETC-INPUT -m conntrack --ctstate ESTABLISHED,RELATED -m comment --comment "established" -j RETURN
-A NETC-INPUT -d 10.96.0.200/32 -p tcp -m tcp --dport 443 -m conntrack --ctstate NEW -m comment --comment "service web" -j NETC-REJECT
-A NETC-INPUT -d 198.51.100.10/32 -p tcp -m tcp --dport 443 -m conntrack --ctstate NEW -m comment --comment "service web" -j NETC-REJECT
-A NETC-FORWARD -p udp -m udp --sport 67:68 --dport 67:68 -m comment --comment "dhcp" -j RETURN
-A NETC-FORWARD -s 10.244.0.0/16 -m conntrack --ctstate ESTABLISHED,RELATED -m comment --comment "from pods" -j ACCEPT
-A NETC-FORWARD -d 10.244.0.0/16 -m conntrack --ctstate ESTABLISHED,RELATED -m comment --comment "to pods" -j ACCEPT
-A NETC-FORWARD -m conntrack --ctstate ESTABLISHED,RELATED -m comment --comment "established" -j RETURN
-A NETC-FORWARD -d 10.96.0.0/12 -m conntrack --ctstate NEW -m comment --comment "not served" -j NETC-REJECT
-A NETC-FORWARD -d 198.51.100.10/32 -m conntrack --ctstate NEW -m comment --comment "not served" -j NETC-REJECT
-A NETC-FORWARD -s 10.244.0.0/16 -m comment --comment "from pods" -j ACCEPT
-A NETC-FORWARD -d 10.244.0.0/16 -m comment --comment "to pods" -j ACCEPT
-A NETC-OUTPUT -o lo -m conntrack ! --ctstate DNAT -m comment --comment "loopback" -j RETURN
-A NETC-OUTPUT -o lo -m addrtype --dst-type LOCAL -m comment --comment "loopback" -j RETURN
-A NETC-OUTPUT -p udp -m udp --sport 67:68 --dport 67:68 -m comment --comment "dhcp" -j RETURN
-A NETC-OUTPUT -m conntrack --ctstate ESTABLISHED,RELATED -m comment --comment "established" -j RETURN
-A NETC-OUTPUT -d 10.96.0.0/12 -m conntrack --ctstate NEW -m comment --comment "not served" -j NETC-REJECT
-A NETC-OUTPUT -d 198.51.100.10/32 -m conntrack --ctstate NEW -m comment --comment "not served" -j NETC-REJECT
-A NETC-REJECT -p tcp -j REJECT --reject-with tcp-reset
-A NETC-REJECT -j REJECT --reject-with icmp-port-unreachable
COMMIT
*nat
:NETC-SERVICES - [0:0]
:NETC-SVC-10.96.0.0/16 - [0:0]
:NETC-SVC-10.96.0.0/20 - [0:0]
:NETC-SVC-10.96.0.0/24 - [0:0]
:NETC-SVC-10.96.0.96/28 - [0:0]
:NETC-SVC-10.96.0.192/28 - [0:0]
:NETC-SVC-198.51.0.0/16 - [0:0]
:NETC-SVC-198.51.96.0/20 - [0:0]
:NETC-SVC-198.51.100.0/24 - [0:0]
:NETC-SVC-198.51.100.0/28 - [0:0]
:NETC-POSTROUTING - [0:0]
:NETC-HAIRPIN - [0:0]
:NETC-CLIENTS - [0:0]
-A NETC-SERVICES -d 10.96.0.0/16 -j NETC-SVC-10.96.0.0/16
-A NETC-SERVICES -d 198.51.0.0/16 -j NETC-SVC-198.51.0.0/16
-A NETC-SVC-10.96.0.0/16 -d 10.96.0.0/20 -j NETC-SVC-10.96.0.0/20
-A NETC-SVC-10.96.0.0/20 -d 10.96.0.0/24 -j NETC-SVC-10.96.0.0/24
-A NETC-SVC-10.96.0.0/24 -d 10.96.0.96/28 -j NETC-SVC-10.96.0.96/28
-A NETC-SVC-10.96.0.0/24 -d 10.96.0.192/28 -j NETC-SVC-10.96.0.192/28
-A NETC-SVC-10.96.0.96/28 -d 10.96.0.100/32 -p tcp -m tcp --dport 80 -m statistic --mode random --probability 0.50000000000 -m comment --comment "service web" -j DNAT --to-destination 10.244.1.10:8080
-A NETC-SVC-10.96.0.96/28 -d 10.96.0.100/32 -p tcp -m tcp --dport 80 -m comment --comment "service web" -j DNAT --to-destination 10.244.2.10:8080
-A NETC-SVC-10.96.0.192/28 -d 10.96.0.200/32 -p tcp -m tcp --dport 80 -m statistic --mode random --probability 0.50000000000 -m comment --comment "service web" -j DNAT --to-destination 10.244.1.10:8080
-A NETC-SVC-10.96.0.192/28 -d 10.96.0.200/32 -p tcp -m tcp --dport 80 -m comment --comment "service web" -j DNAT --to-destination 10.244.2.10:8080
-A NETC-SVC-198.51.0.0/16 -d 198.51.96.0/20 -j NETC-SVC-198.51.96.0/20
-A NETC-SVC-198.51.96.0/20 -d 198.51.100.0/24 -j NETC-SVC-198.51.100.0/24
-A NETC-SVC-198.51.100.0/24 -d 198.51.100.0/28 -j NETC-SVC-198.51.100.0/28
-A NETC-SVC-198.51.100.0/28 -d 198.51.100.10/32 -p tcp -m tcp --dport 80 -m statistic --mode random --probability 0.50000000000 -m comment --comment "service web" -j DNAT --to-destination 10.244.1.10:8080
-A NETC-SVC-198.51.100.0/28 -d 198.51.100.10/32 -p tcp -m tcp --dport 80 -m comment --comment "service web" -j DNAT --to-destination 10.244.2.10:8080
-A NETC-POSTROUTING -j NETC-HAIRPIN
-A NETC-POSTROUTING -j NETC-CLIENTS
-A NETC-HAIRPIN -s 10.244.2.10/32 -d 10.244.2.10/32 -m conntrack --ctstate DNAT -m comment --comment "hairpin all" -j SNAT --to-source 192.168.100.101 --random-fully
-A NETC-CLIENTS -s 10.244.2.0/24 -m conntrack --ctstate DNAT -m conntrack --ctorigdst 10.96.0.0/12 -m comment --comment "pods of node2" -j RETURN
-A NETC-CLIENTS -s 10.244.2.0/24 -m conntrack --ctstate DNAT -m conntrack --ctorigdst 198.51.100.10/32 -m comment --comment "pods of node2" -j RETURN
-A NETC-CLIENTS -s 192.168.100.101/32 -m conntrack --ctstate DNAT -m conntrack --ctorigdst 10.96.0.0/12 -m comment --comment "node node2" -j RETURN
-A NETC-CLIENTS -s 192.168.100.101/32 -m conntrack --ctstate DNAT -m conntrack --ctorigdst 198.51.100.10/32 -m comment --comment "node node2" -j RETURN
-A NETC-CLIENTS -m conntrack --ctstate DNAT -m conntrack --ctorigdst 10.96.0.0/12 -m comment --comment "clients from elsewhere" -j SNAT --to-source 192.168.100.101 --random-fully
-A NETC-CLIENTS -m conntrack --ctstate DNAT -m conntrack --ctorigdst 198.51.100.10/32 -m comment --comment "clients from elsewhere" -j SNAT --to-source 192.168.100.101 --random-fully
COMMIT
NETC-RULES-V4
}
rules_v6() {
cat <<'NETC-RULES-V6'
NETC-RULES-V6
}

# What other chains FORWARD of iptables must accept besides, where they have a say.

accepts_v4() {
cat <<'NETC-ACCEPTS-V4'
*filter
:NETC-FORWARD-ACCEPT - [0:0]
-A NETC-FORWARD-ACCEPT -s 10.244.0.0/16 -m conntrack --ctstate ESTABLISHED,RELATED -m comment --comment "netc" -j ACCEPT
-A NETC-FORWARD-ACCEPT -d 10.244.0.0/16 -m conntrack --ctstate ESTABLISHED,RELATED -m comment --comment "netc" -j ACCEPT
-A NETC-FORWARD-ACCEPT -s 10.244.0.0/16 -m comment --comment "netc" -j ACCEPT
-A NETC-FORWARD-ACCEPT -d 10.244.0.0/16 -m comment --comment "netc" -j ACCEPT
COMMIT
NETC-ACCEPTS-V4
}
accepts_v6() {
cat <<'NETC-ACCEPTS-V6'
NETC-ACCEPTS-V6
}

# What tells the connections that these rules would not let begin.

connections_v4() {
cat <<'NETC-CONNECTIONS-V4'
range 0a600000-0a6fffff
door 6 0a600064 80 all 0af4010a:8080 0af4020a:8080
door 6 0a6000c8 80 all 0af4010a:8080 0af4020a:8080
door 6 c633640a 80 all 0af4010a:8080 0af4020a:8080
rule input exempt keep loop
rule input exempt keep proto=17 dport=67-68 sport=67-68
rule input rejection end dst=0a6000c8 proto=6 dport=443
rule input rejection end dst=c633640a proto=6 dport=443
rule forward exempt keep proto=17 dport=67-68 sport=67-68
rule forward rejection end dst=0a600000-0a6fffff,c633640a
rule output exempt keep loop
rule output exempt keep proto=17 dport=67-68 sport=67-68
rule output rejection end dst=0a600000-0a6fffff,c633640a
NETC-CONNECTIONS-V4
}
connections_v6() {
cat <<'NETC-CONNECTIONS-V6'
NETC-CONNECTIONS-V6
}
note_doors
load
if [ -n "$flush" ]; then flush_connections; fi

# Sysctls, once there are rules for what they let through.

setting forwarding net/ipv4/ip_forward 1 net/ipv4/conf/all/accept_redirects 'net/ipv4/conf/*/forwarding'

# What is in the record and no longer in the program.

sweep_settings
sweep
end_change
rm -rf "$next"

command exit
}
