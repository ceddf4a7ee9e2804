/** Who keeps rules on this machine, and what can be asked of each by name: a keeper of iptables is a family and a variant. */
export const KEEPER_FUNCTIONS = `
# list_chains FILE: the chains of nft, its own and those of iptables on top of it, without rules and elements.
list_chains() {
  : >"$1"
  if has nft; then nft list chains >"$1" 2>/dev/null || :; fi
}

# plain_of FAMILY
plain_of() {
  case $1 in
    v4) echo iptables ;;
    *) echo ip6tables ;;
  esac
}

# keepers FAMILY: a line "VARIANT COMMAND" for each variant that is here, and can be used; first what \`iptables\` itself stands for.
keepers() {
  if [ "$1" = v6 ] && [ -n "\${no_ipv6:-}" ]; then return 0; fi
  command=$(plain_of "$1")
  own=
  if has "$command"; then
    case $("$command" --version 2>/dev/null) in
      *nf_tables*) own=nft ;;
      *) own=legacy ;;
    esac
    echo "$own $command"
  fi
  for each in nft legacy; do
    if [ "$each" != "$own" ] && has "$command-$each"; then echo "$each $command-$each"; fi
  done
}

# need_keepers FAMILY: one whose rules the record holds must be here to take them out.
need_keepers() {
  keepers "$1" >"$next/keepers"
  for each in nft legacy; do
    if [ -s "$record/chains.$1.$each" ] && ! grep -q "^$each " "$next/keepers"; then
      need iptables "$(plain_of "$1")-$each"
    fi
  done
}

# save_rules: into \`saved\`, as iptables-save says them; where there are none it is not asked, since legacy would make the tables. Nor can it
# read a table in which nft made a rule of its own: that is asked of nft, or named in \`unread\`.
save_rules() {
  : >"$next/unread"
  : >"$next/saved"
  case $variant in
    legacy) grep -qs . "/proc/net/\${plain%tables}_tables_names" || return 0 ;;
    *) if has nft && ! grep -q "^table \${plain%tables} " "$next/chains.nft"; then return 0; fi ;;
  esac
  "$ipt-save" >"$next/saved" 2>"$next/answer" || stop 1 "failed for \\"$statement\\": $ipt-save: $(cat "$next/answer")"
  sed -n 's/^# Table .\\([a-z]*\\). is incompatible.*/\\1/p' "$next/saved" >"$next/unread"
  if [ ! -s "$next/unread" ] || ! has nft; then return 0; fi
  while read -r table; do save_by_nft; done <"$next/unread" >>"$next/saved"
  : >"$next/unread"
}

# save_by_nft: \`table\`, in the words of iptables-save as far as they are looked at. (The chain waits in sed's hold space.)
save_by_nft() {
  printf '*%s\\n' "$table"
  nft -s -n list table "\${plain%tables}" "$table" 2>/dev/null |
    sed -n -e '/^[[:blank:]][a-z]* [^ ]* {$/{s/.*//;h;}' -e '/^[[:blank:]]chain /{s/.*chain \\(.*\\) {$/\\1/;h;s/.*/:& - [0:0]/p;}' \\
      -e '/^[[:blank:]]*type .* policy drop;$/{g;s/.*/:& DROP [0:0]/p;}' -e '/^[[:blank:]]*type /d' \\
      -e '/^[[:blank:]]\\{2\\}/{s///;s/^counter jump \\(NETC[^ ]*\\)$/-j \\1/;G;s/\\(.*\\)\\n\\(..*\\)/-A \\2 \\1/p;}'
  printf 'COMMIT\\n'
}
`;
