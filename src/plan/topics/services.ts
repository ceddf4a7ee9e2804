/** Destination translation: where each door leads, for whom, and for how long a client is remembered. */
import { formatPorts } from "../../address/port.ts";
import type { Affinity, Draining, ServiceTranslation } from "../plan.ts";
import type { PolicyContext } from "./destinations.ts";
import { type Door, type DoorBackend, isKeptLocal } from "./doors.ts";

/** One name for all doors of a port line, so that a client keeps its backend whichever of them it asks. */
function affinityOf({ service, line }: Door): Affinity | null {
  if (service.affinity === null) return null;
  const ports = line.port === null ? "" : `${formatPorts(line.port)}/`;
  return { key: `${service.statement} ${ports}${line.protocol}`, seconds: service.affinity.seconds };
}

const here = ({ node }: PolicyContext, backends: readonly DoorBackend[]): readonly DoorBackend[] =>
  backends.filter((backend) => backend.node === node);

/** What the door does: nothing where no backend is open, or none that its own clients may have. */
function translationsOf(context: PolicyContext, door: Door): readonly ServiceTranslation[] {
  const { address, protocol, port, service, kind, open } = door;
  if (open.length === 0) return [];
  const affinity = affinityOf(door);
  const { statement, origin } = service;
  const to = (clients: ServiceTranslation["clients"], leads: readonly DoorBackend[]): ServiceTranslation => {
    const backends = leads.map(({ translation }) => translation);
    return { address, protocol, port, clients, backends, affinity, statement, origin };
  };
  if (!isKeptLocal(door)) return [to("all", open)];
  const local = here(context, open);
  if (kind === "vip") return local.length === 0 ? [] : [to("all", local)];
  return [to("all", open), to("outside", local)];
}

/** Every door that leads somewhere. A drained backend (weight 0) takes no new connections. */
export function planServices(context: PolicyContext): readonly ServiceTranslation[] {
  return context.doors.flatMap((door) => translationsOf(context, door));
}

/** A door that has open backends, and none on this node for those that are kept on it: they are dropped. */
export const leadsNowhereHere = (context: PolicyContext, door: Door): boolean => {
  if (!isKeptLocal(door)) return false;
  return door.open.length > 0 && here(context, door.open).length === 0;
};

/** The drained backends of every door that has some, whether it leads elsewhere or not. */
export function planDraining(doors: readonly Door[]): readonly Draining[] {
  return doors.flatMap(({ address, protocol, port, backends, open, service: { statement, origin } }) => {
    if (open === backends) return [];
    const drained = backends.filter(({ weight }) => weight === 0).map(target);
    return [{ address, protocol, port, backends: drained, statement, origin }];
  });
}

const target = ({ address, port }: DoorBackend): Draining["backends"][number] => ({ address, port });
