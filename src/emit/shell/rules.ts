import { JUMPS, type Jump } from "../iptables/jumps.ts";
import { ACCEPTS } from "./accepts.ts";

const JUMPS_HERE: readonly Jump[] = [...JUMPS, { table: "filter", hook: "FORWARD", chain: ACCEPTS }];

const tables = [...new Set(JUMPS_HERE.map(({ table }) => table))].join(" ");
const jumps = JUMPS_HERE.map(({ table, hook, chain }) => `${table} ${hook} ${chain}`).join("\n");

/**
 * What both scripts do with rules. Rules of iptables have a keeper: a family (`v4`) and a variant (`nft`, `legacy`). Of each the record
 * holds `rules.v4.nft`, the text loaded last, and `chains.v4.nft`, every chain that may be there because of netc, a line
 * `TABLE CHAIN` each, written before they are; of nft it holds `ruleset.nft` and `chains.nft`, as listed after loading. A text that
 * is there and empty says that all of netc's was taken out, so that nothing is asked again.
 */
export const RULES_FUNCTIONS = `
tables='${tables}'
jumps='${jumps}'

# listed FILE TABLE CHAIN
listed() {
  grep -qxF "$2 $3" "$1"
}

# lines_of TABLE FILE PREFIX SUFFIX: the lines of FILE that are about TABLE, without its name.
lines_of() {
  sed -n "s/^$1 \\(.*\\)\\$/$3\\1$4/p" "$2"
}

# write_restore: one document that says \`rules\`, then the lines of \`jumps\`, and deletes the chains of \`stale\`.
write_restore() {
  for table in $tables; do
    if grep -q "^$table " "$next/chains" "$next/stale" "$next/jumps"; then
      printf '*%s\\n' "$table"
      lines_of "$table" "$next/stale" : ' - [0:0]'
      sed -n "/^\\*$table\\$/,/^COMMIT\\$/{/^\\*/d;/^COMMIT\\$/d;p;}" "$next/rules"
      lines_of "$table" "$next/jumps" '' ''
      lines_of "$table" "$next/stale" '-X ' ''
      printf 'COMMIT\\n'
    fi
  done >"$next/restore"
}

# restore: loads \`restore\`, each table at once. A chain that someone else's rule refers to cannot be deleted and would
# hold up the rest: then chains are emptied, deleted one by one, and those that stay are named, and listed in \`left\`.
restore() {
  : >"$next/left"
  if [ ! -s "$next/restore" ]; then return 0; fi
  if [ -s "$next/stale" ]; then
    if "$ipt-restore" -w 30 --noflush <"$next/restore" 2>/dev/null; then return 0; fi
    sed '/^-X /d' "$next/restore" >"$next/emptied"
    mv "$next/emptied" "$next/restore"
  fi
  "$ipt-restore" -w 30 --noflush <"$next/restore" ||
    stop 1 "failed for \\"$statement\\": $ipt-restore -w 30 --noflush <$next/restore"
  # What else stands in a built-in chain is a jump that somebody loaded once more.
  while read -r table hook chain; do
    listed "$next/stale" "$table" "$chain" || continue
    while has_jump "$table" "$hook" "$chain"; do run "$ipt" -w 30 -t "$table" -D "$hook" -j "$chain"; done
  done <<END
$jumps
END
  while read -r table chain; do
    if ! "$ipt" -w 30 -t "$table" -X "$chain" 2>/dev/null; then
      printf '%s %s\\n' "$table" "$chain" >>"$next/left"
      say "the chain $chain of the table $table stays, without rules: a rule that is not of netc refers to it"
    fi
  done <"$next/stale"
}

# are_in_place: whether the text is that of the last run, and every jump into its chains is there.
are_in_place() {
  cmp -s "$next/rules" "$record/rules.$keeper" && [ ! -s "$next/stale" ] || return 1
  while read -r table hook chain; do
    if listed "$next/chains" "$table" "$chain"; then has_jump "$table" "$hook" "$chain" || return 1; fi
  done <<END
$jumps
END
}

# ask_jumps: fills \`jumps\`, so that each stands once and first in its chain, and none is left that leads elsewhere. Where one does
# that the record knows nothing of, all chains of netc's in its table are stale.
ask_jumps() {
  : >"$next/jumps"
  while read -r table hook chain; do
    if has_jump "$table" "$hook" "$chain"; then
      printf '%s -D %s -j %s\\n' "$table" "$hook" "$chain" >>"$next/jumps"
      if ! listed "$next/chains" "$table" "$chain" && ! listed "$next/stale" "$table" "$chain"; then
        run "$ipt-save" -t "$table" 2>/dev/null | sed -n "s/^:\\(NETC[^ ]*\\) .*/$table \\1/p" >"$next/saved"
        cat "$next/chains" "$next/stale" >"$next/known"
        grep -vxF -e '' -f "$next/known" "$next/saved" >>"$next/stale" || :
      fi
    fi
    if listed "$next/chains" "$table" "$chain"; then
      printf '%s -I %s 1 -j %s\\n' "$table" "$hook" "$chain" >>"$next/jumps"
    fi
  done <<END
$jumps
END
}

# load_rules FAMILY VARIANT COMMAND: makes the text \`rules\` the one of this keeper, and it alone.
load_rules() {
  statement='the rules'
  plain=$(plain_of "$1")
  variant=$2
  ipt=$3
  keeper=$1.$2
  [ -e "$record/chains.$keeper" ] || : >"$record/chains.$keeper"
  # Of each table its chains: the table's name waits in sed's hold space.
  sed -n -e '/^[*]/{s/^.//;h;}' -e '/^:/{s/^:\\([^ ]*\\).*/\\1/;G;s/\\(.*\\)\\n\\(.*\\)/\\2 \\1/p;}' \\
    "$next/rules" >"$next/chains"
  grep -vxF -e '' -f "$next/chains" "$record/chains.$keeper" >"$next/stale" || :
  if are_in_place; then return 0; fi
  ask_jumps
  write_restore
  # From here until the end it is not known which rules are loaded, only that their chains are among these.
  rm -f "$record/rules.$keeper"
  cat "$next/chains" "$next/stale" >"$next/all"
  mv "$next/all" "$record/chains.$keeper"
  restore
  cat "$next/left" >>"$next/chains"
  mv "$next/chains" "$record/chains.$keeper"
  mv "$next/rules" "$record/rules.$keeper"
}

# own_table FILE: the chains of netc's table, of those in FILE.
own_table() {
  sed -n '/^table inet netc {$/,/^}$/p' "$1"
}

# load_ruleset: makes the text \`ruleset\` the one of nft, in one transaction; an empty one takes the table out.
load_ruleset() {
  statement='the rules'
  own_table "$next/chains.nft" >"$next/own"
  if cmp -s "$next/ruleset" "$record/ruleset.nft"; then
    if [ ! -s "$next/ruleset" ] || cmp -s "$next/own" "$record/chains.nft"; then return 0; fi
  fi
  rm -f "$record/ruleset.nft"
  if [ -s "$next/ruleset" ]; then
    run nft -f "$next/ruleset"
  elif [ -s "$next/own" ]; then
    run nft delete table inet netc
  fi
  list_chains "$next/chains.nft"
  own_table "$next/chains.nft" >"$record/chains.nft"
  mv "$next/ruleset" "$record/ruleset.nft"
}
`;
