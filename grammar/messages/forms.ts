/** The form of every statement, setting, port line and option, as messages show it. */
import type { StatementKeyword } from "../ast.ts";

export interface Form {
  /** How it is written. */
  readonly usage: string;
  /** The words that may follow what it is about. */
  readonly clauses: readonly string[];
}

export const STATEMENT_FORMS: Readonly<Record<StatementKeyword, Form>> = {
  cluster: { usage: "cluster { pods CIDR; services CIDR; … }", clauses: [] },
  node: { usage: "node NAME ADDR [dev IF] [pods CIDR,…]", clauses: ["dev", "pods"] },
  pod: { usage: "pod NAME ADDR on NODE", clauses: ["on"] },
  group: { usage: "group NAME = ITEM,…", clauses: [] },
  service: { usage: "service NAME VIP -> BACKENDS` or `service NAME VIP { PORT -> BACKENDS; … }", clauses: ["weight"] },
  hairpin: { usage: "hairpin NAME,…", clauses: [] },
  masquerade: { usage: "masquerade SRC,… [except DST,…]", clauses: ["except"] },
  snat: { usage: "snat SRC,… to ADDR [except DST,…]", clauses: ["to", "except"] },
  route: { usage: "route CIDR via ADDR [dev IF] on NODE", clauses: ["via", "dev", "on"] },
  mark: { usage: "mark SRC,… -> DST,… VALUE[/MASK]", clauses: [] },
  allow: { usage: 'allow SRC,… -> DST,… [log ["PREFIX"]]', clauses: ["log"] },
  deny: { usage: 'deny SRC,… -> DST,… [log ["PREFIX"]]', clauses: ["log"] },
  reject: { usage: 'reject SRC,… -> DST,… [log ["PREFIX"]]', clauses: ["log"] },
  default: { usage: "default allow|deny|reject SRC,… -> DST,…", clauses: ["log"] },
  expect: {
    usage: "expect SRC [via NODE] -> DST [reaches POD,… | denied | rejected | unreachable]",
    clauses: ["reaches", "denied", "rejected", "unreachable", "as", "via"],
  },
  include: { usage: 'include "FILE"', clauses: [] },
};

export const SETTING_FORMS: Readonly<Record<string, Form>> = {
  pods: { usage: "pods CIDR,…", clauses: [] },
  services: { usage: "services CIDR,…", clauses: [] },
  network: { usage: "network host-gw|vxlan|none", clauses: [] },
  gateway: { usage: "gateway link-local|proxy-arp|address [ADDR]", clauses: [] },
  mtu: { usage: "mtu N", clauses: [] },
  nodeports: { usage: "nodeports primary|all|CIDR,…", clauses: [] },
};

export const OPTION_FORMS: Readonly<Record<string, Form>> = {
  affinity: { usage: "affinity client DURATION", clauses: [] },
  external: { usage: "external ADDR,…", clauses: [] },
  loadbalancer: { usage: "loadbalancer ADDR,… [from CIDR,…]", clauses: ["from"] },
  internal: { usage: "internal local", clauses: [] },
  "external-traffic": { usage: "external-traffic local", clauses: [] },
};

export const PORT_LINE_FORM: Form = {
  usage: "PORT[/PROTO] [as LABEL] [nodeport N] -> BACKENDS",
  clauses: ["as", "nodeport", "weight"],
};
