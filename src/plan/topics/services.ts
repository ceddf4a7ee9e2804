import type { Draining, ServiceTranslation } from "../plan.ts";
import type { Door, DoorBackend } from "./doors.ts";

/** Destination translation of every door that leads somewhere. A drained backend (weight 0) takes no new connections. */
export function planServices(doors: readonly Door[]): readonly ServiceTranslation[] {
  return doors.flatMap((door) => {
    const isDrained = door.backends.some(({ weight }) => weight === 0);
    const backends = isDrained ? door.backends.filter(({ weight }) => weight > 0) : door.backends;
    if (backends.length === 0) return [];
    return [
      {
        address: door.address,
        protocol: door.protocol,
        port: door.port,
        clients: "all",
        backends,
        affinity: null,
        statement: door.service.statement,
        origin: door.service.origin,
      },
    ];
  });
}

/** The drained backends of every door that has some, whether it leads elsewhere or not. */
export function planDraining(doors: readonly Door[]): readonly Draining[] {
  return doors.flatMap(({ address, protocol, port, backends, service: { statement, origin } }) => {
    const drained = backends.filter(({ weight }) => weight === 0).map(target);
    return drained.length === 0 ? [] : [{ address, protocol, port, backends: drained, statement, origin }];
  });
}

const target = ({ address, port }: DoorBackend): Draining["backends"][number] => ({ address, port });
