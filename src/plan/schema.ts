/** The published shape of plan.json; the only file of this room that needs zod, so that `compile` loads none. */
import { z } from "zod";

const address = z.string();
const prefix = z.string().regex(/\/\d+$/);
const portRange = z.tuple([z.int().min(1).max(65535), z.int().min(1).max(65535)]);
const protocol = z.enum(["tcp", "udp", "sctp", "icmp"]);
const statement = z.string();

const match = z.strictObject({
  source: z.array(prefix).optional(),
  destination: z.array(prefix).optional(),
  protocol: protocol.optional(),
  "source-port": portRange.optional(),
  "destination-port": portRange.optional(),
  asked: z.array(prefix).nullable().optional(),
  "asked-port": portRange.nullable().optional(),
  translated: z.literal(true).optional(),
  "own-source": z.literal(true).optional(),
  state: z.enum(["new", "established", "invalid"]).optional(),
  "icmp-types": z.array(z.int().min(0).max(255)).optional(),
  "leaves-by": z.string().optional(),
  loopback: z.enum(["in", "out"]).optional(),
  "pod-device": z.enum(["in", "out"]).optional(),
  astray: z.literal(true).optional(),
});

const verdicts = z.array(
  z.strictObject({
    statement,
    match,
    action: z.enum(["accept", "drop", "reject", "next-stage", "step-aside"]),
    log: z.string().nullable(),
  }),
);

const stages = z.strictObject({
  exempt: verdicts,
  established: verdicts,
  invalid: verdicts,
  policy: verdicts,
  "service-drops": verdicts,
  rejection: verdicts,
  acceptance: verdicts,
});

const translations = z.array(
  z.strictObject({
    statement,
    match,
    action: z.enum(["to-address", "to-device-address", "keep"]),
    address: address.nullable(),
  }),
);

const bits = z.int().min(0).max(0xffffffff);
const marks = z.array(z.strictObject({ statement, match, value: bits, mask: bits }));

const service = z.strictObject({
  statement,
  address: address.nullable(),
  protocol: protocol.nullable(),
  port: portRange.nullable(),
  clients: z.enum(["all", "outside"]),
  backends: z.array(z.strictObject({ address, port: portRange.nullable(), weight: z.int().min(1) })),
  affinity: z.strictObject({ key: z.string(), seconds: z.int().min(1) }).nullable(),
});

const draining = z.strictObject({
  statement,
  address: address.nullable(),
  protocol: protocol.nullable(),
  port: portRange.nullable(),
  backends: z.array(z.strictObject({ address, port: portRange.nullable() })).min(1),
});

export const planSchema = z.strictObject({
  version: z.literal(2),
  node: z.string(),
  mtu: z
    .discriminatedUnion("kind", [
      z.strictObject({ kind: z.literal("fixed"), bytes: z.int() }),
      z.strictObject({ kind: z.literal("of-device"), device: z.string(), less: z.int() }),
    ])
    .nullable(),
  tunnel: z
    .strictObject({
      device: z.string(),
      hardware: z.string(),
      underlay: z.string(),
      local: address,
      addresses: z.array(address),
      peers: z.array(z.strictObject({ statement, hardware: z.string(), remote: address, addresses: z.array(address) })),
    })
    .nullable(),
  links: z.array(
    z.strictObject({
      statement,
      pod: z.string(),
      namespace: z.string(),
      device: z.string(),
      ends: z.array(
        z.strictObject({
          address,
          gateway: address,
          "gateway-by": z.enum(["held", "proxied"]),
          source: address.nullable(),
        }),
      ),
    }),
  ),
  routes: z.array(
    z.strictObject({
      statement,
      prefix,
      via: address.nullable(),
      device: z.string().nullable(),
      onlink: z.boolean(),
      source: address.nullable(),
    }),
  ),
  slices: z.array(z.strictObject({ statement, prefix })),
  sysctls: z.array(z.strictObject({ statement, key: z.string(), value: z.string() })),
  packets: z.array(
    z.strictObject({
      family: z.union([z.literal(4), z.literal(6)]),
      "service-ranges": z.array(prefix),
      inside: z.array(prefix),
      nodeports: z.discriminatedUnion("kind", [
        z.strictObject({ kind: z.literal("named"), prefixes: z.array(prefix) }),
        z.strictObject({ kind: z.literal("own"), within: z.array(prefix).nullable() }),
      ]),
      services: z.array(service),
      draining: z.array(draining),
      senders: z.strictObject({ pods: verdicts, others: verdicts }),
      marks: z.strictObject({ prerouting: marks, output: marks }),
      postrouting: z.array(
        z.strictObject({
          stage: z.enum(["hairpin", "services", "snat", "egress"]),
          except: z.string(),
          translations,
        }),
      ),
      filter: z.strictObject({ input: stages, forward: stages, output: stages }),
    }),
  ),
});

export type PlanJson = z.infer<typeof planSchema>;
