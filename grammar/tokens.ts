/**
 * The words of the language as chevrotain token types.
 *
 * Each keeps its `pattern`, which says what the token is; the lexer in lexer.ts is written by hand, and a chevrotain `Lexer` made
 * from `TOKENS` exists only in tests, as its oracle.
 */
import { createToken, Lexer, type TokenType } from "chevrotain";
import { STATEMENT_KEYWORDS, type StatementKeyword } from "./ast.ts";
import { LETTER, NAME_CHARACTER } from "./lexer/characters.ts";

// ---- categories: sets of tokens that one place of the grammar takes ----

/** Whatever may be a name: words, quoted text, and every keyword that is no word for a set. */
export const Name = createToken({ name: "Name", label: "NAME", pattern: Lexer.NA });
export const SetWord = createToken({ name: "SetWord", label: "SET", pattern: Lexer.NA });
export const PortNumber = createToken({ name: "PortNumber", label: "PORT", pattern: Lexer.NA });
export const Protocol = createToken({ name: "Protocol", label: "PROTOCOL", pattern: Lexer.NA });
export const MarkValue = createToken({ name: "MarkValue", label: "VALUE", pattern: Lexer.NA });

// ---- runs of name characters, digits, dots and colons ----

type Matcher = (text: string, at: number) => RegExpExecArray | null;

const WORD = `${LETTER}(?:${NAME_CHARACTER})*(?:(?:[./]|-+)(?:${NAME_CHARACTER})+)*`;

/** At least two colons in a run of hex digits and colons. */
const COLONS = /(?=[0-9a-fA-F]|::)(?:[0-9a-fA-F]*:){2}[0-9a-fA-F:]*/y;
/** What hangs on to it: an IPv4 tail, a zone, a length, or the other end of an `A-B` range. */
const BEHIND_COLONS = new RegExp(`(?:[.%/]|${NAME_CHARACTER})+|-+(?=(?:${NAME_CHARACTER})|:)[0-9a-fA-F:]*`, "uy");
const RUN = new RegExp(`[0-9](?:[./]|${NAME_CHARACTER}|-+(?=${NAME_CHARACTER}))*`, "uy");

function matchAt(shape: RegExp, text: string, at: number): RegExpExecArray | null {
  shape.lastIndex = at;
  return shape.exec(text);
}

const address6: Matcher = (text, at) => {
  const found = matchAt(COLONS, text, at);
  if (found === null) return null;
  for (;;) {
    const [image] = found;
    // A port's colon is no part of the address: `fd00::1:tcp`.
    if (/[^:]:$/.test(image) && image.split(":").length > 3) found[0] = image.slice(0, -1);
    const more = found[0] === image ? matchAt(BEHIND_COLONS, text, at + image.length) : null;
    if (more === null) return found;
    found[0] += more[0];
  }
};

/** A run that starts with a digit, where the whole of it has the shape. */
function run(shape: RegExp): Matcher {
  return (text, at) => {
    const found = matchAt(RUN, text, at);
    return found !== null && shape.test(found[0]) && address6(text, at) === null ? found : null;
  };
}

function matched(name: string, label: string, exec: Matcher, categories: readonly TokenType[] = []): TokenType {
  return createToken({ name, label, pattern: { exec }, line_breaks: false, categories: [...categories] });
}

const word = new RegExp(WORD, "uy");
const quoted = /"[^"\u0000-\u001f\u007f-\u009f\u2028\u2029]+"/y;
const qualified = /(?:node|pod|group|service)\/"[^"\u0000-\u001f\u007f-\u009f\u2028\u2029]+"/y;

export const Word = matched("Word", "WORD", (text, at) => matchAt(word, text, at), [Name]);
export const Quoted = matched("Quoted", "STRING", (text, at) => matchAt(quoted, text, at), [Name]);
export const Qualified = matched("Qualified", "QUALIFIED", (text, at) => matchAt(qualified, text, at));

export const Integer = matched("Integer", "INTEGER", run(/^\d+$/), [PortNumber, MarkValue]);
export const PortRange = matched("PortRange", "PORT-PORT", run(/^\d+-\d+$/), [PortNumber]);
export const PortProto = matched("PortProto", "PORT/PROTOCOL", run(/^\d+(?:-\d+)?\/[A-Za-z]\w*$/), [PortNumber]);
export const Mark = matched(
  "Mark",
  "VALUE/MASK",
  run(/^(?:0x[\da-fA-F]+|\d+\/\d+|(?:0x[\da-fA-F]+|\d+)\/0x[\da-fA-F]+|0x[\da-fA-F]+\/\d+)$/),
  [MarkValue],
);
export const Duration = matched("Duration", "DURATION", run(/^\d+[smhd]$/));
/** Well-formed or not: an IPv6 run, or a run that starts with a digit and is nothing else. */
export const Address = matched("Address", "ADDRESS", (text, at) => address6(text, at) ?? matchAt(RUN, text, at));

// ---- keywords ----

const keywords = new Map<string, TokenType>();

function keyword(text: string, ...categories: readonly TokenType[]): TokenType {
  const type = createToken({
    name: `'${text}'`,
    label: `'${text}'`,
    pattern: new RegExp(text),
    longer_alt: [Qualified, Word],
    categories: [...categories],
  });
  keywords.set(text, type);
  return type;
}

const statement = (text: StatementKeyword) => keyword(text, Name);

