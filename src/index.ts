/** The library's door. */
export { parse } from "../grammar/parse.ts";
export type { Cluster, ClusterNode } from "./cluster/cluster.ts";
export { analyze, assemble, type Open, planNode } from "./compile.ts";
export type { Diagnostic, Result } from "./diagnostics/diagnostic.ts";
export type { Source } from "./diagnostics/source.ts";
export { EMITTERS } from "./emit/emitters.ts";
export { type Finding, type ProvedText, prove, type Refuted, type Unverified } from "./verify/prove.ts";
