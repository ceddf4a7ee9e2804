/** Text as `iptables-restore` takes it in: its buffer, its words, its commands (iptables 1.8.9, `xtables-restore.c` and `xshared.c`). */

export interface Command {
  /** From 1: the text's own line, though the tool may make two of it. */
  readonly line: number;
  /** Of a rule; the counters in front of it are not among them. */
  readonly words: readonly string[];
}

export interface Chain {
  readonly table: string;
  readonly name: string;
  readonly policy: string;
}

export interface Commands {
  readonly chains: readonly Chain[];
  readonly rules: readonly (Command & { readonly table: string })[];
}

/** `fgets` puts so many bytes into its buffer, and goes on behind them as if a line began there. */
const BUFFER = 10_239;

/** What the tool takes for lines: pieces that fit, each up to its first NUL. Bytes are characters here. */
function* linesOf(text: string): Generator<{ readonly line: number; readonly text: string }> {
  const bytes = Buffer.from(text, "utf8").toString("latin1");
  let line = 1;
  for (let from = 0; from < bytes.length; ) {
    const end = bytes.indexOf("\n", from);
    const to = Math.min(end === -1 ? bytes.length : end + 1, from + BUFFER);
    const [piece = ""] = bytes.slice(from, to).split("\0");
    yield { line, text: piece };
    if (to === end + 1) line += 1;
    from = to;
  }
}

/** Blanks, tabs and line ends part words; a quote that closes ends one, and within quotes a backslash keeps the next character. */
export function wordsOf(text: string): readonly string[] {
  const words: string[] = [];
  let [word, isQuoted, isEscaped] = ["", false, false];
  for (const char of text) {
    if (isQuoted && isEscaped) [word, isEscaped] = [word + char, false];
    else if (isQuoted && char === "\\") isEscaped = true;
    else if (isQuoted && char !== '"') word += char;
    else if (!isQuoted && char === '"') isQuoted = true;
    else if (isQuoted || (/[ \t\n]/.test(char) && word !== "")) {
      words.push(word);
      [word, isQuoted] = ["", false];
    } else if (!/[ \t\n]/.test(char)) word += char;
  }
  if (isQuoted) throw new Error("a quote that nothing closes");
  return word === "" ? words : [...words, word];
}

/** Throws where the tool would not load the text. */
export function commandsOf(text: string): Commands {
  const chains: Chain[] = [];
  const rules: Commands["rules"][number][] = [];
  let table: string | null = null;
  for (const { line, text: full } of linesOf(text)) {
    if (full === "\n" || full.startsWith("#")) continue;
    if (table === null) {
      if (!full.startsWith("*")) throw new Error(`line ${line} stands in no table`);
      table = full.slice(1).split(/[ \t\n]/)[0]!;
    } else if (full === "COMMIT\n") table = null;
    else if (full.startsWith(":")) {
      const [name = "", policy = ""] = full.slice(1).split(/[ \t\n]+/);
      chains.push({ table, name, policy });
    } else {
      const words = wordsOf(full.replace(/^\[\d+:\d+\][ \t]*/, ""));
      rules.push({ table, line, words });
    }
  }
  if (table !== null) throw new Error("the last table has no COMMIT");
  return { chains, rules };
}
