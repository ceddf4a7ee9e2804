/**
 * Services by every door: each combination of options and places of backends, and each kind of rule about a service, asked for by
 * every client at every door, in both families; and the addresses that nodeports listen on.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { loadAfresh } from "./afresh.ts";
import { judgeAll, type Question } from "./doors/judge.ts";
import { BACKEND_PORTS, fate, GUARDED, STATEMENTS } from "./doors/policy.ts";
import {
  askedOf,
  branches,
  CLIENTS,
  type Client,
  DOORS,
  type Door,
  EXTERNAL,
  ends,
  HAIRPIN,
  LOAD_BALANCERS,
  NODEPORTS,
  type Protocol,
  RANGES,
  rangeOf,
  translator,
  VIP,
} from "./doors/reference.ts";
import { portsOf, type Said, SERVICES, writeService } from "./doors/services.ts";
import { door as at, dualStack, FAMILIES, type Family } from "./family.ts";
import type { Lab } from "./lab.ts";
import { lesson } from "./lesson.ts";
import { reaches } from "./probe.ts";
import { TWO_NODES } from "./topology.ts";

const COMMON = [`hairpin ${HAIRPIN}`, "masquerade pods except nodes"];

/** Whoever is not on a node reaches the doors by the node that the reference says. */
async function leadToDoors(lab: Lab): Promise<void> {
  for (const family of FAMILIES) {
    const { flag, services } = family;
    const lead = async (range: string, { via }: Door): Promise<void> => {
      await lab.on("lan", "ip", flag, "route", "replace", range, "via", family[via.lan]);
      await lab.on("router", "ip", flag, "route", "replace", range, "via", family[via.outside]);
    };
    await lead(services, VIP);
    for (const [index, door] of [EXTERNAL, ...LOAD_BALANCERS].entries())
      await lead(rangeOf(RANGES[index]!, family), door);
  }
}

const target = (service: { readonly n: number }, door: Door, protocol: Protocol, family: Family): string => {
  const { address, port } = askedOf(service, door, portsOf(service, protocol), family);
  return at(address, `${port}/${protocol}`);
};

/** With affinity the same backend answers at every door that one node translates, where all of them have the same ones. */
function drawsOf(service: Said, client: Client, door: Door, protocol: Protocol, family: Family): Question["draws"] {
  if (!service.affinity) return "each";
  const node = translator(client, door);
  const drawnAt = (other: Door): string => {
    const may = branches(service, client, other, portsOf(service, protocol), family);
    return typeof may === "string" ? may : may.map(({ crossings }) => crossings.at(-1)!.now.address).join();
  };
  if (drawnAt(door) === "silent") return "each";
  const here = DOORS.filter((other) => translator(client, other) === node)
    .map(drawnAt)
    .filter((may) => may !== "silent");
  return new Set(here).size === 1 ? { sameFor: `${service.name}/${protocol}/${client}/${node}` } : "any";
}

/** What a node asks of itself and nobody translates is its own affair. */
const isLoopback = ({ backends }: Said, client: Client, { heldBy }: Door): boolean =>
  client === heldBy && backends.every(({ weight }) => weight === 0);

const questionsOf = (service: Said, protocol: Protocol, family: Family): readonly Question[] =>
  DOORS.flatMap((door) =>
    CLIENTS.filter((client) => !isLoopback(service, client, door)).map((client) => ({
      what: `${writeService(service)}\n  ${door.name}`,
      client,
      target: target(service, door, protocol, family),
      wanted: ends(service, client, door, portsOf(service, protocol), family),
      draws: drawsOf(service, client, door, protocol, family),
    })),
  );

/** Of many that are wrong the first tell enough. */
const SHOWN = 40;

async function allAsWanted(lab: Lab, questions: readonly Question[]): Promise<void> {
  const wrong = await judgeAll(lab, questions);
  assert.equal(wrong.length, 0, `${wrong.length} of ${questions.length}\n${wrong.slice(0, SHOWN).join("\n")}`);
}

const wordsOf = (service: Said): string => {
  const places = service.backends.map(({ at: host, weight }) => (weight === 0 ? `${host} drained` : host));
  return places.join(", ") || "none";
};

