#!/bin/sh
# up.sh of the node node2, made by netc.
# Run it on that node, as root:
#   sh up.sh                       it changes what differs from the program and nothing else, so that it may be run again at
#                                  any time, also after a run that was interrupted
#   sh up.sh --confirm SECONDS     the same, and what was before comes back unless this is run in time:
#   sh up.sh --keep
#   sh up.sh --check               it changes nothing and prints what a run would change
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
# What messages call it.
place=$record
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

# pick ARGUMENT...: grep; that it finds nothing is no failure. (BusyBox takes an empty file of patterns for one that all lines match, unless
# there is another pattern.)
pick() {
  grep "$@" || [ "$?" = 1 ] || stop 1 "failed for \"$statement\": grep $*"
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
  need coreutils cat chmod cksum id mkdir mv readlink rm rmdir sleep sort stat tac tr
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
  if [ -n "$check" ]; then
    assume "$1" "$2"
    return 0
  fi
  printf '%s\n' "$2" >"/proc/sys/$1" || stop 1 "failed for \"$statement\": writing $2 to /proc/sys/$1"
}

# is_link DEVICE: without a process of its own. (/sys shows the links of the network namespace it was mounted in.)
is_link() {
  case $gone in
    *" $1 "*) return 1 ;;
  esac
  [ -e "/proc/sys/net/ipv4/conf/$1" ]
}

# remove_link DEVICE: a veth whose other end's namespace is going away may vanish at any moment.
remove_link() {
  if [ -n "$check" ]; then return 0; fi
  ip link delete dev "$1" 2>/dev/null || if ip link show dev "$1" >/dev/null 2>&1; then
    run ip link delete dev "$1"
  fi
}

# What is asked for: that nothing is done; that each change is said.
check=
verbose=
# What the record holds and the program does not state is, in words.
surplus='not of the program'
# The namespaces and devices that this run makes anew (`DEVICE/4`: all that it has of IPv4; `DEVICE/mtu`: what comes and goes with its
# MTU), those that it takes away, and the rest whose place it fills, or empties.
fresh=' '
gone=' '
taken=$nl
removed=$nl

# differs WORDS: something is not as the program says, and what follows changes it.
differs() {
  if [ -n "$check" ]; then
    printf '%s\n' "$1"
    : >"$next/differed"
  elif [ -n "$verbose" ]; then
    say "$1"
  fi
}

# differs_in NAME WORDS: likewise, in a namespace or at a device; of one that is made anew it was said.
differs_in() {
  is_fresh "$1" || differs "$2"
}

# act COMMAND...: a change that was said; it must succeed.
act() {
  if [ -z "$check" ]; then run "$@"; fi
}

# change WORDS COMMAND...
change() {
  differs "$1"
  shift
  act "$@"
}

# is_fresh NAME
is_fresh() {
  case $fresh in
    *" $1 "*) return 0 ;;
    *) return 1 ;;
  esac
}

# is_to_come NAME: it is made anew, and this is a check.
is_to_come() {
  [ -n "$check" ] && is_fresh "$1"
}

# is_namespace NAME
is_namespace() {
  case $gone in
    *" $1 "*) return 1 ;;
  esac
  [ -e "/var/run/netns/$1" ]
}

# takes PLACE, removes PLACE: for a check, that finds there what a run has already changed.
takes() {
  taken=$taken$1$nl
}

removes() {
  removed=$removed$1$nl
}

is_taken() {
  case $check$taken in
    yes*"$nl$1$nl"*) return 0 ;;
    *) return 1 ;;
  esac
}

is_removed() {
  case $check$removed in
    yes*"$nl$1$nl"*) return 0 ;;
    *) return 1 ;;
  esac
}

# look_setting PATH: `now` is what a file below /proc/sys holds. (`read` asks for a byte at a time, and the kernel answers only the first.)
look_setting() {
  now=$(run cat "/proc/sys/$1")
  if [ -z "$check" ] || [ ! -e "$next/assumed" ]; then return 0; fi
  while read -r pattern assumed; do
    # shellcheck disable=SC2254 # it is a pattern
    case $1 in $pattern) now=$assumed ;; esac
  done <"$next/assumed"
}

# assume PATTERN VALUE: what a check takes a file below /proc/sys to hold from here on.
assume() {
  if [ -n "$check" ]; then printf '%s %s\n' "$1" "$2" >>"$next/assumed"; fi
}

# dotted PATH: as sysctl says it.
dotted() {
  printf '%s\n' "$1" | sed 's|\.|@|g;s|/|.|g;s|@|/|g'
}

# copy_record: what a check does to the record it does to a copy. It waits for a run that goes on.
copy_record() {
  need coreutils cp mktemp
  copy=$(mktemp -d) || stop 2 'a check keeps its notes in a folder for temporary files, and could not make one'
  trap 'rm -rf "$copy"' EXIT
  trap 'exit 1' HUP INT TERM
  if [ -e "$record/lock" ]; then
    exec 9<"$record/lock"
    wait_for_lock
  fi
  : >"$copy/lock"
  if [ -d "$record" ]; then run cp -R "$record/." "$copy"; fi
  record=$copy
  next=$copy/next
}

# end_check: with 1 where something differs.
end_check() {
  if [ -z "$check" ]; then return 0; fi
  if [ -e "$next/differed" ]; then exit 1; fi
  exit 0
}

# tell WORDS: of what others have here, when it is new and in a check. The record remembers what the last run could tell.
tell() {
  printf '%s\n' "$1" >>"$next/said"
  if [ -z "$check" ] && grep -qxFs -e "$1" "$record/said"; then return 0; fi
  say "$1"
}

# keep_said: for the next run.
keep_said() {
  [ -e "$next/said" ] || : >"$next/said"
  mv "$next/said" "$record/said"
}

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
  if [ -n "$no_ipv6" ]; then stop 2 "\"$1\" needs IPv6, and this machine has none ($no_ipv6); nothing was changed"; fi
}

# say_families: once all is asked and the record is open.
say_families() {
  if [ -n "$no_ipv6" ]; then tell "this machine has no IPv6, so no rules of it are loaded ($no_ipv6)"; fi
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

# wait_for_lock: of the file that is open as 9. (BusyBox's flock has no -w.)
wait_for_lock() {
  tries=0
  until flock -n 9; do
    [ "$tries" -lt 30 ] ||
      stop 1 "another up.sh or down.sh of this node has not ended within 30 seconds: run this again; nothing was changed"
    tries=$((tries + 1))
    sleep 1
  done
}

# lock_record: waits for another run, a while. One that took the record away took the lock's file with it.
lock_record() {
  until
    if ! (umask 077 && mkdir -p "$record") || ! own_folders || ! { : >>"$record/lock"; }; then
      stop 2 "cannot keep the record in $record: let root write there and run this again; nothing was changed"
    fi
    exec 9>>"$record/lock"
    wait_for_lock
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
        stop 2 "the record in $place was made by another version of netc (form ${form:-none}, not 3): \
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
      printf '%s %s %s\n' "$key" "$path" "$value" >>"$next/kept"
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

# undo_address NAMESPACE DEVICE FAMILY ADDRESS: the namespace `-` is the node's own.
undo_address() {
  inside=${1#-}
  if [ -n "$inside" ]; then
    is_namespace "$1" || return 0
  else
    is_link "$2" || return 0
  fi
  if is_to_come "${inside:-"$2"}" || is_to_come "$2/${3#-}"; then return 0; fi
  case $(ip ${inside:+-n "$inside"} "$3" -o addr show dev "$2" 2>/dev/null || :) in
    *" $4 "*)
      change "$surplus: the address $4 of $2${inside:+ in $inside}" \
        ip ${inside:+-n "$inside"} "$3" addr delete "$4" dev "$2"
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
      device=${route#*" dev "}
      device=${device%% *}
      is_link "$device" || return 0
      if is_to_come "$device" || is_to_come "$device/${1#-}"; then return 0; fi
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
    printf 'found %s\n' "$*" >>"$next/kept"
    return 0
  fi
  if ! is_removed "route $1 $2" && [ -n "$(routes_to "$1" "$2" | equals_in_metric "$1")" ]; then return 0; fi
  family=$1
  shift 2
  differs "$surplus: the route $* is missing, which was here before netc"
  if [ -n "$check" ]; then return 0; fi
  ip "$family" route add "$@" || say "this route was here before netc, and cannot be put back: $*"
}

# held FAMILY ADDRESS: the program says that this node has it.
held() {
  [ -n "$(ip "$1" -o addr show to "$2")" ] ||
    stop 1 "no interface here has the node's address $2: run this on its node, or add the address; nothing was changed"
}

# The group of the node's side of every pair.
pod_group=28261

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

# believe_nobody DEVICE: what it brings tells the node of no router and of no shorter way, whatever families the program has. It
# runs no tool. (Some of these files are not there without IPv6. `read` asks for a byte at a time, and the kernel answers only the first.)
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
    # A name with no namespace behind it: `ip netns add` was interrupted.
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
    act ip link add name "$device" group "$pod_group" ${mtu:+mtu "$mtu"} type veth peer name eth0 ${mtu:+mtu "$mtu"} netns "$namespace"
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

# address NAMESPACE DEVICE FAMILY ADDRESS/LENGTH SCOPE: the namespace `-` is the node's own. (An IPv6 address says its scope.)
address() {
  state "address $1 $2 $3 $4"
  inside=${1#-}
  spot=${inside:-"$2"}
  if ! is_to_come "$spot"; then
    case $(ip ${inside:+-n "$inside"} "$3" -o addr show dev "$2") in
      *" $4 scope $5 "*) return 0 ;;
      *" $4 scope "*) if [ "$3" = -6 ]; then return 0; fi ;;
    esac
  fi
  note "address $1 $2 $3 $4"
  differs_in "$spot" "$statement: the address $4 of $2${inside:+ in $inside} is missing"
  case $3 in
    -6) act ip ${inside:+-n "$inside"} -6 addr replace "$4" dev "$2" nodad ;;
    *) act ip ${inside:+-n "$inside"} -4 addr replace "$4" dev "$2" scope "$5" ;;
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
    look_setting "${path% *}"
    if [ "$now" = "${path#* }" ]; then continue; fi
    note "proxied $device"
    differs_in "$device" "$statement: $(dotted "${path% *}") is $now, wanted ${path#* }"
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
  if is_to_come "$namespace" || ! has_gateway "$namespace" "$1" "$4"; then
    note "gateway $namespace $1 $4"
    takes "gateway $namespace $1"
    differs_in "$namespace" "$statement: the default route via $4 in $namespace is missing"
    act ip -n "$namespace" "$1" route replace default via "$4" dev eth0 onlink
  fi
  within=$device
  route "$statement" "$1" "$2" dev "$device" ${scope:+scope link} ${6:+src "$6"}
  within=-
}

