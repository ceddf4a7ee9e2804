/** Who may send, and what a device of a pod's is: other groups, another way back, other places of both. */
import { BOTH, type Kind, oneOf, replaced, rewriting, rulesOf } from "../edit.ts";
import { atHead, hasVerdict, refined, type Said } from "./insert.ts";

const RAW = /^raw NETC-RAW-|^netc-senders/;
const FILTER = /^filter (?:NETC-)?(?:INPUT|FORWARD)$|^netc-(?:input|forward)$/;

const GROUPS: readonly Said[] = [
  { iptables: "-m devgroup --src-group 0x6e65", nft: "iifgroup 28261" },
  { iptables: "-m devgroup ! --src-group 0x6e65", nft: "iifgroup != 28261" },
  { iptables: "-m devgroup --src-group 0x6e64", nft: "iifgroup 28260" },
  { iptables: "-m devgroup --src-group default", nft: "iifgroup default" },
];

const WAYS: readonly Said[] = [
  { iptables: "-m rpfilter", nft: "fib saddr . iif oif exists" },
  { iptables: "-m rpfilter --invert", nft: "fib saddr . iif oif missing" },
];

const ended = (all: readonly Said[]): readonly Said[] =>
  all.flatMap(({ iptables, nft }) =>
    ["DROP", "ACCEPT", "RETURN"].map((end) => ({
      iptables: `${iptables} -j ${end}`,
      nft: `${nft} ${end.toLowerCase()}`,
    })),
  );

export const SENDERS: readonly Kind[] = [
  {
    name: "another group of devices",
    of: BOTH,
    draw: rewriting(rulesOf, /(?<=-group )\S+|(?<=[io]ifgroup (?:!= )?)\d+/, ([text], chance) =>
      oneOf(text.startsWith("0x") ? ["0x6e64", "0x0", "28262", "default"] : ["28260", "0", "28262"], chance),
    ),
  },
  {
    name: "the other end of a device's group",
    of: BOTH,
    draw: rewriting(rulesOf, /--src-group|--dst-group|iifgroup|oifgroup/, ([text]) => {
      if (text.startsWith("--")) return text === "--src-group" ? "--dst-group" : "--src-group";
      return text === "iifgroup" ? "oifgroup" : "iifgroup";
    }),
  },
  {
    name: "all groups but one",
    of: BOTH,
    draw: rewriting(rulesOf, /--(?:src|dst)-group|(?<=[io]ifgroup )(?=\d)/, ([text]) =>
      text === "" ? "!= " : `! ${text}`,
    ),
  },
  {
    name: "the way back asked the other way round",
    of: BOTH,
    draw: rewriting(rulesOf, /(?<=-m rpfilter )--invert |(?<=iif oif )missing/, ([text]) =>
      text === "missing" ? "exists" : "",
    ),
  },
  {
    name: "a way back that is looked up otherwise",
    of: BOTH,
    draw: rewriting(rulesOf, /(?<=-m rpfilter )(?=--invert)|(?<=fib )saddr \. iif/, ([text], chance) =>
      text === ""
        ? oneOf(["--loose ", "--validmark ", "--accept-local "], chance)
        : oneOf(["saddr . mark . iif", "daddr . iif", "saddr"], chance),
    ),
  },
  {
    name: "a rule about groups added where pods send",
    of: BOTH,
    draw: (doc, chance) => atHead(doc, RAW, ended([...GROUPS, ...WAYS]), chance),
  },
  {
    name: "a rule about groups added to the filter",
    of: BOTH,
    draw: (doc, chance) => atHead(doc, FILTER, ended(GROUPS), chance),
  },
  {
    name: "a group asked besides",
    of: BOTH,
    draw: (doc, chance) => {
      const line = oneOf(
        doc.rules.filter((each) => hasVerdict(each) && (RAW.test(each.of) || FILTER.test(each.of))),
        chance,
      );
      const said = oneOf([...GROUPS, ...WAYS], chance)!;
      return line === null ? null : replaced(doc, line.at, refined(line.text, doc.tool, said[doc.tool], null));
    },
  },
];