const PLACES = [...new Set(SERVICES.map(wordsOf))];

/** A port that no line of the service has. */
const UNSERVED = ["81/tcp", "81/udp", ""] as const;

lesson("every combination of service options, at every door", { topology: TWO_NODES }, async (lab, observe) => {
  await leadToDoors(lab);
  await lab.load(dualStack([], [...SERVICES.map(writeService), ...COMMON]));
  // What would answer if a nodeport were not refused, dropped or translated.
  const nodeports = SERVICES.map((service) => portsOf(service, "tcp").nodeport);
  for (const node of ["node1", "node2"])
    await (await lab.agent(node)).ask("listen", { tcp: nodeports, udp: nodeports });
  for (const protocol of ["tcp", "udp"] as const)
    for (const place of PLACES)
      await observe(`${protocol}, backends ${place}`, async () => {
        const services = SERVICES.filter((service) => wordsOf(service) === place);
        const questions = FAMILIES.map((family) =>
          services.flatMap((service) => questionsOf(service, protocol, family)),
        );
        for (const ofFamily of questions) await allAsWanted(lab, ofFamily);
      });

  for (const unserved of UNSERVED)
    await observe(
      `${unserved || "ping"}, which no line serves, is refused, and not at a node's own address`,
      async () => {
        // The options of a service change nothing of it, whatever the sources are.
        const services = unserved === "" ? SERVICES.slice(0, 3) : SERVICES.slice(0, 12);
        const questions = FAMILIES.flatMap((family) =>
          services.flatMap((service) =>
            DOORS.filter(({ heldBy }) => heldBy === null).flatMap((door) =>
              CLIENTS.map((client): Question => {
                const address = door.address(service.n, family);
                const asked = unserved === "" ? address : at(address, unserved);
                return { what: door.name, client, target: asked, wanted: ["refused"], draws: "each" };
              }),
            ),
          ),
        );
        await allAsWanted(lab, questions);
        for (const { node1 } of FAMILIES)
          for (const client of ["a", "d", "node2", "lan", "outside"])
            for (const asked of [node1, at(node1, 81), at(node1, "80/udp")])
              await reaches(lab, client, asked, { at: "node1" });
      },
    );
});

test("every rule about a service lets a packet pass and holds another", () => {
  for (const family of FAMILIES) {
    const uniform = GUARDED.filter(({ rule }) => !rule.includes(" any ->")).filter((service) => {
      const fates = DOORS.flatMap((door) => CLIENTS.map((client) => fate(service, client, door, family)));
      const held = fates.filter((end) => end === "silent" || end === "refused");
      return held.length === 0 || held.length === fates.length;
    });
    assert.deepEqual(
      uniform.map(({ rule }) => rule.replace(/\d+/g, "N")),
      [],
    );
  }
});

lesson("every kind of rule about a service, at every door", { topology: TWO_NODES }, async (lab, observe) => {
  await leadToDoors(lab);
  await lab.load(dualStack([], [...STATEMENTS, ...COMMON]));
  for (const host of ["b", "c"]) await (await lab.agent(host)).ask("listen", { tcp: BACKEND_PORTS, udp: [] });
  for (const verdict of ["allow", "deny", "reject"])
    for (const family of FAMILIES)
      await observe(`${verdict}, ${family.name}`, async () => {
        const questions = GUARDED.filter((service) => service.verdict === verdict).flatMap((service) =>
          DOORS.flatMap((door) =>
            CLIENTS.map((client): Question => {
              const { address, port } = askedOf(service, door, service.ports, family);
              const wanted = [fate(service, client, door, family)];
              return {
                what: `${service.rule}: ${door.name}`,
                client,
                target: at(address, port),
                wanted,
                draws: "each",
              };
            }),
          ),
        );
        await allAsWanted(lab, questions);
      });
});

/** Addresses that node1 has beside the declared one: on the same device, and on another. */
const held = (name: string, address: (family: Family) => string): Door => ({
  name,
  kind: "nodeport",
  address: (_, family) => address(family),
  heldBy: "node1",
  via: { lan: "node1", outside: "node1" },
});
const SECOND = held("a second address", ({ onLan }) => onLan(150));
const bridged = ({ name }: Family): string => (name === "IPv4" ? "172.30.0.1" : "fd00:30::1");
const BRIDGED = held("a bridge's address", bridged);
const NODE_ADDRESSES: readonly Door[] = [...NODEPORTS, SECOND, BRIDGED];

