/** Writes a ruleset as `iptables-restore` reads it. */
import type { Address } from "../../address/address.ts";
import type { PortRange } from "../../address/port.ts";
import type { Prefix } from "../../address/prefix.ts";
import { unreachable } from "../../diagnostics/bug.ts";
import { comment, quoted } from "./comment.ts";
import { JUMPS, type Jump } from "./jumps.ts";
import type { IptChain, IptMatch, IptRuleset, IptTarget, TableName } from "./ruleset.ts";

const portText = (ports: PortRange): string =>
  ports.first === ports.last ? String(ports.first) : `${ports.first}:${ports.last}`;

const hex = (bits: number): string => `0x${bits.toString(16)}`;

/** A 31-bit share as `iptables-save` writes it. */
const shareText = (share: number): string => (share / 0x80000000).toFixed(11);

function original(prefix: Prefix | null, ports: PortRange | null): string {
  const address = prefix === null ? "" : ` --ctorigdst ${prefix.text}`;
  return `-m conntrack${address}${ports === null ? "" : ` --ctorigdstport ${portText(ports)}`}`;
}

function matchText(match: IptMatch): string {
  switch (match.kind) {
    case "in-interface":
      return `-i ${match.device}`;
    case "out-interface":
      return `-o ${match.device}`;
    case "source":
      return `-s ${match.prefix.text}`;
    case "destination":
      return `-d ${match.prefix.text}`;
    case "protocol":
      return `-p ${match.protocol}`;
    case "icmp-type":
      return `-m icmp --icmp-type ${match.type}`;
    case "in-group":
      return `-m devgroup --src-group ${hex(match.group)}`;
    case "out-group":
      return `-m devgroup --dst-group ${hex(match.group)}`;
    case "astray":
      return "-m rpfilter --invert";
    case "icmpv6-type":
      return `-m icmp6 --icmpv6-type ${match.type}`;
    case "ports": {
      const source = match.source === null ? "" : ` --sport ${portText(match.source)}`;
      const destination = match.destination === null ? "" : ` --dport ${portText(match.destination)}`;
      return `-m ${match.protocol}${source}${destination}`;
    }
    case "state":
      return `-m conntrack --ctstate ${match.states.join(",")}`;
    case "untranslated":
      return "-m conntrack ! --ctstate DNAT";
    case "original":
      return original(match.prefix, match.ports);
    case "share":
      return `-m statistic --mode random --probability ${shareText(match.share)}`;
    case "local-destination":
      return "-m addrtype --dst-type LOCAL";
    case "own-source":
      return "-m addrtype --src-type LOCAL";
    case "recent-check":
      return `-m recent --rcheck --seconds ${match.seconds} --reap --name ${match.list} --rsource`;
    case "recent-set":
      return `-m recent --set --name ${match.list} --rsource`;
    case "limit":
      return "-m limit --limit 10/min --limit-burst 5";
    default:
      return unreachable(match);
  }
}

function socketText(address: Address, ports: PortRange | null): string {
  if (ports === null) return address.text;
  const range = ports.first === ports.last ? `${ports.first}` : `${ports.first}-${ports.last}`;
  return address.family === 6 ? `[${address.text}]:${range}` : `${address.text}:${range}`;
}

function targetText(target: IptTarget): string {
  switch (target.kind) {
    case "chain":
    case "goto":
      return target.chain;
    case "ACCEPT":
    case "DROP":
    case "RETURN":
      return target.kind;
    case "MASQUERADE":
      return "MASQUERADE --random-fully";
    case "REJECT":
      return `REJECT --reject-with ${target.answer}`;
    case "DNAT":
      return `DNAT --to-destination ${socketText(target.address, target.ports)}${target.base === null ? "" : `/${target.base}`}`;
    case "LOG":
      return target.prefix === "" ? "LOG" : `LOG --log-prefix ${quoted(target.prefix)}`;
    case "MARK":
      return `MARK --set-xmark ${hex(target.value)}/${hex(target.mask)}`;
    case "SNAT":
      return `SNAT --to-source ${target.address.text} --random-fully`;
    default:
      return unreachable(target);
  }
}

