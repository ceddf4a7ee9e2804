/** Packets that no socket makes, and counts of packets: Node has no raw sockets, so nft changes headers on the way out, and counts on the way in. */
import type { Lab } from "./lab.ts";

/** The counters that rules name, each once. */
const countersOf = (rules: readonly string[]): readonly string[] => [
  ...new Set(rules.flatMap((rule) => [...rule.matchAll(/counter name (\w+)/g)].map(([, name]) => name!))),
];

const tableOf = (name: string, hook: string, rules: readonly string[]): string =>
  [
    `table inet ${name} {`,
    "}",
    `delete table inet ${name}`,
    `table inet ${name} {`,
    ...countersOf(rules).map((counter) => `counter ${counter} {\n}`),
    `chain way {\ntype filter hook ${hook};`,
    ...rules,
    "}",
    "}",
    "",
  ].join("\n");

const load = (lab: Lab, host: string, text: string): Promise<string> =>
  lab.on(host, "sh", "-ec", `nft -f - <<'END'\n${text}END`);

/** What the host sends is changed by these rules from now on. */
export async function craft(lab: Lab, host: string, rules: readonly string[]): Promise<void> {
  await load(lab, host, tableOf("craft", "output priority -400", rules));
}

/** What the host sends is no longer changed. */
export async function straight(lab: Lab, host: string): Promise<void> {
  await lab.on(host, "nft", "delete", "table", "inet", "craft");
}

/** Counts what comes to the host behind the raw table, from now on. */
export async function count(lab: Lab, host: string, rules: readonly string[]): Promise<void> {
  await load(lab, host, tableOf("seen", "prerouting priority -250", rules));
}

export async function counted(lab: Lab, host: string, name: string): Promise<number> {
  const said = await lab.on(host, "nft", "list", "counter", "inet", "seen", name);
  return Number(/packets (\d+)/.exec(said)![1]);
}
