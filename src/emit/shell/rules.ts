import { JUMPS, type Jump } from "../iptables/jumps.ts";
import { ACCEPTS } from "./accepts.ts";

const JUMPS_HERE: readonly Jump[] = [...JUMPS, { table: "filter", hook: "FORWARD", chain: ACCEPTS }];

const tables = [...new Set(JUMPS_HERE.map(({ table }) => table))];
const jumps = JUMPS_HERE.map(({ table, hook, chain }) => `${table} ${hook} ${chain}`).join("\n");

const HOOKS = "(PREROUTING|INPUT|FORWARD|OUTPUT|POSTROUTING)";

/**
 * What both scripts do with rules. What is loaded is the program's where its text is that of the last load, and the tool lists what it
 * listed after that load; jumps have places among the rules of others, and each listing is asked for them. Text and listing say what is
 * loaded only together: while rules are loaded there is no text.
 *
 * Rules of iptables have a keeper: a family (`v4`) and a variant (`nft`, `legacy`). Of each the record holds `rules.v4.nft`, the text,
 * `listed.v4.nft`, a checksum of each table, and `chains.v4.nft`, every chain that may be there because of netc, a line `TABLE CHAIN`
 * each, written before they are; of nft it holds `ruleset.nft` and `listed.nft`. A text that is there and empty says that all of netc's
 * was taken out.
 */
