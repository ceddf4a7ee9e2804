/** Small random plans and packets: few addresses and ports, so that matches meet, nest and repeat. */
import fc from "fast-check";
import { type Address, ipv4 } from "../../src/address/address.ts";
import type { PortRange } from "../../src/address/port.ts";
import { type Prefix, prefixOf } from "../../src/address/prefix.ts";
import type {
  Condition,
  Match,
  NodePlan,
  NodeportAddresses,
  PacketPlan,
  ServiceTranslation,
  SourceStage,
  SourceTranslation,
  Stages,
  Verdict,
  VerdictAction,
} from "../../src/plan/plan.ts";
import type { Packet } from "./evaluate.ts";

const address: fc.Arbitrary<Address> = fc.integer({ min: 0, max: 15 }).map((value) => ipv4(0x0a000000 + value));
const port = fc.integer({ min: 1, max: 4 });
const ports: fc.Arbitrary<PortRange> = fc
  .tuple(port, port)
  .map(([a, b]) => ({ first: Math.min(a, b), last: Math.max(a, b) }));
const prefix: fc.Arbitrary<Prefix> = fc
  .tuple(address, fc.integer({ min: 28, max: 32 }))
  .map(([from, length]) => prefixOf(from, length));
const prefixes = fc.array(prefix, { minLength: 1, maxLength: 5 });
const protocol = fc.constantFrom("tcp", "udp", "icmp" as const);

const part: fc.Arbitrary<Condition> = fc.oneof(
  prefixes.map((list): Condition => ({ kind: "source", prefixes: list })),
  prefixes.map((list): Condition => ({ kind: "destination", prefixes: list })),
  fc
    .record({ prefixes: fc.option(prefixes), ports: fc.option(ports) })
    .map((asked): Condition => ({ kind: "asked", ...asked })),
  protocol.map((each): Condition => ({ kind: "protocol", protocol: each })),
  ports.map((range): Condition => ({ kind: "source-port", ports: range })),
  ports.map((range): Condition => ({ kind: "destination-port", ports: range })),
  fc.constantFrom<Condition>(
    { kind: "state", state: "new" },
    { kind: "state", state: "established" },
    { kind: "state", state: "invalid" },
    { kind: "translated" },
    { kind: "icmp-types", types: [1, 3] },
    { kind: "leaves-by", device: "netc-vxlan" },
    { kind: "own-source" },
    { kind: "loopback", side: "in" },
  ),
);

/** Ports stand beside a protocol that has them, ICMP types beside ICMP. */
function sane(conditions: Match): Match {
  const protocol = conditions.find((condition) => condition.kind === "protocol")?.protocol ?? null;
  return conditions.filter(({ kind }) => {
    if (kind === "source-port" || kind === "destination-port") return protocol !== null && protocol !== "icmp";
    return kind !== "icmp-types" || protocol === "icmp";
  });
}

/** Each kind once at most. */
const match: fc.Arbitrary<Match> = fc.uniqueArray(part, { maxLength: 5, selector: ({ kind }) => kind }).map(sane);

/** Sometimes in the filter alone, where OUTPUT has it. */
const filterMatch = fc
  .tuple(match, fc.integer({ max: 5, min: 0 }))
  .map(([each, one]) => (one === 0 ? [...each.filter(({ kind }) => kind !== "loopback"), TO_LOOPBACK] : each));
const TO_LOOPBACK: Condition = { kind: "loopback", side: "out" };

/** Of devices, and the way back, as it is judged before conntrack and of INVALID alone. */
const deviceMatch = fc
  .tuple(
    match,
    fc.subarray<Condition>([
      { kind: "pod-device", side: "in" },
      { kind: "astray" },
      { kind: "state", state: "invalid" },
    ]),
  )
  .map(([each, more]) => [...each.filter(({ kind }) => !more.some((other) => other.kind === kind)), ...more]);

