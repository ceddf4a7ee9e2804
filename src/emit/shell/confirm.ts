/**
 * A change that comes back unless it is kept. The record holds `confirmed.sh`, the last `up.sh` that was run without `--confirm` or was
 * kept, or `confirmed.none` where that one's text could not be read again. While a change waits it holds `pending.sh`, the script that
 * waits, and `pending`, its token, locked by the watcher as long as that lives; `pending.loaded` once the script is through;
 * `pending.failed` where it could not be put back so far.
 */
import { FORM_BEFORE } from "./lock.ts";

export const CONFIRM_FUNCTIONS = `
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
      stop 1 "a change waits to be kept: run \\"sh up.sh --keep\\", or wait until it is put back; nothing was changed"
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
  if ! grep -qxF '  if [ "$form" = ${FORM_BEFORE} ]; then return 0; fi' "$text"; then return 0; fi
  (
    statement='the way back to the version before'
    open_record
    waits "$token" || exit 0
    hand_back_rules || exit 1
    grep -E '^(pod|tunnel|address|gateway|proxied|forward|neighbour|route|found) ' "$record/made" >"$next/stated" || :
    sweep || exit 1
    put_form ${FORM_BEFORE}
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
        while "$keeper_command" -w 30 -t "\${jump% *}" -D PREROUTING -j "\${jump#* }" 2>/dev/null; do :; done
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
    printf 'the change was put back, %s\\n' "$(date)" >"$record/pending.back"
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
`;
