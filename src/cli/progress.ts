/** A line on standard error that tells how far a long work is; only on a terminal, and only once it takes half a second. */

export interface Progress {
  readonly show: (line: string) => void;
  /** Takes the line away. */
  readonly end: () => void;
}

const PATIENCE = 500;

export function startProgress(): Progress {
  const began = performance.now();
  const isTerminal = process.stderr.isTTY === true;
  let isShown = false;
  return {
    show: (line) => {
      if (!isTerminal || performance.now() - began < PATIENCE) return;
      process.stderr.write(`\r\x1b[K${line}`);
      isShown = true;
    },
    end: () => {
      if (isShown) process.stderr.write("\r\x1b[K");
      isShown = false;
    },
  };
}
