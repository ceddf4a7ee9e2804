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
  state: z.enum(["new", "established"]).optional(),
  loopback: z.enum(["in", "out"]).optional(),
});

const verdicts = z.array(
  z.strictObject({
    statement,
    match,
    action: z.enum(["accept", "drop", "reject", "next-stage", "step-aside"]),
  }),
);

const stages = z.strictObject({
  exempt: verdicts,
  established: verdicts,
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

const service = z.strictObject({
  statement,
  address,
  protocol: protocol.nullable(),
  port: portRange.nullable(),
  backends: z.array(z.strictObject({ address, port: portRange.nullable(), weight: z.int().min(1) })).min(1),
});

export const planSchema = z.strictObject({
  version: z.literal(1),
  node: z.string(),
  links: z.array(
    z.strictObject({
      statement,
      pod: z.string(),
      namespace: z.string(),
      device: z.string(),
      ends: z.array(z.strictObject({ address, gateway: address, source: address.nullable() })),
    }),
  ),
  routes: z.array(
    z.strictObject({
      statement,
      prefix,
      via: address.nullable(),
      device: z.string(),
      onlink: z.boolean(),
      source: address.nullable(),
    }),
  ),
  sysctls: z.array(z.strictObject({ statement, key: z.string(), value: z.string() })),
  packets: z.array(
    z.strictObject({
      family: z.union([z.literal(4), z.literal(6)]),
      services: z.array(service),
      postrouting: z.strictObject({ hairpin: translations, services: translations, egress: translations }),
      filter: z.strictObject({ input: stages, forward: stages, output: stages }),
    }),
  ),
});

export type PlanJson = z.infer<typeof planSchema>;
