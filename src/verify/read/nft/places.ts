/** What a rule says, only at some hooks: elsewhere the kernel refuses it, or has nothing that it could be asked of. */
import { type Action, HOOKS, type Hook, type Test } from "../../program.ts";
import { isFull, report, type Source } from "./blocks.ts";
import type { Chain } from "./chains.ts";

interface Need {
  /** What needs it, as the text says it. */
  readonly word: string;
  readonly hooks: readonly Hook[];
  readonly line: number;
}

const AFTER_CONNTRACK = HOOKS.filter((hook) => hook !== "raw-prerouting" && hook !== "raw-output");
const FILTER: readonly Hook[] = ["filter-input", "filter-forward", "filter-output"];
/** In POSTROUTING a packet of the node's own has no device that it came by. */
const INCOMING: readonly Hook[] = [
  "raw-prerouting",
  "mangle-prerouting",
  "nat-prerouting",
  "filter-input",
  "filter-forward",
];
const OUTGOING = HOOKS.filter((hook) => hook === "filter-forward" || !INCOMING.includes(hook));

/** nft_fib_validate takes more, and elsewhere netc has none; nat is asked of connections' first packets alone. */
const WAY_BACK: readonly Hook[] = ["raw-prerouting", "mangle-prerouting"];

type Place = Omit<Need, "line"> | null;

/** nft_nat_validate, nft_masq_validate; a rejection is taken in nat and mangle too, where netc has none. */
function placeOfAction(action: Action): Place {
  switch (action.kind) {
    case "dnat":
    case "dnat-map":
      return { word: "dnat", hooks: ["nat-prerouting", "nat-output"] };
    case "snat":
      return { word: action.address === null ? "masquerade" : "snat", hooks: ["nat-postrouting"] };
    case "reject":
      return { word: "reject", hooks: FILTER };
    default:
      return null;
  }
}

const CONNECTION: Place = { word: "ct", hooks: AFTER_CONNTRACK };

function placeOfTest(test: Test): Place {
  switch (test.kind) {
    case "state":
    case "translated":
      return CONNECTION;
    case "address":
      return test.of === "asked" ? CONNECTION : null;
    case "ports":
      return test.of === "asked-port" ? CONNECTION : null;
    case "device":
      return test.side === "in" ? { word: "iifname", hooks: INCOMING } : { word: "oifname", hooks: OUTGOING };
    case "group":
      return test.side === "in" ? { word: "iifgroup", hooks: INCOMING } : { word: "oifgroup", hooks: OUTGOING };
    case "way-back":
      return { word: "fib saddr . iif", hooks: WAY_BACK };
    default:
      return null;
  }
}

function needsOf({ rules }: Chain): readonly Need[] {
  const needs: Need[] = [];
  for (const { rule } of rules) {
    for (const test of rule.tests) {
      const place = placeOfTest(test);
      if (place !== null) needs.push({ ...place, line: rule.line });
    }
    for (const action of rule.actions) {
      const place = placeOfAction(action);
      if (place !== null) needs.push({ ...place, line: rule.line });
    }
  }
  return needs;
}

/** Reports what stands where a hook leads that is none of its own. */
export function checkPlaces(
  source: Source,
  chains: Iterable<Chain>,
  chainsBehind: (chain: Chain) => readonly Chain[],
): void {
  const all = [...chains];
  const needs = new Map(all.map((chain) => [chain, needsOf(chain)]));
  for (const base of all) {
    const { hook } = base;
    if (hook === null) continue;
    const reached = new Set([base]);
    for (const chain of reached) {
      for (const next of chainsBehind(chain)) reached.add(next);
      for (const { word, hooks, line } of needs.get(chain) ?? []) {
        if (hooks.includes(hook) || isFull(source)) continue;
        report(source, line, `\`${word}\` cannot stand where \`${base.name}\` leads`);
      }
    }
  }
}
