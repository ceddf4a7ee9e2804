/**
 * nat PREROUTING and nat OUTPUT (language.md §3.3, §3.5): a connection's first packet that asks for a frontend goes to one of its backends,
 * drawn by weight.
 */
import type { PortRange } from "../../address/port.ts";
import type { ServicePort } from "../../cluster/cluster.ts";
import type { Door as Draw, Rule, Test } from "../program.ts";
import { type Frontend, isLocalOnly, type Reached, shapesOf } from "./frontends.ts";
import { listening } from "./nodeports.ts";
import type { Subject } from "./subject.ts";
import { addressNotIn, type Chain, jumpTo, rule } from "./words.ts";

const textOf = ({ first, last }: PortRange): string => (first === last ? `${first}` : `${first}-${last}`);

const placeOf = ({ address, port }: Reached, line: ServicePort): string => {
  const ports = port ?? line.port;
  return ports === null ? address.text : `${address.text} ${textOf(ports)}`;
};

/** The same client gets the same backend: for each port line on its own, through every frontend of the line alike (§2, `affinity`). */
function drawOf({ service, line }: Frontend, backends: readonly Reached[]): Draw {
  const { affinity } = service;
  if (affinity === null) return { backends, affinity: null };
  const ports = line.port === null ? "" : `${textOf(line.port)}/`;
  const key = `${service.statement} ${ports}${line.protocol}`;
  const lists = backends.map((backend) => `${key} ${placeOf(backend, line)}`);
  return { backends, affinity: { key, seconds: affinity.seconds, lists } };
}

/** Whom a frontend leads some clients to. */
interface Led {
  readonly frontend: Frontend;
  readonly backends: readonly Reached[];
}

function rulesOf(subject: Subject, tests: readonly Test[], led: readonly Led[]): readonly Rule[] {
  const backends = new Map(led.map((one) => [one.frontend, one.backends]));
  const shapes = shapesOf([...backends.keys()], subject.family, "destination");
  return shapes.map(({ key, elements }) =>
    rule("frontends", tests, {
      kind: "doors",
      key,
      elements: elements.map(({ frontend, terms }) => ({
        key: terms,
        value: drawOf(frontend, backends.get(frontend)!),
        line: 0,
      })),
    }),
  );
}

const here = ({ open }: Frontend): readonly Reached[] => open.filter(({ isHere }) => isHere);

/**
 * A port line without an open backend leads nowhere: the filter refuses it (§3.8). Neither does a service's own address that is kept on this node
 * lead anywhere without a backend here: the filter drops it (§3.9), and no node holds it, so that no nodeport listens there.
 */
function forAll(frontends: readonly Frontend[]): readonly Led[] {
  return frontends.flatMap((frontend) => {
    const backends = frontend.kind === "vip" && isLocalOnly(frontend) ? here(frontend) : frontend.open;
    return backends.length === 0 ? [] : [{ frontend, backends }];
  });
}

/** `external-traffic local`: for clients from outside, who get no backend where none is here. */
const forOutside = (frontends: readonly Frontend[]): readonly Led[] =>
  frontends.flatMap((frontend) =>
    frontend.kind !== "vip" && isLocalOnly(frontend) && frontend.open.length > 0
      ? [{ frontend, backends: here(frontend) }]
      : [],
  );

const EVERYBODY = "frontends of everybody";
const EVERYBODY_AT_NODES = "nodeports of everybody";

export function serviceChains(subject: Subject): readonly Chain[] {
  const exact = subject.frontends.filter(({ address }) => address !== null);
  const nodeports = subject.frontends.filter(({ address }) => address === null);
  const listens = listening(subject);
  const outside = addressNotIn("source", subject.inside);
  const atNodeports = (tests: readonly Test[], led: readonly Led[]) =>
    listens === null ? [] : rulesOf(subject, [...tests, ...listens], led);
  return [
    [EVERYBODY, rulesOf(subject, [], forAll(exact))],
    [EVERYBODY_AT_NODES, atNodeports([], forAll(nodeports))],
    [
      "nat-prerouting",
      [
        ...rulesOf(subject, outside, forOutside(exact)),
        jumpTo(EVERYBODY),
        ...atNodeports(outside, forOutside(nodeports)),
        jumpTo(EVERYBODY_AT_NODES),
      ],
    ],
    ["nat-output", [jumpTo(EVERYBODY), jumpTo(EVERYBODY_AT_NODES)]],
  ];
}
