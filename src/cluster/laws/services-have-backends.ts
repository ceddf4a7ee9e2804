import { type Diagnostic, diagnose } from "../../diagnostics/diagnostic.ts";
import type { Cluster } from "../cluster.ts";

/** A service has a backend on one of its ports; one that has none refuses everybody. */
export function servicesHaveBackends({ services }: Cluster): readonly Diagnostic[] {
  return services
    .filter(({ ports }) => ports.length > 0 && ports.every(({ backends }) => backends.length === 0))
    .map(({ name, origin }) => diagnose("service-without-backends", { service: name }, origin));
}
