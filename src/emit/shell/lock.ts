/**
 * The form in which a record is kept. `up.sh` takes over what the form before it holds, `down.sh` takes it down; a script leaves alone what
 * any other form holds. Form 2 is that of netc 0.2.0: without `unreachable` lines and the table raw.
 */
export const FORM = "3";
export const FORM_BEFORE = "2";

/**
 * A record has one writer at a time: the lock is a file in it, held as descriptor 9 by the script and by each tool that it runs, so that
 * it is not free before the last tool of a script that was killed has ended.
 */
export const LOCK_FUNCTIONS = `
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
    ${FORM} | ${FORM_BEFORE}) return 0 ;;
  esac
  for file in "$record"/*; do
    case $file in
      "$record/lock" | "$record/next" | "$record/form"*) ;;
      *)
        stop 2 "the record in $place was made by another version of netc (form \${form:-none}, not ${FORM}): \\
run the down.sh of that version, then this again; nothing was changed"
        ;;
    esac
  done
  put_form ${FORM}
}

# own_form: what another version kept is this one's from now on, and that one's scripts leave it alone.
own_form() {
  if [ "$form" != ${FORM} ]; then put_form ${FORM}; fi
}

# put_form FORM: the record is of that form from now on.
put_form() {
  printf '%s\\n' "$1" >"$record/form.new" || return 1
  mv "$record/form.new" "$record/form"
}
`;
