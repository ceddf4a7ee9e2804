#!/bin/sh
# down.sh of the node node1, made by netc. Run it on that node, as root:
#   sh down.sh
# It takes away what up.sh made and gives the sysctls back the values that up.sh found. Where nothing is left to take
# away it is content.

set -eu
LC_ALL=C
export LC_ALL
PATH=${PATH:-/usr/bin:/bin}:/usr/sbin:/sbin

script=down.sh
# What was found and what was made, for the next run and for down.sh.
record=/run/netc/node1
# The statement of the program that is being carried out.
statement=

# stop CODE MESSAGE
stop() {
  printf '%s: %s\n' "$script" "$2" >&2
  exit "$1"
}

# run COMMAND...: a command that must succeed.
run() {
  "$@" || stop 1 "failed for \"$statement\": $*"
}

# need PACKAGE TOOL...: asked before anything is changed.
need() {
  package=$1
  shift
  for tool in "$@"; do
    command -v "$tool" >/dev/null ||
      stop 2 "the tool $tool is missing: install it (package $package) and run this again; nothing was changed"
  done
}

check_machine() {
  need coreutils cat id mkdir mv rm rmdir
  need diffutils cmp
  need grep grep
  need sed sed
  need iproute2 ip
  need iptables iptables iptables-restore
  [ "$(id -u)" = 0 ] || stop 2 "this needs root: run it again as root, with sudo for example; nothing was changed"
}

# has_route FAMILY PREFIX WORDS...: whether the main table's routes, read from standard input, hold this one.
has_route() {
  family=$1
  shift
  while read -r line; do
    # What ip adds of its own: the state of the link, and IPv6's default metric and preference.
    line=${line%" pref medium"}
    line=${line%" linkdown"}
    if [ "$family" = -6 ]; then
      case $line in
        *" metric 1024"*) line=${line%%" metric 1024"*}${line#*" metric 1024"} ;;
      esac
    fi
    if [ "$line" = "$*" ]; then return 0; fi
  done
  return 1
}

# routes_to FAMILY PREFIX: the node's, one a line.
routes_to() {
  ip "$1" route show table main exact "$2" 2>/dev/null
}

# write_setting PATH VALUE: PATH is below /proc/sys.
write_setting() {
  printf '%s\n' "$2" >"/proc/sys/$1" || stop 1 "failed for \"$statement\": writing $2 to /proc/sys/$1"
}

# remove_link DEVICE: a veth whose other end's namespace is going away may vanish at any moment.
remove_link() {
  ip link delete dev "$1" 2>/dev/null || if ip link show dev "$1" >/dev/null 2>&1; then
    run ip link delete dev "$1"
  fi
}

tables='filter mangle nat'
jumps='filter INPUT NETC-INPUT
filter FORWARD NETC-FORWARD
filter OUTPUT NETC-OUTPUT
mangle PREROUTING NETC-MARKS-IN
mangle OUTPUT NETC-MARKS-OUT
nat PREROUTING NETC-SERVICES
nat OUTPUT NETC-SERVICES
nat POSTROUTING NETC-POSTROUTING'
next=$record/next

# has_jump TABLE HOOK CHAIN: asked by name; 1 and 2 say that there is no such rule, or no such chain.
has_jump() {
  answer=0
  iptables -w 30 -t "$1" -C "$2" -j "$3" >/dev/null 2>&1 || answer=$?
  case $answer in
    0) return 0 ;;
    1 | 2) return 1 ;;
    *) run iptables -w 30 -t "$1" -C "$2" -j "$3" ;;
  esac
}

# listed FILE TABLE CHAIN
listed() {
  grep -qxF "$2 $3" "$1"
}

# lines_of TABLE FILE PREFIX SUFFIX: the lines of FILE that are about TABLE, without its name.
lines_of() {
  sed -n "s/^$1 \(.*\)\$/$3\1$4/p" "$2"
}

# write_restore RULES: one document that says RULES, then the lines of jumps.v4, and deletes the chains of stale.v4.
write_restore() {
  for table in $tables; do
    if grep -q "^$table " "$next/chains.v4" "$next/stale.v4" "$next/jumps.v4"; then
      printf '*%s\n' "$table"
      lines_of "$table" "$next/stale.v4" : ' - [0:0]'
      sed -n "/^\*$table\$/,/^COMMIT\$/{/^\*/d;/^COMMIT\$/d;p;}" "$1"
      lines_of "$table" "$next/jumps.v4" '' ''
      lines_of "$table" "$next/stale.v4" '-X ' ''
      printf 'COMMIT\n'
    fi
  done >"$next/restore.v4"
}

