/** What `up.sh` is asked to do. `--watch` and `--roll-back` are what it asks itself, and stand in no usage. */
export const OPTION_FUNCTIONS = `
# read_options ARGUMENT...: before anything is asked of the machine.
read_options() {
  confirm=
  flush=
  keep=
  back=
  watch=
  while [ "$#" -gt 0 ]; do
    case $1 in
      --confirm)
        case \${2:-} in
          '' | *[!0-9]* | 0* | ??????*) stop 2 "--confirm wants a number of seconds, from 1 to 99999: $usage" ;;
        esac
        confirm=$2
        shift
        ;;
      --flush) flush=yes ;;
      --keep) keep=yes ;;
      --check) check=yes ;;
      -v | --verbose) verbose=yes ;;
      -h | --help)
        printf '%s\\n' "usage: $usage" "$options"
        exit 0
        ;;
      --watch | --roll-back)
        if [ "$1" = --watch ]; then watch=\${2:?}; else back=\${2:?}; fi
        shift
        ;;
      *) stop 2 "it does not know $1: $usage" ;;
    esac
    shift
  done
  if [ -n "$keep" ] && [ -n "$confirm$flush$check" ]; then stop 2 "--keep stands alone: $usage"; fi
  if [ -n "$check" ] && [ -n "$confirm$flush" ]; then stop 2 "--check changes nothing, so it stands alone: $usage"; fi
  if [ -n "$confirm" ] && [ -n "$flush" ]; then
    stop 2 "what may come back must not end connections: run \\"sh up.sh --flush\\" once the change is kept"
  fi
}
usage='sh up.sh [-v] [--confirm SECONDS | --flush], or sh up.sh --check, --keep or --help'
options='Without an option it changes what differs from the program, and nothing else, and says nothing of it.
  -v, --verbose      say each change, on standard error
  --check            change nothing: print what a run would change, a line each, and end with 1; with 0 where nothing differs
  --confirm SECONDS  put back what was before, unless --keep comes in time
  --keep             keep what --confirm changed
  --flush            end connections that the program would not let begin, and those whose backend is gone
  -h, --help         print this'
`;
