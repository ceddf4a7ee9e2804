/** Class 2: everything that a rule does is compared. */
import { atEnd, atHead, before, iptables4, iptables6, refuted, replacing, swapping, unverified } from "../edit.ts";
import { LOGGED, REMEMBERED } from "../why.ts";

const MARKS = /^-A NETC-MARKS-IN /;
const MARK = /^-A NETC-MARK-1-ff /;
const LOGS = /^-A NETC-FORWARD-POLICY .* -j LOG/;
const DRAWN = /10\.96\.0\.101.*--probability .* --set /;
const LAST = /10\.96\.0\.101\/32 -p tcp -m tcp --dport 443 -m recent --set .*to-destination 10\.244\.2\.10$/;
const LIST = "NETC-V4-service-kept-443-tcp-10.244.1.10-443-6v542297vwk";
const OTHER_LIST = "NETC-V4-service-kept-443-tcp-10.244.2.10-443-5mr53c4yzj0";
const chance = (share: string): string => `-m statistic --mode random --probability ${share}`;
const HALF = chance("0.50000000000");

export const IPTABLES_EFFECTS = [
  iptables4(
    "probability 0 in front of a mark",
    replacing(MARKS, "-m comment", `${chance("0")} -m comment`),
    refuted("mangle-prerouting"),
  ),
  iptables6(
    "probability 0 in front of a mark, IPv6",
    replacing(MARKS, "-m comment", `${chance("0")} -m comment`),
    refuted("mangle-prerouting"),
  ),
  iptables4("probability 0.5 at the mark itself", replacing(MARK, "-j", `${HALF} -j`), refuted("mangle-prerouting")),
  iptables4(
    "one MARK in 1,000 is lost",
    replacing(MARK, "-j", `${chance("0.999")} -j`),
    refuted("mangle-prerouting", "no: a share this small is not to be counted"),
  ),
  iptables4("a mark under a wider mask", replacing(MARK, "0x1/0xff", "0x1/0xffff"), refuted("mangle-prerouting")),
  iptables4("a mark under a narrower mask", replacing(MARK, "0x1/0xff", "0x1/0x1"), refuted("mangle-prerouting")),
  iptables4(
    "a mark whose value has bits outside of its mask",
    replacing(MARK, "0x1/0xff", "0x101/0xff"),
    unverified("does not hold its value: other bits would be flipped, not se"),
  ),
  iptables4(
    "another mark behind it",
    atEnd("NETC-MARK-1-ff", "-j MARK --set-xmark 0x0/0xff"),
    refuted("mangle-prerouting"),
  ),
  iptables4(
    "a mark in OUTPUT too",
    before(/^-A PREROUTING -j NETC-MARKS-IN/, "-A OUTPUT -j NETC-MARKS-IN"),
    refuted("mangle-output"),
  ),
  iptables4(
    "a mark in filter",
    atHead("NETC-INPUT", "-j MARK --set-xmark 0x1/0xff"),
    unverified("is no chain that is declared above and no target that is kno"),
  ),
  iptables4(
    "probability 0 in front of a log",
    replacing(LOGS, "-m limit", `${chance("0")} -m limit`),
    refuted("filter-forward"),
  ),
  iptables4(
    "probability 0.5 behind a log's limit",
    replacing(LOGS, "-m comment", `${HALF} -m comment`),
    unverified("it counts whatever comes so far"),
  ),
  iptables4(
    "a log without a limit",
    replacing(LOGS, "-m limit --limit 10/min --limit-burst 5 ", ""),
    refuted("filter-forward", LOGGED),
  ),
  iptables4("a log of another rate", replacing(LOGS, "10/min", "20/min"), unverified("min --limit-burst")),
  iptables4("a log of another burst", replacing(LOGS, "burst 5", "burst 6"), unverified("min --limit-burst")),
  iptables4("a log of ten a second", replacing(LOGS, "10/min", "10/sec"), unverified("min --limit-burst")),
  iptables4(
    "a log's prefix has other letters",
    replacing(LOGS, "netc a closed: ", "netc b closed: "),
    refuted("filter-forward"),
  ),
  iptables4(
    "a log's prefix lacks its blank",
    replacing(LOGS, "netc a closed: ", "netc a closed:"),
    refuted("filter-forward", "no: words for people end without a blank"),
  ),
  iptables4(
    "a log behind its drop",
    swapping(LOGS, /^-A NETC-FORWARD-POLICY .*"deny 203\.0\.113\.0\/24 -> a" -j DROP/),
    refuted("filter-forward"),
  ),
  iptables4(
    "a log twice",
    atHead(
      "NETC-FORWARD-POLICY",
      '-s 203.0.113.0/24 -d 10.244.1.10/32 -m limit --limit 10/min --limit-burst 5 -j LOG --log-prefix "netc a closed: "',
    ),
    refuted("filter-forward", LOGGED),
  ),
  iptables4(
    "a log of everything",
    atHead("NETC-INPUT", '-m limit --limit 10/min --limit-burst 5 -j LOG --log-prefix "x"'),
    refuted("filter-input"),
  ),
  iptables4(
    "a limit in front of a drop",
    replacing(/"deny any -> node1:22" -j DROP/, "-m comment", "-m limit --limit 10/min --limit-burst 5 -m comment"),
    unverified("is known in front of"),
  ),
  iptables4(
    "a client remembered by a rule that returns",
    atHead("NETC-FORWARD", `-p tcp -m recent --set --name ${LIST} --rsource -j RETURN`),
    refuted("filter-forward", REMEMBERED),
  ),
  iptables4(
    "a client remembered by a rule without a target",
    before(
      /10\.96\.0\.101.*--rcheck/,
      `-A NETC-SVC-10.96.0.96/28 -d 10.96.0.100/32 -m recent --set --name ${LIST} --rsource`,
    ),
    unverified("the rule ends where another word is needed"),
  ),
  iptables4(
    "a client remembered by a rule that accepts",
    atHead("NETC-SERVICES", `-d 10.96.0.200/32 -p tcp -m recent --set --name ${LIST} --rsource -j ACCEPT`),
    refuted("nat-prerouting", REMEMBERED),
  ),
  iptables4(
    "a client remembered by a rule that drops",
    replacing(/"deny any -> node1:22" -j DROP/, "-m comment", `-m recent --set --name ${LIST} --rsource -m comment`),
    refuted("filter-input", REMEMBERED),
  ),
  iptables4(
    "a client remembered before the draw that chooses",
    replacing(
      DRAWN,
      new RegExp(`(${HALF}) (-m recent --set --name \\S+ --rsource)`),
      `-m recent --set --name ${LIST} --rsource ${HALF}`,
    ),
    unverified("it remembers whoever comes so far"),
  ),
  iptables4(
    "a client is not remembered any more",
    replacing(LAST, ` -m recent --set --name ${OTHER_LIST} --rsource`, ""),
    refuted("nat-prerouting", REMEMBERED),
  ),
  iptables4(
    "a client is remembered in the other backend's list",
    replacing(LAST, OTHER_LIST, LIST),
    refuted("nat-prerouting", REMEMBERED),
  ),
  iptables4(
    "a client has to be in two lists",
    replacing(
      /10\.96\.0\.101.*--rcheck/,
      "-m recent --rcheck",
      `-m recent --rcheck --seconds 10800 --reap --name ${OTHER_LIST} --rsource -m recent --rcheck`,
    ),
    refuted("nat-prerouting", REMEMBERED),
  ),
  iptables4(
    "a draw behind a remembered choice",
    replacing(/10\.96\.0\.101.*--rcheck/, "-m comment", `${HALF} -m comment`),
    unverified("it remembers whoever comes so far"),
  ),
  iptables4(
    "a draw before a remembered choice",
    replacing(/10\.96\.0\.101.*--rcheck/, "-m recent", `${HALF} -m recent`),
    refuted("nat-prerouting", REMEMBERED),
  ),
  iptables4(
    "what looks a client up keeps it longer",
    replacing(/10\.96\.0\.101.*--rcheck/, "--rcheck", "--update"),
    unverified("--rcheck --seconds"),
  ),
  iptables4(
    "what looks a client up forgets it",
    replacing(/10\.96\.0\.101.*--rcheck/, "-m recent --set", "-m recent --remove"),
    unverified("--rcheck --seconds"),
  ),
  iptables4(
    "a client by its destination",
    replacing(/10\.96\.0\.101.*--rcheck/, "--rsource", "--rdest"),
    unverified("-m recent --rcheck"),
  ),
  iptables4(
    "a client who came five times",
    replacing(/10\.96\.0\.101.*--rcheck/, "--reap", "--reap --hitcount 5"),
    unverified("-m recent --rcheck"),
  ),
  iptables4(
    "who is not in the list",
    replacing(/10\.96\.0\.101.*--rcheck/, "-m recent --rcheck", "-m recent ! --rcheck"),
    unverified("--rcheck --seconds"),
  ),
  iptables4(
    "a client is looked up without a time",
    replacing(/10\.96\.0\.101.*--rcheck/, "--seconds 10800 --reap ", ""),
    unverified("--rcheck --seconds"),
  ),
  iptables4(
    "another module that does something",
    atHead("NETC-INPUT", "-j CONNMARK --save-mark"),
    unverified("is no chain that is declared above and no target that is kno"),
  ),
  iptables4(
    "another target that does something",
    atHead("NETC-FORWARD", "-j NFLOG --nflog-group 1"),
    unverified("is no chain that is declared above and no target that is kno"),
  ),
  iptables4(
    "a mark by name of its bits",
    replacing(MARK, "--set-xmark 0x1/0xff", "--or-mark 0x1"),
    refuted("mangle-prerouting"),
  ),
  iptables4(
    "a draw of another mode",
    replacing(DRAWN, "--mode random --probability 0.50000000000", "--mode nth --every 2 --packet 0"),
    unverified("--mode random --probability"),
  ),
  iptables4(
    "a probability that looks like another",
    replacing(DRAWN, "0.50000000000", "0.50000001"),
    refuted("nat-prerouting", "no: a share this small is not to be counted"),
  ),
  iptables4("a probability above 1", replacing(MARK, "-j", `${chance("1.5")} -j`), unverified("is no number from")),
  iptables4(
    "a probability in exponents",
    replacing(MARK, "-j", `${chance("5e-1")} -j`),
    unverified("is no number from"),
  ),
  iptables4(
    "a probability of not-a-number",
    replacing(MARK, "-j", `${chance("nan")} -j`),
    unverified("is no number from"),
  ),
];