const LISTENING: readonly { readonly setting: string; readonly at: readonly Door[] }[] = [
  { setting: "nodeports primary", at: NODEPORTS },
  { setting: "nodeports all", at: NODE_ADDRESSES },
  { setting: "nodeports 192.168.100.144/28, fd00:100::150/124", at: [SECOND] },
];

async function addAddresses(lab: Lab): Promise<void> {
  await lab.on("node1", "ip", "link", "add", "br-more", "type", "bridge");
  await lab.on("node1", "ip", "link", "set", "br-more", "up");
  for (const family of FAMILIES) {
    const { flag, node1 } = family;
    const length = flag === "-4" ? 32 : 128;
    // Not for what the node itself sends: IPv6 would choose by itself among several.
    const spare = flag === "-6" ? ["preferred_lft", "0"] : [];
    const address = async (of: Door, device: string): Promise<unknown> =>
      lab.on("node1", "ip", flag, "address", "add", `${of.address(0, family)}/${length}`, "dev", device, ...spare);
    await address(SECOND, "ens33");
    await address(BRIDGED, "br-more");
    for (const host of ["lan", "router", "node2"])
      await lab.on(host, "ip", flag, "route", "add", bridged(family), "via", node1);
  }
}

/**
 * The client as the node of the door sees it. At an address that nobody declared the node itself asks from that address, and a pod of
 * another node as that node.
 */
function seenAs(client: Client, door: Door): string {
  if (NODEPORTS.includes(door)) return `${client} at ${door.heldBy}`;
  if (client === door.heldBy) return `${client} at ${door.name}`;
  return `${client === "c" || client === "d" ? `${client} masqueraded` : client} at ${door.heldBy}`;
}

lesson("the addresses that nodeports listen on", { topology: TWO_NODES }, async (lab, observe) => {
  await addAddresses(lab);
  const services = SERVICES.filter(
    ({ internalLocal, sources: { text }, backends }) =>
      !internalLocal && text === null && backends.some(({ weight, at: host }) => weight !== 0 && host.length === 1),
  );
  for (const { setting, at: listening } of LISTENING)
    await observe(setting, async () => {
      await loadAfresh(lab, dualStack([setting], [...services.map(writeService), ...COMMON]));
      const questions = FAMILIES.flatMap((family) =>
        (["tcp", "udp"] as const).flatMap((protocol) =>
          services.flatMap((service) =>
            NODE_ADDRESSES.flatMap((door) =>
              CLIENTS.map((client): Question => {
                const ports = portsOf(service, protocol);
                const listens = listening.includes(door);
                return {
                  what: `${writeService(service)}\n  ${door.name}`,
                  client,
                  target: target(service, door, protocol, family),
                  wanted: listens ? ends(service, client, door, ports, family) : ["refused"],
                  draws:
                    listens && service.affinity
                      ? { sameFor: `${family.name}/${service.name}/${protocol}/${seenAs(client, door)}` }
                      : "each",
                };
              }),
            ),
          ),
        ),
      );
      const ofLoopback = services.flatMap((service): readonly Question[] =>
        ["127.0.0.1", "[::1]"].map((address) => ({
          what: "loopback",
          client: "node1",
          target: `${address}:${portsOf(service, "tcp").nodeport}`,
          wanted: ["refused"],
          draws: "each",
        })),
      );
      for (const part of [
        questions.filter(({ target }) => !target.endsWith("/udp")),
        questions.filter(({ target }) => target.endsWith("/udp")),
        ofLoopback,
      ])
        await allAsWanted(lab, part);
    });
  await observe("and no sysctl opens loopback to the neighbours", async () => {
    const opened = "grep -L '^0$' /proc/sys/net/ipv4/conf/*/route_localnet";
    for (const node of ["node1", "node2"]) assert.equal(await lab.on(node, "sh", "-c", `${opened} || :`), "");
  });
});