# need_device STATEMENT DEVICE: it is there, and up: a route by it could not be made otherwise.
need_device() {
  link=$(ip -o link show dev "$2" 2>/dev/null) ||
    stop 1 "\"$1\" names the device $2, and there is none here; there are: $(ip -o link show | sed 's/^[0-9]*: \([^@:]*\)[@:].*/\1/' | tr '\n' ' '); nothing was changed"
  is_up "$link" || stop 1 "\"$1\" names the device $2, which is down: \"ip link set dev $2 up\", and run this again; nothing was changed"
}

# need_mtu STATEMENT DEVICE LESS NEEDED FAMILY: what is left of the device's MTU carries the family. (The kernel takes IPv6 from a link of less
# than 1280, and IPv4 from one of less than 68.)
need_mtu() {
  link=$(run ip -o link show dev "$2")
  size=${link#*" mtu "}
  size=${size%% *}
  if [ "$((size - $3))" -ge "$4" ]; then return 0; fi
  case $3 in
    0) takes= ;;
    *) takes=", the tunnel takes $3 of it, which leaves $((size - $3))" ;;
  esac
  stop 1 "\"$1\": the MTU of $2 is $size$takes, and $5 needs $4: raise it to $(($4 + $3)) or more; nothing was changed"
}

# What a message ends with as long as it holds.
untouched='; nothing was changed'

# what_is DEVICE: its kind and properties, in the words of ip; nothing of one without a kind.
what_is() {
  ip -d -o link show dev "$1" | sed -n 's/^[^\\]*\\[^\\]*\\ *\(.*\) addrgenmode .*/ (\1)/p'
}

# refuse_link STATEMENT DEVICE WAY_OUT
refuse_link() {
  stop 1 "\"$1\" needs the link $2, and somebody else's is there$(what_is "$2"), which netc did not make by the record in $place: \
remove it with \"ip link delete dev $2\"$3$untouched"
}

# claim_pod STATEMENT NAMESPACE DEVICE: the names are free, or an earlier run made what has them.
claim_pod() {
  if holds "pod $2 $3"; then return 0; fi
  if [ -e "/var/run/netns/$2" ]; then
    stop 1 "\"$1\" needs the namespace $2, and somebody else's is there, which the record in $place does not hold: \
remove it with \"ip netns delete $2\", or call the pod otherwise$untouched"
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
      stop 1 "\"$needing\" needs a $1 device, and this kernel makes none ($answer): load its module with \"modprobe $1\", \
or take a kernel that has it$untouched"
    fi
  }
}

# The device whose making brings a route with it.
within=-

# route STATEMENT FAMILY PREFIX WORDS...: a route of the node.
route() {
  statement=$1
  shift
  state "route $*"
  there=$(routes_to "$1" "$2" || :)
  if [ -n "$check" ]; then there=$(printf '%s\n' "$there" | without_fresh "$1"); fi
  if has_route "$@" <<END; then return 0; fi
$there
END
  if [ -n "$there" ]; then
    note_found "$1" "$2"
    differs "$statement: to ${2} leads another route than $(words_of "$@")"
  elif ! is_fresh "$within/${1#-}"; then
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
  printf '%s\n' "$*"
}

