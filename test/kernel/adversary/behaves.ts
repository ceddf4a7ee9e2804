/** Holds what the kernel did with a packet against a fate. */
import assert from "node:assert/strict";
import { inspect } from "node:util";
import type { Refuted } from "../../../src/verify/prove.ts";
import type { Branch, Fate } from "../../../src/verify/tell/words.ts";
import { logged } from "../kernel-log.ts";
import type { Ground } from "./ground.ts";
import { connect, craftText, send, senderOf } from "./send.ts";
import { FIRST_MARK, type Sight, seen, watchText } from "./watch.ts";

const LOG = /^log(?: "(.*)")?(?: without a limit)?$/;

/** What it logs, line by line. */
const logsOf = ({ notes }: Branch): readonly string[] =>
  notes.flatMap((note) => {
    const found = LOG.exec(note);
    return found === null ? [] : [found[1] ?? ""];
  });

const isGone = ({ end }: Branch): boolean => end === "drop" || end.startsWith("reject");

/** The mark that is left behind those that the rules set. */
function markOf({ notes }: Branch): number {
  let mark = FIRST_MARK;
  for (const note of notes) {
    const found = /^mark (\d+)\/(\d+)$/.exec(note);
    if (found !== null) mark = ((mark & ~Number(found[2])) | Number(found[1])) >>> 0;
  }
  return mark;
}

/** What was seen of a packet, and what was logged; `null`: nobody listened. */
interface Seen {
  readonly sights: readonly Sight[];
  readonly lines: readonly string[] | null;
}

interface Sent extends Refuted {
  readonly fromPort: number;
}

function isLogged(branch: Branch, lines: readonly string[] | null): boolean {
  const prefixes = logsOf(branch);
  return (
    lines === null || (lines.length === prefixes.length && prefixes.every((prefix, at) => lines[at]!.includes(prefix)))
  );
}

function isSeen({ packet, fromPort }: Sent, branch: Branch, sight: Sight): boolean {
  const to = /^to (\S+?)(?: port (\d+))?$/.exec(branch.end);
  const from = /^from (\S+)$/.exec(branch.end);
  return (
    sight.destination === (to?.[1] ?? packet.destination.text) &&
    (to?.[2] === undefined || sight.ports?.[1] === Number(to[2])) &&
    sight.source === (from?.[1] ?? packet.source.text) &&
    (from !== null || sight.ports === null || sight.ports[0] === fromPort) &&
    sight.mark === markOf(branch)
  );
}

/** Which of the ends it had; `null`: none of them. */
function endOf(sent: Sent, all: readonly Branch[], { sights, lines }: Seen): Branch | null {
  const branches = all.filter((branch) => isLogged(branch, lines));
  const { packet, fromPort } = sent;
  const own = sights.filter(
    ({ ports }) => ports === null || ports[0] === fromPort || ports[1] === packet.destinationPort,
  );
  if (own.length === 0) return branches.find(isGone) ?? null;
  const last = own.findLast(({ ports }) => ports === null || ports[0] === fromPort) ?? own.at(-1)!;
  return branches.find((branch) => !isGone(branch) && isSeen(sent, branch, last)) ?? null;
}

/** `null`: neither the program nor the rules log it. */
async function sendListening(ground: Ground, refuted: Refuted, fromPort: number): Promise<readonly string[] | null> {
  const { packet, program, rules } = refuted;
  const sending = (): Promise<void> => send(ground, refuted, fromPort);
  if ([...program.branches, ...rules.branches].every((branch) => logsOf(branch).length === 0)) {
    await sending();
    return null;
  }
  const lines = await logged(sending);
  const { source, destination, family } = packet;
  const ends = family === 6 ? [] : [` SRC=${source.text} DST=${destination.text} `];
  const port = [6, 17].includes(packet.protocol) ? [` SPT=${fromPort} `] : [];
  return lines.filter((line) => [" SRC=", ...ends, ...port].every((word) => line.includes(word)));
}

/** What of a fate can be seen here, each way in words. */
const visible = ({ branches }: Fate): readonly string[] => {
  const ends = branches.map((branch) =>
    [isGone(branch) ? "gone" : branch.end.replace(/^accept$/, "pass"), markOf(branch), ...logsOf(branch)].join(" "),
  );
  return [...new Set(ends)].sort();
};

export const isVisible = ({ program, rules }: Refuted): boolean => visible(program).join() !== visible(rules).join();

/** Of ends that are drawn each is seen before so many packets have been sent. */
const MOST = 120;

/** Loads rules in front of the watch, and sends the packet: it ends as the fate says, or, where that is drawn, in each of its ways. */
export async function behaves(ground: Ground, refuted: Refuted, fate: Fate, load: () => Promise<void>): Promise<void> {
  const { packet, hook } = refuted;
  await ground.sh("node", "conntrack -F 2>/dev/null; nft -f -", watchText(hook, packet.state !== "untracked"));
  await ground.sh(senderOf(refuted), "nft -f -", craftText(packet));
  await load();
  const left = new Set(fate.branches);
  for (let tries = 0; left.size > 0; tries += 1) {
    assert.ok(tries < MOST, `never seen: ${inspect([...left])}`);
    const fromPort = packet.sourcePort + tries;
    await connect(ground, packet);
    const lines = await sendListening(ground, refuted, fromPort);
    const sights = await seen(ground);
    const end = endOf({ ...refuted, fromPort }, fate.branches, { sights, lines });
    assert.ok(
      end !== null,
      `${inspect({ ...packet, source: packet.source.text, destination: packet.destination.text, asked: packet.asked?.text })} at ${hook}: ${inspect(fate.branches)}, but seen: ${inspect({ sights, lines })}`,
    );
    left.delete(end);
  }
}
