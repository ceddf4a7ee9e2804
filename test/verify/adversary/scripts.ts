/** Class 5: what stands around the rules in `up.sh`, and all of `down.sh`, is compared with netc's own. */
import type { Tool } from "./base.ts";
import { before, behind, type EditText, replacing } from "./edit.ts";

export interface ScriptEdit {
  readonly name: string;
  readonly target: "sh" | "down";
  readonly rules: Tool;
  readonly edit: EditText;
  readonly comes: "compared" | "differs" | "refuted" | "unverified";
}

const edited =
  (target: "sh" | "down", rules: Tool) =>
  (name: string, edit: EditText, comes: ScriptEdit["comes"]): ScriptEdit => ({
    name,
    target,
    rules,
    edit,
    comes,
  });
const up = edited("sh", "iptables");
const nftUp = edited("sh", "nft");
const down = edited("down", "iptables");
const nftDown = edited("down", "nft");

const SET = /^set -/;
const OPEN = /<<'/;
const shebang = /^#!/;
const last =
  (line: string): EditText =>
  (text) =>
    `${text}${line}\n`;
const cut: EditText = (text) => text.slice(0, text.length * 0.7);
const asIs: EditText = (text) => text;

const inBoth = (of: typeof up): readonly ScriptEdit[] => [
  of("as it is", asIs, "compared"),
  of("it ends before it loads", behind(SET, "exit 0"), "differs"),
  of("it ends at its first line", behind(shebang, "exit 0"), "differs"),
  of("a command is a function", behind(SET, "iptables-restore() { :; }", "nft() { :; }"), "differs"),
  of("a command is an alias", behind(SET, "alias nft=true iptables=true"), "differs"),
  of("tools of another folder", behind(SET, "PATH=/tmp:$PATH"), "differs"),
  of("another shell", replacing(shebang, /.*/, "#!/bin/true"), "differs"),
  of("its last line opens INPUT", last("iptables -I INPUT -j ACCEPT"), "differs"),
  of("its last line deletes the table", last("nft delete table inet netc"), "differs"),
  of("faults do not end it", replacing(SET, /.*/, ":"), "differs"),
  of("a here-document whose text is expanded", replacing(OPEN, /'/g, ""), "differs"),
  of("a here-document whose tabs are taken off", replacing(OPEN, "<<", "<<-"), "differs"),
  of("a file that is cut off", cut, "differs"),
  of("a blank at the end", (text) => `${text} `, "differs"),
  of("a line that ends as on another system", replacing(SET, /$/, "\r"), "differs"),
  of("a remark", behind(SET, "# harmless"), "differs"),
  of("nothing at all", () => "", "differs"),
];

export const SCRIPTS: readonly ScriptEdit[] = [
  ...inBoth(up),
  ...inBoth(nftUp),
  up("a rule in it is another", replacing(/"deny any -> node1:22" -j DROP/, "DROP", "ACCEPT"), "refuted"),
  up("a rule in it counts", replacing(/"deny any -> node1:22" -j DROP/, "-A NETC", "[1:2] -A NETC"), "compared"),
  nftUp("a rule in it is another", replacing(/drop comment "deny any -> node1:22"/, "drop", "accept"), "refuted"),
  nftUp("a rule in it counts", replacing(/drop comment "deny any -> node1:22"/, "drop", "counter drop"), "compared"),
  up("a NUL in a rule", replacing(/"deny any -> node1:22" -j DROP/, "deny any", "deny\0any"), "unverified"),
  nftUp("a NUL in a rule", replacing(/drop comment "deny any -> node1:22"/, "deny any", "deny\0any"), "unverified"),
  up(
    "a chain of the script's own among the rules",
    before(/^:NETC-INPUT /, ":NETC-FORWARD-ACCEPT - [0:0]"),
    "unverified",
  ),
  down("as it is", asIs, "compared"),
  nftDown("as it is, with rules of nft", asIs, "compared"),
  down("it does nothing", behind(shebang, "exit 0"), "differs"),
  down("its last line opens INPUT", last("iptables -P INPUT ACCEPT"), "differs"),
  down("a file that is cut off", cut, "differs"),
  nftDown("it flushes everybody's rules", last("nft flush ruleset"), "differs"),
];