/**
 * Neighbours share their matches and their comment (the backends of a service, the addresses of a rule): what the rule before has said is
 * not made again. A rule's words are joined at once: a string that grows keeps all its parts alive until it is read.
 */
function chainsText(chains: readonly IptChain[]): string {
  const lines: string[] = [];
  let before: readonly IptMatch[] = [];
  const words: string[] = [];
  const line: string[] = [];
  let statement: string | null = null;
  let commented = "";
  for (const { name, rules } of chains) {
    for (const { matches, comment: said, target } of rules) {
      line[0] = "-A ";
      line[1] = name;
      let place = 2;
      for (let at = 0; at < matches.length; at += 1) {
        if (before[at] !== matches[at]) words[at] = matchText(matches[at]!);
        line[place++] = " ";
        line[place++] = words[at]!;
      }
      before = matches;
      if (said !== statement) {
        statement = said;
        commented = said === null ? "" : ` -m comment --comment ${comment(said)}`;
      }
      line[place++] = commented;
      line[place++] = target.kind === "goto" ? " -g " : " -j ";
      line[place++] = targetText(target);
      line[place++] = "\n";
      line.length = place;
      lines.push(line.join(""));
    }
  }
  return lines.join("");
}

const ownChains = (chains: readonly IptChain[]): string => chains.map(({ name }) => `:${name} - [0:0]\n`).join("");

const BUILT_IN: Readonly<Record<TableName, readonly string[]>> = {
  raw: ["PREROUTING", "OUTPUT"],
  filter: ["INPUT", "FORWARD", "OUTPUT"],
  mangle: ["PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING"],
  nat: ["PREROUTING", "INPUT", "OUTPUT", "POSTROUTING"],
};

/** A table as text: what every form of it says alike. */
export interface TableText {
  readonly name: TableName;
  readonly chains: ReadonlySet<string>;
  readonly declared: string;
  readonly rules: string;
}

export const textsOf = (ruleset: IptRuleset): readonly TableText[] =>
  ruleset.map(({ name, chains }) => ({
    name,
    chains: new Set(chains.map((chain) => chain.name)),
    declared: ownChains(chains),
    rules: chainsText(chains),
  }));

/** The jumps of a table whose chain is there, as the kernel asks them. */
function jumpsOf({ name, chains }: TableText): readonly Jump[] {
  const jumps = JUMPS.filter(({ table, chain }) => table === name && chains.has(chain));
  const hooks = [...new Set(jumps.map(({ hook }) => hook))];
  return hooks.flatMap((hook) => jumps.filter((jump) => jump.hook === hook).toReversed());
}

const isEmpty = ({ chains }: TableText): boolean => chains.size === 0;

/** Of a family that pods may not send in, and of which a program says nothing else, no other table is replaced. */
const replaced = (tables: readonly TableText[]): readonly TableText[] => {
  const [raw, ...others] = tables;
  return raw !== undefined && !isEmpty(raw) && others.every(isEmpty) ? [raw] : tables;
};

/** Whole tables, built-in policies ACCEPT: for a machine whose rules are netc's alone. */
export function wholeOf(tables: readonly TableText[]): string {
  return replaced(tables)
    .map((table) => {
      const { name, declared, rules } = table;
      const builtIn = BUILT_IN[name].map((chain) => `:${chain} ACCEPT [0:0]\n`).join("");
      const jumps = jumpsOf(table)
        .map(({ hook, chain }) => `-A ${hook} -j ${chain}\n`)
        .join("");
      return `*${name}\n${builtIn}${declared}${jumps}${rules}COMMIT\n`;
    })
    .join("");
}

/** Own chains and no jumps, for `iptables-restore --noflush` beside others' rules; a table without own chains is left out. */
export function coexistOf(tables: readonly TableText[]): string {
  return tables
    .filter((table) => !isEmpty(table))
    .map(({ name, declared, rules }) => `*${name}\n${declared}${rules}COMMIT\n`)
    .join("");
}

/** The tables that the whole text replaces. */
export const namesIn = (tables: readonly TableText[]): readonly TableName[] => replaced(tables).map(({ name }) => name);

export const printWhole = (ruleset: IptRuleset): string => wholeOf(textsOf(ruleset));

export const printCoexist = (ruleset: IptRuleset): string => coexistOf(textsOf(ruleset));
