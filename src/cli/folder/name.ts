import { identifierFor } from "../../address/identifier.ts";

/** The name of a node's folder. */
export const folderOf = (node: string): string => identifierFor("file", "", node);
