/** Text for `iptables-restore` as the judge runs it. It takes the text for well-formed: the strict reader is somebody else's work. */
import type { Hook } from "../../../../src/verify/program.ts";
import { only, type Spans, STATES, spansOf } from "./box.ts";
import { type Act, hooksBy, isOf, type Judged, type JudgedRule, type Step } from "./machine.ts";
import { addressSpans, deviceSpans, portSpan, portSpans, protocolSpans, socketOf } from "./values.ts";

const stateSpans = (list: string): Spans =>
  spansOf(
    list
      .split(",")
      .map((state) => [BigInt(STATES.indexOf(state.toLowerCase())), BigInt(STATES.indexOf(state.toLowerCase()))]),
  );

/** By option: what the word behind it asks. */
const ASKS: Readonly<Record<string, (word: string, isNot: boolean) => Step>> = {
  "-s": (word, isNot) => isOf("source", addressSpans([word]), isNot),
  "-d": (word, isNot) => isOf("destination", addressSpans([word]), isNot),
  "-i": (word, isNot) => isOf("in-loopback", only(word === "lo" ? 1 : 0), isNot),
  "-o": (word, isNot) => isOf("leaves-by", deviceSpans(word), isNot),
  "-p": (word, isNot) => isOf("protocol", protocolSpans(word), isNot),
  "--sport": (word, isNot) => isOf("source-port", portSpans([word]), isNot),
  "--dport": (word, isNot) => isOf("destination-port", portSpans([word]), isNot),
  "--ctorigdst": (word, isNot) => isOf("asked", addressSpans([word]), isNot),
  "--ctorigdstport": (word, isNot) => isOf("asked-port", portSpans([word]), isNot),
  "--icmpv6-type": (word, isNot) => isOf("icmp-type", only(Number(word)), isNot),
  "--src-type": (_, isNot) => isOf("own-source", only(1), isNot),
  "--dst-type": (_, isNot) => isOf("own-destination", only(1), isNot),
  "--ctstate": (word, isNot) =>
    word === "DNAT" ? isOf("translated", only(1), isNot) : isOf("state", stateSpans(word), isNot),
  "--probability": (word) => {
    const share = Math.round(Number(word) * 2 ** 31) / 2 ** 31;
    return (ask) => ask.draw([share, 1 - share]) === 0;
  },
};

/** Options with a word behind them that asks nothing. */
const SILENT = new Set(["-m", "--mode", "--limit", "--limit-burst", "--comment"]);
const FLAGS = new Set(["--rsource", "--reap"]);

/** Behind the ports of a range stands the port that is mapped to their first. */
function dnat(word: string): Act {
  const { host, ports } = socketOf(word);
  if (ports === null) {
    return { kind: "end", end: (ask) => `to ${host} port ${ask.value("destination-port") ?? "+0"}` };
  }
  const [range = "", base] = ports.split("/");
  if (base === undefined) return { kind: "end", end: () => `to ${host} port ${range}` };
  const [[first, last], begin] = [portSpan(range), BigInt(base)];
  return {
    kind: "end",
    end: (ask) => {
      if (!ask.is("destination-port", [[begin, begin + last - first]])) return `to ${host} port ${range}`;
      const asked = ask.value("destination-port");
      return `to ${host} port ${asked === null ? `+${first - begin}` : asked + first - begin}`;
    },
  };
}

function actOf(words: readonly string[]): Act {
  const [how, target = "", , value = ""] = words;
  const end = (text: string): Act => ({ kind: "end", end: () => text });
  switch (target) {
    case "ACCEPT":
      return end("accept");
    case "DROP":
      return end("drop");
    case "RETURN":
      return { kind: "return" };
    case "REJECT":
      return end(`reject ${value}`);
    case "DNAT":
      return dnat(value);
    case "SNAT":
      return end(`from ${value}`);
    case "MASQUERADE":
      return end("from the device");
    case "MARK":
      return { kind: "note", note: `mark ${value}` };
    case "LOG":
      return { kind: "note", note: `log ${value}` };
    default:
      return { kind: how === "-g" ? "goto" : "jump", chain: target };
  }
}

function ruleOf(words: readonly string[], line: number): JudgedRule {
  const steps: Step[] = [];
  let isNot = false;
  let seconds: bigint | null = null;
  for (let at = 2; at < words.length; at += 1) {
    const word = words[at]!;
    const ask = ASKS[word];
    if (word === "-j" || word === "-g") return { line, steps, acts: [actOf(words.slice(at))] };
    if (word === "!") isNot = true;
    else if (word === "--rcheck") seconds = 0n;
    else if (word === "--set" || FLAGS.has(word)) continue;
    else if (word === "--seconds") seconds = BigInt(words[++at]!);
    else if (word === "--name") {
      const list = words[++at]!;
      steps.push(seconds === null ? { remember: list } : isOf(`list ${list}`, [[0n, seconds]], false));
      seconds = null;
    } else if (SILENT.has(word)) at += 1;
    else if (ask === undefined) throw new Error(`line ${line}: ${word} is not known to the judge`);
    else {
      steps.push(ask(words[++at]!, isNot));
      isNot = false;
    }
  }
  throw new Error(`line ${line} has no target`);
}

const wordsOf = (line: string): readonly string[] =>
  [...line.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain!);

const HOOKS: Readonly<Record<Hook, readonly [built: string, own: string]>> = {
  "raw-prerouting": ["raw PREROUTING", "raw NETC-RAW-IN"],
  "raw-output": ["raw OUTPUT", "raw NETC-RAW-OUT"],
  "mangle-prerouting": ["mangle PREROUTING", "mangle NETC-MARKS-IN"],
  "nat-prerouting": ["nat PREROUTING", "nat NETC-SERVICES"],
  "mangle-output": ["mangle OUTPUT", "mangle NETC-MARKS-OUT"],
  "nat-output": ["nat OUTPUT", "nat NETC-SERVICES"],
  "filter-input": ["filter INPUT", "filter NETC-INPUT"],
  "filter-forward": ["filter FORWARD", "filter NETC-FORWARD"],
  "filter-output": ["filter OUTPUT", "filter NETC-OUTPUT"],
  "nat-postrouting": ["nat POSTROUTING", "nat NETC-POSTROUTING"],
};

export function judgedIptables(text: string, family: 4 | 6): Judged {
  const chains = new Map<string, JudgedRule[]>();
  let table = "";
  for (const [at, line] of text.split("\n").entries()) {
    if (line.startsWith("*")) table = line.slice(1);
    else if (line.startsWith(":")) chains.set(`${table} ${line.slice(1).split(" ")[0]!}`, []);
    else if (line.startsWith("-A ")) {
      const words = wordsOf(line);
      const rule = ruleOf(words, at + 1);
      const inTable = (act: Act): Act => ("chain" in act ? { ...act, chain: `${table} ${act.chain}` } : act);
      chains.get(`${table} ${words[1]!}`)!.push({ ...rule, acts: rule.acts.map(inTable) });
    }
  }
  const hooks = hooksBy((hook) => HOOKS[hook].filter((name) => chains.has(name)).slice(0, 1));
  return { family, chains, hooks, alike: {} };
}
