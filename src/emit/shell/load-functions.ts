/** Rules are compared as text with those loaded last, so that a run that changes nothing reads nothing back. */

/** For rules of iptables. The new ones are loaded before those of other keepers are taken out. */
const LOAD_IPTABLES = `
load() {
  for rules_family in v4 v6; do
    need_keepers "$rules_family"
    "rules_$rules_family" >"$next/rules.own"
    while read -r keeper_variant keeper_command; do
      if [ "$keeper_command" = "$(plain_of "$rules_family")" ]; then
        mv "$next/rules.own" "$next/rules"
        load_rules "$rules_family" "$keeper_variant" "$keeper_command"
      else
        load_accepts
      fi
    done <"$next/keepers"
  done
  : >"$next/ruleset"
  load_ruleset
  name_drops
}
`;

/** For rules of nft. */
const LOAD_NFT = `
load() {
  ruleset >"$next/ruleset"
  load_ruleset
  for rules_family in v4 v6; do
    need_keepers "$rules_family"
    while read -r keeper_variant keeper_command; do load_accepts; done <"$next/keepers"
  done
  name_drops
}
`;

/** A chain FORWARD that is not that of netc's rules may drop what they accept. */
const ACCEPT_FUNCTIONS = `
# load_accepts: for a keeper that is not of netc's rules, what they accept, where its chain FORWARD has a say, and nothing else.
load_accepts() {
  : >"$next/rules"
  if has_say; then "accepts_$rules_family" >"$next/rules"; fi
  load_rules "$rules_family" "$keeper_variant" "$keeper_command"
}

# has_say: whether the keeper's chain FORWARD drops by itself or has rules that are not netc's.
has_say() {
  plain=$(plain_of "$rules_family")
  variant=$keeper_variant
  has_table filter || return 1
  if ! "$keeper_command" -w 30 -S FORWARD >"$next/forward" 2>"$next/answer"; then
    say "$keeper_command cannot read its chain FORWARD, and accepts nothing there: $(cat "$next/answer")"
    return 1
  fi
  grep -qvxF -e '-P FORWARD ACCEPT' -e '-A FORWARD -j NETC-FORWARD' -e '-A FORWARD -j NETC-FORWARD-ACCEPT' "$next/forward"
}

# name_drops: a base chain that drops what netc accepts, where no iptables can accept it too.
name_drops() {
  table_of=
  while read -r first second third fourth rest; do
    case $first in
      table) table_of="$second $third" ;;
      chain) chain=$second ;;
      type)
        case "$table_of/$second $third $fourth $rest" in
          'inet netc/'* | 'bridge '* | 'arp '* | 'netdev '*) ;;
          'ip filter/'* | 'ip6 filter/'*)
            case "$chain $fourth $rest" in
              'FORWARD forward '*'policy drop;'*) has_nft_keeper "\${table_of%% *}tables" || name_drop ;;
            esac
            ;;
          */'filter hook forward '*'policy drop;'*) name_drop ;;
        esac
        ;;
    esac
  done <"$next/chains.nft"
}

has_nft_keeper() {
  if has "$1-nft"; then return 0; fi
  has "$1" && case $("$1" --version) in *nf_tables*) ;; *) return 1 ;; esac
}

name_drop() {
  say "the chain $chain of the table $table_of drops what it does not accept, pods' traffic too: no rule of netc's can overrule it"
}
`;

export const LOAD_FUNCTIONS = {
  iptables: `${LOAD_IPTABLES}${ACCEPT_FUNCTIONS}`,
  nft: `${LOAD_NFT}${ACCEPT_FUNCTIONS}`,
} as const;
