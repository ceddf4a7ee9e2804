/** Packets that are easily forgotten: replies, errors, packets of no connection, by loopback, from the node's own addresses. */
import { added, BOTH, type Kind, oneOf, replaced, rewriting, rulesOf } from "../edit.ts";
import { ANYWHERE, atHead, FILTER, hasVerdict, MANGLE, NAT, refined, type Said } from "./insert.ts";

const LISTS = [
  "NEW",
  "INVALID",
  "ESTABLISHED",
  "ESTABLISHED,RELATED",
  "UNTRACKED",
  "NEW,ESTABLISHED,RELATED",
  "NEW,ESTABLISHED,RELATED,INVALID",
  "NEW,ESTABLISHED,RELATED,INVALID,UNTRACKED",
] as const;

const states = (list: string): Said => ({
  iptables: `-m conntrack --ctstate ${list}`,
  nft: `ct state ${list.toLowerCase()}`,
});

const STATES = /(?<=--ctstate )(?!DNAT)\S+|(?<=ct state )\S+/;

const verdict = (iptables: string, nft: string): readonly Said[] =>
  ["DROP", "ACCEPT", "RETURN"].map((end) => ({
    iptables: `${iptables} -j ${end}`,
    nft: `${nft} ${end.toLowerCase()}`,
  }));

const inserted = (name: string, where: RegExp, said: readonly Said[]): Kind => ({
  name,
  of: BOTH,
  draw: (doc, chance) => atHead(doc, where, said, chance),
});

const DEVICES: readonly Said[] = ["lo", "eth7", "netc-vxlan"].flatMap((name) => [
  { iptables: `-i ${name}`, nft: `iifname "${name}"` },
  { iptables: `-o ${name}`, nft: `oifname "${name}"` },
]);

const MARKS = ["-j MARK --set-xmark 0x40/0x40", "meta mark set meta mark & 0xffffffbf ^ 0x40"] as const;
const marking = (iptables: string, nft: string): Said => ({
  iptables: `${iptables} ${MARKS[0]}`,
  nft: `${nft} ${MARKS[1]}`,
});

interface Parties {
  readonly address: string;
  readonly client: string;
}

/** A rule for what was asked of an address: of the connection's other packets that its own direction never is. */
function aboutOneAddress(
  state: "established" | "related",
  ends: (parties: Parties) => readonly [source: string, destination: string],
): Kind["draw"] {
  const pattern = /(?<=(?:-[sd]|saddr|daddr) )(?:\d+\.){3}\d+(?=\/32| )|(?<=-[sd] )[\da-f:]+(?=\/128)/g;
  return (doc, chance) => {
    const all = [...new Set(doc.rules.flatMap(({ text }) => text.match(pattern) ?? []))];
    const address = oneOf(all, chance);
    const client = oneOf(
      all.filter((each) => each !== address),
      chance,
    );
    if (address === null || client === null) return null;
    const [source, destination] = ends({ address, client });
    // What others translated may ask for anything: of that it must not be.
    const [untouched, untouchedNft] =
      chance() < 0.7 ? ["-m conntrack ! --ctstate DNAT ", "ct status ! dnat "] : ["", ""];
    const said = verdict(
      `-s ${source} -d ${destination} ${untouched}-m conntrack --ctstate ${state.toUpperCase()} --ctorigdst ${address}`,
      `ip saddr ${source} ip daddr ${destination} ${untouchedNft}ct state ${state} ct original ip daddr ${address}`,
    );
    return atHead(doc, FILTER, said, chance);
  };
}

