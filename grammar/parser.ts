/**
 * Tokens of one statement to its tree. What this class and those below it record of themselves is the grammar of the language
 * reference; each adds the rules of its own statements.
 *
 * During chevrotain's recording phase the results of sub-rules are frozen: nodes are built last, and nothing is assigned to a result.
 */
import type { IRecognitionException } from "chevrotain";
import type * as ast from "./ast.ts";
import type { Slice } from "./lexer.ts";
import { address, spanOf, text } from "./parser/build.ts";
import * as want from "./parser/expectations.ts";
import type { Clauses } from "./parser/lists.ts";
import { TranslationRules } from "./parser/translations.ts";
import * as token from "./tokens.ts";

export interface Read {
  readonly statement: ast.Statement;
  readonly error: IRecognitionException | null;
  /** Faults that leave the statement whole. */
  readonly softFaults: readonly ast.Fault[];
}

export class StatementParser extends TranslationRules {
  constructor(definition: "validated" | "trusted") {
    super(definition);
    this.performSelfAnalysis();
    this.byKeyword = new Map<number, () => ast.Statement>([
      [token.Node.tokenTypeIdx!, this.node],
      [token.Pod.tokenTypeIdx!, this.pod],
      [token.Group.tokenTypeIdx!, this.group],
      [token.Service.tokenTypeIdx!, this.service],
    ]);
  }

  /** The statements that a large program has thousands of: read without a choice among all, which costs a closure for each. */
  private readonly byKeyword: ReadonlyMap<number, () => ast.Statement>;

  /** One statement. With an error there is none, whatever `statement` holds. */
  read(slice: Slice): Read {
    this.comments = slice.comments;
    this.softFaults = [];
    this.input = slice.tokens;
    const statement = (this.byKeyword.get(slice.tokens[0]!.tokenTypeIdx!) ?? this.statement).call(this);
    return { statement, error: this.errors[0] ?? null, softFaults: this.softFaults };
  }

  readonly statement = this.RULE(
    "statement",
    (): ast.Statement =>
      this.OR<ast.Statement>({
        DEF: [
          { ALT: () => this.SUBRULE(this.cluster) },
          { ALT: () => this.SUBRULE(this.node) },
          { ALT: () => this.SUBRULE(this.pod) },
          { ALT: () => this.SUBRULE(this.group) },
          { ALT: () => this.SUBRULE(this.service) },
          { ALT: () => this.SUBRULE(this.hairpin) },
          { ALT: () => this.SUBRULE(this.masquerade) },
          { ALT: () => this.SUBRULE(this.snat) },
          { ALT: () => this.SUBRULE(this.route) },
          { ALT: () => this.SUBRULE(this.mark) },
          { ALT: () => this.SUBRULE(this.policy) },
          { ALT: () => this.SUBRULE(this.expect) },
          { ALT: () => this.SUBRULE(this.include) },
        ],
        ERR_MSG: want.STATEMENT.ERR_MSG,
      }),
  );

  readonly policy = this.RULE("policy", (): ast.PolicyStatement => {
    const clauses: Clauses<ast.PolicyStatement, "log"> = { log: null };
    const keyword = this.LA(1);
    const isDefault = this.OPTION(() => this.CONSUME(token.Default)) !== undefined;
    const verb = this.OR({
      DEF: [
        { ALT: () => this.CONSUME(token.Allow) },
        { ALT: () => this.CONSUME(token.Deny) },
        { ALT: () => this.CONSUME(token.Reject) },
      ],
      ERR_MSG: want.VERB.ERR_MSG,
    });
    const sources = this.SUBRULE(this.items);
    this.CONSUME(token.Arrow, want.ARROW);
    const destinations = this.SUBRULE2(this.items);
    this.MANY(() => {
      const clause = this.CONSUME(token.Log);
      const prefix = this.OPTION2(() => this.CONSUME(token.Quoted));
      const log = { prefix: prefix === undefined ? null : text(prefix), span: this.from(clause.startOffset) };
      clauses.log = this.once(clause, clauses.log, log);
    });
    return {
      kind: "PolicyStatement",
      span: this.from(keyword.startOffset),
      keyword: isDefault ? { start: keyword.startOffset, end: verb.endOffset! + 1 } : spanOf(keyword),
      comments: this.comments,
      verb: verb.image as ast.PolicyVerb,
      isDefault,
      sources,
      destinations,
      log: clauses.log,
    };
  });

  readonly expect = this.RULE("expect", (): ast.ExpectStatement => {
    const clauses: Clauses<ast.ExpectStatement, "via"> = { via: null };
    const keyword = this.CONSUME(token.Expect);
    const source = this.SUBRULE(this.item);
    this.MANY(() => {
      const clause = this.CONSUME(token.Via);
      clauses.via = this.once(clause, clauses.via, this.SUBRULE(this.nodeName));
    });
    this.CONSUME(token.Arrow, want.ARROW);
    const destination = this.SUBRULE2(this.item);
    const outcome = this.OPTION(() => this.SUBRULE(this.outcome));
    return {
      kind: "ExpectStatement",
      span: this.from(keyword.startOffset),
      keyword: spanOf(keyword),
      comments: this.comments,
      source,
      via: clauses.via,
      destination,
      outcome: outcome ?? null,
    };
  });

  protected readonly outcome = this.RULE("outcome", (): ast.Outcome => {
    const start = this.LA(1).startOffset;
    return this.OR<ast.Outcome>([
      {
        ALT: () => {
          const pods: ast.NameRef[] = [];
          const clauses: { as: ast.AddressLiteral | null } = { as: null };
          this.CONSUME(token.Reaches);
          this.AT_LEAST_ONE_SEP({
            SEP: token.Comma,
            DEF: () => pods.push(this.SUBRULE(this.podName)),
            ERR_MSG: want.POD_NAME.ERR_MSG,
          });
          this.MANY(() => {
            const clause = this.CONSUME(token.As);
            const as = this.CONSUME(token.Address, want.ADDRESS);
            clauses.as = this.once(clause, clauses.as, address(as));
          });
          return { kind: "reaches", pods, as: clauses.as, span: this.from(start) };
        },
      },
      {
        ALT: () => {
          this.CONSUME(token.Denied);
          return { kind: "denied", span: this.from(start) };
        },
      },
      {
        ALT: () => {
          this.CONSUME(token.Rejected);
          return { kind: "rejected", span: this.from(start) };
        },
      },
      {
        ALT: () => {
          this.CONSUME(token.Unreachable);
          return { kind: "unreachable", span: this.from(start) };
        },
      },
    ]);
  });

  readonly include = this.RULE("include", (): ast.IncludeStatement => {
    const keyword = this.CONSUME(token.Include);
    const path = this.CONSUME(token.Quoted, want.PATH);
    return {
      kind: "IncludeStatement",
      span: this.from(keyword.startOffset),
      keyword: spanOf(keyword),
      comments: this.comments,
      path: text(path),
    };
  });
}
