/** Readers with a fault of their own, which a run has to find: else it finds nothing anywhere. */
import { byHook, type Rule } from "../../../src/verify/program.ts";
import { type Reader, realReader } from "./judge.ts";

const withoutDestinations = (rule: Rule): Rule => ({
  ...rule,
  tests: rule.tests.filter((test) => test.kind !== "address" || test.of !== "destination"),
});

/** Passes over `-d` and `ip daddr`. */
const forgetful: Reader = (asked, family) => {
  const read = realReader(asked, family);
  if (!("program" in read)) return read;
  const chains = [...read.program.chains].map(([name, rules]) => [name, rules.map(withoutDestinations)] as const);
  return { program: { ...read.program, chains: new Map(chains) } };
};

/** Takes what it does not know for harmless. */
const careless: Reader = (asked, family) => {
  const read = realReader(asked, family);
  return "program" in read ? read : { program: { family, chains: new Map(), hooks: byHook(() => []) } };
};

export const READERS = { real: realReader, forgetful, careless } as const;
export type ReaderName = keyof typeof READERS;
