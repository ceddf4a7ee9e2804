/** Class 3: every packet that a wire or a process can make. */
import { atHead, before, iptables4, iptables6, refuted, replacing, unverified, without } from "../edit.ts";
import { ALIKE, ERRORS, LOOPBACK, OTHER_DEVICE, POD, UNDECLARED, UNTRANSLATED } from "../why.ts";

const DENY = /"deny any -> node1:22" -j DROP/;

export const IPTABLES_PACKETS = [
  iptables4(
    "a deny holds for first packets alone",
    replacing(DENY, "-m comment", "-m conntrack --ctstate NEW -m comment"),
    refuted("filter-input"),
  ),
  iptables6(
    "a deny holds for first packets alone, IPv6",
    replacing(DENY, "-m comment", "-m conntrack --ctstate NEW -m comment"),
    refuted("filter-input"),
  ),
  iptables4(
    "a deny leaves out what is invalid",
    replacing(DENY, "-m comment", "-m conntrack ! --ctstate INVALID -m comment"),
    refuted("filter-input"),
  ),
  iptables4(
    "a deny leaves out what is not tracked",
    replacing(DENY, "-m comment", "-m conntrack --ctstate NEW,INVALID -m comment"),
    refuted("filter-input", "no: what is not tracked needs a rule of raw beside the text"),
  ),
  iptables4(
    "replies of ssh are dropped",
    atHead("NETC-OUTPUT", "-p tcp -m tcp --sport 22 -m conntrack --ctstate ESTABLISHED -j DROP"),
    refuted("filter-output"),
  ),
  iptables6(
    "replies of ssh are dropped, IPv6",
    atHead("NETC-OUTPUT", "-p tcp -m tcp --sport 22 -m conntrack --ctstate ESTABLISHED -j DROP"),
    refuted("filter-output"),
  ),
  iptables4(
    "replies by what was asked",
    atHead(
      "NETC-OUTPUT",
      "-p tcp -m conntrack --ctstate ESTABLISHED --ctorigdst 192.168.100.100/32 --ctorigdstport 22 -j DROP",
    ),
    refuted("filter-output"),
  ),
  iptables4(
    "replies from a pod by what was asked",
    atHead("NETC-FORWARD", "-s 10.244.1.11/32 -m conntrack --ctstate ESTABLISHED --ctorigdst 10.244.1.11/32 -j DROP"),
    refuted("filter-forward"),
  ),
  iptables4(
    "replies whose original destination is another",
    atHead("NETC-FORWARD", "! -d 10.244.1.11/32 -m conntrack --ctorigdst 10.244.1.11/32 -j DROP"),
    unverified("is not known"),
  ),
  iptables4(
    "errors about connections are dropped",
    replacing(/NETC-INPUT .*"established"/, "ESTABLISHED,RELATED", "ESTABLISHED"),
    refuted("filter-input", ERRORS),
  ),
  iptables4(
    "errors are dropped first",
    atHead("NETC-FORWARD", "-p icmp -m conntrack --ctstate RELATED -j DROP"),
    refuted("filter-forward", ERRORS),
  ),
  iptables6(
    "errors are dropped first, IPv6",
    atHead("NETC-INPUT", "-p ipv6-icmp -m conntrack --ctstate RELATED -j DROP"),
    refuted("filter-input", ERRORS),
  ),
  iptables4(
    "what is invalid is dropped",
    atHead("NETC-INPUT", "-m conntrack --ctstate INVALID -j DROP"),
    refuted("filter-input"),
  ),
  iptables4(
    "what is invalid is let in",
    atHead("NETC-INPUT", "-p tcp -m conntrack --ctstate INVALID -j ACCEPT"),
    refuted("filter-input", ALIKE),
  ),
  iptables4(
    "what is invalid and forwarded is dropped",
    atHead("NETC-FORWARD", "-m conntrack --ctstate INVALID -j DROP"),
    refuted("filter-forward"),
  ),
  iptables4(
    "what is not tracked is dropped",
    atHead("NETC-FORWARD", "-m conntrack --ctstate UNTRACKED -j DROP"),
    refuted("filter-forward"),
  ),
  iptables4(
    "established is all that is not new",
    replacing(/NETC-INPUT .*"established"/, "--ctstate ESTABLISHED,RELATED", "! --ctstate NEW"),
    refuted("filter-input"),
  ),
  iptables6(
    "the node's own address comes from outside",
    atHead("NETC-INPUT", "-s fd00:100::100/128 -p tcp -m tcp --dport 22 -j RETURN"),
    refuted("filter-input"),
  ),
  iptables6(
    "the node's own addresses come from outside",
    atHead("NETC-INPUT", "-m addrtype --src-type LOCAL -j RETURN"),
    refuted("filter-input"),
  ),
  iptables6(
    "only the node's own addresses may be denied",
    replacing(DENY, "-m comment", "-m addrtype ! --src-type LOCAL -m comment"),
    refuted("filter-input", UNDECLARED),
  ),
  iptables4(
    "the node sends from an address that is not its own",
    atHead("NETC-OUTPUT", "-s 198.51.100.9/32 -j DROP"),
    refuted("filter-output"),
  ),
  iptables4(
    "the node sends from a pod's address",
    atHead("NETC-OUTPUT", "-s 10.244.1.11/32 -p udp -j DROP"),
    refuted("filter-output"),
  ),
  iptables6(
    "the node sends from no address of its own",
    atHead("NETC-OUTPUT", "-p tcp -m addrtype ! --src-type LOCAL -j DROP"),
    refuted("filter-output"),
  ),
  iptables4(
    "a copy for one device",
    atHead("NETC-INPUT", "-i ens33 -p tcp -m tcp --dport 22 -j RETURN"),
    refuted("filter-input"),
  ),
  iptables4(
    "a deny for one device",
    replacing(DENY, "-A NETC-INPUT-POLICY", "-A NETC-INPUT-POLICY -i ens33"),
    refuted("filter-input", OTHER_DEVICE),
  ),
  iptables4("loopback is any device", replacing(/NETC-INPUT -i lo/, "-i lo ", ""), refuted("filter-input")),
  iptables4(
    "loopback is every device that begins so",
    replacing(/NETC-INPUT -i lo/, "-i lo", "-i l+"),
    unverified("is no device's name"),
  ),
  iptables4("loopback is another device", replacing(/NETC-INPUT -i lo/, "-i lo", "-i ens33"), refuted("filter-input")),
  iptables4(
    "a copy for loopback drops",
    before(/^-A NETC-INPUT -i lo/, "-A NETC-INPUT -i lo -p tcp -m tcp --dport 22 -j DROP"),
    refuted("filter-input", LOOPBACK),
  ),
  iptables4(
    "services are found by loopback alone",
    replacing(/^-A PREROUTING -j NETC-SERVICES/, "-A PREROUTING", "-A PREROUTING -i ens33"),
    refuted("nat-prerouting", OTHER_DEVICE),
  ),
  iptables4(
    "raw drops before conntrack",
    before(/^-A PREROUTING -j NETC-RAW-IN/, "-A PREROUTING -p tcp -m tcp --dport 22 -j DROP"),
    refuted("raw-prerouting"),
  ),
  iptables6(
    "raw drops what is sent, IPv6",
    before(/^-A PREROUTING -j NETC-RAW-IN/, "-A OUTPUT -p udp -m udp --dport 53 -j DROP"),
    refuted("raw-output"),
  ),
  iptables4(
    "raw's policy is to drop",
    replacing(/^:PREROUTING/, "ACCEPT", "DROP"),
    unverified("is known as ACCEPT only"),
  ),
  iptables4(
    "raw exempts from conntrack",
    before(/^-A PREROUTING -j NETC-RAW-IN/, "-A PREROUTING -p tcp -m tcp --dport 80 -j NOTRACK"),
    unverified("is no chain that is declared above and no target that is kno"),
  ),
  iptables4(
    "raw exempts from conntrack, by CT",
    before(/^-A PREROUTING -j NETC-RAW-IN/, "-A PREROUTING -j CT --notrack"),
    unverified("is no chain that is declared above and no target that is kno"),
  ),
  iptables4(
    "mangle drops",
    atHead("NETC-MARKS-IN", "-p tcp -m tcp --dport 22 -j DROP"),
    unverified("is no chain that is declared above and no target that is kno"),
  ),
  iptables4(
    "mangle drops in a hook of its own",
    before(/^-A PREROUTING -j NETC-MARKS-IN/, "-A INPUT -p tcp -j DROP"),
    unverified("no rule is known to stand in mangle INPUT"),
  ),
  iptables4(
    "nat's INPUT translates",
    before(/^-A PREROUTING -j NETC-SERVICES/, "-A INPUT -p tcp -j SNAT --to-source 10.0.0.1"),
    unverified("no rule is known to stand in nat INPUT"),
  ),
  iptables4(
    "a translated connection's first packet alone",
    replacing(/NETC-CLIENTS .*"clients from elsewhere"/, "--ctstate DNAT", "--ctstate NEW"),
    refuted("nat-postrouting", UNTRANSLATED),
  ),
  iptables4(
    "what is translated to a source",
    atHead("NETC-FORWARD", "-m conntrack --ctstate SNAT -j DROP"),
    unverified("is no list of states that is known"),
  ),
  iptables4(
    "packets of one direction",
    atHead("NETC-FORWARD", "-m conntrack --ctdir REPLY -j DROP"),
    unverified("is known with its options only"),
  ),
  iptables4("fragments", atHead("NETC-INPUT", "-f -j DROP"), unverified("is not known here")),
  iptables4(
    "a deny of the first packets by their flags",
    replacing(DENY, "--dport 22", "--dport 22 --tcp-flags FIN,SYN,RST,ACK SYN"),
    unverified("is not known here"),
  ),
  iptables4("packets of protocol 0", atHead("NETC-INPUT", "-p 0 -j DROP"), unverified("is no protocol that is known")),
  iptables4(
    "packets of a protocol nobody names",
    atHead("NETC-INPUT", "-p 99 -j DROP"),
    refuted("filter-input", "no: nothing here sends that protocol"),
  ),
  iptables4("a type of ICMP", atHead("NETC-INPUT", "-p icmp -m icmp --icmp-type 8 -j DROP"), refuted("filter-input")),
  iptables6(
    "a type of ICMPv6",
    atHead("NETC-INPUT", "-p ipv6-icmp -m icmp6 --icmpv6-type 128 -j DROP"),
    refuted("filter-input"),
  ),
  iptables6("neighbours are found by no one", without(/NETC-INPUT .*--icmpv6-type 135/), refuted("filter-input", POD)),
  iptables4(
    "udp-lite, which xt_udp takes too",
    atHead("NETC-INPUT", "-p udplite -m udp --dport 22 -j DROP"),
    unverified("is no protocol that is known"),
  ),
  iptables4(
    "the last address of a range",
    atHead("NETC-OUTPUT", "-d 255.255.255.255/32 -p udp -j DROP"),
    refuted("filter-output", "no: a broadcast has to be asked for"),
  ),
  iptables4(
    "the first address of all",
    atHead("NETC-INPUT", "-s 0.0.0.0/32 -p udp -m udp --dport 69 -j DROP"),
    refuted("filter-input", "no: no socket sends from it"),
  ),
];
