/** What ends the program with exit code 2: usage, a file that cannot be read or written, a missing tool or right. */
export class UsageError extends Error {
  override readonly name = "UsageError";
  /** What to do about it, where that is known. */
  readonly advice: string | null;

  constructor(message: string, advice: string | null = null) {
    super(message);
    this.advice = advice;
  }
}