const verdict = (actions: readonly VerdictAction[], from = filterMatch): fc.Arbitrary<Verdict> =>
  fc.record({
    match: from,
    action: fc.constantFrom(...actions),
    log: fc.option(fc.constant({ prefix: "p" })),
    statement: fc.constantFrom("a", "b"),
    origin: fc.constant(null),
  });
const verdicts = (actions: readonly VerdictAction[], from = filterMatch) =>
  fc.array(verdict(actions, from), { maxLength: 5 });

const INVALID: Condition = { kind: "state", state: "invalid" };

/** Frontends, none of which meets another. */
const frontends = fc
  .uniqueArray(fc.tuple(fc.option(address), fc.constantFrom(1, 2, 3)), {
    maxLength: 8,
    selector: ([to, first]) => `${to?.text} ${first}`,
  })
  .map((found) =>
    found.map(
      ([to, first]): Match => [
        ...(to === null ? [] : [{ kind: "destination", prefixes: [prefixOf(to, 32)] } as const]),
        { kind: "protocol", protocol: "tcp" },
        { kind: "destination-port", ports: { first, last: first === 3 ? 4 : first } },
        INVALID,
      ],
    ),
  );

/** As plans have them: what pods send or get, then what asks for a frontend. Now and then anything. */
const invalid: fc.Arbitrary<readonly Verdict[]> = fc.oneof(
  fc
    .tuple(fc.subarray<"in" | "out">(["in", "out"]), frontends)
    .map(([sides, asked]) =>
      [...sides.map((side): Match => [{ kind: "pod-device", side }, INVALID]), ...asked].map(
        (each): Verdict => ({ match: each, action: "drop", log: null, statement: "f", origin: null }),
      ),
    ),
  verdicts(["drop"], deviceMatch),
);

const senders = verdicts(["drop", "step-aside"], deviceMatch);

const stages: fc.Arbitrary<Stages> = fc.record({
  exempt: verdicts(["step-aside", "drop"]),
  established: verdicts(["accept", "step-aside"]),
  invalid,
  policy: verdicts(["next-stage", "drop", "reject"]),
  "service-drops": verdicts(["drop"]),
  rejection: verdicts(["reject"]),
  acceptance: verdicts(["accept"]),
});

const translation = (action: fc.Arbitrary<SourceTranslation["action"]>): fc.Arbitrary<SourceTranslation> =>
  fc.record({ match, action, statement: fc.constant("s"), origin: fc.constant(null) });

const KEEP = fc.constant({ kind: "keep" } as const);
const TO = fc
  .constantFrom(0x01010101, 0x02020202)
  .map((value) => ({ kind: "to-address", address: ipv4(value) }) as const);
const DEVICE = fc.constant({ kind: "to-device-address" } as const);

/** Hairpins are distinct pairs. In `hairpin` and `egress` all that translates does the same, as plans have it, and what keeps comes first. */
const sourceStages: fc.Arbitrary<readonly SourceStage[]> = fc
  .tuple(
    fc.uniqueArray(address, { maxLength: 3, selector: ({ text }) => text }),
    fc.array(translation(fc.oneof(KEEP, TO)), { maxLength: 4 }),
    fc.array(translation(fc.oneof(KEEP, TO)), { maxLength: 4 }),
    fc.array(translation(KEEP), { maxLength: 2 }),
    fc.array(translation(DEVICE), { maxLength: 3 }),
  )
  .map(([pods, services, snat, keep, egress]) => [
    { kind: "hairpin", except: "", translations: pods.map(hairpinOf) },
    { kind: "services", except: "", translations: services },
    { kind: "snat", except: "", translations: snat },
    { kind: "egress", except: "", translations: [...keep, ...egress] },
  ]);

function hairpinOf(pod: Address): SourceTranslation {
  const own = [prefixOf(pod, 32)];
  return {
    match: [{ kind: "source", prefixes: own }, { kind: "destination", prefixes: own }, { kind: "translated" }],
    action: { kind: "to-address", address: ipv4(0x03030303) },
    statement: "hairpin",
    origin: null,
  };
}

