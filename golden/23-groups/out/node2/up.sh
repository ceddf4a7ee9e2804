#!/bin/sh
# up.sh of the node node2, made by netc. Run it on that node, as root:
#   sh up.sh
# It changes what differs from the program and nothing else, so it may be run again at any time, also after a run that
# was interrupted. down.sh undoes it.

set -eu
LC_ALL=C
export LC_ALL
PATH=${PATH:-/usr/bin:/bin}:/usr/sbin:/sbin

script=up.sh
# What was found and what was made, for the next run and for down.sh.
record=/run/netc/node2
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

# held FAMILY ADDRESS: the program says that this node has it.
held() {
  [ -n "$(ip "$1" -o addr show to "$2")" ] ||
    stop 1 "no interface here has the node's address $2: run this on its node, or add the address; nothing was changed"
}

# is_up LINK: a link as `ip -o link show` says it; nothing is a link that is down.
is_up() {
  case $1 in
    *[\<,]UP[,\>]*) return 0 ;;
    *) return 1 ;;
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

# pod STATEMENT NAMESPACE DEVICE: the namespace, and the pair of DEVICE on the node and eth0 in the pod.
pod() {
  statement=$1
  namespace=$2
  device=$3
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
    *) run ip -n "$namespace" "$1" addr replace "$2/$host" dev eth0 ${nodad:+"$nodad"} ;;
  esac
  case $(ip "$1" -o addr show dev "$device") in
    *" $4/$host scope link "*) ;;
    *) run ip "$1" addr replace "$4/$host" dev "$device" scope link ${nodad:+"$nodad"} ;;
  esac
  ip -n "$namespace" "$1" route show table main exact default | has_route "$1" default via "$4" dev eth0 onlink ||
    run ip -n "$namespace" "$1" route replace default via "$4" dev eth0 onlink
  route "$statement" "$1" "$2" dev "$device" ${scope:+scope link} ${6:+src "$6"}
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
# (`read` asks for a byte at a time, and the kernel answers only the first.)
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
  printf '%s %s\n' "$1" "$found" >>"$record/sysctls"
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

# load_rules_v4: makes the rules of rules_v4 those of the kernel, with each jump once and first in its chain.
load_rules_v4() {
  statement='the rules'
  rm -rf "$next"
  run mkdir "$next"
  [ -e "$record/chains.v4" ] || : >"$record/chains.v4"
  rules_v4 >"$next/rules.v4"
  # Of each table its chains: the table's name waits in sed's hold space.
  sed -n -e '/^[*]/{s/^.//;h;}' -e '/^:/{s/^:\([^ ]*\).*/\1/;G;s/\(.*\)\n\(.*\)/\2 \1/p;}' \
    "$next/rules.v4" >"$next/chains.v4"
  grep -vxF -f "$next/chains.v4" "$record/chains.v4" >"$next/stale.v4" || :
  complete=yes
  while read -r table hook chain; do
    if listed "$next/chains.v4" "$table" "$chain"; then
      if has_jump "$table" "$hook" "$chain"; then
        printf '%s -D %s -j %s\n' "$table" "$hook" "$chain"
      else
        complete=no
      fi
      printf '%s -I %s 1 -j %s\n' "$table" "$hook" "$chain"
    elif listed "$record/chains.v4" "$table" "$chain" && has_jump "$table" "$hook" "$chain"; then
      printf '%s -D %s -j %s\n' "$table" "$hook" "$chain"
    fi
  done >"$next/jumps.v4" <<END
$jumps
END
  if [ "$complete" = yes ] && [ ! -s "$next/stale.v4" ] && cmp -s "$next/rules.v4" "$record/rules.v4"; then
    rm -rf "$next"
    return 0
  fi
  write_restore "$next/rules.v4"
  # From here until the end it is not known which rules are loaded, only that their chains are among these.
  rm -f "$record/rules.v4"
  cat "$next/chains.v4" "$next/stale.v4" >"$next/all.v4"
  mv "$next/all.v4" "$record/chains.v4"
  restore
  cat "$next/left.v4" >>"$next/chains.v4"
  mv "$next/chains.v4" "$record/chains.v4"
  mv "$next/rules.v4" "$record/rules.v4"
  rm -rf "$next"
}

# Before anything is changed.

check_machine
held -4 192.168.100.101
run mkdir -p "$record"

# Pods.

pod 'pod c' pod-c veth-pod-c
wire -4 10.244.2.10 via 169.254.10.24 src 192.168.100.101

# Routes.

route services -4 10.96.0.0/12 dev ens33 scope link src 192.168.100.101
route 'node node1' -4 10.244.1.0/24 via 192.168.100.100 dev ens33 onlink

# Rules, in the words of iptables-restore --noflush.

