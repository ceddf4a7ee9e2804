/** Random programs without faults, loosely laid out: clauses in any order, comments and empty lines wherever they may stand. */
import fc from "fast-check";

/** Where a line may be broken, where an item of a block ends, where a statement does. */
const BREAK = "\u0001";
const ITEM_END = "\u0002";
const END = "\u0003";

const name = fc.constantFrom(
  ...["a", "web", "shop/web", "kube-dns.kube-system", "pod", "client", "to", "log", "weight", "cafe", "_x", "日本"],
  ...['"a"', '"my web"', '"6in4"', '"pod/x"', '"to"', '"10.0.0.1"', '"# no comment"', '"a;b"', '"->"', '"f"'],
);
const ref = fc.oneof(
  name,
  fc.constantFrom("pod/web", 'pod/"web"', 'service/"my web"', 'group/"any"', "service/shop/web"),
);
const address4 = fc.constantFrom("10.0.0.1", "010.1.1.1", "10.244.0.0/16", "192.168.8.166");
const address6 = fc.constantFrom("fd00::1", "cafe::80", "fd00:244::/48");
const address = fc.oneof(address4, address6);
const number = fc.constantFrom("80", "1", "65536", "1400");
const port = fc.constantFrom("80", "8000-8010", "53/udp", "8000-8010/sctp");
const behindColon = fc.oneof(port, fc.constantFrom("tcp", "icmp", "dns", '"dns"', '"any"', '"80"'));
const item = fc.oneof(
  ref,
  address,
  fc.constantFrom("any", "pods", "nodes", "services", "all", "[fd00::1]", "443"),
  fc
    .tuple(fc.oneof(ref, address4, fc.constantFrom("any", "[fd00::1]", "[fd00::/64]")), behindColon)
    .map((it) => it.join(":")),
);

const list = (of: fc.Arbitrary<string>) =>
  fc.array(of, { minLength: 1, maxLength: 12, size: "max" }).map((all) => all.join(`,${BREAK}`));
const addresses = list(address);
const items = list(item);
const weighted = fc.tuple(item, number).map((it) => it.join(" weight "));
const backends = fc.oneof(list(fc.oneof(item, weighted)), fc.constant("none"));

const sentence = (...parts: readonly (string | fc.Arbitrary<string>)[]): fc.Arbitrary<string> =>
  fc
    .tuple(...parts.map((part) => (typeof part === "string" ? fc.constant(part) : part)))
    .map((words) => words.filter((word) => word !== "").join(" "));
const arrow = `->${BREAK}`;
/** Any of them, in any order. */
const clauses = (...all: readonly fc.Arbitrary<string>[]): fc.Arbitrary<string> =>
  fc
    .tuple(...all)
    .chain((words) => fc.shuffledSubarray(words))
    .map((words) => words.join(" "));

/** Items of a block, the optional ones of `once` each once at most. */
const block = (once: readonly fc.Arbitrary<string>[], many: fc.Arbitrary<string>) =>
  fc
    .tuple(
      fc.tuple(...once).chain((all) => fc.shuffledSubarray(all)),
      fc.array(many, { maxLength: 4 }),
    )
    .chain(([single, more]) => fc.shuffledSubarray([...single, ...more], { minLength: single.length }))
    .map((all) => `{${BREAK}${all.map((each) => each + ITEM_END).join("")}}`);

const cluster = block(
  [
    sentence("pods", addresses),
    sentence("services", addresses),
    fc.constantFrom("network host-gw", "network none"),
    sentence("gateway link-local", fc.oneof(fc.constant(""), addresses)),
    sentence("mtu", number),
    sentence("nodeports", fc.oneof(fc.constantFrom("primary", "all"), addresses)),
  ],
  fc.constant(""),
);
const portLine = sentence(port, clauses(sentence("as", name), sentence("nodeport", port)), arrow, backends);
const service = block(
  [
    fc.constantFrom("affinity client 3h", "affinity client 90s"),
    sentence("external", addresses),
    sentence("loadbalancer", addresses, clauses(sentence("from", addresses))),
    fc.constant("internal local"),
    fc.constant("external-traffic local"),
  ],
  portLine,
);
const on = sentence("on", ref);
const dev = sentence("dev", name);
const outcome = fc.oneof(
  fc.constantFrom("", "denied", "rejected", "unreachable"),
  sentence("reaches", list(ref), clauses(sentence("as", address))),
);

const statement = fc.oneof(
  sentence("cluster", cluster),
  sentence("node", name, addresses, clauses(dev, sentence("pods", addresses))),
  sentence("pod", name, addresses, clauses(on)),
  sentence("group", name, `=${BREAK}`, items),
  sentence("service", name, addresses, arrow, backends),
  sentence("service", name, addresses, service),
  sentence("hairpin", items),
  sentence("masquerade", items, clauses(sentence("except", items))),
  sentence("snat", items, clauses(sentence("to", address), sentence("except", items))),
  sentence("route", address, clauses(sentence("via", address), dev, on)),
  sentence("mark", items, arrow, items, fc.constantFrom("16", "0x10", "0x1/0xff")),
  sentence(
    fc.constantFrom("allow", "default deny", "reject"),
    ...[items, arrow, items, clauses(fc.constantFrom("log", 'log "p: #1"'))],
  ),
  sentence("expect", item, clauses(sentence("via", ref)), arrow, item, outcome),
  sentence("include", fc.constantFrom('"a.net"', '"b/c.net"')),
);

const GAPS: Readonly<Record<string, readonly string[]>> = {
  [BREAK]: [" ", " ", " ", "", "\n", "\r\n\t", "\n\n", " #\n", "#\n  #\n", "\n\n #\n\n"],
  [ITEM_END]: ["\n", " ; ", "; #\n", " #\n", "\n\n\n", "\n#\n\n", ";;\n ;#\n"],
  [END]: ["\n", "\n", ";", " #\n", "; #\n", "\r\n\r\n", "\n#\n#\n\n", " ;\n\n\n#\n"],
};

/** Puts gaps where they may stand, and numbers the comments in them. */
function laidOut(template: string, choices: readonly number[]): string {
  let gap = 0;
  let comment = 0;
  return template
    .replace(/[\u0001-\u0003]/g, (mark) => {
      const all = GAPS[mark]!;
      return all[choices[gap++ % choices.length]! % all.length]!.replace(/#/g, "\u0004");
    })
    .replace(/\u0004/g, () => `# c${++comment}  `);
}

export const program: fc.Arbitrary<string> = fc
  .tuple(
    fc.array(statement, { maxLength: 6 }),
    fc.array(fc.nat({ max: 39 }), { minLength: 1, maxLength: 40, size: "max" }),
    fc.constantFrom("", "\ufeff", "# first\n\n", "\n\n"),
  )
  .map(([statements, choices, head]) => head + laidOut(statements.map((each) => each + END).join(""), choices));
