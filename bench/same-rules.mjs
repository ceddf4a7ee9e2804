/** Whether two restore files hold the same DNAT rules, however their words are spelt or ordered. */

const SHORT = new Map([
  ["--source", "-s"],
  ["--destination", "-d"],
  ["--protocol", "-p"],
  ["--match", "-m"],
  ["--jump", "-j"],
]);

/** A rule without its chain, its comment, and the names of the matches, which ferm leaves out where the protocol tells. */
function essence(line) {
  return line
    .replace(/^-A \S+ /, "")
    .replace(/-m comment --comment (?:"(?:[^"\\]|\\.)*"|\S+) /, "")
    .replace(/(--?[a-z]+) /g, (whole, word) => (SHORT.has(word) ? `${SHORT.get(word)} ` : whole))
    .replace(/-m \S+ /g, "")
    .replace(/^(-[sd] [\d.]+)\/32 /, "$1 ");
}

const dnatRules = (text) => text.split("\n").flatMap((line) => (line.includes("DNAT --to") ? [essence(line)] : []));

/** Throws where the two differ or hold another number than `count`. */
export function assertSameRules(a, b, count) {
  const [left, right] = [a, b].map((text) => new Set(dnatRules(text)));
  for (const rules of [left, right]) {
    if (rules.size !== count) throw new Error(`${count} DNAT rules were expected, ${rules.size} are there`);
  }
  for (const rule of left) if (!right.has(rule)) throw new Error(`a DNAT rule of one side only: ${rule}`);
}
