/** A statement as words and lists, its clauses in the order of the language reference. */
import type {
  AddressLiteral,
  Backend,
  BrokenStatement,
  ClusterStatement,
  ListItem,
  NameRef,
  Outcome,
  PolicyStatement,
  PortLine,
  ServiceOption,
  ServiceStatement,
  Span,
  Statement,
} from "../ast.ts";
import { addressText, backendText, itemText, nameText, portText, refText, stringText } from "./words.ts";

/** One item of a list, and where it stands in the source. */
export interface Entry {
  readonly text: string;
  readonly at: number;
}

/** Words as they are, and lists, which may be broken behind a comma. A blank stands between two pieces. */
export type Sentence = readonly (string | readonly Entry[])[];

/** An item of a block, and where it begins in the source. */
export interface BlockItem {
  readonly at: number;
  readonly sentence: Sentence;
}

export interface Said {
  readonly sentence: Sentence;
  /** What stands between the statement's braces; `null` for a statement without any. */
  readonly block: readonly BlockItem[] | null;
}

function list<T extends { readonly span: Span }>(nodes: readonly T[], textOf: (node: T) => string): readonly Entry[] {
  return nodes.map((node) => ({ text: textOf(node), at: node.span.start }));
}

const addresses = (nodes: readonly AddressLiteral[]) => list(nodes, addressText);
const items = (nodes: readonly ListItem[]) => list(nodes, itemText);

/** The last words of `of`, which `none` ends as well where it stands for them. */
function backends(nodes: readonly Backend[] | "none", of: Span): readonly Entry[] {
  return nodes === "none" ? [{ text: nodes, at: of.end - nodes.length }] : list(nodes, backendText);
}

/** A clause that may be left out. */
function clause<T>(value: T | null, words: (value: T) => Sentence): Sentence {
  return value === null ? [] : words(value);
}

const dev = (device: Parameters<typeof nameText>[0] | null) => clause(device, (it) => ["dev", nameText(it)]);
const on = (node: NameRef | null) => clause(node, (it) => ["on", refText(it)]);
const except = (nodes: readonly ListItem[] | null) => clause(nodes, (it) => ["except", items(it)]);

/** Where the setting's word begins: only blanks stand between it and what follows. */
function wordBefore(text: string, at: number, word: string): number {
  return text.slice(0, at).trimEnd().length - word.length;
}

function settings(
  { pods, services, network, gateway, mtu, nodeports }: ClusterStatement,
  text: string,
): readonly BlockItem[] {
  const found: BlockItem[] = [];
  const ranges = (word: "pods" | "services", nodes: readonly AddressLiteral[] | null): void => {
    if (nodes !== null)
      found.push({ at: wordBefore(text, nodes[0]!.span.start, word), sentence: [word, addresses(nodes)] });
  };
  ranges("pods", pods);
  ranges("services", services);
  if (network !== null) found.push({ at: network.span.start, sentence: ["network", network.word] });
  if (gateway !== null) {
    const own = gateway.addresses.length === 0 ? [] : [addresses(gateway.addresses)];
    found.push({ at: gateway.span.start, sentence: ["gateway", gateway.word, ...own] });
  }
  if (mtu !== null) found.push({ at: wordBefore(text, mtu.span.start, "mtu"), sentence: ["mtu", mtu.text] });
  if (nodeports !== null) {
    const said = nodeports.word === "ranges" ? addresses(nodeports.ranges) : nodeports.word;
    found.push({ at: nodeports.span.start, sentence: ["nodeports", said] });
  }
  return found.sort((a, b) => a.at - b.at);
}

function portLine({ port, label, nodeport, backends: behind, span }: PortLine): Sentence {
  return [
    portText(port),
    ...clause(label, (it) => ["as", nameText(it)]),
    ...clause(nodeport, (it) => ["nodeport", portText(it)]),
    "->",
    backends(behind, span),
  ];
}

function option(said: ServiceOption): Sentence {
  switch (said.kind) {
    case "Affinity":
      return ["affinity client", said.duration.text];
    case "External":
      return ["external", addresses(said.addresses)];
    case "LoadBalancer":
      return ["loadbalancer", addresses(said.addresses), ...clause(said.from, (it) => ["from", addresses(it)])];
    case "InternalLocal":
      return ["internal local"];
    case "ExternalTrafficLocal":
      return ["external-traffic local"];
  }
}

function service({ name, addresses: own, body }: ServiceStatement): Said {
  const head = ["service", nameText(name), addresses(own)];
  if (body.kind === "AllProtocols")
    return { sentence: [...head, "->", backends(body.backends, body.span)], block: null };
  const lines = body.lines.map((line) => ({ at: line.span.start, sentence: portLine(line) }));
  const options = body.options.map((each) => ({ at: each.span.start, sentence: option(each) }));
  return { sentence: head, block: [...lines, ...options].sort((a, b) => a.at - b.at) };
}

function outcome(said: Outcome): Sentence {
  if (said.kind !== "reaches") return [said.kind];
  return ["reaches", list(said.pods, refText), ...clause(said.as, (it) => ["as", addressText(it)])];
}

function policy({ isDefault, verb, sources, destinations, log }: PolicyStatement): Sentence {
  const prefix = log?.prefix ?? null;
  return [
    ...(isDefault ? ["default"] : []),
    ...[verb, items(sources), "->", items(destinations)],
    ...clause(log, () => ["log", ...clause(prefix, (it) => [stringText(it)])]),
  ];
}

type Whole = Exclude<Statement, BrokenStatement>;

function plain(said: Exclude<Whole, ClusterStatement | ServiceStatement>): Sentence {
  switch (said.kind) {
    case "NodeStatement": {
      const pods = clause(said.pods, (it) => ["pods", addresses(it)]);
      return ["node", nameText(said.name), addresses(said.addresses), ...dev(said.device), ...pods];
    }
    case "PodStatement":
      return ["pod", nameText(said.name), addresses(said.addresses), ...on(said.on)];
    case "GroupStatement":
      return ["group", nameText(said.name), "=", items(said.members)];
    case "HairpinStatement":
      return ["hairpin", items(said.targets)];
    case "MasqueradeStatement":
      return ["masquerade", items(said.sources), ...except(said.except)];
    case "SnatStatement": {
      const to = clause(said.to, (it) => ["to", addressText(it)]);
      return ["snat", items(said.sources), ...to, ...except(said.except)];
    }
    case "RouteStatement": {
      const via = clause(said.via, (it) => ["via", addressText(it)]);
      return ["route", addressText(said.prefix), ...via, ...dev(said.device), ...on(said.on)];
    }
    case "MarkStatement":
      return ["mark", items(said.sources), "->", items(said.destinations), said.value.text];
    case "PolicyStatement":
      return policy(said);
    case "ExpectStatement": {
      const via = clause(said.via, (it) => ["via", refText(it)]);
      const source = items([said.source]);
      return ["expect", source, ...via, "->", items([said.destination]), ...clause(said.outcome, outcome)];
    }
    case "IncludeStatement":
      return ["include", stringText(said.path)];
  }
}

/** `text` is the source that the statement was read from. */
export function said(statement: Whole, text: string): Said {
  if (statement.kind === "ClusterStatement") return { sentence: ["cluster"], block: settings(statement, text) };
  return statement.kind === "ServiceStatement" ? service(statement) : { sentence: plain(statement), block: null };
}
