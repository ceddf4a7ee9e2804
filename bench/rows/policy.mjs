/** Large policy: how long it takes to compile and to prove, and how that grows at double size. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { sideBySide } from "../measure.mjs";
import { compileCommand, verifyCommand } from "../netc.mjs";
import { allowedPairs, blocklist, deniedSources } from "../policy.mjs";
import { against, atMostRow, sizeRow, thousands } from "../table.mjs";

const DOUBLE = 2.3;

const SUBJECTS = [
  {
    work: (n) => `verify ${thousands(n)} × (pod, service to it, allow ADDR -> service)`,
    program: allowedPairs,
    command: (file) => verifyCommand(file, "--node", "node1"),
    size: 2_000,
    most: { maxSeconds: 6, maxBytes: 700e6 },
  },
  {
    work: (n) => `verify ${thousands(n)} deny ADDR -> service on 1,000 services`,
    program: deniedSources,
    command: (file) => verifyCommand(file, "--node", "node1"),
    size: 2_500,
  },
  ...["iptables", "nft"].map((target) => ({
    work: (n) => `compile deny of ${thousands(n)} scattered addresses, ${target}`,
    program: blocklist,
    command: (file) => compileCommand(file, "--node", "node1", "--target", target),
    size: 40_000,
    most: { maxSeconds: 2, maxBytes: 700e6 },
  })),
  ...["iptables", "nft"].map((target) => ({
    work: (n) => `verify deny of ${thousands(n)} scattered addresses, ${target}`,
    program: blocklist,
    command: (file) => verifyCommand(file, "--node", "node1", "--target", target),
    size: 40_000,
    most: { maxSeconds: 6, maxBytes: 700e6 },
  })),
];

export async function policyRows({ folder, isQuick, rounds, say }) {
  const all = SUBJECTS.map((subject, at) => {
    const size = isQuick ? subject.size / 20 : subject.size;
    const named = [size, 2 * size].map((n) => {
      const file = join(folder, `policy-${at}-${n}.net`);
      writeFileSync(file, subject.program(n));
      return { name: subject.work(n), command: subject.command(file) };
    });
    return { ...subject, size, named };
  });
  const samples = await sideBySide(
    all.flatMap(({ named }) => named),
    rounds,
    (round) => say(`large policy, round ${round} of ${rounds}`),
  );
  return all.flatMap(({ work, size, named, most }) => {
    const [one, double] = named.map(({ name }) => samples.get(name));
    return [
      sizeRow({ work: work(size), sample: one, ...(isQuick ? {} : most) }),
      atMostRow(
        `the same at double size (${thousands(2 * size)})`,
        double.seconds / one.seconds,
        DOUBLE,
        against(double, one),
      ),
    ];
  });
}
