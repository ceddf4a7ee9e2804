/** What must be proved by a packet, on each backend and in each family. */
import { STATEMENT_KEYWORDS } from "../../../grammar/ast.ts";

export const STATEMENTS = [
  "cluster pods",
  "cluster services",
  "cluster network host-gw",
  "cluster network vxlan",
  "cluster network none",
  "cluster gateway link-local",
  "cluster gateway proxy-arp",
  "cluster gateway address",
  "cluster mtu",
  "node",
  "node dev",
  "node pods",
  "pod",
  "group",
  "service of every protocol",
  "service port line",
  "service of several backends",
  "service weight",
  "service weight 0",
  "service port range that keeps its place",
  "service port range with an offset",
  "service group as backend",
  "service address as backend",
  "service -> none",
  "service port that no line serves",
  "service address that no service has",
  "hairpin",
  "masquerade",
  "masquerade except",
  "snat",
  "snat, the longer prefix wins",
  "snat except falls to masquerade",
  "route",
  "mark",
  "mark of what a node sends",
  "mark, the longer prefix wins",
  "allow",
  "allow of a service opens its backends",
  "deny",
  "reject with a reset",
  "reject with ICMP",
  "reject of a ping",
  "default",
  "allow, deny of a source port",
  "deny of a protocol",
  "deny of icmp",
  "deny to a pod",
  "deny to a service",
  "deny to a node",
  "deny from a node",
  "deny of an address",
  "deny of a range",
  "deny of a range that holds a service",
  "deny log",
  "allow, deny of what one family lacks",
  "default deny any, and neighbours",
  "default deny any, and errors about what is allowed",
] as const;

export type Statement = (typeof STATEMENTS)[number];

/** Statements that reach no packet by themselves, and who proves them. */
export const WITHOUT_PACKET = {
  expect: "first-example.test.ts sends the packets of the first example's expectations",
  include: "it brings other statements; the compiler's tests cover it",
} as const;

export const keywordsWithoutRow = (): readonly string[] =>
  STATEMENT_KEYWORDS.filter(
    (keyword) => !(keyword in WITHOUT_PACKET) && !STATEMENTS.some((statement) => statement.split(/\W/)[0] === keyword),
  );
