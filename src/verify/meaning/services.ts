/**
 * nat PREROUTING and nat OUTPUT (language.md §3.3, §3.5): a connection's first packet that asks for a door goes to one of its backends,
 * drawn by weight.
 */
import { formatPorts } from "../../address/port.ts";
import type { ServicePort } from "../../cluster/cluster.ts";
import type { Door as Draw, Rule, Test } from "../program.ts";
import { type Door, isKeptHere, type Lead, shapesOf } from "./doors.ts";
import { listening } from "./nodeports.ts";
import type { Subject } from "./subject.ts";
import { addressNotIn, type Chain, jumpTo, rule } from "./words.ts";

const placeOf = ({ address, port }: Lead, line: ServicePort): string => {
  const ports = port ?? line.port;
  return ports === null ? address.text : `${address.text} ${formatPorts(ports)}`;
};

/** The same client gets the same backend: for each port line on its own, through every door of the line alike. */
function drawOf({ service, line }: Door, leads: readonly Lead[]): Draw {
  const { affinity } = service;
  if (affinity === null) return { backends: leads, affinity: null };
  const ports = line.port === null ? "" : `${formatPorts(line.port)}/`;
  const key = `${service.statement} ${ports}${line.protocol}`;
  const lists = leads.map((lead) => `${key} ${placeOf(lead, line)}`);
  return { backends: leads, affinity: { key, seconds: affinity.seconds, lists } };
}

interface Way {
  readonly door: Door;
  readonly leads: readonly Lead[];
}

function rulesOf(subject: Subject, tests: readonly Test[], ways: readonly Way[]): readonly Rule[] {
  const leads = new Map(ways.map((way) => [way.door, way.leads]));
  const shapes = shapesOf([...leads.keys()], subject.family, "destination");
  return shapes.map(({ key, elements }) =>
    rule("doors", tests, {
      kind: "doors",
      key,
      elements: elements.map(({ door, terms }) => ({ key: terms, value: drawOf(door, leads.get(door)!), line: 0 })),
    }),
  );
}

const here = ({ open }: Door): readonly Lead[] => open.filter(({ isHere }) => isHere);

/**
 * A port line without an open backend has no door: the filter refuses it. Neither has a service's own address that is kept on this node
 * and has no backend here: the filter drops it, and no node holds it, so that no nodeport listens there.
 */
function forAll(doors: readonly Door[]): readonly Way[] {
  return doors.flatMap((door) => {
    const leads = door.kind === "vip" && isKeptHere(door) ? here(door) : door.open;
    return leads.length === 0 ? [] : [{ door, leads }];
  });
}

/** `external-traffic local`: for clients from outside, who get no backend where none is here. */
const forOutside = (doors: readonly Door[]): readonly Way[] =>
  doors.flatMap((door) =>
    door.kind !== "vip" && isKeptHere(door) && door.open.length > 0 ? [{ door, leads: here(door) }] : [],
  );

const EVERYBODY = "doors of everybody";
const EVERYBODY_AT_NODES = "nodeports of everybody";

export function serviceChains(subject: Subject): readonly Chain[] {
  const exact = subject.doors.filter(({ address }) => address !== null);
  const nodeports = subject.doors.filter(({ address }) => address === null);
  const listens = listening(subject);
  const outside = addressNotIn("source", subject.inside);
  const atNodeports = (tests: readonly Test[], ways: readonly Way[]) =>
    listens === null ? [] : rulesOf(subject, [...tests, ...listens], ways);
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
