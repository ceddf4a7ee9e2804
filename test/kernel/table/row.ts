/** The shape of the table: chapters, each a program, each with the rows that its packets prove. */
import type { Family } from "../family.ts";
import type { Lab } from "../lab.ts";
import type { Statement } from "./statements.ts";

export type Proof = (lab: Lab, family: Family) => Promise<void>;

/** A cell that cannot exist, with the reason. */
export interface Impossible {
  readonly because: string;
}

export interface Cells {
  readonly IPv4: Proof | Impossible;
  readonly IPv6: Proof | Impossible;
}

export interface Chapter {
  readonly name: string;
  readonly program: string;
  /** What others do before `up.sh` runs. */
  readonly prepare: (lab: Lab) => Promise<void>;
  readonly rows: Partial<Readonly<Record<Statement, Cells>>>;
}

export const both = (proof: Proof): Cells => ({ IPv4: proof, IPv6: proof });

export const isProof = (cell: Proof | Impossible): cell is Proof => typeof cell === "function";

export const nothing = async (): Promise<void> => {};
