/** A difference as a comment on a pull request: the plans in words, the counts of every file, then the files themselves as far as they fit. */
import { visibleText } from "../../diagnostics/render/columns.ts";
import type { NodeDiff } from "./compare.ts";
import { planLines } from "./render.ts";
import type { FileDiff } from "./unified.ts";

/** What GitHub and GitLab take as one comment is 65,536 characters; UTF-16 units are counted, which is never less. */
const LONGEST = 65_000;
/** Kept free for what is said last. */
const RESERVE = 500;

/** A fence longer than any that the lines hold. */
function fenced(lines: readonly string[]): string {
  const text = lines.join("\n");
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}diff\n${text}\n${fence}\n`;
}

const count = (number: number, what: string): string => `${number} ${what}${number === 1 ? "" : "s"}`;

const fileBlock = ({ file, added, removed, lines }: FileDiff): string =>
  `<details><summary>${file} (+${added} −${removed})</summary>\n\n${fenced(lines)}\n</details>\n`;

const planBlock = (node: NodeDiff): string => fenced(planLines(node));

/** Takes blocks while they fit in what is left, and answers how many did not. */
function fit(blocks: readonly string[], room: number): { readonly text: string; readonly left: number } {
  let text = "";
  let left = 0;
  for (const block of blocks) {
    if (text.length + block.length + 1 <= room) text += `\n${block}`;
    else left += 1;
  }
  return { text, left };
}

export function renderMarkdown(nodes: readonly NodeDiff[]): string {
  if (nodes.length === 0) return "**netc**: nothing changes on any node.\n";
  const files = nodes.flatMap((node) => node.files);
  const lines = files.reduce((sum, { added, removed }) => sum + added + removed, 0);
  const title = `**netc**: ${count(nodes.length, "node")} changed, ${count(lines, "line")} in ${count(files.length, "file")}. Open connections live on.\n`;
  const plans = fit(nodes.filter(({ plan }) => plan.length > 0).map(planBlock), LONGEST - RESERVE - title.length);
  const details = fit(files.map(fileBlock), LONGEST - RESERVE - title.length - plans.text.length);
  const left = [
    ...(plans.left === 0 ? [] : [count(plans.left, "plan")]),
    ...(details.left === 0 ? [] : [count(details.left, "file")]),
  ];
  const rest = left.length === 0 ? "" : `\nToo long to show here: ${left.join(" and ")}; \`netc diff\` prints them.\n`;
  return visibleText(`${title}${plans.text}${details.text}${rest}`);
}
