import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { Cluster } from "../cluster.ts";

/** One sentence of the language's contract that a bound cluster must satisfy. */
export type Law = (cluster: Cluster) => readonly Diagnostic[];