export const RULES_FUNCTIONS = `
tables='${tables.join(" ")}'
jumps='${jumps}'

# lines_of TABLE FILE PREFIX SUFFIX: the lines of FILE that are about TABLE, without its name.
lines_of() {
  sed -n "s/^$1 \\(.*\\)\\$/$3\\1$4/p" "$2"
}

# chains_in FILE: a line "TABLE CHAIN" for each chain of netc's in a text of iptables-restore. (The table waits in sed's hold space.)
chains_in() {
  sed -n -e '/^[*]/{s/^.//;h;}' -e '/^:NETC/{s/^:\\([^ ]*\\).*/\\1/;G;s/\\(.*\\)\\n\\(.*\\)/\\2 \\1/p;}' "$1"
}

# open_keeper FAMILY VARIANT COMMAND
open_keeper() {
  statement='the rules'
  plain=$(plain_of "$1")
  variant=$2
  ipt=$3
  keeper=$1.$2
  list_keeper
}

# list_keeper: what the keeper has. \`frame\` is all but what stands in netc's chains, \`there\` names these, a line "TABLE CHAIN" each, \`sums\`
# is a checksum of what is netc's in each table, without the jumps of built-in chains, and \`heads\` has those.
list_keeper() {
  save_rules
  grep -v -e '^#' -e '^-A NETC' "$next/saved" >"$next/frame" || :
  chains_in "$next/frame" >"$next/there"
  sed -n -E -e '/^([*]|COMMIT|-A NETC)/b own' -e '/^:NETC/{s/ .*//;b own' -e '}' \\
    -e '/^-A ${HOOKS} -j NETC[^ ]*$/d' -e '/ -[jg] NETC/!d' -e ':own' -e p "$next/saved" >"$next/own"
  sed 's/ .*//' "$next/there" | sort -u | while read -r table; do
    printf '%s %s\\n' "$table" "$(sed -e "/^[*]$table\\$/,/^COMMIT/!d" -e '/^[-:]/!d' "$next/own" | cksum)"
  done >"$next/sums"
  # The jumps, a line "TABLE HOOK CHAIN" each, in the order of their hook; "TABLE HOOK -" are rules of others before one.
  sed -n -E -e '/^[*]/{s/^.//;h;}' -e '/^-A ${HOOKS} /!d' -e 's/^-A ([A-Z]+) -j (NETC[^ ]*)$/\\1 \\2/' -e 't found' \\
    -e 's/^-A ([A-Z]+) .*/\\1 -/' -e ':found' -e 'G;s/(.*)\\n(.*)/\\2 \\1/p' "$next/frame" | sort -s -k 1,2 |
    sed -e '$!N' -e '/^\\(.* -\\)\\n\\1$/D' -e '/^\\([^ ]* [^ ]* \\)-\\n\\1/{P;D;}' -e '/^[^ ]* [^ ]* -\\n/D' -e '/^[^ ]* [^ ]* -$/d' -e 'P;D' >"$next/heads"
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

# restore: loads \`rules\`, \`jumps\` and what \`stale\` takes out, each table at once, and lists again. A chain that someone else's rule refers
# to cannot be deleted and would hold up the rest: then chains are emptied, deleted one by one, and those that stay are named, and
# listed in \`left\`.
restore() {
  : >"$next/left"
  write_restore
  if [ -n "$check" ] || [ ! -s "$next/restore" ]; then return 0; fi
  if [ ! -s "$next/stale" ] || ! "$ipt-restore" -w 30 --noflush <"$next/restore" 2>/dev/null; then
    sed '/^-X /d' "$next/restore" >"$next/emptied"
    "$ipt-restore" -w 30 --noflush <"$next/emptied" ||
      stop 1 "failed for \\"$statement\\": $ipt-restore -w 30 --noflush <$next/emptied"
    while read -r table chain; do
      if ! "$ipt" -w 30 -t "$table" -X "$chain" 2>/dev/null; then
        printf '%s %s\\n' "$table" "$chain" >>"$next/left"
        tell "the chain $chain of the table $table stays, without rules: a rule that is not of netc refers to it"
      fi
    done <"$next/stale"
  fi
  list_chains "$next/chains.nft"
  list_keeper
}

# want_heads: \`wanted\`, what \`heads\` should be: the jumps to chains of the program's, of several in a hook the last of \`jumps\` first.
want_heads() {
  printf '%s\\n' "$jumps" | sed 's/ [^ ]* / /' >"$next/pairs"
  present=$nl$(grep -xF -e '' -f "$next/pairs" "$next/chains" || :)$nl
  while read -r table hook chain; do
    case $present in
      *"$nl$table $chain$nl"*) printf '%s %s %s\\n' "$table" "$hook" "$chain" ;;
    esac
  done <<END | tac | sort -s -k 1,2 >"$next/wanted"
$jumps
END
}

# ask_jumps: fills \`jumps\` for the hooks whose jumps are not the wanted ones: all that are there go, and each wanted one is put first. Where
# the text is the one that is loaded, it is said what differs.
ask_jumps() {
  : >"$next/jumps"
  if cmp -s "$next/heads" "$next/wanted"; then return 0; fi
  cat "$next/heads" "$next/wanted" | sed 's/ [^ ]*$//' | sort -u >"$next/hooks"
  while read -r table hook; do
    grep "^$table $hook " "$next/heads" >"$next/hook.there" || :
    grep "^$table $hook " "$next/wanted" >"$next/hook.wanted" || :
    if cmp -s "$next/hook.there" "$next/hook.wanted"; then continue; fi
    if [ -n "$known" ]; then tell_hook; fi
    sed -n 's/^\\([^ ]*\\) \\([^ ]*\\) \\(NETC.*\\)/\\1 -D \\2 -j \\3/p' "$next/hook.there" >>"$next/jumps"
    tac "$next/hook.wanted" | sed 's/^\\([^ ]*\\) \\([^ ]*\\) /\\1 -I \\2 1 -j /' >>"$next/jumps"
  done <"$next/hooks"
}

# tell_hook: what differs in the hook.
tell_hook() {
  sort -u "$next/hook.there" "$next/hook.wanted" >"$next/hook.all"
  told=
  while read -r _ _ chain; do
    line="$table $hook $chain"
    times=$(grep -cxF "$line" "$next/hook.there" || :)
    case $chain/$times/$(grep -cxF "$line" "$next/hook.wanted" || :) in
      -/*) continue ;;
      */0/*) wrong='is missing' ;;
      */0) wrong='is not of the program' ;;
      */1/*)
        sed "/ $chain\\$/q" "$next/hook.there" | grep -q ' -$' || continue
        wrong='is not first'
        ;;
      *) wrong="stands there $times times" ;;
    esac
    differs "the jump from $table $hook to $chain of $ipt $wrong"
    told=yes
  done <"$next/hook.all"
  [ -n "$told" ] || differs "the jumps from $table $hook of $ipt stand in another order"
}

# tell_tables: whose rules differ from what was listed when they were loaded.
tell_tables() {
  for table in $tables; do
    if [ "$(grep "^$table " "$next/sums" || :)" != "$(grep "^$table " "$record/listed.$keeper" || :)" ]; then
      differs "the rules in the table $table of $ipt are not as they were loaded"
    fi
  done
}

# load_rules: makes the text \`rules\` the one of the open keeper, and it alone.
load_rules() {
  [ -e "$record/chains.$keeper" ] || : >"$record/chains.$keeper"
  chains_in "$next/rules" >"$next/chains"
  known=
  if [ -e "$record/listed.$keeper" ] && cmp -s "$next/rules" "$record/rules.$keeper"; then known=yes; fi
  want_heads
  ask_jumps
  if [ -n "$known" ]; then
    if cmp -s "$next/sums" "$record/listed.$keeper"; then
      for file in rules chains stale; do : >"$next/$file"; done
      restore
      return 0
    fi
    tell_tables
  elif [ -s "$next/chains" ] || [ -s "$next/there" ] || [ -s "$next/heads" ]; then
    if [ -s "$next/rules" ]; then
      differs "the rules of $ipt are not those of the program"
    else
      differs "$surplus: the rules of $ipt"
    fi
  fi
  sort -u "$next/there" "$record/chains.$keeper" | grep -vxF -e '' -f "$next/chains" >"$next/stale" || :
  # From here until the end it is not known which rules are loaded, only that their chains are among these.
  rm -f "$record/rules.$keeper"
  cat "$next/chains" "$next/stale" >"$next/all"
  mv "$next/all" "$record/chains.$keeper"
  restore
  cat "$next/left" >>"$next/chains"
  mv "$next/chains" "$record/chains.$keeper"
  mv "$next/sums" "$record/listed.$keeper"
  mv "$next/rules" "$record/rules.$keeper"
}

# list_table: a checksum of netc's own table, in \`sums\`: nothing where there is none. The elements of a dynamic set are no rules: packets bring them.
list_table() {
  : >"$next/sums"
  if nft -s -n list table inet netc >"$next/table" 2>/dev/null; then
    sed -e '/^[[:blank:]]*flags .*dynamic/,/^[[:blank:]]}$/{' -e '/^[[:blank:]]*elements = /d' -e '/^[[:blank:]]\\{3\\}/d' -e '}' \\
      "$next/table" | cksum >"$next/sums"
  fi
}

# load_ruleset: makes the text \`ruleset\` the one of nft, in one transaction; an empty one takes the table out.
load_ruleset() {
  statement='the rules'
  : >"$next/sums"
  if grep -qxF 'table inet netc {' "$next/chains.nft"; then list_table; fi
  if cmp -s "$next/ruleset" "$record/ruleset.nft" && [ -e "$record/listed.nft" ]; then
    if cmp -s "$next/sums" "$record/listed.nft"; then return 0; fi
    differs 'the table inet netc of nft is not as it was loaded'
  elif [ -s "$next/ruleset" ]; then
    differs 'the rules of nft are not those of the program'
  elif [ -s "$next/sums" ]; then
    differs "$surplus: the rules of nft"
  fi
  rm -f "$record/ruleset.nft" "$record/chains.nft"
  printf 'not known\\n' >"$record/listed.nft"
  if [ -n "$check" ]; then return 0; fi
  if [ -s "$next/ruleset" ]; then
    run nft -f "$next/ruleset"
    list_table
  elif [ -s "$next/sums" ]; then
    run nft delete table inet netc
    : >"$next/sums"
  fi
  mv "$next/sums" "$record/listed.nft"
  mv "$next/ruleset" "$record/ruleset.nft"
}
`;
