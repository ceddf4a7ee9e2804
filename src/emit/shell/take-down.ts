/** What takes a node back to what it was, by the record alone. */
export const TAKE_DOWN_FUNCTIONS = `
# take_down: sysctls, rules, then links and routes.
take_down() {
  sweep_settings
  remove_rules
  sweep
  forget
}

# remove_rules: those of every keeper and of nft that the record tells of.
remove_rules() {
  for rules_family in v4 v6; do
    need_keepers "$rules_family"
    while read -r keeper_variant keeper_command; do
      if [ ! -e "$record/chains.$rules_family.$keeper_variant" ]; then continue; fi
      : >"$next/rules"
      open_keeper "$rules_family" "$keeper_variant" "$keeper_command"
      load_rules
    done <"$next/keepers"
  done
  if [ -s "$record/ruleset.nft" ] || [ -s "$record/listed.nft" ]; then need nftables nft; fi
  : >"$next/ruleset"
  load_ruleset
}

# forget: without a record there is nothing left to take down.
forget() {
  for file in "$record"/chains.v*; do
    if [ -s "$file" ]; then
      rm -rf "$next" "$record"/pending* "$record"/confirmed*
      stop 1 "all is taken down but the chains named above: take away the rules that refer to them and run this again"
    fi
  done
  check_gone
  rm -rf "$record"
  if [ -e "$record" ]; then stop 1 "all is taken down, but the record in $record stays: remove it"; fi
  rmdir /run/netc 2>/dev/null || :
}
`;
