/** How a folder that netc wrote is known: it holds `.netc`, which names the node and lists the files. Nothing else is ever replaced or removed. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export const MARKER = ".netc";

export interface Marker {
  readonly version: 1;
  readonly node: string;
  readonly files: readonly string[];
}

export const markerText = (node: string, files: readonly string[]): string =>
  `${JSON.stringify({ version: 1, node, files } satisfies Marker)}\n`;

function markerOf(folder: string): Marker | null {
  try {
    const marker = JSON.parse(readFileSync(join(folder, MARKER), "utf8"));
    return marker?.version === 1 && typeof marker.node === "string" && Array.isArray(marker.files) ? marker : null;
  } catch {
    return null;
  }
}

/** `foreign`: not netc's, or with something in it, here named, that is not; `holds` is null where the whole is not netc's. */
export type Ownership =
  | { readonly kind: "absent" }
  | { readonly kind: "ours" }
  | { readonly kind: "foreign"; readonly holds: string | null };

export function ownershipOf(folder: string): Ownership {
  let names: readonly string[];
  try {
    names = readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return { kind: "absent" };
    if ((error as NodeJS.ErrnoException).code === "ENOTDIR") return { kind: "foreign", holds: null };
    throw error;
  }
  const marker = markerOf(folder);
  if (marker === null) return { kind: "foreign", holds: null };
  const holds = names.find((name) => name !== MARKER && !marker.files.includes(name));
  return holds === undefined ? { kind: "ours" } : { kind: "foreign", holds };
}
