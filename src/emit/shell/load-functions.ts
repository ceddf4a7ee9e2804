/** For rules of iptables. The new ones are loaded before those of other keepers are taken out. */
const LOAD_IPTABLES = `
load() {
  for rules_family in v4 v6; do
    need_keepers "$rules_family"
    while read -r keeper_variant keeper_command; do
      open_keeper "$rules_family" "$keeper_variant" "$keeper_command"
      if [ "$keeper_command" = "$(plain_of "$rules_family")" ]; then
        "rules_$rules_family" >"$next/rules"
        need_readable
        load_rules
      else
        load_accepts
      fi
      name_keeper_drops
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
    while read -r keeper_variant keeper_command; do
      open_keeper "$rules_family" "$keeper_variant" "$keeper_command"
      load_accepts
      name_keeper_drops
    done <"$next/keepers"
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
  load_rules
}

# has_say: whether the open keeper's chain FORWARD drops by itself or has rules that are not netc's.
has_say() {
  if grep -qx filter "$next/unread"; then
    tell "$ipt cannot read its chain FORWARD, where nft made a rule, and accepts nothing there: install nft (package nftables)"
    return 1
  fi
  sed '/^[*]filter$/,/^COMMIT$/!d' "$next/frame" | grep -e '^:FORWARD DROP' -e '^-A FORWARD ' |
    grep -qvxF -e '-A FORWARD -j NETC-FORWARD' -e '-A FORWARD -j NETC-FORWARD-ACCEPT'
}

# need_readable: rules that cannot be listed cannot be told from those that somebody changed.
need_readable() {
  while read -r table; do
    if grep -qxF "*$table" "$next/rules"; then
      stop 1 "$ipt cannot read its table $table, where nft made a rule: install nft (package nftables) and run this again"
    fi
  done <"$next/unread"
}
`;

export const LOAD_FUNCTIONS = {
  iptables: `${LOAD_IPTABLES}${ACCEPT_FUNCTIONS}`,
  nft: `${LOAD_NFT}${ACCEPT_FUNCTIONS}`,
} as const;
