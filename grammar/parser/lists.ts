/** What all statements are made of: names, addresses, items, and lists of them. */
import { EmbeddedActionsParser, type IToken } from "chevrotain";
import type * as ast from "../ast.ts";
import * as token from "../tokens.ts";
import { address, bracketed, endOf, nameDef, nameRef, portText, setWord } from "./build.ts";
import * as want from "./expectations.ts";
import { duplicateClause, isReserved, missingBrackets, quotedSetWord, reservedName, splitPort } from "./soft-faults.ts";

/** The clauses of one statement while they are met, in any order. */
export type Clauses<T, K extends keyof T> = { -readonly [Key in K]: T[Key] | null };

/** More of them in one statement tell people nothing new. */
const MOST_FAULTS = 10;

const NO_COMMENTS: readonly ast.Comment[] = [];

export abstract class ListRules extends EmbeddedActionsParser {
  /** Of the statement that is parsed: its node takes them over. */
  protected comments: readonly ast.Comment[] = NO_COMMENTS;
  /** Faults that leave the statement whole. */
  protected softFaults: ast.Fault[] = [];

  constructor(definition: "validated" | "trusted") {
    super([...token.TOKENS], {
      maxLookahead: 1,
      skipValidations: definition === "trusted",
      errorMessageProvider: want.expectationsAsMessages,
    });
  }

  /** From `start` to the end of the last token that was taken. */
  protected from(start: number): ast.Span {
    return { start: start | 0, end: endOf(this.LA(0)) };
  }

  private blame<A extends readonly unknown[]>(fault: (...about: A) => ast.Fault, ...about: A): void {
    if (this.softFaults.length < MOST_FAULTS) this.softFaults.push(fault(...about));
  }

  /** A name that is declared. */
  protected declared(name: IToken): ast.NameDef {
    if (isReserved(name)) this.blame(reservedName, name);
    return nameDef(name);
  }

  /** A name that is used. */
  protected used(name: IToken): ast.NameRef {
    if (isReserved(name)) this.blame(quotedSetWord, name);
    return nameRef(name);
  }

  /** Of two clauses of one kind the first counts. */
  protected once<T>(clause: IToken, earlier: T | null, later: T): T {
    if (earlier === null) return later;
    this.blame(duplicateClause, clause);
    return earlier;
  }

  // Alternatives that stand as fields are made once, not at each use: chevrotain takes them as closures.
  private readonly nodeNames = {
    DEF: [{ ALT: () => this.used(this.CONSUME(token.Name)) }, { ALT: () => this.used(this.CONSUME(token.Qualified)) }],
    ERR_MSG: want.NODE_NAME.ERR_MSG,
  };
  protected readonly nodeName = this.RULE("nodeName", (): ast.NameRef => this.OR(this.nodeNames));

  protected readonly podName = this.RULE(
    "podName",
    (): ast.NameRef =>
      this.OR({
        DEF: [
          { ALT: () => this.used(this.CONSUME(token.Name)) },
          { ALT: () => this.used(this.CONSUME(token.Qualified)) },
        ],
        ERR_MSG: want.POD_NAME.ERR_MSG,
      }),
  );

  protected readonly addresses = this.RULE("addresses", (): readonly ast.AddressLiteral[] => {
    const addresses: ast.AddressLiteral[] = [];
    this.AT_LEAST_ONE_SEP({
      SEP: token.Comma,
      DEF: () => addresses.push(address(this.CONSUME(token.Address, want.ADDRESS))),
      ERR_MSG: want.ADDRESS.ERR_MSG,
    });
    return addresses.slice();
  });

  protected readonly items = this.RULE("items", (): readonly ast.ListItem[] => {
    const items: ast.ListItem[] = [];
    this.AT_LEAST_ONE_SEP({
      SEP: token.Comma,
      DEF: () => items.push(this.SUBRULE(this.item)),
      ERR_MSG: want.ITEM.ERR_MSG,
    });
    return items.slice();
  });

  private readonly itemForms: { DEF: { ALT: () => ast.ListItem }[]; ERR_MSG: string } = {
    DEF: [
      { ALT: () => this.SUBRULE(this.endpoint) },
      {
        ALT: () => {
          const port = portText(this.CONSUME(token.PortNumber));
          return { kind: "BarePort", port, span: port.span };
        },
      },
    ],
    ERR_MSG: want.ITEM.ERR_MSG,
  };

  protected readonly item = this.RULE("item", (): ast.ListItem => this.OR<ast.ListItem>(this.itemForms));

  private readonly targets = [
    { ALT: () => this.used(this.CONSUME(token.Name)) },
    { ALT: () => this.used(this.CONSUME(token.Qualified)) },
    { ALT: () => address(this.CONSUME(token.Address)) },
    {
      ALT: () => {
        const open = this.CONSUME(token.LeftBracket);
        const inner = this.CONSUME2(token.Address, want.ADDRESS_6);
        return bracketed(open, inner, this.CONSUME(token.RightBracket, want.CLOSING_BRACKET));
      },
    },
    { ALT: () => setWord(this.CONSUME(token.SetWord)) },
  ];
  private readonly portForms = {
    DEF: [{ ALT: () => portText(this.CONSUME(token.PortNumber)) }, { ALT: () => portText(this.CONSUME3(token.Name)) }],
    ERR_MSG: want.PORT.ERR_MSG,
  };
  private readonly portBehind = () => {
    this.CONSUME(token.Colon);
    return this.OR2(this.portForms);
  };

  protected readonly endpoint = this.RULE("endpoint", (): ast.Endpoint => {
    const target = this.OR<ast.Endpoint["target"]>(this.targets);
    const port = this.OPTION(this.portBehind);
    return this.ACTION(() => this.bracketsChecked(target, port ?? null));
  });

  private bracketsChecked(target: ast.Endpoint["target"], port: ast.PortText | null): ast.Endpoint {
    const span = port === null ? target.span : { start: target.span.start, end: port.span.end };
    if (target.kind !== "AddressLiteral" || target.bracketed || !target.text.includes(":")) {
      return { kind: "Endpoint", target, port, span };
    }
    const said = port === null ? splitPort(target) : { address: target, port };
    if (said === null) return { kind: "Endpoint", target, port, span };
    this.blame(missingBrackets, said.address, said.port);
    return { kind: "Endpoint", target: { ...said.address, bracketed: true }, port: said.port, span };
  }
}
