/**
 * Whatever changes the node is said before it is done, so that `-v`, which says it, and `--check`, which says it and does nothing, cannot
 * tell anything else than what a run does: `differs` says, `act` does, `change` both. What follows from something that is made anew, or
 * goes, is not said again. A check goes the whole way of a run, on a copy of the record; what a run would find changed by then, it has
 * been told by `makes`, `takes`, `removes` and `assume`. What is said of others is no change.
 */
export const CHANGE_FUNCTIONS = `
# What is asked for: that nothing is done; that each change is said.
check=
verbose=
# What the record holds and the program does not state is, in words.
surplus='not of the program'
# The namespaces and devices that this run makes anew (\`DEVICE/4\`: all that it has of IPv4; \`DEVICE/mtu\`: what comes and goes with its
# MTU), those that it takes away, and the rest whose place it fills, or empties.
fresh=' '
gone=' '
taken=$nl
removed=$nl

# differs WORDS: something is not as the program says, and what follows changes it.
differs() {
  if [ -n "$check" ]; then
    printf '%s\\n' "$1"
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

# look_setting PATH: \`now\` is what a file below /proc/sys holds. (\`read\` asks for a byte at a time, and the kernel answers only the first.)
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
  if [ -n "$check" ]; then printf '%s %s\\n' "$1" "$2" >>"$next/assumed"; fi
}

# dotted PATH: as sysctl says it.
dotted() {
  printf '%s\\n' "$1" | sed 's|\\.|@|g;s|/|.|g;s|@|/|g'
}
`;

/** For `up.sh`. */
export const CHECK_FUNCTIONS = `
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
`;

export const TELL_FUNCTIONS = `
# tell WORDS: of what others have here, when it is new and in a check. The record remembers what the last run could tell.
tell() {
  printf '%s\\n' "$1" >>"$next/said"
  if [ -z "$check" ] && grep -qxFs -e "$1" "$record/said"; then return 0; fi
  say "$1"
}

# keep_said: for the next run.
keep_said() {
  [ -e "$next/said" ] || : >"$next/said"
  mv "$next/said" "$record/said"
}
`;

/** For `down.sh`, after which nothing is remembered. */
export const TELL_ALWAYS = `
tell() {
  say "$1"
}
`;
