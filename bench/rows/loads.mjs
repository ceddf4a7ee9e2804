/** How long the kernel takes to load the rules of the services: netc's, kube-proxy's, and the least that could be loaded. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { netcProgram } from "../inputs.mjs";
import { sideBySide } from "../measure.mjs";
import { alone, canMakeNamespaces } from "../namespace.mjs";
import { compiled } from "../netc.mjs";
import { bareIptables, bareNft, kubeIptables, kubeNft } from "../others.mjs";
import { isInstalled } from "../programs.mjs";
import { against, atLeastRow, atMostRow, factRow, missingRow, thousands } from "../table.mjs";

/** A namespace that ended is still taken apart for a while. */
const REST_MS = 400;
/** kube-proxy's nft shape takes tens of seconds. */
const LONG_ROUNDS = 3;

const IPTABLES = "iptables-nft-restore";
const LEGACY = "iptables-legacy-restore";

/** The last of the tables. */
const natOf = (rules) => rules.slice(rules.indexOf("*nat\n"));

/** What is loaded, and what each load is compared with. */
function planOf(shape, isQuick) {
  const sparse = { ...shape, spread: "sparse" };
  const of = ` of ${thousands(shape.services)} services`;
  return {
    files: {
      "netc.v4": { shape, of: (netc) => natOf(netc("iptables")) },
      "kube.v4": { shape, of: () => kubeIptables(shape) },
      "bare.v4": { shape, of: () => bareIptables(shape) },
      "sparse.v4": { shape: sparse, of: (netc) => natOf(netc("iptables")) },
      "sparse-kube.v4": { shape: sparse, of: () => kubeIptables(sparse) },
      "netc.nft": { shape, of: (netc) => netc("nft") },
      "kube.nft": { shape, of: () => kubeNft(shape), rounds: isQuick ? undefined : LONG_ROUNDS },
      "bare.nft": { shape, of: () => bareNft(shape) },
    },
    rows: [
      {
        work: `load iptables${of}, faster than kube-proxy's shape`,
        by: IPTABLES,
        a: "netc.v4",
        b: "kube.v4",
        least: 3.5,
      },
      { work: `load iptables${of}, × bare DNAT rules`, by: IPTABLES, a: "netc.v4", b: "bare.v4", most: 1.4 },
      {
        work: `the same at addresses here and there, faster than kube-proxy's shape`,
        by: IPTABLES,
        a: "sparse.v4",
        b: "sparse-kube.v4",
        least: 3,
      },
      { work: `load legacy iptables${of}, faster than kube-proxy's shape`, by: LEGACY, a: "netc.v4", b: "kube.v4" },
      { work: `load legacy iptables${of}, × bare DNAT rules`, by: LEGACY, a: "netc.v4", b: "bare.v4" },
      {
        work: `load nft${of}, faster than kube-proxy's shape${isQuick ? "" : ` (${LONG_ROUNDS} rounds of that)`}`,
        by: "nft",
        a: "netc.nft",
        b: "kube.nft",
        least: 60,
      },
      { work: `load nft${of}, × a bare map`, by: "nft", a: "netc.nft", b: "bare.nft", most: 1.15 },
    ],
  };
}

const targetOf = ({ least, most }) => (least ? `≥ ${least.toFixed(2)} ×` : most ? `≤ ${most.toFixed(2)} ×` : "");

function rowOf(row, a, b) {
  const { work, least, most } = row;
  if (most !== undefined) return atMostRow(work, a.seconds / b.seconds, most, against(a, b));
  if (least !== undefined) return atLeastRow(work, b.seconds / a.seconds, least, against(a, b));
  return work.includes("faster")
    ? factRow(work, b.seconds / a.seconds, against(a, b))
    : factRow(work, a.seconds / b.seconds, against(a, b));
}

export async function loadRows({ folder, isQuick, rounds, say }) {
  const { files, rows } = planOf({ services: isQuick ? 1_000 : 10_000 }, isQuick);
  const present = canMakeNamespaces() ? rows.filter(({ by }) => isInstalled(by)) : [];
  const wanted = new Map(present.flatMap(({ by, a, b }) => [a, b].map((name) => [`${by} ${name}`, { by, name }])));
  const subjects = [...wanted].map(([key, { by, name }]) => {
    const { shape, of, rounds: own } = files[name];
    const path = join(folder, name);
    const program = join(folder, "loads.net");
    writeFileSync(program, netcProgram(shape));
    writeFileSync(
      path,
      of((target) => compiled(program, "--node", "node1", "--target", target)),
    );
    return { name: key, command: alone(by === "nft" ? [by, "-f", path] : [by, path]), rest: REST_MS, rounds: own };
  });
  const samples = await sideBySide(subjects, subjects.length === 0 ? 0 : rounds, (round) =>
    say(`loads, round ${round} of ${rounds}`),
  );
  return rows.map((row) => {
    const [a, b] = [row.a, row.b].map((name) => samples.get(`${row.by} ${name}`));
    return a && b ? rowOf(row, a, b) : missingRow(row.work, `not measured: needs root and ${row.by}`, targetOf(row));
  });
}
