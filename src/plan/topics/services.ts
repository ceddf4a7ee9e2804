import type { ServiceTranslation } from "../plan.ts";
import type { Door } from "./doors.ts";

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
        backends,
        statement: door.service.statement,
        origin: door.service.origin,
      },
    ];
  });
}
