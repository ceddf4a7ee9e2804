import type { Cluster } from "./cluster.ts";

/** What is made when it is first asked for. */
export function lazily<T extends object>(make: () => T): () => T {
  let known: T | null = null;
  return () => {
    known ??= make();
    return known;
  };
}

/** What is made of an object that never changes, made when it is first asked for and kept as long as the object is. */
export function oncePer<K extends object, T extends object>(make: (key: K) => T): (key: K) => T {
  const known = new WeakMap<K, T>();
  return (key) => {
    const found = known.get(key);
    if (found !== undefined) return found;
    const made = make(key);
    known.set(key, made);
    return made;
  };
}

export const oncePerCluster = <T extends object>(make: (cluster: Cluster) => T): ((cluster: Cluster) => T) =>
  oncePer(make);
