/** What `up.sh` is asked to do. `--watch` and `--roll-back` are what it asks itself, and stand in no usage. */
export const OPTION_FUNCTIONS = `
# read_options ARGUMENT...
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
      --watch | --roll-back)
        if [ "$1" = --watch ]; then watch=\${2:?}; else back=\${2:?}; fi
        shift
        ;;
      *) stop 2 "it does not know $1: $usage" ;;
    esac
    shift
  done
  if [ -n "$keep" ] && [ -n "$confirm$flush" ]; then stop 2 "--keep stands alone: $usage"; fi
  if [ -n "$confirm" ] && [ -n "$flush" ]; then
    stop 2 "what may come back must not end connections: run \\"sh up.sh --flush\\" once the change is kept"
  fi
}
usage='sh up.sh [--confirm SECONDS | --flush], or sh up.sh --keep'
`;
