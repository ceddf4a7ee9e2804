// The main job, on a machine that has only Node and npm: installs, builds, compiles the article's example, shows what came out.
// Needs no root and touches no kernel.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { installPackages } from "./install.mjs";
import { run } from "./run.mjs";

const PROGRAM = "examples/article/cluster.net";

installPackages();
run("building dist/cli.js", ["node", "scripts/build.mjs"]);

function netc(...args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["dist/cli.js", ...args], { encoding: "utf8" });
  if (status !== 0) {
    process.stderr.write(stderr);
    process.exit(status ?? 1);
  }
  return { stdout, stderr };
}

const title = (text) => process.stdout.write(`\n=== ${text}\n\n`);

title(`${PROGRAM}: what was said`);
process.stdout.write(readFileSync(PROGRAM, "utf8"));

title("netc check: what there is to say about it");
const { stderr } = netc("check", PROGRAM);
process.stdout.write(stderr === "" ? "nothing\n" : stderr);

title("netc compile --node node1: what iptables-restore reads on node1");
process.stdout.write(netc("compile", PROGRAM, "--node", "node1").stdout);

title(
  "netc compile --node node1 --target sh: the script that builds pods, links and routes (what it states; its functions are left out)",
);
process.stdout.write(
  netc("compile", PROGRAM, "--node", "node1", "--target", "sh")
    .stdout.split("\n")
    .filter((line) => /^(?:held|pod|wire|route|setting) /.test(line))
    .join("\n"),
);

title("where to go next");
process.stdout.write(`  examples/article/       the article's lessons, each a program, with the commands it did by hand
  grammar/README.md       the language, statement by statement
  netc compile FILE --node NAME | iptables-restore          (as root, on the node)
  netc compile FILE --node NAME --target sh > up.sh         (namespaces, veths, routes, sysctls and rules)
  npm test                everything, with real packets when it is run as root
`);