rules_v4() {
cat <<'NETC-RULES-V4'
*filter
:NETC-INPUT - [0:0]
:NETC-INPUT-POLICY - [0:0]
:NETC-FORWARD - [0:0]
:NETC-FORWARD-POLICY - [0:0]
:NETC-OUTPUT - [0:0]
:NETC-OUTPUT-POLICY - [0:0]
:NETC-REJECT - [0:0]
-A NETC-INPUT -i lo -m comment --comment "loopback" -j RETURN
-A NETC-INPUT -p udp -m udp --sport 67:68 --dport 67:68 -m comment --comment "dhcp" -j RETURN
-A NETC-INPUT -m conntrack --ctstate ESTABLISHED,RELATED -m comment --comment "established" -j RETURN
-A NETC-INPUT -j NETC-INPUT-POLICY
-A NETC-INPUT-POLICY -s 10.0.0.0/24 -d 192.0.2.0/24 -m comment --comment "deny inside -> 192.0.2.0/24" -j DROP
-A NETC-INPUT-POLICY -s 10.244.1.10/31 -d 192.0.2.0/24 -m comment --comment "deny inside -> 192.0.2.0/24" -j DROP
-A NETC-INPUT-POLICY -s 10.244.2.10/32 -d 192.0.2.0/24 -m comment --comment "deny inside -> 192.0.2.0/24" -j DROP
-A NETC-INPUT-POLICY -s 10.0.0.0/24 -m conntrack --ctorigdst 192.0.2.0/24 -m comment --comment "deny inside -> 192.0.2.0/24" -j DROP
-A NETC-INPUT-POLICY -s 10.244.1.10/31 -m conntrack --ctorigdst 192.0.2.0/24 -m comment --comment "deny inside -> 192.0.2.0/24" -j DROP
-A NETC-INPUT-POLICY -s 10.244.2.10/32 -m conntrack --ctorigdst 192.0.2.0/24 -m comment --comment "deny inside -> 192.0.2.0/24" -j DROP
-A NETC-FORWARD -p udp -m udp --sport 67:68 --dport 67:68 -m comment --comment "dhcp" -j RETURN
-A NETC-FORWARD -s 10.244.0.0/16 -m conntrack --ctstate ESTABLISHED,RELATED -m comment --comment "from pods" -j ACCEPT
-A NETC-FORWARD -d 10.244.0.0/16 -m conntrack --ctstate ESTABLISHED,RELATED -m comment --comment "to pods" -j ACCEPT
-A NETC-FORWARD -m conntrack --ctstate ESTABLISHED,RELATED -m comment --comment "established" -j RETURN
-A NETC-FORWARD -j NETC-FORWARD-POLICY
-A NETC-FORWARD -d 10.96.0.0/12 -m conntrack --ctstate NEW -m comment --comment "not served" -j NETC-REJECT
-A NETC-FORWARD -s 10.244.0.0/16 -m comment --comment "from pods" -j ACCEPT
-A NETC-FORWARD -d 10.244.0.0/16 -m comment --comment "to pods" -j ACCEPT
-A NETC-FORWARD-POLICY -s 10.0.0.0/24 -d 192.0.2.0/24 -m comment --comment "deny inside -> 192.0.2.0/24" -j DROP
-A NETC-FORWARD-POLICY -s 10.244.1.10/31 -d 192.0.2.0/24 -m comment --comment "deny inside -> 192.0.2.0/24" -j DROP
-A NETC-FORWARD-POLICY -s 10.244.2.10/32 -d 192.0.2.0/24 -m comment --comment "deny inside -> 192.0.2.0/24" -j DROP
-A NETC-FORWARD-POLICY -s 10.0.0.0/24 -m conntrack --ctorigdst 192.0.2.0/24 -m comment --comment "deny inside -> 192.0.2.0/24" -j DROP
-A NETC-FORWARD-POLICY -s 10.244.1.10/31 -m conntrack --ctorigdst 192.0.2.0/24 -m comment --comment "deny inside -> 192.0.2.0/24" -j DROP
-A NETC-FORWARD-POLICY -s 10.244.2.10/32 -m conntrack --ctorigdst 192.0.2.0/24 -m comment --comment "deny inside -> 192.0.2.0/24" -j DROP
-A NETC-OUTPUT -o lo -m comment --comment "loopback" -j RETURN
-A NETC-OUTPUT -p udp -m udp --sport 67:68 --dport 67:68 -m comment --comment "dhcp" -j RETURN
-A NETC-OUTPUT -m conntrack --ctstate ESTABLISHED,RELATED -m comment --comment "established" -j RETURN
-A NETC-OUTPUT -j NETC-OUTPUT-POLICY
-A NETC-OUTPUT -d 10.96.0.0/12 -m conntrack --ctstate NEW -m comment --comment "not served" -j NETC-REJECT
-A NETC-OUTPUT-POLICY -d 192.0.2.0/24 -m comment --comment "deny inside -> 192.0.2.0/24" -j DROP
-A NETC-OUTPUT-POLICY -m conntrack --ctorigdst 192.0.2.0/24 -m comment --comment "deny inside -> 192.0.2.0/24" -j DROP
-A NETC-REJECT -p tcp -j REJECT --reject-with tcp-reset
-A NETC-REJECT -j REJECT --reject-with icmp-port-unreachable
COMMIT
NETC-RULES-V4
}
load_rules_v4

# Sysctls, once there are rules for what they let through.

setting forwarding net/ipv4/ip_forward 1 net/ipv4/conf/all/accept_redirects
