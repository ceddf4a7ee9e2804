/** A broken invariant of netc's own: the only thing that is ever thrown on purpose. The program ends with exit code 70. */
export class Bug extends Error {
  override readonly name = "Bug";
}

/** Closes a `switch` over a tagged union. */
export function unreachable(value: never): never {
  throw new Bug(`a case was forgotten: ${JSON.stringify(value)}`);
}