export const PACKETS: readonly Kind[] = [
  {
    name: "a list of states added",
    of: BOTH,
    draw: (doc, chance) => {
      const line = oneOf(
        doc.rules.filter((each) => hasVerdict(each) && !STATES.test(each.text)),
        chance,
      );
      const list = states(oneOf(LISTS, chance)!);
      return line === null ? null : replaced(doc, line.at, refined(line.text, doc.tool, list[doc.tool], null));
    },
  },
  {
    name: "a state beside what was asked for",
    of: ["iptables"],
    draw: rewriting(rulesOf, /(?<=-m conntrack )(?=--ctorigdst)/, (_, chance) => `--ctstate ${oneOf(LISTS, chance)!} `),
  },
  {
    name: "a list of states dropped",
    of: BOTH,
    draw: rewriting(rulesOf, /-m conntrack --ctstate (?!DNAT)\S+ (?!--ct)|ct state \S+ /, () => ""),
  },
  {
    name: "a list of states widened",
    of: BOTH,
    draw: rewriting(rulesOf, STATES, ([text], chance) => {
      const isLower = text === text.toLowerCase();
      const more = oneOf(
        ["INVALID", "UNTRACKED", "NEW", "RELATED"].filter((state) => !text.toUpperCase().includes(state)),
        chance,
      )!;
      return `${text},${isLower ? more.toLowerCase() : more}`;
    }),
  },
  inserted("a rule about replies added", FILTER, [
    ...verdict("-p tcp -m tcp --sport 22 -m conntrack --ctstate ESTABLISHED", "tcp sport 22 ct state established"),
    ...verdict(
      "-p tcp -m conntrack --ctstate ESTABLISHED --ctorigdstport 22",
      "ct state established meta l4proto tcp ct original proto-dst 22",
    ),
  ]),
  {
    name: "a rule about replies from one address added",
    of: BOTH,
    draw: aboutOneAddress("established", ({ address, client }) => [address, client]),
  },
  {
    name: "a rule about errors of one address added",
    of: BOTH,
    draw: aboutOneAddress("related", ({ client }) => [client, client]),
  },
  inserted("a rule about errors added", FILTER, [
    ...verdict("-p icmp -m conntrack --ctstate RELATED", "meta l4proto icmp ct state related"),
    ...verdict("-p ipv6-icmp -m conntrack --ctstate RELATED", "meta l4proto ipv6-icmp ct state related"),
  ]),
  inserted(
    "a rule about no connection added",
    FILTER,
    ["INVALID", "UNTRACKED"].flatMap((list) => verdict(states(list).iptables, states(list).nft)),
  ),
  inserted(
    "a rule about untranslated packets added",
    FILTER,
    verdict("-m conntrack ! --ctstate DNAT", "ct status ! dnat"),
  ),
  inserted("a mark by connection added", MANGLE, [
    marking("-m conntrack --ctstate DNAT", "ct status dnat"),
    marking("-m conntrack --ctstate INVALID", "ct state invalid"),
    marking("-m conntrack ! --ctstate DNAT", "ct status ! dnat"),
    marking("-p tcp -m tcp --sport 80 -m conntrack --ctstate ESTABLISHED", "tcp sport 80 ct state established"),
  ]),
  inserted("a rule about the node's own source added", ANYWHERE, [
    ...verdict("-m addrtype --src-type LOCAL", "fib saddr type local"),
    { iptables: "-m addrtype ! --src-type LOCAL -j ACCEPT", nft: "fib saddr type != local accept" },
  ]),
  inserted("a rule of nat about states added", NAT, [
    { iptables: "-m conntrack --ctstate RELATED -j ACCEPT", nft: "ct state related accept" },
    { iptables: "-m conntrack --ctstate NEW -j RETURN", nft: "ct state new return" },
    { iptables: "-m conntrack --ctstate INVALID -j ACCEPT", nft: "ct state invalid accept" },
  ]),
  {
    name: "a copy of a rule for one device, with another verdict",
    of: BOTH,
    draw: (doc, chance) => {
      const line = oneOf(doc.rules.filter(hasVerdict), chance);
      if (line === null) return null;
      const device = oneOf(DEVICES, chance)![doc.tool];
      const end = oneOf(["DROP", "ACCEPT", "RETURN"], chance)!;
      const copy = refined(line.text, doc.tool, device, doc.tool === "nft" ? end.toLowerCase() : end);
      return added(doc, line.at - 1, copy);
    },
  },
];
