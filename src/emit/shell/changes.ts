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
