/** Other packets than a rule is about. */
import { BOTH, type Kind, oneOf, rewriting, rulesOf } from "../edit.ts";
import { beside, otherPorts, otherProtocol, PREFIX, resized } from "./other.ts";

/** Behind what says that a rule asks for an address. */
const ASKS = String.raw`(?<=(?:-[sd]|--ctorigdst|[sd]addr) (?:!= )?(?:\{ (?:\S+ )*)?)`;
const ADDRESS_ASKED = new RegExp(`${ASKS}${PREFIX}(?=[ ,]|$)`);

/** One condition of iptables with all its words, or of nft. */
const CONDITION = new RegExp(
  [
    String.raw`-[sdio] \S+ `,
    String.raw`-p \S+ (?!-m (?:tcp|udp|sctp|icmp6?) )`,
    String.raw`-m (?:tcp|udp|sctp) (?:--[sd]port \S+ )+`,
    String.raw`-m conntrack (?:! )?(?:--ct\S+ \S+ )+`,
    String.raw`-m addrtype (?:! )?--\S+ \S+ `,
    String.raw`-m statistic --mode random --probability \S+ `,
    String.raw`-m icmp6? --icmp(?:v6)?-type \S+ `,
    String.raw`-m devgroup (?:! )?--\S+ \S+ `,
    "-m rpfilter (?:--invert )?",
    String.raw`(?<=\t| )(?:ip6? [sd]addr (?:!= )?(?:\{[^}]*\}|[^@. ]\S*) )(?!\. )`,
    String.raw`(?<=\t| )(?:tcp|udp|sctp) [sd]port \S+ `,
    String.raw`ct (?:state|status|original \S+(?: daddr)?) (?:! )?(?:\{[^}]*\}|\S+) `,
    String.raw`meta (?:nfproto|l4proto) \S+ `,
    String.raw`[io]ifname \S+ `,
    String.raw`fib \S+ type local `,
    String.raw`icmp(?:v6)? type (?:\{[^}]*\}|\d+) `,
    String.raw`[io]ifgroup (?:!= )?\S+ `,
    String.raw`fib saddr \. iif oif \S+ `,
    String.raw`numgen random mod \d+ < \d+ `,
  ].join("|"),
);

export const CONDITIONS: readonly Kind[] = [
  {
    name: "a wider prefix",
    of: BOTH,
    draw: rewriting(rulesOf, ADDRESS_ASKED, ([text], chance) =>
      resized(text, (length) => (length === 0 ? null : length - 1), chance),
    ),
  },
  {
    name: "a narrower prefix",
    of: BOTH,
    draw: rewriting(rulesOf, ADDRESS_ASKED, ([text], chance) =>
      resized(text, (length, bits) => (length === bits ? null : length + 1), chance),
    ),
  },
  {
    name: "another address asked",
    of: BOTH,
    draw: rewriting(rulesOf, ADDRESS_ASKED, ([text], chance) => beside(text, chance)),
  },
  {
    name: "another port",
    of: BOTH,
    draw: rewriting(
      rulesOf,
      /(?<=(?:--sport|--dport|--ctorigdstport| [sd]port|proto-dst) )\d+(?:[:-]\d+)?/,
      ([text], chance) => otherPorts(text, chance),
    ),
  },
  {
    name: "another protocol",
    of: BOTH,
    draw: rewriting(
      rulesOf,
      /-p (tcp|udp|sctp)( -m (?:tcp|udp|sctp))?|(?<=l4proto )(tcp|udp|sctp)|(?<=\t| )(tcp|udp|sctp)(?= [sd]port)/,
      (found, chance) => {
        const next = otherProtocol((found[1] ?? found[3] ?? found[4])!, chance);
        return found[1] === undefined ? next : `-p ${next}${found[2] === undefined ? "" : ` -m ${next}`}`;
      },
    ),
  },
  {
    name: "another state",
    of: BOTH,
    draw: rewriting(
      rulesOf,
      /(?<=--ctstate |ct state )(?:NEW|ESTABLISHED,RELATED|new|established,related)/,
      ([text], chance) => {
        const states = ["NEW", "ESTABLISHED,RELATED", "ESTABLISHED", "RELATED", "NEW,ESTABLISHED"];
        const next = oneOf(
          states.filter((each) => each.toLowerCase() !== text.toLowerCase()),
          chance,
        )!;
        return text === text.toLowerCase() ? next.toLowerCase() : next;
      },
    ),
  },
  {
    name: "a negation dropped",
    of: BOTH,
    draw: rewriting(rulesOf, /! (?=--)|!= |(?<=status )! /, () => ""),
  },
  {
    name: "a negation added",
    of: BOTH,
    draw: rewriting(
      rulesOf,
      /(?<!! )(?:--ctstate DNAT|--src-type LOCAL|--dst-type LOCAL)|(?<=ct status )dnat|(?<= [sd]addr )(?=[\d{])(?!.*@)/,
      ([text]) => (text === "" ? "!= " : `! ${text}`),
    ),
  },
  { name: "a condition dropped", of: BOTH, draw: rewriting(rulesOf, CONDITION, () => "") },
  {
    name: "another device",
    of: BOTH,
    draw: rewriting(rulesOf, /(?<=-[io] |[io]ifname ")[^\s"]+/, ([text], chance) =>
      oneOf(
        ["lo", "eth7", "netc-vxlan"].filter((each) => each !== text),
        chance,
      ),
    ),
  },
  {
    name: "another type of ICMP",
    of: BOTH,
    draw: rewriting(rulesOf, /(?<=--icmp(?:v6)?-type |icmp(?:v6)? type \{[^}]*)\b\d+/, ([text]) =>
      String(Number(text) + 20),
    ),
  },
];