# without_fresh FAMILY: of routes, read from standard input, those that do not go with a device that is made anew.
without_fresh() {
  while read -r line; do
    case "$line " in
      *" dev "*)
        device_of=${line#*" dev "}
        device_of=${device_of%% *}
        if is_fresh "$device_of" || is_fresh "$device_of/${1#-}"; then continue; fi
        ;;
    esac
    printf '%s\n' "$line"
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
  device=${path#net/ipv?/conf/}
  device=${device%%/*}
  if is_to_come "$device" && [ ! -e "/proc/sys/$path" ]; then return 0; fi
  look_setting "$path"
  if [ "$now" = "$value" ]; then return 0; fi
  differs_in "$device" "$statement: $(dotted "$path") is $now, wanted $value"
  shift 3
  for moved in "$@"; do
    assume "$moved" "$value"
    case $moved in
      # All get the new value, and the old one when that comes back: what has another is told apart.
      *'*'*) grep -sHvxF -e "$now" /proc/sys/"${moved%%\**}"*"${moved#*\*}" >"$next/moved" || : ;;
      *) grep -sH '' "/proc/sys/$moved" >"$next/moved" || : ;;
    esac
    while IFS=: read -r file found; do keep "$path" "${file#/proc/sys/}" "$found"; done <"$next/moved"
  done
  keep "$path" "$path" "$now"
  write_setting "$path" "$value"
}

# pods_forward STATEMENT: the pods' links do, whatever the kernel gives to new ones. (In IPv4 a device whose own forwarding is off takes in
# nothing that is for others; in IPv6 `all` alone says who forwards.)
pods_forward() {
  sed -n 's|^pod [^ ]* \(.*\)|net/ipv4/conf/\1/forwarding|p' "$next/stated" >"$next/own"
  if [ ! -s "$next/own" ]; then return 0; fi
  sed 's/^/setting /' "$next/own" >>"$next/stated"
  grep -sLxF 1 /proc/sys/net/ipv4/conf/*/forwarding | sed 's|^/proc/sys/||' | grep -xF -e '' -f "$next/own" >"$next/off" || :
  while read -r path; do setting "$1" "$path" 1; done <"$next/off"
}

# keep_routers STATEMENT: interfaces that take router advertisements take them when they forward too (accept_ra 2), and so do those that
# come later. It is asked before IPv6 forwarding is written: at that moment the kernel drops the default routes of all others.
# (addrconf_fixup_forwarding and rt6_purge_dflt_routers in net/ipv6; `accept_ra` of `all` says nothing.)
keep_routers() {
  statement=$1
  conf=net/ipv6/conf
  whole=$conf/all/forwarding
  now=$(run cat "/proc/sys/$whole")
  printf '%s' "$kept" | sed -n "s|^\($conf/[^ ]*/accept_ra\) .*|setting \1|p" >>"$next/stated"
  # Those that took none before netc: netc's own, and what forwarded by itself.
  printf '%s\n' "/proc/sys/$conf/all/accept_ra" "/proc/sys/$conf/lo/accept_ra" >"$next/taken"
  sed -n -e "s|^pod [^ ]* \(.*\)|/proc/sys/$conf/\1/accept_ra|p" -e "s|^tunnel \(.*\)|/proc/sys/$conf/\1/accept_ra|p" \
    "$next/stated" >>"$next/taken"
  case $now$kept in
    0*) grep -slvxF 0 "/proc/sys/$conf/"*/forwarding | sed 's/forwarding$/accept_ra/' >>"$next/taken" || : ;;
    *"$nl$whole $whole 0$nl"*)
      printf '%s' "$kept" | sed -n "s|^$whole \($conf/.*/\)forwarding [^0].*|/proc/sys/\1accept_ra|p" >>"$next/taken"
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
    path=${file#/proc/sys/}
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
  printf '%s %s %s\n' "$1" "$2" "$3" >>"$record/settings" ||
    stop 1 "failed for \"$statement\": writing to $record/settings"
  kept=$kept"$1 $2 $3"$nl
}

# slice STATEMENT FAMILY PREFIX: what no longer route holds of it is unreachable, unless a route that is not netc's leads there.
slice() {
  statement=$1
  if [ "$2" = -6 ] && [ -n "$no_ipv6" ]; then return 0; fi
  if is_led "$2" "$3"; then return 0; fi
  state "unreachable $2 $3"
  if is_unreachable "$2" "$3"; then return 0; fi
  note "unreachable $2 $3"
  takes "route $2 $3"
  change "$statement: what no pod has of $3 is not unreachable" ip "$2" route replace unreachable "$3"
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

# keepers FAMILY: a line "VARIANT COMMAND" for each variant that is here, and can be used; first what `iptables` itself stands for.
keepers() {
  if [ "$1" = v6 ] && [ -n "${no_ipv6:-}" ]; then return 0; fi
  command=$(plain_of "$1")
  own=
  if has "$command"; then
    case $("$command" --version 2>/dev/null) in
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

# save_rules: into `saved`, as iptables-save says them; where there are none it is not asked, since legacy would make the tables. Nor can it
# read a table in which nft made a rule of its own: that is asked of nft, or named in `unread`.
save_rules() {
  : >"$next/unread"
  : >"$next/saved"
  case $variant in
    legacy) grep -qs . "/proc/net/${plain%tables}_tables_names" || return 0 ;;
    *) if has nft && ! grep -q "^table ${plain%tables} " "$next/chains.nft"; then return 0; fi ;;
  esac
  "$ipt-save" >"$next/saved" 2>"$next/answer" || stop 1 "failed for \"$statement\": $ipt-save: $(cat "$next/answer")"
  sed -n 's/^# Table .\([a-z]*\). is incompatible.*/\1/p' "$next/saved" >"$next/unread"
  if [ ! -s "$next/unread" ] || ! has nft; then return 0; fi
  while read -r table; do save_by_nft; done <"$next/unread" >>"$next/saved"
  : >"$next/unread"
}

# save_by_nft: `table`, in the words of iptables-save as far as they are looked at. (The chain waits in sed's hold space.)
save_by_nft() {
  printf '*%s\n' "$table"
  nft -s -n list table "${plain%tables}" "$table" 2>/dev/null |
    sed -n -e '/^[[:blank:]][a-z]* [^ ]* {$/{s/.*//;h;}' -e '/^[[:blank:]]chain /{s/.*chain \(.*\) {$/\1/;h;s/.*/:& - [0:0]/p;}' \
      -e '/^[[:blank:]]*type .* policy drop;$/{g;s/.*/:& DROP [0:0]/p;}' -e '/^[[:blank:]]*type /d' \
      -e '/^[[:blank:]]\{2\}/{s///;s/^counter jump \(NETC[^ ]*\)$/-j \1/;G;s/\(.*\)\n\(..*\)/-A \2 \1/p;}'
  printf 'COMMIT\n'
}

tables='raw filter mangle nat'
jumps='raw PREROUTING NETC-RAW-IN
filter INPUT NETC-INPUT
filter FORWARD NETC-FORWARD
filter OUTPUT NETC-OUTPUT
mangle PREROUTING NETC-MARKS-IN
mangle OUTPUT NETC-MARKS-OUT
nat PREROUTING NETC-SERVICES
nat OUTPUT NETC-SERVICES
nat PREROUTING NETC-SERVICES-IN
nat POSTROUTING NETC-POSTROUTING
filter FORWARD NETC-FORWARD-ACCEPT'

# lines_of TABLE FILE PREFIX SUFFIX: the lines of FILE that are about TABLE, without its name.
lines_of() {
  sed -n "s/^$1 \(.*\)\$/$3\1$4/p" "$2"
}

# chains_in FILE: a line "TABLE CHAIN" for each chain of netc's in a text of iptables-restore. (The table waits in sed's hold space.)
chains_in() {
  sed -n -e '/^[*]/{s/^.//;h;}' -e '/^:NETC/{s/^:\([^ ]*\).*/\1/;G;s/\(.*\)\n\(.*\)/\2 \1/p;}' "$1"
}

# open_keeper FAMILY VARIANT COMMAND
open_keeper() {
  statement='the rules'
  plain=$(plain_of "$1")
  variant=$2
  ipt=$3
  keeper=$1.$2
  list_keeper
}

# list_keeper: what the keeper has. `frame` is all but what stands in netc's chains, `there` names these, a line "TABLE CHAIN" each, `sums`
# is a checksum of what is netc's in each table, without the jumps of built-in chains, and `heads` has those.
list_keeper() {
  save_rules
  grep -v -e '^#' -e '^-A NETC' "$next/saved" >"$next/frame" || :
  chains_in "$next/frame" >"$next/there"
  sed -n -E -e '/^([*]|COMMIT|-A NETC)/b own' -e '/^:NETC/{s/ .*//;b own' -e '}' \
    -e '/^-A (PREROUTING|INPUT|FORWARD|OUTPUT|POSTROUTING) -j NETC[^ ]*$/d' -e '/ -[jg] NETC/!d' -e ':own' -e p "$next/saved" >"$next/own"
  sed 's/ .*//' "$next/there" | sort -u | while read -r table; do
    printf '%s %s\n' "$table" "$(sed -e "/^[*]$table\$/,/^COMMIT/!d" -e '/^[-:]/!d' "$next/own" | cksum)"
  done >"$next/sums"
  # The jumps, a line "TABLE HOOK CHAIN" each, in the order of their hook; "TABLE HOOK -" are rules of others before one.
  sed -n -E -e '/^[*]/{s/^.//;h;}' -e '/^-A (PREROUTING|INPUT|FORWARD|OUTPUT|POSTROUTING) /!d' -e 's/^-A ([A-Z]+) -j (NETC[^ ]*)$/\1 \2/' -e 't found' \
    -e 's/^-A ([A-Z]+) .*/\1 -/' -e ':found' -e 'G;s/(.*)\n(.*)/\2 \1/p' "$next/frame" | sort -s -k 1,2 |
    sed -e '$!N' -e '/^\(.* -\)\n\1$/D' -e '/^\([^ ]* [^ ]* \)-\n\1/{P;D;}' -e '/^[^ ]* [^ ]* -\n/D' -e '/^[^ ]* [^ ]* -$/d' -e 'P;D' >"$next/heads"
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

# restore: loads `rules`, `jumps` and what `stale` takes out, each table at once, and lists again. A chain that someone else's rule refers
# to cannot be deleted and would hold up the rest: then chains are emptied, deleted one by one, and those that stay are named, and
# listed in `left`.
restore() {
  : >"$next/left"
  write_restore
  if [ -n "$check" ] || [ ! -s "$next/restore" ]; then return 0; fi
  if [ ! -s "$next/stale" ] || ! "$ipt-restore" -w 30 --noflush <"$next/restore" 2>/dev/null; then
    sed '/^-X /d' "$next/restore" >"$next/emptied"
    "$ipt-restore" -w 30 --noflush <"$next/emptied" ||
      stop 1 "failed for \"$statement\": $ipt-restore -w 30 --noflush <$next/emptied"
    while read -r table chain; do
      if ! "$ipt" -w 30 -t "$table" -X "$chain" 2>/dev/null; then
        printf '%s %s\n' "$table" "$chain" >>"$next/left"
        tell "the chain $chain of the table $table stays, without rules: a rule that is not of netc refers to it"
      fi
    done <"$next/stale"
  fi
  list_chains "$next/chains.nft"
  list_keeper
}

# want_heads: `wanted`, what `heads` should be: the jumps to chains of the program's, of several in a hook the last of `jumps` first.
want_heads() {
  printf '%s\n' "$jumps" | sed 's/ [^ ]* / /' >"$next/pairs"
  present=$nl$(grep -xF -e '' -f "$next/pairs" "$next/chains" || :)$nl
  while read -r table hook chain; do
    case $present in
      *"$nl$table $chain$nl"*) printf '%s %s %s\n' "$table" "$hook" "$chain" ;;
    esac
  done <<END | tac | sort -s -k 1,2 >"$next/wanted"
$jumps
END
}

# ask_jumps: fills `jumps` for the hooks whose jumps are not the wanted ones: all that are there go, and each wanted one is put first. Where
# the text is the one that is loaded, it is said what differs.
ask_jumps() {
  : >"$next/jumps"
  if cmp -s "$next/heads" "$next/wanted"; then return 0; fi
  cat "$next/heads" "$next/wanted" | sed 's/ [^ ]*$//' | sort -u >"$next/hooks"
  while read -r table hook; do
    grep "^$table $hook " "$next/heads" >"$next/hook.there" || :
    grep "^$table $hook " "$next/wanted" >"$next/hook.wanted" || :
    if cmp -s "$next/hook.there" "$next/hook.wanted"; then continue; fi
    if [ -n "$known" ]; then tell_hook; fi
    sed -n 's/^\([^ ]*\) \([^ ]*\) \(NETC.*\)/\1 -D \2 -j \3/p' "$next/hook.there" >>"$next/jumps"
    tac "$next/hook.wanted" | sed 's/^\([^ ]*\) \([^ ]*\) /\1 -I \2 1 -j /' >>"$next/jumps"
  done <"$next/hooks"
}

# tell_hook: what differs in the hook.
tell_hook() {
  sort -u "$next/hook.there" "$next/hook.wanted" >"$next/hook.all"
  told=
  while read -r _ _ chain; do
    line="$table $hook $chain"
    times=$(grep -cxF "$line" "$next/hook.there" || :)
    case $chain/$times/$(grep -cxF "$line" "$next/hook.wanted" || :) in
      -/*) continue ;;
      */0/*) wrong='is missing' ;;
      */0) wrong='is not of the program' ;;
      */1/*)
        sed "/ $chain\$/q" "$next/hook.there" | grep -q ' -$' || continue
        wrong='is not first'
        ;;
      *) wrong="stands there $times times" ;;
    esac
    differs "the jump from $table $hook to $chain of $ipt $wrong"
    told=yes
  done <"$next/hook.all"
  [ -n "$told" ] || differs "the jumps from $table $hook of $ipt stand in another order"
}

# tell_tables: whose rules differ from what was listed when they were loaded.
tell_tables() {
  for table in $tables; do
    if [ "$(grep "^$table " "$next/sums" || :)" != "$(grep "^$table " "$record/listed.$keeper" || :)" ]; then
      differs "the rules in the table $table of $ipt are not as they were loaded"
    fi
  done
}

# load_rules: makes the text `rules` the one of the open keeper, and it alone.
load_rules() {
  [ -e "$record/chains.$keeper" ] || : >"$record/chains.$keeper"
  chains_in "$next/rules" >"$next/chains"
  known=
  if [ -e "$record/listed.$keeper" ] && cmp -s "$next/rules" "$record/rules.$keeper"; then known=yes; fi
  want_heads
  ask_jumps
  if [ -n "$known" ]; then
    if cmp -s "$next/sums" "$record/listed.$keeper"; then
      for file in rules chains stale; do : >"$next/$file"; done
      restore
      return 0
    fi
    tell_tables
  elif [ -s "$next/chains" ] || [ -s "$next/there" ] || [ -s "$next/heads" ]; then
    if [ -s "$next/rules" ]; then
      differs "the rules of $ipt are not those of the program"
    else
      differs "$surplus: the rules of $ipt"
    fi
  fi
  sort -u "$next/there" "$record/chains.$keeper" | grep -vxF -e '' -f "$next/chains" >"$next/stale" || :
  # From here until the end it is not known which rules are loaded, only that their chains are among these.
  rm -f "$record/rules.$keeper"
  cat "$next/chains" "$next/stale" >"$next/all"
  mv "$next/all" "$record/chains.$keeper"
  restore
  cat "$next/left" >>"$next/chains"
  mv "$next/chains" "$record/chains.$keeper"
  mv "$next/sums" "$record/listed.$keeper"
  mv "$next/rules" "$record/rules.$keeper"
}

# list_table: a checksum of netc's own table, in `sums`: nothing where there is none. The elements of a dynamic set are no rules: packets bring them.
list_table() {
  : >"$next/sums"
  if nft -s -n list table inet netc >"$next/table" 2>/dev/null; then
    sed -e '/^[[:blank:]]*flags .*dynamic/,/^[[:blank:]]}$/{' -e '/^[[:blank:]]*elements = /d' -e '/^[[:blank:]]\{3\}/d' -e '}' \
      "$next/table" | cksum >"$next/sums"
  fi
}

# load_ruleset: makes the text `ruleset` the one of nft, in one transaction; an empty one takes the table out.
load_ruleset() {
  statement='the rules'
  : >"$next/sums"
  if grep -qxF 'table inet netc {' "$next/chains.nft"; then list_table; fi
  if cmp -s "$next/ruleset" "$record/ruleset.nft" && [ -e "$record/listed.nft" ]; then
    if cmp -s "$next/sums" "$record/listed.nft"; then return 0; fi
    differs 'the table inet netc of nft is not as it was loaded'
  elif [ -s "$next/ruleset" ]; then
    differs 'the rules of nft are not those of the program'
  elif [ -s "$next/sums" ]; then
    differs "$surplus: the rules of nft"
  fi
  rm -f "$record/ruleset.nft" "$record/chains.nft"
  printf 'not known\n' >"$record/listed.nft"
  if [ -n "$check" ]; then return 0; fi
  if [ -s "$next/ruleset" ]; then
    run nft -f "$next/ruleset"
    list_table
  elif [ -s "$next/sums" ]; then
    run nft delete table inet netc
    : >"$next/sums"
  fi
  mv "$next/sums" "$record/listed.nft"
  mv "$next/ruleset" "$record/ruleset.nft"
}

# is_here RECORD: whether it is of this network namespace.
is_here() {
  [ -d "$1" ] || return 1
  if [ -e "$1/net" ]; then
    [ "$(cat "$1/net")" = "$(readlink /proc/self/ns/net)" ]
    return
  fi
  [ -e "$1/made" ] || return 1
  while read -r kind _ device; do
    if [ "$kind" = pod ] && is_link "$device"; then return 0; fi
  done <"$1/made"
  return 1
}

# other_record: fills `other`, nothing where no other node's record is of this network namespace.
other_record() {
  for other in /run/netc/*; do
    if [ "$other" != "$place" ] && is_here "$other"; then return 0; fi
  done
  other=
}

# own_namespace: what another node's record says of this namespace is this one's from now on; down.sh leaves it to that node.
own_namespace() {
  other_record
  until [ -z "$other" ]; do
    if [ "$script" != up.sh ]; then
      stop 1 "the record of another node, $other, is of this network namespace too: run the up.sh of the node that this is, \
which takes over the other's; nothing was changed"
    fi
    take_over
    # A check takes over on its copy alone, and the other stays.
    if [ -n "$check" ]; then break; fi
    other_record
  done
  readlink /proc/self/ns/net >"$record/net" || stop 2 "cannot read /proc/self/ns/net; nothing was changed"
}

# take_over: what the record `other` holds; what this program does not state of it goes in the end.
take_over() {
  exec 7>>"$other/lock"
  flock -n 7 || stop 1 "the record of another node, $other, is of this network namespace, and a script of that node runs; nothing was changed"
  if [ -e "$other/pending" ] && [ -z "${back:-}" ]; then
    stop 1 "the record of another node, $other, is of this network namespace, and a change of that node waits to be kept; nothing was changed"
  fi
  taking="the record of another node, $other, is of this network namespace: this node takes it over, and what its program does not state goes"
  if [ -n "$check" ]; then differs "$taking"; else say "$taking"; fi
  for file in "$other"/*; do
    name=${file##*/}
    case $name in
      lock | form | net | next) continue ;;
      # What the other found was there first.
      made | settings | chains.* | doors.*)
        if [ -e "$record/$name" ]; then
          {
            cat "$file"
            pick -vxF -e '' -f "$file" "$record/$name"
          } >"$next/union"
          run mv "$next/union" "$record/$name"
          act rm -f "$file"
          continue
        fi
        ;;
    esac
    if [ -e "$record/$name" ]; then continue; fi
    if [ -n "$check" ]; then run cp "$file" "$record/$name"; else run mv "$file" "$record/$name"; fi
  done
  act rm -rf "$other"
  exec 7>&-
}

