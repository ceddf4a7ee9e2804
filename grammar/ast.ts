/**
 * The tree: what was said, one node per statement, before anything is judged.
 *
 * Every node carries its span. Literals keep their own text (`010.1.1.1`, `99999`, `10.0.0.1-10.0.0.9`): whether an address
 * is well-formed, a number in range, or a name known is for src/cluster to say.
 */

/** Half-open range of UTF-16 offsets into one source text. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A fault that lexing or parsing met: bare, so that `grammar` needs nothing of `diagnostics`. */
export interface Fault {
  readonly code: FaultCode;
  readonly message: string;
  readonly span: Span;
  /** What to write instead of the text at `span`, where that is known. */
  readonly fix?: { readonly title: string; readonly text: string; readonly span?: Span };
}

export type FaultCode =
  | "bad-character"
  | "unclosed-quote"
  | "empty-name"
  | "unknown-statement"
  | "syntax"
  | "line-start"
  | "unclosed-block"
  | "duplicate-clause"
  | "bracket-missing";

export interface Comment {
  readonly span: Span;
  /** Text without the `#`, its right end trimmed. */
  readonly text: string;
  /** `before`: on lines of its own above the statement; `inside`: between its first and last token; `after`: behind it on its line. */
  readonly place: "before" | "inside" | "after";
}

export type RefKind = "node" | "pod" | "group" | "service";

/** A name where one is declared: `a`, `shop/web`, `"my web"`. */
export interface NameDef {
  readonly kind: "NameDef";
  readonly text: string;
  readonly quoted: boolean;
  readonly span: Span;
}

/** A name where one is used; `qualifier` is the kind it carries (`pod/web`). */
export interface NameRef {
  readonly kind: "NameRef";
  readonly text: string;
  readonly qualifier: RefKind | null;
  readonly quoted: boolean;
  readonly span: Span;
}

/** An address, a range with a length, an `A-B` range, or a run of digits that is none of them; never judged here. */
export interface AddressLiteral {
  readonly kind: "AddressLiteral";
  readonly text: string;
  /** Stood in brackets: `[fd00::1]`, `[fd00::/64]`. The span includes them, the text does not. */
  readonly bracketed: boolean;
  readonly span: Span;
}

/** `any pods nodes services all none`. */
export interface SetWord {
  readonly kind: "SetWord";
  readonly word: "any" | "pods" | "nodes" | "services" | "all" | "none";
  readonly span: Span;
}

/** A port as written, `80`, `8000-8010`, `53/udp`, `tcp`, or a label (`dns`): the text, unjudged. */
export interface PortText {
  readonly kind: "PortText";
  /** `number`: starts with a digit. `word`: a protocol or a port's label. */
  readonly form: "number" | "word";
  readonly text: string;
  readonly span: Span;
}

/** One item of a list: what it names and, behind a colon, the port. */
export interface Endpoint {
  readonly kind: "Endpoint";
  readonly target: NameRef | AddressLiteral | SetWord;
  readonly port: PortText | null;
  readonly span: Span;
}

/** A port number that stands alone as a list item (`b:80, 443`): kept so that the error can show the written-out form. */
export interface BarePort {
  readonly kind: "BarePort";
  readonly port: PortText;
  readonly span: Span;
}

export type ListItem = Endpoint | BarePort;

export interface NumberText {
  readonly kind: "NumberText";
  readonly text: string;
  readonly span: Span;
}

/** `prefix:port` text in quotes, or a bare word: a device, a file, a log prefix. */
export interface Text {
  readonly kind: "Text";
  readonly text: string;
  readonly quoted: boolean;
  readonly span: Span;
}

export interface Backend {
  readonly kind: "Backend";
  readonly endpoint: ListItem;
  readonly weight: NumberText | null;
  readonly span: Span;
}

// ---- statements ----

interface StatementBase {
  readonly span: Span;
  /** The keyword's own place, for diagnostics about the statement as a whole. */
  readonly keyword: Span;
  readonly comments: readonly Comment[];
}

export interface ClusterStatement extends StatementBase {
  readonly kind: "ClusterStatement";
  readonly pods: readonly AddressLiteral[] | null;
  readonly services: readonly AddressLiteral[] | null;
  readonly network: { readonly word: "host-gw" | "vxlan" | "none"; readonly span: Span } | null;
  readonly gateway: {
    readonly word: "link-local" | "proxy-arp" | "address";
    readonly addresses: readonly AddressLiteral[];
    readonly span: Span;
  } | null;
  readonly mtu: NumberText | null;
  readonly nodeports: {
    readonly word: "primary" | "all" | "ranges";
    readonly ranges: readonly AddressLiteral[];
    readonly span: Span;
  } | null;
}

export interface NodeStatement extends StatementBase {
  readonly kind: "NodeStatement";
  readonly name: NameDef;
  readonly addresses: readonly AddressLiteral[];
  readonly device: Text | null;
  readonly pods: readonly AddressLiteral[] | null;
}

