/** Rules are compared as text with those loaded last, so that a run that changes nothing reads nothing back. */
export const LOAD_FUNCTIONS = `
# load_rules_v4: makes the rules of rules_v4 those of the kernel, with each jump once and first in its chain.
load_rules_v4() {
  statement='the rules'
  rm -rf "$next"
  run mkdir "$next"
  [ -e "$record/chains.v4" ] || : >"$record/chains.v4"
  rules_v4 >"$next/rules.v4"
  # Of each table its chains: the table's name waits in sed's hold space.
  sed -n -e '/^[*]/{s/^.//;h;}' -e '/^:/{s/^:\\([^ ]*\\).*/\\1/;G;s/\\(.*\\)\\n\\(.*\\)/\\2 \\1/p;}' \\
    "$next/rules.v4" >"$next/chains.v4"
  grep -vxF -f "$next/chains.v4" "$record/chains.v4" >"$next/stale.v4" || :
  complete=yes
  while read -r table hook chain; do
    if listed "$next/chains.v4" "$table" "$chain"; then
      if has_jump "$table" "$hook" "$chain"; then
        printf '%s -D %s -j %s\\n' "$table" "$hook" "$chain"
      else
        complete=no
      fi
      printf '%s -I %s 1 -j %s\\n' "$table" "$hook" "$chain"
    elif listed "$record/chains.v4" "$table" "$chain" && has_jump "$table" "$hook" "$chain"; then
      printf '%s -D %s -j %s\\n' "$table" "$hook" "$chain"
    fi
  done >"$next/jumps.v4" <<END
$jumps
END
  if [ "$complete" = yes ] && [ ! -s "$next/stale.v4" ] && cmp -s "$next/rules.v4" "$record/rules.v4"; then
    rm -rf "$next"
    return 0
  fi
  write_restore "$next/rules.v4"
  # From here until the end it is not known which rules are loaded, only that their chains are among these.
  rm -f "$record/rules.v4"
  cat "$next/chains.v4" "$next/stale.v4" >"$next/all.v4"
  mv "$next/all.v4" "$record/chains.v4"
  restore
  cat "$next/left.v4" >>"$next/chains.v4"
  mv "$next/chains.v4" "$record/chains.v4"
  mv "$next/rules.v4" "$record/rules.v4"
  rm -rf "$next"
}
`;