load() {
  for rules_family in v4 v6; do
    need_keepers "$rules_family"
    while read -r keeper_variant keeper_command; do
      open_keeper "$rules_family" "$keeper_variant" "$keeper_command"
      if [ "$keeper_command" = "$(plain_of "$rules_family")" ]; then
        "rules_$rules_family" >"$next/rules"
        need_readable
        load_rules
      else
        load_accepts
      fi
      name_keeper_drops
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
  load_rules
}

# has_say: whether the open keeper's chain FORWARD drops by itself or has rules that are not netc's.
has_say() {
  if grep -qx filter "$next/unread"; then
    tell "$ipt cannot read its chain FORWARD, where nft made a rule, and accepts nothing there: install nft (package nftables)"
    return 1
  fi
  sed '/^[*]filter$/,/^COMMIT$/!d' "$next/frame" | grep -e '^:FORWARD DROP' -e '^-A FORWARD ' |
    grep -qvxF -e '-A FORWARD -j NETC-FORWARD' -e '-A FORWARD -j NETC-FORWARD-ACCEPT'
}

# need_readable: rules that cannot be listed cannot be told from those that somebody changed.
need_readable() {
  while read -r table; do
    if grep -qxF "*$table" "$next/rules"; then
      stop 1 "$ipt cannot read its table $table, where nft made a rule: install nft (package nftables) and run this again"
    fi
  done <"$next/unread"
}

# end_of CHAIN: what becomes of a packet that no rule with a condition has an end for: `drop`, `pass`, or nothing where it comes to the
# chain's end. `ends` holds the rules without conditions, a line "CHAIN VERDICT [TARGET]" each. (A subshell has variables of its own.)
end_of() (
  while read -r chain verdict target; do
    if [ "$chain" != "$1" ]; then continue; fi
    case $verdict in
      drop | pass) echo "$verdict" ;;
      return) ;;
      jump)
        end=$(end_of "$target")
        if [ -z "$end" ]; then continue; fi
        echo "$end"
        ;;
      goto) end_of "$target" ;;
    esac
    return 0
  done <"$next/ends"
)

