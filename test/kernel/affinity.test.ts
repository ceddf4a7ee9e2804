/** A client's backend is remembered: for each port, at every address, until it is drained, removed or forgotten. */
import assert from "node:assert/strict";
import { setTimeout as pause } from "node:timers/promises";
import { loadAfresh } from "./afresh.ts";
import { ALL_BACKENDS } from "./backend.ts";
import { door as at, dualStack, each, FAMILIES, type Family, vips } from "./family.ts";
import type { Lab } from "./lab.ts";
import { lesson } from "./lesson.ts";
import { probe } from "./probe.ts";
import { TWO_NODES } from "./topology.ts";

/** Of each family; both together are fewer than the kernel remembers. */
const CLIENTS = 45;
const clientOf = ({ name }: Family, n: number): string => (name === "IPv4" ? `198.18.0.${n}` : `fd00:18::${n}`);
const numbers = Array.from({ length: CLIENTS }, (_, index) => index + 1);

/** All of them are addresses of the outside host, and come to the services by node1. */
async function addClients(lab: Lab): Promise<void> {
  for (const family of FAMILIES) {
    const { flag, services, node1 } = family;
    const length = flag === "-4" ? 32 : 128;
    const add = numbers.map((n) => `address add ${clientOf(family, n)}/${length} dev eth0`);
    await lab.on("outside", "sh", "-ec", add.map((line) => `ip ${flag} ${line}`).join("\n"));
    const range = flag === "-4" ? "198.18.0.0/24" : "fd00:18::/112";
    await lab.on("router", "ip", flag, "route", "add", range, "dev", "out0");
    for (const to of [services, EXTERNAL_RANGE[family.name]])
      await lab.on("router", "ip", flag, "route", "add", to, "via", node1);
  }
}

const EXTERNAL_RANGE = { IPv4: "172.20.1.0/24", IPv6: "fd00:e1::/112" } as const;
const external =
  (n: number): ((family: Family) => string) =>
  ({ name }) =>
    name === "IPv4" ? `172.20.1.${n}` : `fd00:e1::${n}`;

/** Who answers each client: `IPv4 3` is the third of that family. */
type Given = ReadonlyMap<string, string>;

async function askAll(
  lab: Lab,
  target: (family: Family) => string,
  clients: readonly number[] = numbers,
): Promise<Given> {
  const all = FAMILIES.flatMap((family) => clients.map((n) => ({ family, n })));
  const answers = all.map(async ({ family, n }): Promise<readonly [string, string]> => {
    const ask = () => probe(lab, "outside", target(family), { from: clientOf(family, n) });
    let outcome = await ask();
    // A datagram can be lost.
    if (outcome.kind === "silent") outcome = await ask();
    return [`${family.name} ${n}`, "who" in outcome ? outcome.who : outcome.kind];
  });
  return new Map(await Promise.all(answers));
}

const differ = (one: Given, other: Given): readonly string[] =>
  [...one].flatMap(([client, who]) => (other.get(client) === who ? [] : [`${client}: ${who}, ${other.get(client)}`]));

function answeredBy(given: Given, hosts: readonly string[]): void {
  const others = [...given].filter(([, who]) => !hosts.includes(who));
  assert.deepEqual(others, [], `wanted ${hosts.join(", ")}`);
}

const vip = (n: number, port: string | number) => (family: Family) => at(family.vip(n), port);

