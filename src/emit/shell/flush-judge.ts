/**
 * The awk program that judges connections by the facts of flush-data.ts, in POSIX awk: mawk, gawk and busybox know no more in common.
 * It is told the `family`, and reads, each part announced by `part=` among its files: the facts; `former`, doors of earlier programs; `made`, the record;
 * `local` and `main`, the routes of these tables; and `entries`, what `conntrack -L` says. It prints what has to be done, sockets first:
 *
 *     socket NAMESPACE FILTER      for ss; `-` is the node's own
 *     entry OPTIONS                for conntrack, everything that its verdict hangs on and nothing else
 *
 * An entry's first tuple is what the client asked, its second what an answer looks like before it is translated back: the source of
 * that is where the connection leads now. Compared as text are words that were joined to a text: digits alone, an `e` among them,
 * would be compared as numbers.
 */
export const JUDGE = `
# Addresses as digits.
function digits4(text,   byte) {
  split(text, byte, ".")
  return sprintf("%02x%02x%02x%02x", byte[1], byte[2], byte[3], byte[4])
}
function groups(text,   group, n, i, all) {
  n = split(text, group, ":")
  for (i = 1; i <= n; i++) all = all substr("0000" group[i], length(group[i]) + 1)
  return all
}
function digits6(text,   at, left, right) {
  if (match(text, /[0-9]+\\.[0-9.]+$/)) {
    right = digits4(substr(text, RSTART))
    text = substr(text, 1, RSTART - 1) substr(right, 1, 4) ":" substr(right, 5)
  }
  at = index(text, "::")
  if (!at) return groups(text)
  left = groups(substr(text, 1, at - 1))
  right = groups(substr(text, at + 2))
  while (length(left right) < 32) left = left "0"
  return left right
}
function digits(text) {
  if (!(text in digits_of)) digits_of[text] = index(text, ":") ? digits6(text) : digits4(text)
  return digits_of[text] ""
}

# last_of(ADDRESS, LENGTH): the last of a range, both as digits.
function last_of(address, bits,   i, digit, all, block) {
  for (i = 1; i <= length(address); i++) {
    digit = index("0123456789abcdef", substr(address, i, 1)) - 1
    if (bits < 4) {
      for (block = 16; bits > 0; bits--) block = block / 2
      digit = digit - digit % block + block - 1
    }
    bits = bits > 4 ? bits - 4 : 0
    all = all substr("0123456789abcdef", digit + 1, 1)
  }
  return all
}

# Lists of ranges, low[LIST, 1..size[LIST]] to high.
function add(list, range,   at) {
  at = index(range, "-")
  size[list]++
  low[list, size[list]] = (at ? substr(range, 1, at - 1) : range) ""
  high[list, size[list]] = substr(range, at + 1) ""
}
function within(list, address,   from, to, middle) {
  from = 1
  to = size[list] + 0
  if (!to) return 0
  while (from < to) {
    middle = int((from + to + 1) / 2)
    if (low[list, middle] <= address) from = middle
    else to = middle - 1
  }
  return low[list, from] <= address && address <= high[list, from]
}
function in_ports(ports, number,   end) {
  split(ports, end, "-")
  return end[1] + 0 <= number && number <= (end[2] == "" ? end[1] : end[2]) + 0
}

# Whether the address is delivered here, as the table local and multicast say; ranges of that table may lie in each other.
function is_local(address,   i) {
  if (!(address in local)) {
    local[address] = 0
    for (i = 1; i <= size["local"]; i++)
      if (low["local", i] <= address && address <= high["local", i]) local[address] = 1
  }
  return local[address]
}

# at_door(WORDS...): whether a door of this protocol, address and ports is the one that was asked.
function at_door(protocol, ports) {
  return (protocol == "*" || protocol + 0 == proto) && (ports == "*" || in_ports(ports, aport))
}

# listens(ADDRESS): whether nodeports do.
function listens(address) {
  if (within("named", address)) return 1
  if (family == 6 ? address == "00000000000000000000000000000001" : substr(address, 1, 2) == "7f") return 0
  return within("own", address) && is_local(address)
}

# door_at(ADDRESS OR nodeport): the line of the door that was asked, for such a client, who counts where clients from outside have their own.
function door_at(address,   i, n, number, word, is_outside, all) {
  is_outside = !from_here && !within("inside", source)
  n = split(doors_at[address], number, " ")
  for (i = 1; i <= n; i++) {
    split(door[number[i]], word, " ")
    if (!at_door(word[2], word[4])) continue
    if (word[5] == "outside") {
      hangs_on_client = 1
      if (is_outside) return door[number[i]]
    } else if (all == "") all = door[number[i]]
  }
  return all
}
# was_at(ADDRESS OR nodeport): whether a door that is gone was there.
function was_at(address,   i, n, number, word) {
  n = split(former_at[address], number, " ")
  for (i = 1; i <= n; i++) {
    split(former[number[i]], word, " ")
    if (at_door(word[1], word[3])) return 1
  }
  return 0
}

# strays(): whether the connection leads from a door where that leads nowhere now.
function strays(   line) {
  hangs_on_client = 0
  line = door_at(asked)
  if (line == "" && listens(asked)) line = door_at("nodeport")
  if (line != "") return !leads(line)
  return translated && (within("range", asked) || was_at(asked) || is_local(asked) && was_at("nodeport"))
}
# leads(DOOR): whether it leads where the connection does; a door that is open leaves nothing untranslated.
function leads(line,   i, n, word, backend, open, drains, at, port) {
  n = split(line, word, " ")
  for (i = 6; i <= n; i++) {
    drains = substr(word[i], 1, 1) == "~"
    backend = substr(word[i], drains + 1)
    if (!drains) open = 1
    at = index(backend, ":")
    port = !at ? aport : substr(backend, at + 1) + (word[4] == "*" ? 0 : aport - word[4])
    if (at) backend = substr(backend, 1, at - 1)
    if (backend "" == now && port == nport) return 1
  }
  return !translated && !open
}

# holds(RULE): the port of the client is asked last; where it is asked, the verdict hangs on it.
function holds(rule,   i, key) {
  for (i = 1; i <= conditions[rule]; i++) {
    key = condition[rule, i]
    if (key == "proto") { if (value[rule, key] + 0 != proto) return 0 }
    else if (key == "src") { if (!within(rule key, source)) return 0 }
    else if (key == "dst") { if (!within(rule key, now)) return 0 }
    else if (key == "asked") { if (!within(rule key, asked)) return 0 }
    else if (key == "dport") { if (!in_ports(value[rule, key], nport)) return 0 }
    else if (key == "aport") { if (!in_ports(value[rule, key], aport)) return 0 }
    else if (key == "translated") { if (!translated) return 0 }
    else if (key == "loop") { if (!from_here || !to_here) return 0 }
    else if (key == "type") { if (type == "" || !index("," value[rule, key] ",", "," type ",")) return 0 }
    else {
      hangs_on_port = 1
      if (!in_ports(value[rule, key], sport)) return 0
    }
  }
  return 1
}
# refused(): whether the filter would drop or refuse it as a new connection.
# Clients ask the same again and again, each time from another port.
function refused(   key, answer) {
  key = proto " " source " " asked " " aport " " now " " nport " " type
  hangs_on_port = 0
  if (key in answers) return answers[key]
  answer = is_refused()
  if (!hangs_on_port) answers[key] = answer
  return answer
}
function is_refused(   hook, i, rule, over) {
  hook = from_here ? "output" : to_here ? "input" : "forward"
  for (i = 1; i <= rules[hook]; i++) {
    rule = hook i
    if (stage[rule] == over || !holds(rule)) continue
    if (verdict[rule] != "next") return verdict[rule] == "end"
    over = stage[rule]
  }
  return 0
}

# nowhere(ADDRESS): whether the longest route to it leads nowhere, or there is none.
function nowhere(address,   i, bits, ends) {
  if (address in host_way) return 0
  if (address in leads_nowhere) return leads_nowhere[address]
  bits = -1
  ends = 1
  for (i = 1; i <= ways; i++) {
    if (way_bits[i] < bits || address < way_low[i] || way_high[i] < address) continue
    ends = way_ends[i] && (ends || way_bits[i] > bits)
    bits = way_bits[i]
  }
  return leads_nowhere[address] = ends
}
# unsent(): whether its first packet would be dropped for its source, by whichever device it came: an address of pods that the node has
# no way back to; one of a link, where only the links of pods have the destination.
function unsent() {
  if (from_here) return 0
  if (within("pods", source) && nowhere(source)) return 1
  return family == 6 && size["pods"] && source ~ /^fe[89ab]/ && (now in at_pods) && !(now in at_others)
}

# socket(ADDRESS, IS LOCAL, FILTER): that of one end, where that end is here.
function socket(address, is_here, filter,   namespace) {
  namespace = is_here ? "-" : pod[address]
  if (namespace == "") return
  sockets[namespace] = sockets[namespace] (waiting[namespace] ? " or " : "") "( " filter " )"
  if (++waiting[namespace] == 50) tell(namespace)
}
function tell(namespace) {
  print "socket", namespace, sockets[namespace]
  sockets[namespace] = ""
  waiting[namespace] = 0
}
function end_of(address, port) {
  return (index(address, ":") ? "[" address "]" : address) ":" port
}
function finish(by_policy,   options) {
  if (proto == 6) {
    socket(source, from_here, "src " end_of(first["src"], sport) " dst " end_of(first["dst"], aport))
    socket(now, to_here, "src " end_of(second["src"], nport) " dst " end_of(second["dst"], second["dport"]))
  }
  options = "-p " ($1 == "unknown" ? proto : $1) " -d " first["dst"] " -r " second["src"]
  if (has_ports) options = options " --dport " aport " --reply-port-src " nport
  if (type != "") options = options " --" $1 "-type " type
  if (by_policy || hangs_on_client) options = options " -s " first["src"]
  if (by_policy && hangs_on_port && has_ports) options = options " --sport " sport
  if (!(options in told)) entry[++entries] = options
  told[options] = 1
}

BEGIN {
  # What no table of routes holds and is delivered all the same.
  if (family == 6) add("local", "ff000000000000000000000000000000-ffffffffffffffffffffffffffffffff")
  else {
    add("local", "e0000000-efffffff")
    add("local", "ffffffff")
  }
}

part == "facts" && $1 == "range" { add("range", $2) }
part == "facts" && $1 == "inside" { add("inside", $2) }
part == "facts" && $1 == "pods" { add("pods", $2) }
part == "facts" && $1 == "listen" { add($2, $3) }
part == "facts" && $1 == "door" {
  door[NR] = $0
  doors_at[$3] = doors_at[$3] " " NR
}
part == "facts" && $1 == "rule" {
  rule = $2 (++rules[$2])
  stage[rule] = $3
  verdict[rule] = $4
  conditions[rule] = NF - 4
  for (i = 5; i <= NF; i++) {
    at = index($i, "=")
    key = condition[rule, i - 4] = at ? substr($i, 1, at - 1) : $i
    value[rule, key] = substr($i, at + 1)
    if (key == "src" || key == "dst" || key == "asked") {
      n = split(value[rule, key], list, ",")
      for (k = 1; k <= n; k++) add(rule key, list[k])
    }
  }
}
part == "former" {
  former[NR] = $0
  former_at[$2] = former_at[$2] " " NR
}
part == "local" && $1 ~ /^(local|broadcast|anycast|multicast)$/ {
  n = split($2, word, "/")
  at = digits(word[1])
  add("local", at "-" (n == 1 ? at : last_of(at, word[2])))
  for (i = 3; i < NF; i++) {
    if ($i != "dev") continue
    if ($(i + 1) in pod_device) at_pods[at] = 1
    else at_others[at] = 1
  }
}
part == "main" {
  ends = $1 ~ /^(unreachable|blackhole|prohibit)$/
  n = split(ends || $1 == "throw" ? $2 : $1, word, "/")
  if (word[1] == "default") at = family == 6 ? "00000000000000000000000000000000" : "00000000"
  else if (word[1] ~ /[.:]/) at = digits(word[1])
  else next
  way_low[++ways] = at
  way_bits[ways] = word[1] == "default" ? 0 : n == 1 ? 4 * length(at) : word[2] + 0
  way_high[ways] = last_of(at, way_bits[ways])
  way_ends[ways] = ends
  if (way_bits[ways] == 4 * length(at) && !ends) host_way[at] = 1
}
part == "made" && $1 == "pod" { pod_device[$3] = 1 }
part == "made" && $1 == "address" && $3 == "eth0" {
  split($5, word, "/")
  pod[digits(word[1])] = $2
}
part == "entries" {
  split("", first)
  split("", second)
  zone = 0
  for (i = 3; i <= NF; i++) {
    at = index($i, "=")
    if (!at) continue
    key = substr($i, 1, at - 1)
    if (key ~ /zone/) zone = 1
    if (key in first) second[key] = substr($i, at + 1)
    else first[key] = substr($i, at + 1)
  }
  # A zone is a table for others.
  if (zone || !("src" in second)) next
  has_ports = "dport" in first
  proto = $2 + 0
  source = digits(first["src"])
  asked = digits(first["dst"])
  now = digits(second["src"])
  sport = first["sport"] + 0
  aport = first["dport"] + 0
  nport = second["sport"] + 0
  type = first["type"] ""
  translated = asked != now || aport != nport
  from_here = is_local(source)
  to_here = is_local(now)
  if (strays()) finish(0)
  else if (refused()) finish(1)
  else if (unsent()) {
    hangs_on_port = 0
    finish(1)
  }
}

END {
  for (namespace in waiting) if (waiting[namespace]) tell(namespace)
  for (i = 1; i <= entries; i++) print "entry", entry[i]
}
`;