# name_drop CHAIN TABLE POLICY
name_drop() {
  case $(end_of "$1")/$3 in
    drop/* | /drop) tell "the chain $1 of the table $2 drops what it does not accept, pods' traffic too: no rule of netc's can overrule it" ;;
  esac
}

# name_keeper_drops: of the open keeper. In the table filter netc's own accepts come first.
name_keeper_drops() {
  sed '/^[*]filter$/,/^COMMIT/d' "$next/frame" | grep -q -e DROP -e REJECT || return 0
  for table in mangle nat raw security; do
    sed "/^[*]$table\$/,/^COMMIT/!d" "$next/frame" >"$next/table"
    sed -n -E -e 's/ -m comment --comment ("([^"\\]|\\.)*"|[^ ]+)//' -e 's/^-A ([^ ]+) -j (DROP|REJECT)( --reject-with .*)?$/\1 drop/p' \
      -e 's/^-A ([^ ]+) -j ACCEPT$/\1 pass/p' -e 's/^-A ([^ ]+) -j RETURN$/\1 return/p' -e 's/^-A ([^ ]+) -j ([^ ]+)$/\1 jump \2/p' \
      -e 's/^-A ([^ ]+) -g ([^ ]+)$/\1 goto \2/p' "$next/table" >"$next/ends"
    for chain in PREROUTING FORWARD POSTROUTING; do
      policy=
      if grep -q "^:$chain DROP" "$next/table"; then policy=drop; fi
      name_drop "$chain" "$table of $ipt" "$policy"
    done
  done
}

# name_drops: of nft's base chains, but for those that a keeper of iptables was asked for.
name_drops() {
  of=
  asked=
  while read -r first second third fourth rest; do
    case "$first $fourth" in
      'table '*) of="$second $third" ;;
      'chain '*) base=$second ;;
      'type prerouting' | 'type forward' | 'type postrouting')
        case "$of/$base" in
          'inet netc/'* | 'bridge '* | 'arp '* | 'netdev '*) continue ;;
          ip*' '*/PREROUTING | ip*' '*/FORWARD | ip*' '*/POSTROUTING)
            if has_nft_keeper "${of% *}tables"; then continue; fi
            ;;
        esac
        if [ "$asked" != "$of" ]; then ask_ends "${of% *}" "${of#* }"; fi
        asked=$of
        policy=
        case $rest in *'policy drop;'*) policy=drop ;; esac
        name_drop "$base" "$of" "$policy"
        ;;
    esac
  done <"$next/chains.nft"
}

# ask_ends FAMILY TABLE: of nft. What counts or logs has no say.
ask_ends() {
  nft -s -n list table "$1" "$2" 2>/dev/null |
    sed -n -E -e 's/^[[:blank:]]*//' -e 's/ comment ".*"$//' -e '/^chain ([^ ]+) [{]$/{s//\1/;h;d;}' \
      -e ':bare' -e 's/^(counter|log( prefix "[^"]*")?( (level|group|snaplen|queue-threshold|flags) [^ ]+)*) //' -e 't bare' \
      -e 's/^(drop|reject( .*)?)$/drop/' -e 's/^(accept|queue( .*)?)$/pass/' \
      -e '/^(drop|pass|return|(jump|goto) [^ ]+)$/{G;s/(.*)\n(.*)/\2 \1/p;}' >"$next/ends" || :
}

has_nft_keeper() {
  if has "$1-nft"; then return 0; fi
  has "$1" && case $("$1" --version) in *nf_tables*) ;; *) return 1 ;; esac
}

# own_links: the links that netc made, by their group or by their name.
own_links() {
  {
    ip -o link show group 28261 2>/dev/null | sed -n 's/^[0-9]*: \([^@:]*\)[@:].*/\1/p'
    for path in /proc/sys/net/ipv4/conf/veth-pod-* /proc/sys/net/ipv4/conf/netc-vxlan; do
      if [ -e "$path" ]; then printf '%s\n' "${path##*/}"; fi
    done
  } | sort -u
}

# own_namespaces: of pods with a link here, and those that have no link anywhere and that no record holds.
own_namespaces() {
  for path in /var/run/netns/pod-*; do
    if [ ! -e "$path" ]; then continue; fi
    name=${path##*/}
    case $nl$(ip -o link show type veth 2>/dev/null) in
      *" link-netns $name"*) printf '%s\n' "$name" ;;
      *)
        if cat /run/netc/*/made 2>/dev/null | grep -q "^pod $name "; then continue; fi
        case $(ip -n "$name" -o link show dev eth0 2>/dev/null) in
          *@if*) ;;
          *) printf '%s\n' "$name" ;;
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
        *"$nl:NETC"*) printf '%s\n' "$command" ;;
      esac
    done
  done
  if has nft; then
    case $nl$(nft list tables 2>/dev/null)$nl in
      *"${nl}table inet netc$nl"*) echo nft ;;
    esac
  fi
}

# say_rules: a line each, with what takes them away.
say_rules() {
  own_rules | while read -r name; do
    case $name in
      nft) printf '  the table inet netc: nft delete table inet netc\n' ;;
      *) printf '  chains NETC of %s: %s-save | grep -v NETC | %s-restore\n' "$name" "$name" "$name" ;;
    esac
  done
}

# recall_rules: into the record, as it tells of them where it does not know which text is loaded.
recall_rules() {
  for each_family in v4 v6; do
    keepers "$each_family" >"$next/keepers"
    while read -r variant command; do
      "$command-save" 2>/dev/null | sed -n -e '/^[*]/{s/^.//;h;}' -e '/^:NETC/{s/^:\([^ ]*\).*/\1/;G;s/\(.*\)\n\(.*\)/\2 \1/p;}' \
        >"$record/chains.$each_family.$variant"
    done <"$next/keepers"
  done
  rm -f "$record"/rules.* "$record/ruleset.nft"
}

# say_remains: all of it, likewise.
say_remains() {
  own_links | while read -r name; do printf '  the link %s: ip link delete dev %s\n' "$name" "$name"; done
  own_namespaces | while read -r name; do printf '  the namespace %s: ip netns delete %s\n' "$name" "$name"; done
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
  stop 1 "there is no record in $record, and this is left of netc (routes too, those that \"netc plan\" lists); nothing was changed:$nl$remains"
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
          device=${device#*" dev "}
          is_link "${device%% *}" || return 0
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
    is_gone $line || printf '  %s\n' "$line" >>"$next/stays"
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
    if [ "$now" != "$value" ]; then printf '  %s is %s, not %s\n' "$path" "$now" "$value" >>"$next/stays"; fi
  done <"$next/held"
  say_rules >>"$next/stays"
  if [ ! -s "$next/stays" ]; then return 0; fi
  printf '%s' "${made#"$nl"}" >"$record/made"
  printf '%s' "${kept#"$nl"}" >"$record/settings"
  recall_rules
  stop 1 "this stays, although no command that takes it away failed, so the record stays too: run this again, or take it away by hand:$nl$(cat "$next/stays")"
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
      open_keeper "$rules_family" "$keeper_variant" "$keeper_command"
      load_rules
    done <"$next/keepers"
  done
  if [ -s "$record/ruleset.nft" ] || [ -s "$record/listed.nft" ]; then need nftables nft; fi
  : >"$next/ruleset"
  load_ruleset
}

# forget: without a record there is nothing left to take down.
forget() {
  for file in "$record"/chains.v*; do
    if [ -s "$file" ]; then
      rm -rf "$next" "$record"/pending* "$record"/confirmed*
      stop 1 "all is taken down but the chains named above: take away the rules that refer to them and run this again"
    fi
  done
  check_gone
  rm -rf "$record"
  if [ -e "$record" ]; then stop 1 "all is taken down, but the record in $record stays: remove it"; fi
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
  ip "-$family" route show table main >"$next/main"
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

# nowhere(ADDRESS): whether the longest route to it leads nowhere, or there is none.
function nowhere(address,   i, bits, ends) {
  if (address in host_way) return 0
  if (address in leads_nowhere) return leads_nowhere[address]
  bits = -1
  ends = 1
  for (i = 1; i <= ways; i++) {
    if (way_bits[i] < bits || address < way_low[i] || way_high[i] < address) continue
    ends = way_ends[i] && (ends || way_bits[i] > bits)
    bits = way_bits[i]
  }
  return leads_nowhere[address] = ends
}
# unsent(): whether its first packet would be dropped for its source, by whichever device it came: an address of pods that the node has
# no way back to; one of a link, where only the links of pods have the destination.
function unsent() {
  if (from_here) return 0
  if (within("pods", source) && nowhere(source)) return 1
  return family == 6 && size["pods"] && source ~ /^fe[89ab]/ && (now in at_pods) && !(now in at_others)
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
part == "facts" && $1 == "pods" { add("pods", $2) }
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
  for (i = 3; i < NF; i++) {
    if ($i != "dev") continue
    if ($(i + 1) in pod_device) at_pods[at] = 1
    else at_others[at] = 1
  }
}
part == "main" {
  ends = $1 ~ /^(unreachable|blackhole|prohibit)$/
  n = split(ends || $1 == "throw" ? $2 : $1, word, "/")
  if (word[1] == "default") at = family == 6 ? "00000000000000000000000000000000" : "00000000"
  else if (word[1] ~ /[.:]/) at = digits(word[1])
  else next
  way_low[++ways] = at
  way_bits[ways] = word[1] == "default" ? 0 : n == 1 ? 4 * length(at) : word[2] + 0
  way_high[ways] = last_of(at, way_bits[ways])
  way_ends[ways] = ends
  if (way_bits[ways] == 4 * length(at) && !ends) host_way[at] = 1
}
part == "made" && $1 == "pod" { pod_device[$3] = 1 }
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
  else if (unsent()) {
    hangs_on_port = 0
    finish(1)
  }
}

END {
  for (namespace in waiting) if (waiting[namespace]) tell(namespace)
  for (i = 1; i <= entries; i++) print "entry", entry[i]
}
' part=facts "$next/facts" part=former "$record/doors.v$family" part=made "$record/made" \
    part=local "$next/local" part=main "$next/main" part=entries "$next/entries"
}

