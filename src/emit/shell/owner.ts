/**
 * Chains, the table of nft and links have one owner in a network namespace: the record says in \`net\` which one it is about. Records of
 * other namespaces do not count, since labs share /run. One of before, without \`net\`, is of the namespace that has one of its pods' links.
 */
export const OWNER_FUNCTIONS = `
# is_here RECORD: whether it is of this network namespace.
is_here() {
  [ -d "$1" ] || return 1
  if [ -e "$1/net" ]; then
    [ "$(cat "$1/net")" = "$(readlink /proc/self/ns/net)" ]
    return
  fi
  [ -e "$1/made" ] || return 1
  while read -r kind _ device; do
    if [ "$kind" = pod ] && is_link "$device"; then return 0; fi
  done <"$1/made"
  return 1
}

# other_record: fills \`other\`, nothing where no other node's record is of this network namespace.
other_record() {
  for other in /run/netc/*; do
    if [ "$other" != "$place" ] && is_here "$other"; then return 0; fi
  done
  other=
}

# own_namespace: what another node's record says of this namespace is this one's from now on; down.sh leaves it to that node.
own_namespace() {
  other_record
  until [ -z "$other" ]; do
    if [ "$script" != up.sh ]; then
      stop 1 "the record of another node, $other, is of this network namespace too: run the up.sh of the node that this is, \\
which takes over the other's; nothing was changed"
    fi
    take_over
    # A check takes over on its copy alone, and the other stays.
    if [ -n "$check" ]; then break; fi
    other_record
  done
  readlink /proc/self/ns/net >"$record/net" || stop 2 "cannot read /proc/self/ns/net; nothing was changed"
}

# take_over: what the record \`other\` holds; what this program does not state of it goes in the end.
take_over() {
  exec 7>>"$other/lock"
  flock -n 7 || stop 1 "the record of another node, $other, is of this network namespace, and a script of that node runs; nothing was changed"
  if [ -e "$other/pending" ] && [ -z "\${back:-}" ]; then
    stop 1 "the record of another node, $other, is of this network namespace, and a change of that node waits to be kept; nothing was changed"
  fi
  taking="the record of another node, $other, is of this network namespace: this node takes it over, and what its program does not state goes"
  if [ -n "$check" ]; then differs "$taking"; else say "$taking"; fi
  for file in "$other"/*; do
    name=\${file##*/}
    case $name in
      lock | form | net | next) continue ;;
      # What the other found was there first.
      made | settings | chains.* | doors.*)
        if [ -e "$record/$name" ]; then
          {
            cat "$file"
            pick -vxF -e '' -f "$file" "$record/$name"
          } >"$next/union"
          run mv "$next/union" "$record/$name"
          act rm -f "$file"
          continue
        fi
        ;;
    esac
    if [ -e "$record/$name" ]; then continue; fi
    if [ -n "$check" ]; then run cp "$file" "$record/$name"; else run mv "$file" "$record/$name"; fi
  done
  act rm -rf "$other"
  exec 7>&-
}
`;
