import { clusterCodes } from "./cluster.ts";
import { grammarCodes } from "./grammar.ts";
import { sourceCodes } from "./source.ts";

/** Every code that netc can report, by the phase that reports it. Codes are stable: they are never reused for another fault. */
export const catalogue = { ...grammarCodes, ...sourceCodes, ...clusterCodes } as const;

export type Code = keyof typeof catalogue;
export type Params<C extends Code> = Parameters<(typeof catalogue)[C]["message"]>[0];
