/** Of the form in which a record is kept: a script leaves alone what another form holds. */
const FORM = "2";

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

# lock_record: waits for another run, a while. One that took the record away took the lock's file with it.
lock_record() {
  until
    if ! (umask 077 && mkdir -p "$record") || ! own_folders || ! { : >>"$record/lock"; }; then
      stop 2 "cannot keep the record in $record: let root write there and run this again; nothing was changed"
    fi
    exec 9>>"$record/lock"
    # (BusyBox's flock has no -w.)
    tries=0
    until flock -n 9; do
      [ "$tries" -lt 30 ] ||
        stop 1 "another up.sh or down.sh of this node has not ended within 30 seconds: run this again; nothing was changed"
      tries=$((tries + 1))
      sleep 1
    done
    [ "$(stat -L -c %i /proc/self/fd/9)" = "$(stat -c %i "$record/lock" 2>/dev/null || :)" ]
  do :; done
}

# check_form: what another version of netc recorded is not understood by this one.
check_form() {
  form=
  if [ -e "$record/form" ]; then form=$(run cat "$record/form"); fi
  if [ "$form" = ${FORM} ]; then return 0; fi
  for file in "$record"/*; do
    case $file in
      "$record/lock" | "$record/next" | "$record/form") ;;
      *)
        stop 2 "the record in $record was made by another version of netc (form \${form:-none}, not ${FORM}): \\
run the down.sh of that version, then this again; nothing was changed"
        ;;
    esac
  done
  printf '%s\\n' ${FORM} >"$record/form"
}
`;