# read_options ARGUMENT...: before anything is asked of the machine.
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
      --check) check=yes ;;
      -v | --verbose) verbose=yes ;;
      -h | --help)
        printf '%s\n' "usage: $usage" "$options"
        exit 0
        ;;
      --watch | --roll-back)
        if [ "$1" = --watch ]; then watch=${2:?}; else back=${2:?}; fi
        shift
        ;;
      *) stop 2 "it does not know $1: $usage" ;;
    esac
    shift
  done
  if [ -n "$keep" ] && [ -n "$confirm$flush$check" ]; then stop 2 "--keep stands alone: $usage"; fi
  if [ -n "$check" ] && [ -n "$confirm$flush" ]; then stop 2 "--check changes nothing, so it stands alone: $usage"; fi
  if [ -n "$confirm" ] && [ -n "$flush" ]; then
    stop 2 "what may come back must not end connections: run \"sh up.sh --flush\" once the change is kept"
  fi
}
usage='sh up.sh [-v] [--confirm SECONDS | --flush], or sh up.sh --check, --keep or --help'
options='Without an option it changes what differs from the program, and nothing else, and says nothing of it.
  -v, --verbose      say each change, on standard error
  --check            change nothing: print what a run would change, a line each, and end with 1; with 0 where nothing differs
  --confirm SECONDS  put back what was before, unless --keep comes in time
  --keep             keep what --confirm changed
  --flush            end connections that the program would not let begin, and those whose backend is gone
  -h, --help         print this'

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
  if [ -n "$check" ]; then
    if [ -e "$record/pending" ]; then say 'a change waits to be kept: until it is kept or put back no run gets in'; fi
    return 0
  fi
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
look_for_ipv6
need_rules iptables
need_rules ip6tables
need_ipv6 'pod shop/web'
need_device 'node node2' eth0
need_mtu 'node node2' eth0 0 1280 IPv6
held -6 fd00:100::2
open_record
claim_pod 'pod shop/web' pod-shop-web-3d8byypczvp veth-sh-pUyuamg
say_families
list_chains "$next/chains.nft"
begin_change
untouched=

# Links.

mtu_of eth0 0
pod 'pod shop/web' pod-shop-web-3d8byypczvp veth-sh-pUyuamg
wire -6 fd00:244:0:2::11 via fe80::1 src fd00:100::2

# Routes.

route services -6 2001:db8:1::10 dev eth0 src fd00:100::2
route services -6 fd00:96::2 dev eth0 src fd00:100::2
route services -6 fd00:96::1:1 dev eth0 src fd00:100::2
slice 'node node2' -6 fd00:244:0:2::/64

# Rules, in the words of iptables-restore --noflush.

