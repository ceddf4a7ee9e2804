/** What the data of `down.sh` calls: each takes away what is there, and is content where nothing is. */
export const DOWN_FUNCTIONS = `
# restore_settings: the values that up.sh found, the last change first; a file that is gone was a link's.
restore_settings() {
  statement='the sysctls'
  if [ ! -e "$record/sysctls" ]; then return 0; fi
  sed -n '1!G;h;$p' "$record/sysctls" >"$next/sysctls"
  while read -r path value; do
    if [ ! -e "/proc/sys/$path" ]; then continue; fi
    now=$(run cat "/proc/sys/$path")
    if [ "$now" != "$value" ]; then write_setting "$path" "$value"; fi
  done <"$next/sysctls"
  rm -f "$record/sysctls"
}

# remove_rules: the jumps, then every chain of the record and every chain that a jump leads to.
remove_rules() {
  statement='the rules'
  : >"$next/chains.v4"
  : >"$next/jumps.v4"
  : >"$next/stale.v4"
  if [ -e "$record/chains.v4" ]; then run cat "$record/chains.v4" >"$next/stale.v4"; fi
  while read -r table hook chain; do
    while has_jump "$table" "$hook" "$chain"; do
      run iptables -w 30 -t "$table" -D "$hook" -j "$chain"
      listed "$next/stale.v4" "$table" "$chain" || printf '%s %s\\n' "$table" "$chain" >>"$next/stale.v4"
    done
  done <<END
$jumps
END
  write_restore "$next/jumps.v4"
  rm -f "$record/rules.v4"
  restore
  mv "$next/left.v4" "$record/chains.v4"
}

# route STATEMENT FAMILY PREFIX WORDS...: a route of the node.
route() {
  statement=$1
  shift
  if routes_to "$1" "$2" | has_route "$@"; then
    family=$1
    shift
    run ip "$family" route delete "$@"
  fi
}

# pod STATEMENT NAMESPACE DEVICE: a namespace goes away late, and the pair with it, so the pair is deleted by name.
pod() {
  statement=$1
  remove_link "$3"
  if [ -e "/var/run/netns/$2" ]; then run ip netns delete "$2"; fi
}

# forget: without a record there is nothing left to take down.
forget() {
  rm -rf "$next"
  if [ -s "$record/chains.v4" ]; then
    stop 1 "all is taken down but the chains named above: take away the rules that refer to them and run this again"
  fi
  rm -rf "$record"
  rmdir /run/netc 2>/dev/null || :
}
`;
