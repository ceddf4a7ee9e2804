/** Services: port lines, backends and options. */
import type * as ast from "../ast.ts";
import * as token from "../tokens.ts";
import { numberText, portText, spanOf } from "./build.ts";
import * as want from "./expectations.ts";
import type { Clauses } from "./lists.ts";
import { PlaceRules } from "./places.ts";

interface Items {
  readonly lines: ast.PortLine[];
  readonly options: ast.ServiceOption[];
}

export abstract class ServiceRules extends PlaceRules {
  readonly service = this.RULE("service", (): ast.ServiceStatement => {
    const keyword = this.CONSUME(token.Service);
    const name = this.CONSUME(token.Name, want.NAME);
    const addresses = this.SUBRULE(this.addresses);
    const body = this.OR<ast.ServiceStatement["body"]>({
      DEF: [
        {
          ALT: () => {
            const arrow = this.CONSUME(token.Arrow);
            const backends = this.SUBRULE(this.backends);
            return { kind: "AllProtocols", backends, span: this.from(arrow.startOffset) };
          },
        },
        { ALT: () => this.SUBRULE(this.serviceBlock) },
      ],
      ERR_MSG: want.BODY.ERR_MSG,
    });
    return {
      kind: "ServiceStatement",
      span: this.from(keyword.startOffset),
      keyword: spanOf(keyword),
      comments: this.comments,
      name: this.declared(name),
      addresses,
      body,
    };
  });

  protected readonly serviceBlock = this.RULE("serviceBlock", (): ast.ServiceStatement["body"] => {
    const items: Items = { lines: [], options: [] };
    const open = this.CONSUME(token.LeftBrace);
    this.MANY_SEP({
      SEP: token.Separator,
      DEF: () => this.SUBRULE(this.serviceItem, { ARGS: [items] }),
    });
    this.CONSUME(token.RightBrace, want.CLOSING_BRACE);
    return { kind: "Block", ...items, span: this.from(open.startOffset) };
  });

  protected readonly serviceItem = this.RULE("serviceItem", (items: Items = { lines: [], options: [] }): void => {
    const clause = this.LA(1);
    this.OR({
      DEF: [
        {
          ALT: () => {
            items.lines.push(this.SUBRULE(this.portLine));
          },
        },
        {
          ALT: () => {
            const option = this.SUBRULE(this.serviceOption);
            const earlier = items.options.find((other) => other.kind === option.kind) ?? null;
            if (this.once(clause, earlier, option) === option) items.options.push(option);
          },
        },
      ],
      ERR_MSG: want.SERVICE_ITEM.ERR_MSG,
    });
  });

  protected readonly portLine = this.RULE("portLine", (): ast.PortLine => {
    const clauses: Clauses<ast.PortLine, "label" | "nodeport"> = { label: null, nodeport: null };
    const start = this.LA(1).startOffset;
    const port = this.OR([
      { ALT: () => portText(this.CONSUME(token.PortNumber)) },
      { ALT: () => portText(this.CONSUME(token.Protocol)) },
    ]);
    this.MANY(() =>
      this.OR2([
        {
          ALT: () => {
            const clause = this.CONSUME(token.As);
            const label = this.CONSUME(token.Name, want.NAME);
            clauses.label = this.once(clause, clauses.label, this.declared(label));
          },
        },
        {
          ALT: () => {
            const clause = this.CONSUME(token.Nodeport);
            const number = this.CONSUME2(token.PortNumber, want.NUMBER);
            clauses.nodeport = this.once(clause, clauses.nodeport, portText(number));
          },
        },
      ]),
    );
    this.CONSUME(token.Arrow, want.ARROW);
    const backends = this.SUBRULE(this.backends);
    return {
      kind: "PortLine",
      port,
      label: clauses.label,
      nodeport: clauses.nodeport,
      backends,
      span: this.from(start),
    };
  });

  protected readonly backends = this.RULE("backends", (): readonly ast.Backend[] | "none" => {
    const backends: ast.Backend[] = [];
    const none = this.OR<"none" | null>({
      DEF: [
        {
          ALT: () => {
            this.CONSUME(token.None);
            return "none";
          },
        },
        {
          ALT: () => {
            this.AT_LEAST_ONE_SEP({
              SEP: token.Comma,
              DEF: () => backends.push(this.SUBRULE(this.backend)),
              ERR_MSG: want.BACKEND.ERR_MSG,
            });
            return null;
          },
        },
      ],
      ERR_MSG: want.BACKEND.ERR_MSG,
    });
    return none ?? backends.slice();
  });

  protected readonly backend = this.RULE("backend", (): ast.Backend => {
    const clauses: Clauses<ast.Backend, "weight"> = { weight: null };
    const start = this.LA(1).startOffset;
    const endpoint = this.SUBRULE(this.item);
    this.MANY(() => {
      const clause = this.CONSUME(token.Weight);
      const number = this.CONSUME(token.Integer, want.NUMBER);
      clauses.weight = this.once(clause, clauses.weight, numberText(number));
    });
    const span = clauses.weight === null ? endpoint.span : this.from(start);
    return { kind: "Backend", endpoint, weight: clauses.weight, span };
  });

  protected readonly serviceOption = this.RULE("serviceOption", (): ast.ServiceOption => {
    const start = this.LA(1).startOffset;
    return this.OR<ast.ServiceOption>([
      {
        ALT: () => {
          this.CONSUME(token.Affinity);
          this.CONSUME(token.Client, want.CLIENT);
          const duration = this.CONSUME(token.Duration, want.DURATION);
          return { kind: "Affinity", duration: numberText(duration), span: this.from(start) };
        },
      },
      {
        ALT: () => {
          this.CONSUME(token.External);
          const addresses = this.SUBRULE(this.addresses);
          return { kind: "External", addresses, span: this.from(start) };
        },
      },
      {
        ALT: () => {
          const clauses: { from: readonly ast.AddressLiteral[] | null } = { from: null };
          this.CONSUME(token.LoadBalancer);
          const addresses = this.SUBRULE2(this.addresses);
          this.MANY(() => {
            const clause = this.CONSUME(token.From);
            clauses.from = this.once(clause, clauses.from, this.SUBRULE3(this.addresses));
          });
          return { kind: "LoadBalancer", addresses, from: clauses.from, span: this.from(start) };
        },
      },
      {
        ALT: () => {
          this.CONSUME(token.Internal);
          this.CONSUME(token.Local, want.LOCAL);
          return { kind: "InternalLocal", span: this.from(start) };
        },
      },
      {
        ALT: () => {
          this.CONSUME(token.ExternalTraffic);
          this.CONSUME2(token.Local, want.LOCAL);
          return { kind: "ExternalTrafficLocal", span: this.from(start) };
        },
      },
    ]);
  });
}
