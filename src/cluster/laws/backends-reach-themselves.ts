import { type Diagnostic, diagnose } from "../../diagnostics/diagnostic.ts";
import type { Origin } from "../../diagnostics/source.ts";
import type { Cluster, Pod, Service } from "../cluster.ts";
import { declaredName } from "../label.ts";

/** A pod that is a backend has a hairpin, or cannot reach itself through its services: a warning, said once a pod, at its first use. */
export function backendsReachThemselves({ services, hairpins }: Cluster): readonly Diagnostic[] {
  const hairpinned = new Set(hairpins.map(({ pod }) => pod));
  const first = new Map<Pod, { readonly service: Service; readonly origin: Origin }>();
  for (const service of services) {
    for (const port of service.ports) {
      for (const { pod, origin } of port.backends) {
        if (pod !== null && !hairpinned.has(pod) && !first.has(pod)) first.set(pod, { service, origin });
      }
    }
  }
  return [...first].map(([pod, { service, origin }]) => {
    const name = declaredName(pod.name);
    const text = `hairpin ${name}`;
    const end = { source: origin.source, span: { start: origin.source.text.length, end: origin.source.text.length } };
    const separator = /(?:^|\n)$/.test(origin.source.text) ? "" : "\n";
    const fixes = [{ title: `add \`${text}\``, edits: [{ origin: end, text: `${separator}${text}\n` }] }];
    return diagnose("hairpin-missing", { pod: pod.name, service: service.name }, origin, { fixes });
  });
}
