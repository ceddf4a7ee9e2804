/** Where things are: the settings of the cluster, nodes, pods, and groups of them. */
import type * as ast from "../ast.ts";
import * as token from "../tokens.ts";
import { numberText, spanOf, text } from "./build.ts";
import * as want from "./expectations.ts";
import { type Clauses, ListRules } from "./lists.ts";

type Settings = Clauses<ast.ClusterStatement, "pods" | "services" | "network" | "gateway" | "mtu" | "nodeports">;

function noSettings(): Settings {
  return { pods: null, services: null, network: null, gateway: null, mtu: null, nodeports: null };
}

export abstract class PlaceRules extends ListRules {
  readonly cluster = this.RULE("cluster", (): ast.ClusterStatement => {
    const settings = noSettings();
    const keyword = this.CONSUME(token.Cluster);
    this.CONSUME(token.LeftBrace, want.OPENING_BRACE);
    this.MANY_SEP({
      SEP: token.Separator,
      DEF: () => this.SUBRULE(this.setting, { ARGS: [settings] }),
    });
    this.CONSUME(token.RightBrace, want.CLOSING_BRACE);
    return {
      kind: "ClusterStatement",
      span: this.from(keyword.startOffset),
      keyword: spanOf(keyword),
      comments: this.comments,
      ...settings,
    };
  });

  protected readonly setting = this.RULE("setting", (settings: Settings = noSettings()): void => {
    const clause = this.LA(1);
    this.OR({
      DEF: [
        {
          ALT: () => {
            this.CONSUME(token.Pods);
            settings.pods = this.once(clause, settings.pods, this.SUBRULE(this.addresses));
          },
        },
        {
          ALT: () => {
            this.CONSUME(token.Services);
            settings.services = this.once(clause, settings.services, this.SUBRULE2(this.addresses));
          },
        },
        {
          ALT: () => {
            settings.network = this.once(clause, settings.network, this.SUBRULE(this.network));
          },
        },
        {
          ALT: () => {
            settings.gateway = this.once(clause, settings.gateway, this.SUBRULE(this.gateway));
          },
        },
        {
          ALT: () => {
            this.CONSUME(token.Mtu);
            const number = this.CONSUME(token.Integer, want.NUMBER);
            settings.mtu = this.once(clause, settings.mtu, numberText(number));
          },
        },
        {
          ALT: () => {
            settings.nodeports = this.once(clause, settings.nodeports, this.SUBRULE(this.nodeports));
          },
        },
      ],
      ERR_MSG: want.SETTING.ERR_MSG,
    });
  });

  protected readonly network = this.RULE("network", (): NonNullable<ast.ClusterStatement["network"]> => {
    const clause = this.CONSUME(token.Network);
    const word = this.OR({
      DEF: [
        { ALT: () => this.CONSUME(token.HostGw) },
        { ALT: () => this.CONSUME(token.Vxlan) },
        { ALT: () => this.CONSUME(token.None) },
      ],
      ERR_MSG: want.NETWORK.ERR_MSG,
    });
    return { word: word.image as "host-gw" | "vxlan" | "none", span: this.from(clause.startOffset) };
  });

  protected readonly gateway = this.RULE("gateway", (): NonNullable<ast.ClusterStatement["gateway"]> => {
    const clause = this.CONSUME(token.Gateway);
    const word = this.OR({
      DEF: [
        { ALT: () => this.CONSUME(token.LinkLocal) },
        { ALT: () => this.CONSUME(token.ProxyArp) },
        { ALT: () => this.CONSUME(token.AddressWord) },
      ],
      ERR_MSG: want.GATEWAY.ERR_MSG,
    });
    const addresses = this.OPTION(() => this.SUBRULE(this.addresses)) ?? [];
    const said = word.image as "link-local" | "proxy-arp" | "address";
    return { word: said, addresses, span: this.from(clause.startOffset) };
  });

  protected readonly nodeports = this.RULE("nodeports", (): NonNullable<ast.ClusterStatement["nodeports"]> => {
    const clause = this.CONSUME(token.Nodeports);
    let word: "primary" | "all" | "ranges" = "ranges";
    let ranges: readonly ast.AddressLiteral[] = [];
    this.OR({
      DEF: [
        {
          ALT: () => {
            this.CONSUME(token.Primary);
            word = "primary";
          },
        },
        {
          ALT: () => {
            this.CONSUME(token.All);
            word = "all";
          },
        },
        {
          ALT: () => {
            ranges = this.SUBRULE(this.addresses);
          },
        },
      ],
      ERR_MSG: want.NODEPORTS.ERR_MSG,
    });
    return { word, ranges, span: this.from(clause.startOffset) };
  });

  readonly node = this.RULE("node", (): ast.NodeStatement => {
    const clauses: Clauses<ast.NodeStatement, "device" | "pods"> = { device: null, pods: null };
    const keyword = this.CONSUME(token.Node);
    const name = this.CONSUME(token.Name, want.NAME);
    const addresses = this.SUBRULE(this.addresses);
    this.MANY(() =>
      this.OR([
        {
          ALT: () => {
            const clause = this.CONSUME(token.Dev);
            const device = this.CONSUME2(token.Name, want.DEVICE);
            clauses.device = this.once(clause, clauses.device, text(device));
          },
        },
        {
          ALT: () => {
            const clause = this.CONSUME(token.Pods);
            clauses.pods = this.once(clause, clauses.pods, this.SUBRULE2(this.addresses));
          },
        },
      ]),
    );
    return {
      kind: "NodeStatement",
      span: this.from(keyword.startOffset),
      keyword: spanOf(keyword),
      comments: this.comments,
      name: this.declared(name),
      addresses,
      device: clauses.device,
      pods: clauses.pods,
    };
  });

  readonly pod = this.RULE("pod", (): ast.PodStatement => {
    const clauses: Clauses<ast.PodStatement, "on"> = { on: null };
    const keyword = this.CONSUME(token.Pod);
    const name = this.CONSUME(token.Name, want.NAME);
    const addresses = this.SUBRULE(this.addresses);
    this.MANY(() => {
      const clause = this.CONSUME(token.On);
      clauses.on = this.once(clause, clauses.on, this.SUBRULE(this.nodeName));
    });
    return {
      kind: "PodStatement",
      span: this.from(keyword.startOffset),
      keyword: spanOf(keyword),
      comments: this.comments,
      name: this.declared(name),
      addresses,
      on: clauses.on,
    };
  });

  readonly group = this.RULE("group", (): ast.GroupStatement => {
    const keyword = this.CONSUME(token.Group);
    const name = this.CONSUME(token.Name, want.NAME);
    this.CONSUME(token.Equals, want.EQUALS);
    const members = this.SUBRULE(this.items);
    return {
      kind: "GroupStatement",
      span: this.from(keyword.startOffset),
      keyword: spanOf(keyword),
      comments: this.comments,
      name: this.declared(name),
      members,
    };
  });
}