export interface PodStatement extends StatementBase {
  readonly kind: "PodStatement";
  readonly name: NameDef;
  readonly addresses: readonly AddressLiteral[];
  /** `null` when `on NODE` was left out, which is an error that binding reports. */
  readonly on: NameRef | null;
}

export interface GroupStatement extends StatementBase {
  readonly kind: "GroupStatement";
  readonly name: NameDef;
  readonly members: readonly ListItem[];
}

export interface PortLine {
  readonly kind: "PortLine";
  readonly port: PortText;
  readonly label: NameDef | null;
  readonly nodeport: PortText | null;
  /** `"none"` for `-> none`. */
  readonly backends: readonly Backend[] | "none";
  readonly span: Span;
}

export type ServiceOption =
  | { readonly kind: "Affinity"; readonly duration: NumberText; readonly span: Span }
  | { readonly kind: "External"; readonly addresses: readonly AddressLiteral[]; readonly span: Span }
  | {
      readonly kind: "LoadBalancer";
      readonly addresses: readonly AddressLiteral[];
      readonly from: readonly AddressLiteral[] | null;
      readonly span: Span;
    }
  | { readonly kind: "InternalLocal"; readonly span: Span }
  | { readonly kind: "ExternalTrafficLocal"; readonly span: Span };

export interface ServiceStatement extends StatementBase {
  readonly kind: "ServiceStatement";
  readonly name: NameDef;
  readonly addresses: readonly AddressLiteral[];
  readonly body:
    | { readonly kind: "AllProtocols"; readonly backends: readonly Backend[] | "none"; readonly span: Span }
    | {
        readonly kind: "Block";
        readonly lines: readonly PortLine[];
        readonly options: readonly ServiceOption[];
        readonly span: Span;
      };
}

export interface HairpinStatement extends StatementBase {
  readonly kind: "HairpinStatement";
  readonly targets: readonly ListItem[];
}

export interface MasqueradeStatement extends StatementBase {
  readonly kind: "MasqueradeStatement";
  readonly sources: readonly ListItem[];
  readonly except: readonly ListItem[] | null;
}

export interface SnatStatement extends StatementBase {
  readonly kind: "SnatStatement";
  readonly sources: readonly ListItem[];
  /** `null` when `to ADDR` was left out. */
  readonly to: AddressLiteral | null;
  readonly except: readonly ListItem[] | null;
}

export interface RouteStatement extends StatementBase {
  readonly kind: "RouteStatement";
  readonly prefix: AddressLiteral;
  readonly via: AddressLiteral | null;
  readonly device: Text | null;
  readonly on: NameRef | null;
}

export interface MarkStatement extends StatementBase {
  readonly kind: "MarkStatement";
  readonly sources: readonly ListItem[];
  readonly destinations: readonly ListItem[];
  /** `VALUE[/MASK]` as written. */
  readonly value: NumberText;
}

export type PolicyVerb = "allow" | "deny" | "reject";

export interface PolicyStatement extends StatementBase {
  readonly kind: "PolicyStatement";
  readonly verb: PolicyVerb;
  readonly isDefault: boolean;
  readonly sources: readonly ListItem[];
  readonly destinations: readonly ListItem[];
  readonly log: { readonly prefix: Text | null; readonly span: Span } | null;
}

export type Outcome =
  | {
      readonly kind: "reaches";
      readonly pods: readonly NameRef[];
      readonly as: AddressLiteral | null;
      readonly span: Span;
    }
  | { readonly kind: "denied" | "rejected" | "unreachable"; readonly span: Span };

export interface ExpectStatement extends StatementBase {
  readonly kind: "ExpectStatement";
  readonly source: ListItem;
  readonly via: NameRef | null;
  readonly destination: ListItem;
  /** `null`: it gets an answer. */
  readonly outcome: Outcome | null;
}

export interface IncludeStatement extends StatementBase {
  readonly kind: "IncludeStatement";
  readonly path: Text;
}

/** A statement that did not parse; its faults say why. `name` is kept where one could be read, so that uses of it are not blamed too. */
export interface BrokenStatement extends StatementBase {
  readonly kind: "BrokenStatement";
  /** `null` when not even the keyword was known. */
  readonly of: StatementKeyword | null;
  readonly name: NameDef | null;
}

export type Statement =
  | ClusterStatement
  | NodeStatement
  | PodStatement
  | GroupStatement
  | ServiceStatement
  | HairpinStatement
  | MasqueradeStatement
  | SnatStatement
  | RouteStatement
  | MarkStatement
  | PolicyStatement
  | ExpectStatement
  | IncludeStatement
  | BrokenStatement;

export const STATEMENT_KEYWORDS = [
  "cluster",
  "node",
  "pod",
  "group",
  "service",
  "hairpin",
  "masquerade",
  "snat",
  "route",
  "mark",
  "allow",
  "deny",
  "reject",
  "default",
  "expect",
  "include",
] as const;

export type StatementKeyword = (typeof STATEMENT_KEYWORDS)[number];

/** One parsed file. */
export interface Tree {
  readonly statements: readonly Statement[];
  /** Comments behind the last statement. */
  readonly comments: readonly Comment[];
  readonly faults: readonly Fault[];
}
