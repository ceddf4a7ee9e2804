/** Asks many questions at a time, and says what of the answers the reference did not say. */
import type { Lab } from "../lab.ts";
import { type Outcome, probe } from "../probe.ts";
import { type Client, type Protocol, write } from "./reference.ts";

/** So many probes are on their way together. */
const AT_ONCE = 256;
/** A draw of two misses one of them so often in a row once in 2^39 times. */
const TRIES = 40;
const SILENCE_MS = 300;
/** Where silence says who was drawn: an answer that is late on a busy machine must not be taken for it. */
const DRAWN_SILENCE_MS = 1200;
const AT_ONCE_MS = 900;

export interface Question {
  readonly what: string;
  readonly client: Client;
  /** As a probe takes it. */
  readonly target: string;
  /** All that may come of it. */
  readonly wanted: readonly string[];
  /** Each of it in some try; any of it; or whatever came of the first question with the same words, three times. */
  readonly draws: "each" | "any" | { readonly sameFor: string };
}

const patience = ({ wanted, draws }: Question): { readonly wait?: number } => {
  if (wanted.includes("silent"))
    return { wait: typeof draws !== "string" && wanted.length > 1 ? DRAWN_SILENCE_MS : SILENCE_MS };
  return wanted[0] === "refused" ? { wait: AT_ONCE_MS } : {};
};

/** TCP is refused with a reset, the rest with ICMP: what is of the other kind is no refusal. */
export function said(outcome: Outcome, protocol: Protocol | "icmp"): string {
  if (outcome.kind === "answered") return "who" in outcome ? write({ at: outcome.who, as: outcome.from }) : "answered";
  if (outcome.kind === "not-permitted") return "silent";
  const refusal = protocol === "tcp" ? "reset" : "port-unreachable";
  return outcome.kind === refusal ? "refused" : outcome.kind;
}

const protocolOf = (target: string): Protocol | "icmp" =>
  target.endsWith("/udp") ? "udp" : /^\[.*\]:|^[\d.]+:/.test(target) ? "tcp" : "icmp";

/** A pod that draws itself and does not hear of it has drawn all the same. */
const drawn = (end: string, client: Client): string => (end === "silent" ? client : end.split(" ")[0]!);

export async function judgeAll(lab: Lab, questions: readonly Question[]): Promise<readonly string[]> {
  const waiting = questions.values();
  const wrong: string[] = [];
  const firsts = new Map<string, Promise<string>>();

  const ask = async (question: Question): Promise<string> => {
    const { client, target, wanted } = question;
    const once = async (): Promise<string> =>
      said(await probe(lab, client, target, patience(question)), protocolOf(target));
    const end = await once();
    // A datagram can be lost.
    return end === "silent" && !wanted.includes("silent") ? once() : end;
  };

  async function judgeEach(question: Question): Promise<string | null> {
    const { wanted, draws } = question;
    const seen = new Set<string>();
    for (let count = 0; seen.size < (draws === "each" ? wanted.length : 1) && count < TRIES; count++) {
      const end = await ask(question);
      if (!wanted.includes(end)) return `${end}, wanted ${wanted.join(" / ")}`;
      seen.add(end);
    }
    return draws === "any" || seen.size === wanted.length ? null : `never but ${[...seen]} of ${wanted.join(" / ")}`;
  }

  async function judgeSame(question: Question, key: string): Promise<string | null> {
    const { wanted, client } = question;
    for (let count = 0; count < 3; count++) {
      await firsts.get(key);
      const asked = ask(question);
      if (!firsts.has(key)) firsts.set(key, asked);
      const end = await asked;
      if (!wanted.includes(end)) return `${end}, wanted ${wanted.join(" / ")}`;
      const kept = drawn(await firsts.get(key)!, client);
      if (drawn(end, client) !== kept) return `${end}, and it was given ${kept} before`;
    }
    return null;
  }

  const work = async (): Promise<void> => {
    for (const question of waiting) {
      const { what, client, target, draws } = question;
      const fault = await (typeof draws === "string" ? judgeEach(question) : judgeSame(question, draws.sameFor));
      if (fault !== null) wrong.push(`${what}: ${client} -> ${target}: ${fault}`);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return wrong;
}
