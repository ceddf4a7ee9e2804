/** What ends a `compile --verify` with exit code 70: netc's own rules do something else than the program says, or cannot be read back. */
export class OutputRefuted extends Error {
  override readonly name = "OutputRefuted";
}