export const Cluster = statement("cluster");
export const Node = statement("node");
export const Pod = statement("pod");
export const Group = statement("group");
export const Service = statement("service");
export const Hairpin = statement("hairpin");
export const Masquerade = statement("masquerade");
export const Snat = statement("snat");
export const Route = statement("route");
export const MarkWord = statement("mark");
export const Allow = statement("allow");
export const Deny = statement("deny");
export const Reject = statement("reject");
export const Default = statement("default");
export const Expect = statement("expect");
export const Include = statement("include");

export const Dev = keyword("dev", Name);
export const Network = keyword("network", Name);
export const HostGw = keyword("host-gw", Name);
export const Vxlan = keyword("vxlan", Name);
export const Gateway = keyword("gateway", Name);
export const LinkLocal = keyword("link-local", Name);
export const ProxyArp = keyword("proxy-arp", Name);
export const AddressWord = keyword("address", Name);
export const Mtu = keyword("mtu", Name);
export const Nodeports = keyword("nodeports", Name);
export const Primary = keyword("primary", Name);
export const On = keyword("on", Name);
export const As = keyword("as", Name);
export const Nodeport = keyword("nodeport", Name);
export const Weight = keyword("weight", Name);
export const Affinity = keyword("affinity", Name);
export const Client = keyword("client", Name);
export const External = keyword("external", Name);
export const LoadBalancer = keyword("loadbalancer", Name);
export const From = keyword("from", Name);
export const Internal = keyword("internal", Name);
export const ExternalTraffic = keyword("external-traffic", Name);
export const Local = keyword("local", Name);
export const Except = keyword("except", Name);
export const To = keyword("to", Name);
export const Via = keyword("via", Name);
export const Log = keyword("log", Name);
export const Reaches = keyword("reaches", Name);
export const Denied = keyword("denied", Name);
export const Rejected = keyword("rejected", Name);
export const Unreachable = keyword("unreachable", Name);

export const Tcp = keyword("tcp", Name, Protocol);
export const Udp = keyword("udp", Name, Protocol);
export const Sctp = keyword("sctp", Name, Protocol);
export const Icmp = keyword("icmp", Name, Protocol);

export const Any = keyword("any", SetWord);
export const Pods = keyword("pods", SetWord);
export const Nodes = keyword("nodes", SetWord);
export const Services = keyword("services", SetWord);
export const All = keyword("all", SetWord);
/** A word for a set too, though no list takes it: it stands alone behind `->`. */
export const None = keyword("none");

// ---- punctuation ----

function mark(name: string, text: string, pattern: RegExp): TokenType {
  return createToken({ name, label: `'${text}'`, pattern });
}

export const Arrow = mark("Arrow", "->", /->/);
export const Comma = mark("Comma", ",", /,/);
export const Equals = mark("Equals", "=", /=(?!>)/);
export const Colon = mark("Colon", ":", /:/);
export const LeftBrace = mark("LeftBrace", "{", /\{/);
export const RightBrace = mark("RightBrace", "}", /\}/);
export const LeftBracket = mark("LeftBracket", "[", /\[/);
export const RightBracket = mark("RightBracket", "]", /\]/);
/** A newline or `;` between two items of a block. */
export const Separator = createToken({ name: "Separator", label: "SEPARATOR", pattern: /;|\r?\n/, line_breaks: true });

/** Text that is no token; the parser never meets it. Not among `TOKENS`. */
export const Bad = createToken({ name: "Bad", pattern: Lexer.NA });

export const KEYWORDS: ReadonlyMap<string, TokenType> = keywords;

/** Every type, in the order in which a chevrotain `Lexer` has to try them. */
export const TOKENS: readonly TokenType[] = [
  ...[Separator, Arrow, Comma, Equals],
  ...[Integer, PortRange, PortProto, Mark, Duration, Address],
  ...[Colon, LeftBrace, RightBrace, LeftBracket, RightBracket],
  ...[...keywords.values()].sort((a, b) => b.name.length - a.name.length),
  ...[Qualified, Quoted, Word],
  ...[Name, SetWord, PortNumber, Protocol, MarkValue],
];

const statementIndexes: ReadonlySet<number> = new Set(
  STATEMENT_KEYWORDS.map((text) => keywords.get(text)!.tokenTypeIdx!),
);

/** Whether a line that begins with a token of this type begins a statement. */
export function beginsStatement(type: TokenType): boolean {
  return statementIndexes.has(type.tokenTypeIdx!);
}

/** The statements whose second token is the name that they declare. */
export const DECLARING: ReadonlySet<TokenType> = new Set([Node, Pod, Group, Service]);

function isOf(...categories: readonly TokenType[]): (type: TokenType) => boolean {
  return (type) => type.CATEGORIES!.some((category) => categories.includes(category));
}

export const isName = isOf(Name);
const isListedSetWord = isOf(SetWord);

/** `none` among them. */
export function isSetWord(type: TokenType): boolean {
  return type === None || isListedSetWord(type);
}

export const isPortNumber = isOf(PortNumber);

/** A word or a keyword, not in quotes. */
export function isWord(type: TokenType): boolean {
  return (isName(type) && type !== Quoted) || isSetWord(type);
}

const DIGIT_RUNS: ReadonlySet<TokenType> = new Set([Integer, PortRange, PortProto, Mark, Duration, Address]);

export function isDigitRun(type: TokenType): boolean {
  return DIGIT_RUNS.has(type);
}

/** Whether an item of a list can begin with it. */
export function beginsItem(type: TokenType): boolean {
  return (
    isName(type) ||
    isSetWord(type) ||
    isPortNumber(type) ||
    type === Qualified ||
    type === Address ||
    type === LeftBracket
  );
}
