import { identifierFor } from "../../address/identifier.ts";
import type { NodePlan } from "../../plan/plan.ts";
import { comment, quote } from "./quote.ts";

/** A script's second line, by which it is known. */
export const markOf = (name: "up.sh" | "down.sh", plan: NodePlan): string =>
  `# ${name} of the node ${comment(plan.node)}, made by netc.`;

/** A script's first lines: what it is, and the settings and functions that both scripts stand on. */
export function opening(name: "up.sh" | "down.sh", plan: NodePlan, about: string): string {
  return `#!/bin/sh
${markOf(name, plan)}
# ${about}

# One command, so that nothing runs of a script whose end did not arrive.
{
set -eu
LC_ALL=C
export LC_ALL
PATH=\${PATH:-/usr/bin:/bin}:/usr/sbin:/sbin

script=${name}
# What was found and what was made, for the next run and for down.sh.
record=/run/netc/${quote(identifierFor("file", "", plan.node))}
# What messages call it.
place=$record
# What one run keeps for itself.
next=$record/next
# The statement of the program that is being carried out.
statement=
nl='
'

${FUNCTIONS}`;
}

/** A script's last lines. Behind a plain `exit` shellcheck takes functions that are called by a variable's name for unreachable. */
export const CLOSING = `
command exit
}
`;

/** A comment that parts the data. */
export function heading(text: string): string {
  return `\n# ${text}\n\n`;
}

const FUNCTIONS = `# stop CODE MESSAGE
stop() {
  say "$2"
  exit "$1"
}

say() {
  printf '%s: %s\\n' "$script" "$1" >&2
}

# run COMMAND...: a command that must succeed.
run() {
  "$@" || stop 1 "failed for \\"$statement\\": $*"
}

# pick ARGUMENT...: grep; that it finds nothing is no failure. (BusyBox takes an empty file of patterns for one that all lines match, unless
# there is another pattern.)
pick() {
  grep "$@" || [ "$?" = 1 ] || stop 1 "failed for \\"$statement\\": grep $*"
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
    line=\${line%" pref medium"}
    line=\${line%" linkdown"}
    line=\${line%" error -"*}
    if [ "$family" = -6 ]; then
      case $line in
        *" metric 1024"*) line=\${line%%" metric 1024"*}\${line#*" metric 1024"} ;;
      esac
    fi
    case "$* " in
      *" dev "*) ;;
      *)
        case $line in
          *" dev "*" "*) line="\${line%%" dev "*} \${line#*" dev "*" "}" ;;
          *) line=\${line%%" dev "*} ;;
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
  printf '%s\\n' "$2" >"/proc/sys/$1" || stop 1 "failed for \\"$statement\\": writing $2 to /proc/sys/$1"
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
`;
