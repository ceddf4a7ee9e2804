import { JUMPS } from "../iptables/jumps.ts";

const tables = [...new Set(JUMPS.map((jump) => jump.table))].join(" ");
const jumps = JUMPS.map((jump) => `${jump.table} ${jump.hook} ${jump.chain}`).join("\n");

/**
 * What both scripts do with rules. In lists of chains each line is `TABLE CHAIN`. The files below `$next` are one run's
 * own; `chains.v4` of the record holds every chain that may be there because of netc, and is written before they are.
 */
export const RULES_FUNCTIONS = `
tables='${tables}'
jumps='${jumps}'
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
  sed -n "s/^$1 \\(.*\\)\\$/$3\\1$4/p" "$2"
}

# write_restore RULES: one document that says RULES, then the lines of jumps.v4, and deletes the chains of stale.v4.
write_restore() {
  for table in $tables; do
    if grep -q "^$table " "$next/chains.v4" "$next/stale.v4" "$next/jumps.v4"; then
      printf '*%s\\n' "$table"
      lines_of "$table" "$next/stale.v4" : ' - [0:0]'
      sed -n "/^\\*$table\\$/,/^COMMIT\\$/{/^\\*/d;/^COMMIT\\$/d;p;}" "$1"
      lines_of "$table" "$next/jumps.v4" '' ''
      lines_of "$table" "$next/stale.v4" '-X ' ''
      printf 'COMMIT\\n'
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
    stop 1 "failed for \\"$statement\\": iptables-restore -w 30 --noflush <$next/restore.v4"
  while read -r table chain; do
    if ! iptables -w 30 -t "$table" -X "$chain" 2>/dev/null; then
      printf '%s %s\\n' "$table" "$chain" >>"$next/left.v4"
      printf '%s: the chain %s of the table %s stays, without rules: a rule that is not of netc refers to it\\n' \\
        "$script" "$chain" "$table" >&2
    fi
  done <"$next/stale.v4"
}
`;
