import { planJson } from "../plan/json.ts";
import { type Emitter, packetsOf } from "./emitter.ts";
import { wholeTables } from "./iptables/emit.ts";
import { printNft } from "./nft/emit.ts";
import { printDown } from "./shell/down.ts";
import { upWith } from "./shell/rules-of.ts";

/** Every target; the first is the one that is meant when none is named. */
export const EMITTERS: readonly Emitter[] = [
  { name: "iptables", file: "rules.v4", emit: (plan) => wholeTables(packetsOf(plan, 4)) },
  { name: "ip6tables", file: "rules.v6", emit: (plan) => wholeTables(packetsOf(plan, 6)) },
  { name: "nft", file: "ruleset.nft", emit: printNft },
  { name: "sh", file: "up.sh", emit: (plan) => upWith(plan, "iptables") },
  { name: "down", file: "down.sh", emit: printDown },
  { name: "json", file: "plan.json", emit: planJson },
];
