import type { Cluster } from "./cluster.ts";

/** What is made when it is first asked for. */
export function lazily<T extends object>(make: () => T): () => T {
  let known: T | null = null;
  return () => {
    known ??= make();
    return known;
  };
}

/** What is made of a cluster, made when it is first asked for: a cluster never changes. */
export function oncePerCluster<T extends object>(make: (cluster: Cluster) => T): (cluster: Cluster) => T {
  const known = new WeakMap<Cluster, T>();
  return (cluster) => {
    const found = known.get(cluster);
    if (found !== undefined) return found;
    const made = make(cluster);
    known.set(cluster, made);
    return made;
  };
}
