/**
 * What others have that drops what netc routes, where no rule of netc's can overrule it. A packet must pass every base chain of its hooks,
 * so a chain is named that drops all that none of its rules has an end for: by its policy, or by a rule without a condition, be it in a
 * chain that it jumps to. Asked are the hooks that every forwarded packet passes: what goes to the node itself or comes from it netc
 * leaves to the host's own rules (docs/semantics.md), and a chain of ingress or egress is about one device.
 */
export const OTHERS_FUNCTIONS = `
# end_of CHAIN: what becomes of a packet that no rule with a condition has an end for: \`drop\`, \`pass\`, or nothing where it comes to the
# chain's end. \`ends\` holds the rules without conditions, a line "CHAIN VERDICT [TARGET]" each. (A subshell has variables of its own.)
end_of() (
  while read -r chain verdict target; do
    if [ "$chain" != "$1" ]; then continue; fi
    case $verdict in
      drop | pass) echo "$verdict" ;;
      return) ;;
      jump)
        end=$(end_of "$target")
        if [ -z "$end" ]; then continue; fi
        echo "$end"
        ;;
      goto) end_of "$target" ;;
    esac
    return 0
  done <"$next/ends"
)

# name_drop CHAIN TABLE POLICY
name_drop() {
  case $(end_of "$1")/$3 in
    drop/* | /drop) tell "the chain $1 of the table $2 drops what it does not accept, pods' traffic too: no rule of netc's can overrule it" ;;
  esac
}

# name_keeper_drops: of the open keeper. In the table filter netc's own accepts come first.
name_keeper_drops() {
  sed '/^[*]filter$/,/^COMMIT/d' "$next/frame" | grep -q -e DROP -e REJECT || return 0
  for table in mangle nat raw security; do
    sed "/^[*]$table\\$/,/^COMMIT/!d" "$next/frame" >"$next/table"
    sed -n -E -e 's/ -m comment --comment ("([^"\\\\]|\\\\.)*"|[^ ]+)//' -e 's/^-A ([^ ]+) -j (DROP|REJECT)( --reject-with .*)?$/\\1 drop/p' \\
      -e 's/^-A ([^ ]+) -j ACCEPT$/\\1 pass/p' -e 's/^-A ([^ ]+) -j RETURN$/\\1 return/p' -e 's/^-A ([^ ]+) -j ([^ ]+)$/\\1 jump \\2/p' \\
      -e 's/^-A ([^ ]+) -g ([^ ]+)$/\\1 goto \\2/p' "$next/table" >"$next/ends"
    for chain in PREROUTING FORWARD POSTROUTING; do
      policy=
      if grep -q "^:$chain DROP" "$next/table"; then policy=drop; fi
      name_drop "$chain" "$table of $ipt" "$policy"
    done
  done
}

# name_drops: of nft's base chains, but for those that a keeper of iptables was asked for.
name_drops() {
  of=
  asked=
  while read -r first second third fourth rest; do
    case "$first $fourth" in
      'table '*) of="$second $third" ;;
      'chain '*) base=$second ;;
      'type prerouting' | 'type forward' | 'type postrouting')
        case "$of/$base" in
          'inet netc/'* | 'bridge '* | 'arp '* | 'netdev '*) continue ;;
          ip*' '*/PREROUTING | ip*' '*/FORWARD | ip*' '*/POSTROUTING)
            if has_nft_keeper "\${of% *}tables"; then continue; fi
            ;;
        esac
        if [ "$asked" != "$of" ]; then ask_ends "\${of% *}" "\${of#* }"; fi
        asked=$of
        policy=
        case $rest in *'policy drop;'*) policy=drop ;; esac
        name_drop "$base" "$of" "$policy"
        ;;
    esac
  done <"$next/chains.nft"
}

# ask_ends FAMILY TABLE: of nft. What counts or logs has no say.
ask_ends() {
  nft -s -n list table "$1" "$2" 2>/dev/null |
    sed -n -E -e 's/^[[:blank:]]*//' -e 's/ comment ".*"$//' -e '/^chain ([^ ]+) [{]$/{s//\\1/;h;d;}' \\
      -e ':bare' -e 's/^(counter|log( prefix "[^"]*")?( (level|group|snaplen|queue-threshold|flags) [^ ]+)*) //' -e 't bare' \\
      -e 's/^(drop|reject( .*)?)$/drop/' -e 's/^(accept|queue( .*)?)$/pass/' \\
      -e '/^(drop|pass|return|(jump|goto) [^ ]+)$/{G;s/(.*)\\n(.*)/\\2 \\1/p;}' >"$next/ends" || :
}

has_nft_keeper() {
  if has "$1-nft"; then return 0; fi
  has "$1" && case $("$1" --version) in *nf_tables*) ;; *) return 1 ;; esac
}
`;