# restore: loads restore.v4, each table at once. A chain that someone else's rule refers to cannot be deleted and would
# hold up the rest: then chains are emptied, deleted one by one, and those that stay are named, and listed in left.v4.
restore() {
  : >"$next/left.v4"
  if [ ! -s "$next/restore.v4" ]; then return 0; fi
  if [ -s "$next/stale.v4" ]; then
    if iptables-restore -w 30 --noflush <"$next/restore.v4" 2>/dev/null; then return 0; fi
    sed '/^-X /d' "$next/restore.v4" >"$next/emptied.v4"
    mv "$next/emptied.v4" "$next/restore.v4"
  fi
  iptables-restore -w 30 --noflush <"$next/restore.v4" ||
    stop 1 "failed for \"$statement\": iptables-restore -w 30 --noflush <$next/restore.v4"
  while read -r table chain; do
    if ! iptables -w 30 -t "$table" -X "$chain" 2>/dev/null; then
      printf '%s %s\n' "$table" "$chain" >>"$next/left.v4"
      printf '%s: the chain %s of the table %s stays, without rules: a rule that is not of netc refers to it\n' \
        "$script" "$chain" "$table" >&2
    fi
  done <"$next/stale.v4"
}

# restore_settings: the values that up.sh found, the last change first; a file that is gone was a link's.
restore_settings() {
  statement='the sysctls'
  if [ ! -e "$record/sysctls" ]; then return 0; fi
  sed -n '1!G;h;$p' "$record/sysctls" >"$next/sysctls"
  while read -r path value; do
    if [ ! -e "/proc/sys/$path" ]; then continue; fi
    now=$(run cat "/proc/sys/$path")
    if [ "$now" != "$value" ]; then write_setting "$path" "$value"; fi
  done <"$next/sysctls"
  rm -f "$record/sysctls"
}

# remove_rules: the jumps, then every chain of the record and every chain that a jump leads to.
remove_rules() {
  statement='the rules'
  : >"$next/chains.v4"
  : >"$next/jumps.v4"
  : >"$next/stale.v4"
  if [ -e "$record/chains.v4" ]; then run cat "$record/chains.v4" >"$next/stale.v4"; fi
  while read -r table hook chain; do
    while has_jump "$table" "$hook" "$chain"; do
      run iptables -w 30 -t "$table" -D "$hook" -j "$chain"
      listed "$next/stale.v4" "$table" "$chain" || printf '%s %s\n' "$table" "$chain" >>"$next/stale.v4"
    done
  done <<END
$jumps
END
  write_restore "$next/jumps.v4"
  rm -f "$record/rules.v4"
  restore
  mv "$next/left.v4" "$record/chains.v4"
}

# route STATEMENT FAMILY PREFIX WORDS...: a route of the node.
route() {
  statement=$1
  shift
  if routes_to "$1" "$2" | has_route "$@"; then
    family=$1
    shift
    run ip "$family" route delete "$@"
  fi
}

# pod STATEMENT NAMESPACE DEVICE: a namespace goes away late, and the pair with it, so the pair is deleted by name.
pod() {
  statement=$1
  remove_link "$3"
  if [ -e "/var/run/netns/$2" ]; then run ip netns delete "$2"; fi
}

# forget: without a record there is nothing left to take down.
forget() {
  rm -rf "$next"
  if [ -s "$record/chains.v4" ]; then
    stop 1 "all is taken down but the chains named above: take away the rules that refer to them and run this again"
  fi
  rm -rf "$record"
  rmdir /run/netc 2>/dev/null || :
}

# Before anything is changed.

check_machine
run mkdir -p "$next"

# Sysctls and rules.

restore_settings
remove_rules

# Routes.

route services -4 10.96.0.0/12 dev ens33 scope link src 192.168.100.100
route 'node node2' -4 10.244.2.0/24 via 192.168.100.101 dev ens33 onlink

# Pods.

pod 'pod a' pod-a veth-pod-a
pod 'pod b' pod-b veth-pod-b

# The record.

forget
