/**
 * Whatever changes the node is said before it is done, by one of two functions, so that `--check`, which says and does nothing, and `-v`
 * cannot tell anything else than what a run does. What is said of others is no change.
 */
export const CHANGE_FUNCTIONS = `
# What is asked for: that nothing is done, that each change is said. Whether anything differed.
check=
verbose=
differed=

# differs WORDS: something is not as the program says, and what follows changes it.
differs() {
  differed=yes
  if [ -n "$check" ]; then
    printf '%s\\n' "$1"
  elif [ -n "$verbose" ]; then
    say "$1"
  fi
}

# change WORDS COMMAND...: says what differs, and runs what changes it, which must succeed.
change() {
  differs "$1"
  shift
  if [ -z "$check" ]; then run "$@"; fi
}
`;

/** For `up.sh`. */
export const CHECK_FUNCTIONS = `
# copy_record: what a check does to the record it does to a copy, so that it can go the way of a run. It waits for one that goes on.
copy_record() {
  need coreutils cp mktemp
  copy=$(mktemp -d) || stop 2 'a check keeps its notes in a folder for temporary files, and there is none'
  trap 'rm -rf "$copy"' EXIT
  trap 'exit 1' HUP INT TERM
  if [ -e "$record/lock" ]; then
    exec 9<"$record/lock"
    flock -w 30 9 || stop 1 "another up.sh or down.sh of this node has not ended within 30 seconds: run this again"
  fi
  if [ -d "$record" ]; then run cp -R "$record/." "$copy"; fi
  record=$copy
  next=$copy/next
}

# end_check: with 1 where something differs.
end_check() {
  if [ -z "$check" ]; then return 0; fi
  if [ -n "$differed" ]; then exit 1; fi
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