lesson("affinity of many clients", { topology: TWO_NODES, backends: ALL_BACKENDS }, async (lab, observe) => {
  await addClients(lab);
  const ports = ["80", "443", "53/udp"];
  await lab.load(
    dualStack(
      [],
      [
        `service kept ${vips(1)} { ${ports.map((port, n) => `${port} nodeport ${30001 + n} -> a weight 3, c`).join("; ")}
          affinity client 1h
          external ${each(external(1))}
          loadbalancer ${each(external(2))} }`,
      ],
    ),
  );
  const given = new Map<string, Given>();
  for (const port of ports) given.set(port, await askAll(lab, vip(1, port)));

  for (const [index, port] of ports.entries())
    await observe(`${port}: every client keeps its backend, whichever address it asks`, async () => {
      const [first] = [given.get(port)!];
      answeredBy(first, ["a", "c"]);
      const protocol = port.split("/")[1] ?? "tcp";
      for (const target of [
        vip(1, port),
        (family: Family) => at(external(1)(family), port),
        (family: Family) => at(external(2)(family), port),
        ({ node1 }: Family) => at(node1, `${30001 + index}/${protocol}`),
      ])
        assert.deepEqual(differ(first, await askAll(lab, target)), []);
    });
  await observe("each port by itself", async () => {
    const [first, second, third] = ports.map((port) => given.get(port)!);
    for (const [one, other] of [
      [first!, second!],
      [second!, third!],
      [first!, third!],
    ] as const)
      assert.notEqual(differ(one, other).length, 0, "no client has different backends on two ports");
  });
  await observe("and of all clients together the weights hold", () => {
    const all = ports.flatMap((port) => [...given.get(port)!.values()]);
    const heavy = all.filter((who) => who === "a").length;
    const bound = 5 * Math.sqrt(all.length * 0.75 * 0.25);
    assert.ok(Math.abs(heavy - 0.75 * all.length) <= bound, `${heavy} of ${all.length}, more than ${bound} off`);
    return Promise.resolve();
  });
});

lesson("affinity and backends that leave", { topology: TWO_NODES, backends: ALL_BACKENDS }, async (lab, observe) => {
  await addClients(lab);
  const withBackends = (tcp: string, udp: string): string =>
    dualStack([], [`service kept ${vips(1)} { 80 -> ${tcp}; 53/udp -> ${udp}; affinity client 1h }`]);
  const first = async (): Promise<Given> => {
    await loadAfresh(lab, withBackends("a, c", "a:5353, c:5353"));
    await askAll(lab, vip(1, "53/udp"));
    return askAll(lab, vip(1, 80));
  };
  const given = await first();
  await observe("both have clients", () => {
    assert.deepEqual([...new Set(given.values())].sort(), ["a", "c"]);
    return Promise.resolve();
  });
  for (const [what, tcp, udp, left] of [
    ["one that is drained keeps no client", "a, c weight 0", "a:5353, c:5353 weight 0", "a"],
    ["nor does the other", "a weight 0, c", "a:5353 weight 0, c:5353", "c"],
    ["nor one that is removed", "a", "a:5353", "a"],
    ["nor one that another replaced", "b", "b:5353", "b"],
  ] as const)
    await observe(what, async () => {
      await loadAfresh(lab, withBackends(tcp, udp));
      for (const port of ["80", "53/udp"]) answeredBy(await askAll(lab, vip(1, port)), [left]);
    });
  await observe("without affinity a client draws again", async () => {
    await loadAfresh(lab, withBackends("a, c", "a:5353, c:5353").replace("; affinity client 1h", ""));
    assert.notEqual(differ(await askAll(lab, vip(1, 80)), await askAll(lab, vip(1, 80))).length, 0);
  });
});

const REMEMBERED_MS = 2000;
const STEP_MS = 700;

/** Asks in steps for longer than a client is remembered; `null` where the machine was too slow between two of them. */
async function keepAsking(lab: Lab, clients: readonly number[]): Promise<readonly string[] | null> {
  let asked = performance.now();
  const first = await askAll(lab, vip(1, 80), clients);
  for (let step = 0; step * STEP_MS <= 1.5 * REMEMBERED_MS; step++) {
    await pause(STEP_MS);
    const begun = performance.now();
    const next = await askAll(lab, vip(1, 80), clients);
    if (performance.now() - asked > REMEMBERED_MS - 100) return null;
    if (differ(first, next).length > 0) return differ(first, next);
    asked = begun;
  }
  return [];
}

lesson("affinity for two seconds", { topology: TWO_NODES, backends: ALL_BACKENDS }, async (lab, observe) => {
  await addClients(lab);
  await lab.load(dualStack([], [`service kept ${vips(1)} { 80 -> a, c; affinity client 2s }`]));
  await observe("lasts as long as the client comes back in time", async () => {
    let changed: readonly string[] | null = null;
    for (let round = 0; changed === null && round < 5; round++) changed = await keepAsking(lab, numbers.slice(0, 10));
    assert.deepEqual(changed, []);
  });
  await observe("and ends when it does not", async () => {
    const before = await askAll(lab, vip(1, 80));
    await pause(REMEMBERED_MS + 1000);
    assert.notEqual(differ(before, await askAll(lab, vip(1, 80))).length, 0, "every client was remembered");
  });
});