const marks = fc.array(
  fc.record({
    match,
    value: fc.constantFrom(1, 2),
    mask: fc.constant(3),
    statement: fc.constant("m"),
    origin: fc.constant(null),
  }),
  { maxLength: 4 },
);

/** Of a door without an address nodeports listen. */
const door = (from: fc.Arbitrary<Address | null>) => ({
  address: from,
  protocol: fc.constantFrom("tcp", "udp" as const),
  port: port.map((each): PortRange => ({ first: each, last: each })),
  statement: fc.constant("service s"),
  origin: fc.constant(null),
});
const backends = <B extends { readonly address: Address; readonly port: PortRange | null }>(backend: fc.Arbitrary<B>) =>
  fc.uniqueArray(backend, {
    minLength: 1,
    maxLength: 4,
    selector: (each) => `${each.address.text} ${each.port?.first}`,
  });
const backend = { address, port: fc.option(ports) };
const drawn = backends(fc.record({ ...backend, weight: fc.integer({ min: 1, max: 3 }) }));
const affinity = fc.record({ key: fc.constantFrom("service s 80/tcp", "service s 81/tcp"), seconds: port });
const anyService: fc.Arbitrary<ServiceTranslation> = fc
  .record({
    ...door(fc.option(address)),
    clients: fc.constantFrom("all", "outside" as const),
    backends: drawn,
    isOpen: fc.boolean(),
    affinity: fc.option(affinity),
  })
  .map(({ isOpen, backends, ...rest }) => ({
    ...rest,
    backends: isOpen || rest.clients === "all" ? backends : [],
  }));
const drained = (from: fc.Arbitrary<Address | null>) =>
  fc.record({ ...door(from), backends: backends(fc.record(backend)) });

interface Door {
  readonly address: Address | null;
  readonly protocol: string | null;
  readonly port: PortRange | null;
  readonly clients?: string;
}
const doors = <D extends Door>(each: fc.Arbitrary<D>) =>
  fc.uniqueArray(each, {
    maxLength: 6,
    selector: ({ address, protocol, port, clients }) => `${address?.text} ${protocol} ${port?.first} ${clients}`,
  });

const nodeports: fc.Arbitrary<NodeportAddresses> = fc.oneof(
  fc
    .array(address, { maxLength: 2 })
    .map((named): NodeportAddresses => ({ kind: "named", prefixes: named.map((each) => prefixOf(each, 32)) })),
  fc.option(prefixes).map((within): NodeportAddresses => ({ kind: "own", within })),
);

const packets: fc.Arbitrary<PacketPlan> = fc.record({
  family: fc.constant(4 as const),
  serviceRanges: fc.array(prefix, { maxLength: 2 }),
  inside: fc.array(prefix, { maxLength: 3 }),
  nodeports,
  services: doors(anyService),
  draining: doors(drained(fc.option(address))),
  senders: fc.record({ pods: senders, others: senders }),
  marks: fc.record({ prerouting: marks, output: marks }),
  postrouting: sourceStages,
  filter: fc.record({ input: stages, forward: stages, output: stages }),
});

export const plan: fc.Arbitrary<NodePlan> = fc.record({
  node: fc.constant("n"),
  mtu: fc.constant(null),
  tunnel: fc.constant(null),
  links: fc.constant([]),
  routes: fc.constant([]),
  slices: fc.constant([]),
  sysctls: fc.constant([]),
  packets: packets.map((each) => [each]),
});

export const packet: fc.Arbitrary<Packet> = fc.record({
  source: address,
  destination: address,
  protocol,
  sourcePort: port,
  destinationPort: port,
  asked: address,
  askedPort: port,
  state: fc.constantFrom("new", "established", "invalid" as const),
  loopback: fc.boolean(),
  leavesBy: fc.constantFrom("ens33", "netc-vxlan"),
  isFromNode: fc.boolean(),
  isOwn: fc.boolean(),
  isFromPod: fc.boolean(),
  isToPod: fc.boolean(),
  isAstray: fc.boolean(),
});
