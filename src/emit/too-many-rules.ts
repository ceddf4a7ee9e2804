/** More of them no machine loads in a reasonable time, and no heap holds their text. */
const MOST = 1_000_000;

const SAID = MOST.toLocaleString("en-US");

export const TOO_MANY_RULES = "TooManyRules";

/** Ends a compile: lists of one statement, or of several in one chain, multiply to more rules than a machine takes. */
export class TooManyRules extends Error {
  override readonly name = TOO_MANY_RULES;
  constructor(statement: string) {
    const words = statement.length > 80 ? `${statement.slice(0, 79)}…` : statement;
    super(`"${words}" makes more than ${SAID} rules on iptables, one for each pair of what its lists hold`);
  }
}

/** `count`: of the rules that a statement makes, or a chain up to it. */
export function refuseMoreRules(count: number, statement: string): void {
  if (count > MOST) throw new TooManyRules(statement);
}
