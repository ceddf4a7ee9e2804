#!/bin/sh
# down.sh of the node node2, made by netc.
# Run it on that node, as root:
#   sh down.sh                     -v says each change
# It takes away what up.sh made, as recorded there, and gives back what it found. Where nothing is left to take away it is
# content; what is left without a record it names.

# One command, so that nothing runs of a script whose end did not arrive.
{
set -eu
LC_ALL=C
export LC_ALL
PATH=${PATH:-/usr/bin:/bin}:/usr/sbin:/sbin

script=down.sh
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

tell() {
  say "$1"
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

# Where there is no record, what is left is named.

case $#${1:-} in
  0) ;;
  1-v | 1--verbose) verbose=yes ;;
  1-h | 1--help)
    printf '%s\n' 'usage: sh down.sh [-v]' \
      'It takes away what up.sh made, as the record holds it. -v or --verbose says each change, on standard error.'
    exit 0
    ;;
  *) stop 2 "it does not know $*: sh down.sh [-v], or sh down.sh --help" ;;
esac
surplus='taken away'
check_machine
if [ ! -d "$record" ]; then without_record; fi
open_record
list_chains "$next/chains.nft"
take_down

command exit
}
