/** Faults in functions of `src/cluster` and `src/address` that a plan is made with, planted by text. */
import type { SourceFile } from "./files.ts";
import type { Mutation } from "./mutation.ts";

export interface Planted {
  readonly title: string;
  readonly file: string;
  /** Text that the file has once. */
  readonly original: string;
  readonly mutated: string;
}

export const PLANTED: readonly Planted[] = [
  {
    title: "a backend's port is the service's",
    file: "src/cluster/sides.ts",
    original: "const to = backend ?? line.port;",
    mutated: "const to = line.port;",
  },
  {
    title: "a port behind a service's name is that of its nodeport, too",
    file: "src/cluster/doors.ts",
    original: "shiftPorts(served.ports, port.first - line.port.first)",
    mutated: "served.ports",
  },
  {
    title: "an address of a node is nobody's",
    file: "src/cluster/holders.ts",
    original: "[...nodes, ...pods]",
    mutated: "pods",
  },
  {
    title: "the addresses of a load balancer are no doors",
    file: "src/cluster/doors.ts",
    original: "...(loadbalancer?.addresses ?? [])",
    mutated: "...[]",
  },
  {
    title: "an allow of a range of one family opens backends of the other",
    file: "src/cluster/sides.ts",
    original: "return holdsNodeports(cluster, target.prefix) ? [target.prefix.address.family] : [];",
    mutated: "return holdsNodeports(cluster, target.prefix) ? FAMILIES : [];",
  },
];

/** Throws where the file has the text not once. */
export function mutationOf({ file, title, original, mutated }: Planted, files: readonly SourceFile[]): Mutation {
  const { text } = files.find(({ path }) => path === file)!;
  const start = text.indexOf(original);
  if (start === -1 || start !== text.lastIndexOf(original)) throw new Error(`${file}: ${original}`);
  return { file, kind: title, start, end: start + original.length, mutated };
}