rules_v4() {
cat <<'NETC-RULES-V4'
*raw
:NETC-RAW-IN - [0:0]
:NETC-RAW-PODS - [0:0]
-A NETC-RAW-IN -m devgroup --src-group 0x6e65 -g NETC-RAW-PODS
-A NETC-RAW-PODS -p icmp -m icmp --icmp-type 5 -m comment --comment "a pod is no router" -j DROP
-A NETC-RAW-PODS -p icmp -m icmp --icmp-type 9 -m comment --comment "a pod is no router" -j DROP
-A NETC-RAW-PODS -s 0.0.0.0/32 -p udp -m udp --sport 68 --dport 67 -m comment --comment "dhcp" -j RETURN
-A NETC-RAW-PODS -s 0.0.0.0/8 -m comment --comment "sources" -j DROP
-A NETC-RAW-PODS -m rpfilter --invert -m comment --comment "sources" -j DROP
COMMIT
NETC-RULES-V4
}
rules_v6() {
cat <<'NETC-RULES-V6'
*raw
:NETC-RAW-IN - [0:0]
:NETC-RAW-PODS - [0:0]
:NETC-RAW-UNROUTED - [0:0]
-A NETC-RAW-IN -m devgroup --src-group 0x6e65 -g NETC-RAW-PODS
-A NETC-RAW-IN -s fd00:244:0:2::/64 -m rpfilter --invert -m comment --comment "sources" -j DROP
-A NETC-RAW-PODS -p ipv6-icmp -m icmp6 --icmpv6-type 134 -m comment --comment "a pod is no router" -j DROP
-A NETC-RAW-PODS -p ipv6-icmp -m icmp6 --icmpv6-type 137 -m comment --comment "a pod is no router" -j DROP
-A NETC-RAW-PODS -s ::/128 -g NETC-RAW-UNROUTED
-A NETC-RAW-PODS -s fe80::/10 -g NETC-RAW-UNROUTED
-A NETC-RAW-PODS -m rpfilter --invert -m comment --comment "sources" -j DROP
-A NETC-RAW-UNROUTED -p ipv6-icmp -m icmp6 --icmpv6-type 130 -m comment --comment "neighbours" -j RETURN
-A NETC-RAW-UNROUTED -p ipv6-icmp -m icmp6 --icmpv6-type 131 -m comment --comment "neighbours" -j RETURN
-A NETC-RAW-UNROUTED -p ipv6-icmp -m icmp6 --icmpv6-type 132 -m comment --comment "neighbours" -j RETURN
-A NETC-RAW-UNROUTED -p ipv6-icmp -m icmp6 --icmpv6-type 133 -m comment --comment "neighbours" -j RETURN
-A NETC-RAW-UNROUTED -p ipv6-icmp -m icmp6 --icmpv6-type 135 -m comment --comment "neighbours" -j RETURN
-A NETC-RAW-UNROUTED -p ipv6-icmp -m icmp6 --icmpv6-type 136 -m comment --comment "neighbours" -j RETURN
-A NETC-RAW-UNROUTED -p ipv6-icmp -m icmp6 --icmpv6-type 143 -m comment --comment "neighbours" -j RETURN
-A NETC-RAW-UNROUTED -m comment --comment "sources" -j DROP
COMMIT
*filter
:NETC-INPUT - [0:0]
:NETC-INPUT-INVALID - [0:0]
:NETC-FORWARD - [0:0]
:NETC-OUTPUT - [0:0]
:NETC-REJECT - [0:0]
-A NETC-INPUT -i lo -m comment --comment "loopback" -j RETURN
-A NETC-INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 130 -m comment --comment "neighbours" -j RETURN
-A NETC-INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 131 -m comment --comment "neighbours" -j RETURN
-A NETC-INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 132 -m comment --comment "neighbours" -j RETURN
-A NETC-INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 133 -m comment --comment "neighbours" -j RETURN
-A NETC-INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 134 -m comment --comment "neighbours" -j RETURN
-A NETC-INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 135 -m comment --comment "neighbours" -j RETURN
-A NETC-INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 136 -m comment --comment "neighbours" -j RETURN
-A NETC-INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 137 -m comment --comment "neighbours" -j RETURN
-A NETC-INPUT -p ipv6-icmp -m icmp6 --icmpv6-type 143 -m comment --comment "neighbours" -j RETURN
-A NETC-INPUT -p udp -m udp --sport 546:547 --dport 546:547 -m comment --comment "dhcp" -j RETURN
-A NETC-INPUT -m conntrack --ctstate ESTABLISHED,RELATED -m comment --comment "established" -j RETURN
-A NETC-INPUT -m conntrack --ctstate INVALID -j NETC-INPUT-INVALID
-A NETC-INPUT -d 2001:db8:1::10/128 -p tcp -m conntrack --ctstate NEW -m comment --comment "service db" -j NETC-REJECT
-A NETC-INPUT-INVALID -m devgroup --src-group 0x6e65 -m comment --comment "invalid" -j DROP
-A NETC-INPUT-INVALID -d 2001:db8:1::10/128 -p tcp -m comment --comment "service db" -j DROP
-A NETC-INPUT-INVALID -p tcp -m tcp --dport 30000 -m comment --comment "service web" -j DROP
-A NETC-FORWARD -p ipv6-icmp -m icmp6 --icmpv6-type 130 -m comment --comment "neighbours" -j RETURN
-A NETC-FORWARD -p ipv6-icmp -m icmp6 --icmpv6-type 131 -m comment --comment "neighbours" -j RETURN
-A NETC-FORWARD -p ipv6-icmp -m icmp6 --icmpv6-type 132 -m comment --comment "neighbours" -j RETURN
-A NETC-FORWARD -p ipv6-icmp -m icmp6 --icmpv6-type 133 -m comment --comment "neighbours" -j RETURN
-A NETC-FORWARD -p ipv6-icmp -m icmp6 --icmpv6-type 134 -m comment --comment "neighbours" -j RETURN
-A NETC-FORWARD -p ipv6-icmp -m icmp6 --icmpv6-type 135 -m comment --comment "neighbours" -j RETURN
-A NETC-FORWARD -p ipv6-icmp -m icmp6 --icmpv6-type 136 -m comment --comment "neighbours" -j RETURN
-A NETC-FORWARD -p ipv6-icmp -m icmp6 --icmpv6-type 137 -m comment --comment "neighbours" -j RETURN
-A NETC-FORWARD -p ipv6-icmp -m icmp6 --icmpv6-type 143 -m comment --comment "neighbours" -j RETURN
-A NETC-FORWARD -p udp -m udp --sport 546:547 --dport 546:547 -m comment --comment "dhcp" -j RETURN
-A NETC-FORWARD -s fd00:244:0:2::11/128 -m conntrack --ctstate ESTABLISHED,RELATED -m comment --comment "from pods" -j ACCEPT
-A NETC-FORWARD -d fd00:244:0:2::11/128 -m conntrack --ctstate ESTABLISHED,RELATED -m comment --comment "to pods" -j ACCEPT
-A NETC-FORWARD -m conntrack --ctstate ESTABLISHED,RELATED -m comment --comment "established" -j RETURN
-A NETC-FORWARD -m devgroup --src-group 0x6e65 -m conntrack --ctstate INVALID -m comment --comment "invalid" -j DROP
-A NETC-FORWARD -m devgroup --dst-group 0x6e65 -m conntrack --ctstate INVALID -m comment --comment "invalid" -j DROP
-A NETC-FORWARD -d 2001:db8:1::10/128 -m conntrack --ctstate NEW -m comment --comment "not served" -j NETC-REJECT
-A NETC-FORWARD -d fd00:96::2/128 -m conntrack --ctstate NEW -m comment --comment "not served" -j NETC-REJECT
-A NETC-FORWARD -d fd00:96::1:1/128 -m conntrack --ctstate NEW -m comment --comment "not served" -j NETC-REJECT
-A NETC-FORWARD -s fd00:244:0:2::11/128 -m comment --comment "from pods" -j ACCEPT
-A NETC-FORWARD -d fd00:244:0:2::11/128 -m comment --comment "to pods" -j ACCEPT
-A NETC-OUTPUT -o lo -m conntrack ! --ctstate DNAT -m comment --comment "loopback" -j RETURN
-A NETC-OUTPUT -o lo -m addrtype --dst-type LOCAL -m comment --comment "loopback" -j RETURN
-A NETC-OUTPUT -p ipv6-icmp -m icmp6 --icmpv6-type 130 -m comment --comment "neighbours" -j RETURN
-A NETC-OUTPUT -p ipv6-icmp -m icmp6 --icmpv6-type 131 -m comment --comment "neighbours" -j RETURN
-A NETC-OUTPUT -p ipv6-icmp -m icmp6 --icmpv6-type 132 -m comment --comment "neighbours" -j RETURN
-A NETC-OUTPUT -p ipv6-icmp -m icmp6 --icmpv6-type 133 -m comment --comment "neighbours" -j RETURN
-A NETC-OUTPUT -p ipv6-icmp -m icmp6 --icmpv6-type 134 -m comment --comment "neighbours" -j RETURN
-A NETC-OUTPUT -p ipv6-icmp -m icmp6 --icmpv6-type 135 -m comment --comment "neighbours" -j RETURN
-A NETC-OUTPUT -p ipv6-icmp -m icmp6 --icmpv6-type 136 -m comment --comment "neighbours" -j RETURN
-A NETC-OUTPUT -p ipv6-icmp -m icmp6 --icmpv6-type 137 -m comment --comment "neighbours" -j RETURN
-A NETC-OUTPUT -p ipv6-icmp -m icmp6 --icmpv6-type 143 -m comment --comment "neighbours" -j RETURN
-A NETC-OUTPUT -p udp -m udp --sport 546:547 --dport 546:547 -m comment --comment "dhcp" -j RETURN
-A NETC-OUTPUT -m conntrack --ctstate ESTABLISHED,RELATED -m comment --comment "established" -j RETURN
-A NETC-OUTPUT -m devgroup --dst-group 0x6e65 -m conntrack --ctstate INVALID -m comment --comment "invalid" -j DROP
-A NETC-OUTPUT -d 2001:db8:1::10/128 -m conntrack --ctstate NEW -m comment --comment "not served" -j NETC-REJECT
-A NETC-OUTPUT -d fd00:96::2/128 -m conntrack --ctstate NEW -m comment --comment "not served" -j NETC-REJECT
-A NETC-OUTPUT -d fd00:96::1:1/128 -m conntrack --ctstate NEW -m comment --comment "not served" -j NETC-REJECT
-A NETC-REJECT -p tcp -j REJECT --reject-with tcp-reset
-A NETC-REJECT -j REJECT --reject-with icmp6-port-unreachable
COMMIT
*nat
:NETC-SERVICES-IN - [0:0]
:NETC-NODEPORTS-OUT - [0:0]
:NETC-NPO-tcp-29952-30207 - [0:0]
:NETC-NPO-tcp-30000-30015 - [0:0]
:NETC-SERVICES - [0:0]
:NETC-SVC-fd00-96-7ntdh0n4g - [0:0]
:NETC-SVC-fd00-96-4gk1146bz - [0:0]
:NETC-SVC-fd00-96-15mfthnvy - [0:0]
:NETC-SVC-fd00-96-7p5p01hy3 - [0:0]
:NETC-NODEPORTS - [0:0]
:NETC-NP-tcp-29952-30207 - [0:0]
:NETC-NP-tcp-30000-30015 - [0:0]
:NETC-POSTROUTING - [0:0]
:NETC-HAIRPIN - [0:0]
:NETC-CLIENTS - [0:0]
-A NETC-SERVICES-IN -s fd00:100::2/128 -m comment --comment "inside" -j RETURN
-A NETC-SERVICES-IN -s fd00:244:0:2::11/128 -m comment --comment "inside" -j RETURN
-A NETC-SERVICES-IN -d fd00:96::/112 -j NETC-SVC-fd00-96-7ntdh0n4g
-A NETC-SERVICES-IN -d ::1/128 -j RETURN
-A NETC-SERVICES-IN -m addrtype --dst-type LOCAL -j NETC-NODEPORTS-OUT
-A NETC-NODEPORTS-OUT -p tcp -m tcp --dport 29952:30207 -j NETC-NPO-tcp-29952-30207
-A NETC-NPO-tcp-29952-30207 -p tcp -m tcp --dport 30000:30015 -j NETC-NPO-tcp-30000-30015
-A NETC-NPO-tcp-30000-30015 -p tcp -m tcp --dport 30000 -m comment --comment "service web" -j DNAT --to-destination [fd00:244:0:2::11]:53
-A NETC-SERVICES -d fd00:96::/112 -j NETC-SVC-fd00-96-7ntdh0n4g
-A NETC-SERVICES -d ::1/128 -j RETURN
-A NETC-SERVICES -m addrtype --dst-type LOCAL -j NETC-NODEPORTS
-A NETC-SVC-fd00-96-7ntdh0n4g -d fd00:96::/116 -j NETC-SVC-fd00-96-4gk1146bz
-A NETC-SVC-fd00-96-4gk1146bz -d fd00:96::/120 -j NETC-SVC-fd00-96-15mfthnvy
-A NETC-SVC-fd00-96-15mfthnvy -d fd00:96::/124 -j NETC-SVC-fd00-96-7p5p01hy3
-A NETC-SVC-fd00-96-7p5p01hy3 -d fd00:96::2/128 -p tcp -m tcp --dport 53 -m comment --comment "service web" -j DNAT --to-destination fd00:244:0:2::11
-A NETC-NODEPORTS -p tcp -m tcp --dport 29952:30207 -j NETC-NP-tcp-29952-30207
-A NETC-NP-tcp-29952-30207 -p tcp -m tcp --dport 30000:30015 -j NETC-NP-tcp-30000-30015
-A NETC-NP-tcp-30000-30015 -p tcp -m tcp --dport 30000 -m comment --comment "service web" -j DNAT --to-destination [fd00:244:0:2::11]:53
-A NETC-POSTROUTING -j NETC-HAIRPIN
-A NETC-POSTROUTING -j NETC-CLIENTS
-A NETC-HAIRPIN -s fd00:244:0:2::11/128 -d fd00:244:0:2::11/128 -m conntrack --ctstate DNAT -m comment --comment "hairpin all" -j SNAT --to-source fd00:100::2 --random-fully
-A NETC-CLIENTS -s fd00:244:0:2::/64 -m conntrack --ctstate DNAT -m conntrack --ctorigdst 2001:db8:1::10/128 -m comment --comment "pods of node2" -j RETURN
-A NETC-CLIENTS -s fd00:244:0:2::/64 -m conntrack --ctstate DNAT -m conntrack --ctorigdst fd00:96::2/128 -m comment --comment "pods of node2" -j RETURN
-A NETC-CLIENTS -s fd00:244:0:2::/64 -m conntrack --ctstate DNAT -m conntrack --ctorigdst fd00:96::1:1/128 -m comment --comment "pods of node2" -j RETURN
-A NETC-CLIENTS -s fd00:100::2/128 -m conntrack --ctstate DNAT -m conntrack --ctorigdst 2001:db8:1::10/128 -m comment --comment "node node2" -j RETURN
-A NETC-CLIENTS -s fd00:100::2/128 -m conntrack --ctstate DNAT -m conntrack --ctorigdst fd00:96::2/128 -m comment --comment "node node2" -j RETURN
-A NETC-CLIENTS -s fd00:100::2/128 -m conntrack --ctstate DNAT -m conntrack --ctorigdst fd00:96::1:1/128 -m comment --comment "node node2" -j RETURN
-A NETC-CLIENTS -s fd00:100::2/128 -m conntrack --ctstate DNAT -m conntrack --ctorigdst 2001:db8:1::10/128 -m comment --comment "clients from elsewhere" -j SNAT --to-source fd00:100::2 --random-fully
-A NETC-CLIENTS -s fd00:100::2/128 -m conntrack --ctstate DNAT -m conntrack --ctorigdst fd00:96::2/128 -m comment --comment "clients from elsewhere" -j SNAT --to-source fd00:100::2 --random-fully
-A NETC-CLIENTS -s fd00:100::2/128 -m conntrack --ctstate DNAT -m conntrack --ctorigdst fd00:96::1:1/128 -m comment --comment "clients from elsewhere" -j SNAT --to-source fd00:100::2 --random-fully
-A NETC-CLIENTS -s fd00:244:0:2::11/128 -m conntrack --ctstate DNAT -m conntrack --ctorigdst 2001:db8:1::10/128 -m comment --comment "clients from elsewhere" -j SNAT --to-source fd00:100::2 --random-fully
-A NETC-CLIENTS -s fd00:244:0:2::11/128 -m conntrack --ctstate DNAT -m conntrack --ctorigdst fd00:96::2/128 -m comment --comment "clients from elsewhere" -j SNAT --to-source fd00:100::2 --random-fully
-A NETC-CLIENTS -s fd00:244:0:2::11/128 -m conntrack --ctstate DNAT -m conntrack --ctorigdst fd00:96::1:1/128 -m comment --comment "clients from elsewhere" -j SNAT --to-source fd00:100::2 --random-fully
-A NETC-CLIENTS -m addrtype --src-type LOCAL -m conntrack --ctstate DNAT -m conntrack --ctorigdst 2001:db8:1::10/128 -m comment --comment "clients from elsewhere" -j SNAT --to-source fd00:100::2 --random-fully
-A NETC-CLIENTS -m addrtype --src-type LOCAL -m conntrack --ctstate DNAT -m conntrack --ctorigdst fd00:96::2/128 -m comment --comment "clients from elsewhere" -j SNAT --to-source fd00:100::2 --random-fully
-A NETC-CLIENTS -m addrtype --src-type LOCAL -m conntrack --ctstate DNAT -m conntrack --ctorigdst fd00:96::1:1/128 -m comment --comment "clients from elsewhere" -j SNAT --to-source fd00:100::2 --random-fully
-A NETC-CLIENTS -p tcp -m conntrack --ctstate DNAT -m conntrack --ctorigdst 2001:db8:1::10/128 --ctorigdstport 30000 -m comment --comment "service web" -j RETURN
-A NETC-CLIENTS -m conntrack --ctstate DNAT -m conntrack --ctorigdst 2001:db8:1::10/128 -m comment --comment "clients from elsewhere" -j SNAT --to-source fd00:100::2 --random-fully
-A NETC-CLIENTS -m conntrack --ctstate DNAT -m conntrack --ctorigdst fd00:96::2/128 -m comment --comment "clients from elsewhere" -j SNAT --to-source fd00:100::2 --random-fully
-A NETC-CLIENTS -m conntrack --ctstate DNAT -m conntrack --ctorigdst fd00:96::1:1/128 -m comment --comment "clients from elsewhere" -j SNAT --to-source fd00:100::2 --random-fully
-A NETC-CLIENTS -s fd00:244:0:2::/64 -m conntrack --ctstate DNAT -m comment --comment "pods of node2" -j RETURN
-A NETC-CLIENTS -s fd00:100::2/128 -m conntrack --ctstate DNAT -m comment --comment "node node2" -j RETURN
-A NETC-CLIENTS -s fd00:100::2/128 -d fd00:244:0:2::11/128 -p tcp -m conntrack --ctstate DNAT -m conntrack --ctorigdstport 30000 -m comment --comment "service web" -j SNAT --to-source fd00:100::2 --random-fully
-A NETC-CLIENTS -s fd00:244:0:2::11/128 -d fd00:244:0:2::11/128 -p tcp -m conntrack --ctstate DNAT -m conntrack --ctorigdstport 30000 -m comment --comment "service web" -j SNAT --to-source fd00:100::2 --random-fully
-A NETC-CLIENTS -m addrtype --src-type LOCAL -d fd00:244:0:2::11/128 -p tcp -m conntrack --ctstate DNAT -m conntrack --ctorigdstport 30000 -m comment --comment "service web" -j SNAT --to-source fd00:100::2 --random-fully
COMMIT
NETC-RULES-V6
}

