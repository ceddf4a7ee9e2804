/** What rules of iptables do, behind their `-j` or `-g`. */
import { take, type Words } from "./iptables-matches.ts";
import type { Act } from "./machine.ts";
import { numberOf, portSpan, socketOf } from "./values.ts";

const end = (said: string): Act => ({ kind: "end", end: () => said });

/** Options with a word behind each. */
function optionsOf(words: Words, flags: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  while (words.at < words.all.length) {
    const option = take(words);
    found.set(option, flags.includes(option) ? "" : take(words));
  }
  return found;
}

/** The only one that is there. */
function only(options: ReadonlyMap<string, string>, ...names: readonly string[]): string {
  const strange = [...options.keys()].find((name) => !names.includes(name));
  const word = options.get(names[0]!);
  if (strange !== undefined || word === undefined) throw new Error(`${strange ?? names[0]} is not known to the judge`);
  return word;
}

/** Behind the ports of a range stands the port that is mapped to their first. */
function dnat(word: string): Act {
  const { host, ports } = socketOf(word);
  if (ports === null) {
    return { kind: "end", end: (ask) => `to ${host} port ${ask.value("destination-port") ?? "+0"}` };
  }
  const [range = "", base] = ports.split("/");
  if (base === undefined) return end(`to ${host} port ${range}`);
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

/** The kernel clears the bits of a mask, then turns those of the value (xt_mark.c, `mark_tg`). */
function mark(options: ReadonlyMap<string, string>): Act {
  const [[option, word] = ["", ""], more] = [...options];
  const [value = 0, mask = 0xffffffff] = word.split("/").map((text) => Number(numberOf(text)));
  const turning = (bits: number, by: number): Act => ({ kind: "mark", keep: ~bits, turn: by });
  if (more !== undefined) throw new Error("a mark is set by one option");
  if (option === "--set-xmark") return turning(mask, value);
  if (option === "--set-mark") return turning(value | mask, value);
  if (option === "--and-mark") return turning(~value, 0);
  if (option === "--or-mark") return turning(value, value);
  if (option === "--xor-mark") return turning(0, value);
  throw new Error(`${option} is not known to the judge`);
}

const REFUSALS: Readonly<Record<string, string>> = {
  "icmp-port-unreachable": "port-unreachable",
  "icmp6-port-unreachable": "port-unreachable",
  "tcp-reset": "tcp reset",
};

const RANDOM = ["--random-fully"];
const how = (options: ReadonlyMap<string, string>): string => (options.has("--random-fully") ? " at random" : "");

const UNTRACKED: Act = { kind: "note", note: "untracked" };

/** Chains are of the rule's table. */
export function targetOf(words: Words, jump: string, table: string): Act {
  const target = take(words);
  switch (target) {
    case "ACCEPT":
      return end("accept");
    case "DROP":
      return end("drop");
    case "RETURN":
      return { kind: "return" };
    case "REJECT": {
      const answer = only(optionsOf(words, []), "--reject-with");
      return end(`reject ${REFUSALS[answer] ?? answer}`);
    }
    case "DNAT":
      return dnat(only(optionsOf(words, []), "--to-destination"));
    case "SNAT": {
      const options = optionsOf(words, RANDOM);
      return end(`from ${only(options, "--to-source", "--random-fully")}${how(options)}`);
    }
    case "MASQUERADE":
      return end(`from the device${how(optionsOf(words, RANDOM))}`);
    case "MARK":
      return mark(optionsOf(words, []));
    case "NOTRACK":
      return UNTRACKED;
    case "CT":
      only(optionsOf(words, ["--notrack"]), "--notrack");
      return UNTRACKED;
    case "LOG":
      return { kind: "note", note: `log ${[...optionsOf(words, [])].map(([, word]) => word).join(" ")}` };
    default:
      if (words.at < words.all.length) throw new Error(`${words.all[words.at]} stands behind a chain`);
      return { kind: jump === "-g" ? "goto" : "jump", chain: `${table} ${target}` };
  }
}
