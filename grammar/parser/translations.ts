/** What changes packets on their way, and routes. */
import type * as ast from "../ast.ts";
import * as token from "../tokens.ts";
import { address, numberText, spanOf, text } from "./build.ts";
import * as want from "./expectations.ts";
import type { Clauses } from "./lists.ts";
import { ServiceRules } from "./services.ts";

export abstract class TranslationRules extends ServiceRules {
  readonly hairpin = this.RULE("hairpin", (): ast.HairpinStatement => {
    const keyword = this.CONSUME(token.Hairpin);
    const targets = this.SUBRULE(this.items);
    return {
      kind: "HairpinStatement",
      span: this.from(keyword.startOffset),
      keyword: spanOf(keyword),
      comments: this.comments,
      targets,
    };
  });

  readonly masquerade = this.RULE("masquerade", (): ast.MasqueradeStatement => {
    const clauses: Clauses<ast.MasqueradeStatement, "except"> = { except: null };
    const keyword = this.CONSUME(token.Masquerade);
    const sources = this.SUBRULE(this.items);
    this.MANY(() => {
      const clause = this.CONSUME(token.Except);
      clauses.except = this.once(clause, clauses.except, this.SUBRULE2(this.items));
    });
    return {
      kind: "MasqueradeStatement",
      span: this.from(keyword.startOffset),
      keyword: spanOf(keyword),
      comments: this.comments,
      sources,
      except: clauses.except,
    };
  });

  readonly snat = this.RULE("snat", (): ast.SnatStatement => {
    const clauses: Clauses<ast.SnatStatement, "to" | "except"> = { to: null, except: null };
    const keyword = this.CONSUME(token.Snat);
    const sources = this.SUBRULE(this.items);
    this.MANY(() =>
      this.OR([
        {
          ALT: () => {
            const clause = this.CONSUME(token.To);
            const to = this.CONSUME(token.Address, want.ADDRESS);
            clauses.to = this.once(clause, clauses.to, address(to));
          },
        },
        {
          ALT: () => {
            const clause = this.CONSUME(token.Except);
            clauses.except = this.once(clause, clauses.except, this.SUBRULE2(this.items));
          },
        },
      ]),
    );
    return {
      kind: "SnatStatement",
      span: this.from(keyword.startOffset),
      keyword: spanOf(keyword),
      comments: this.comments,
      sources,
      to: clauses.to,
      except: clauses.except,
    };
  });

  readonly route = this.RULE("route", (): ast.RouteStatement => {
    const clauses: Clauses<ast.RouteStatement, "via" | "device" | "on"> = { via: null, device: null, on: null };
    const keyword = this.CONSUME(token.Route);
    const prefix = this.CONSUME(token.Address, want.RANGE);
    this.MANY(() =>
      this.OR([
        {
          ALT: () => {
            const clause = this.CONSUME(token.Via);
            const via = this.CONSUME2(token.Address, want.ADDRESS);
            clauses.via = this.once(clause, clauses.via, address(via));
          },
        },
        {
          ALT: () => {
            const clause = this.CONSUME(token.Dev);
            const device = this.CONSUME(token.Name, want.DEVICE);
            clauses.device = this.once(clause, clauses.device, text(device));
          },
        },
        {
          ALT: () => {
            const clause = this.CONSUME(token.On);
            clauses.on = this.once(clause, clauses.on, this.SUBRULE(this.nodeName));
          },
        },
      ]),
    );
    return {
      kind: "RouteStatement",
      span: this.from(keyword.startOffset),
      keyword: spanOf(keyword),
      comments: this.comments,
      prefix: address(prefix),
      via: clauses.via,
      device: clauses.device,
      on: clauses.on,
    };
  });

  readonly mark = this.RULE("mark", (): ast.MarkStatement => {
    const keyword = this.CONSUME(token.MarkWord);
    const sources = this.SUBRULE(this.items);
    this.CONSUME(token.Arrow, want.ARROW);
    const destinations = this.SUBRULE2(this.items);
    const value = this.CONSUME(token.MarkValue, want.MARK);
    return {
      kind: "MarkStatement",
      span: this.from(keyword.startOffset),
      keyword: spanOf(keyword),
      comments: this.comments,
      sources,
      destinations,
      value: numberText(value),
    };
  });
}
