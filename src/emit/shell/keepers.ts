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
    case $("$command" --version) in
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

# has_table TABLE: without making it, as asking an absent one of the legacy variant would.
has_table() {
  case $variant in
    legacy) grep -qxsF "$1" "/proc/net/\${plain%tables}_tables_names" ;;
    *) ! has nft || grep -qxF "table \${plain%tables} $1 {" "$next/chains.nft" ;;
  esac
}

# has_jump TABLE HOOK CHAIN: asked by name; 1 and 2 say that there is no such rule, or no such chain.
has_jump() {
  answer=0
  has_table "$1" || return 1
  "$ipt" -w 30 -t "$1" -C "$2" -j "$3" >/dev/null 2>&1 || answer=$?
  case $answer in
    0) return 0 ;;
    1 | 2) return 1 ;;
    *) run "$ipt" -w 30 -t "$1" -C "$2" -j "$3" ;;
  esac
}
`;
