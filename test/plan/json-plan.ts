import type { PlanJson } from "../../src/plan/schema.ts";

type Packets = PlanJson["packets"][number];

/** A plan that says nothing but this about IPv4. */
export function planOf(said: {
  readonly services?: Packets["services"];
  readonly inside?: Packets["inside"];
  readonly nodeports?: Packets["nodeports"];
  readonly draining?: Packets["draining"];
  readonly policy?: Packets["filter"]["input"]["policy"];
}): PlanJson {
  const stages = {
    exempt: [],
    established: [],
    invalid: [],
    policy: [],
    "service-drops": [],
    rejection: [],
    acceptance: [],
  };
  const packets: Packets = {
    family: 4,
    "service-ranges": [],
    inside: said.inside ?? [],
    nodeports: said.nodeports ?? { kind: "named", prefixes: [] },
    services: said.services ?? [],
    draining: said.draining ?? [],
    senders: { pods: [], others: [] },
    marks: { prerouting: [], output: [] },
    postrouting: [],
    filter: { input: { ...stages, policy: said.policy ?? [] }, forward: stages, output: stages },
  };
  return {
    version: 2,
    node: "n",
    mtu: null,
    tunnel: null,
    links: [],
    routes: [],
    slices: [],
    sysctls: [],
    packets: [packets],
  };
}