# What other chains FORWARD of iptables must accept besides, where they have a say.

accepts_v4() {
cat <<'NETC-ACCEPTS-V4'
NETC-ACCEPTS-V4
}
accepts_v6() {
cat <<'NETC-ACCEPTS-V6'
*filter
:NETC-FORWARD-ACCEPT - [0:0]
-A NETC-FORWARD-ACCEPT -s fd00:244:0:2::11/128 -m conntrack --ctstate ESTABLISHED,RELATED -m comment --comment "netc" -j ACCEPT
-A NETC-FORWARD-ACCEPT -d fd00:244:0:2::11/128 -m conntrack --ctstate ESTABLISHED,RELATED -m comment --comment "netc" -j ACCEPT
-A NETC-FORWARD-ACCEPT -s fd00:244:0:2::11/128 -m comment --comment "netc" -j ACCEPT
-A NETC-FORWARD-ACCEPT -d fd00:244:0:2::11/128 -m comment --comment "netc" -j ACCEPT
COMMIT
NETC-ACCEPTS-V6
}

# What tells the connections that these rules would not let begin.

connections_v4() {
cat <<'NETC-CONNECTIONS-V4'
NETC-CONNECTIONS-V4
}
connections_v6() {
cat <<'NETC-CONNECTIONS-V6'
pods fd000244000000020000000000000000-fd00024400000002ffffffffffffffff
inside fd000100000000000000000000000002
inside fd000244000000020000000000000011
listen own 00000000000000000000000000000000-ffffffffffffffffffffffffffffffff
door 6 fd000096000000000000000000000002 53 all fd000244000000020000000000000011:53
door 6 nodeport 30000 all fd000244000000020000000000000011:53
door 6 nodeport 30000 outside fd000244000000020000000000000011:53
rule input exempt keep loop
rule input exempt keep proto=58 type=130,131,132,133,134,135,136,137,143
rule input exempt keep proto=17 dport=546-547 sport=546-547
rule input rejection end dst=20010db8000100000000000000000010 proto=6
rule forward exempt keep proto=58 type=130,131,132,133,134,135,136,137,143
rule forward exempt keep proto=17 dport=546-547 sport=546-547
rule forward rejection end dst=20010db8000100000000000000000010,fd000096000000000000000000000002,fd000096000000000000000000010001
rule output exempt keep loop
rule output exempt keep proto=58 type=130,131,132,133,134,135,136,137,143
rule output exempt keep proto=17 dport=546-547 sport=546-547
rule output rejection end dst=20010db8000100000000000000000010,fd000096000000000000000000000002,fd000096000000000000000000010001
NETC-CONNECTIONS-V6
}
note_doors
load
if [ -n "$flush" ]; then flush_connections; fi

# Sysctls, once there are rules for what they let through.

keep_routers forwarding
setting forwarding net/ipv6/conf/all/forwarding 1 'net/ipv6/conf/*/forwarding'

# What is in the record and no longer in the program.

sweep_settings
sweep
end_check
keep_said
end_change
rm -rf "$next"

command exit
}
