// Installs what is missing and runs everything. As root that includes Debian's packages and the kernel tests; anybody else is told
// loudly which tests were left out.
import { spawnSync } from "node:child_process";
import { installPackages } from "./install.mjs";
import { run } from "./run.mjs";

/** Command → the Debian package that brings it. */
const TOOLS = {
  ip: "iproute2",
  nsenter: "util-linux",
  iptables: "iptables",
  nft: "nftables",
  conntrack: "conntrack",
  ping: "iputils-ping",
  shellcheck: "shellcheck",
  dash: "dash",
  busybox: "busybox",
};

const PATH = `${process.env.PATH}:/usr/sbin:/sbin`;
const missing = () =>
  Object.keys(TOOLS).filter(
    (tool) => spawnSync("sh", ["-c", `command -v ${tool}`], { env: { ...process.env, PATH } }).status !== 0,
  );

function installTools() {
  const packages = [...new Set(missing().map((tool) => TOOLS[tool]))];
  if (packages.length === 0 || process.getuid() !== 0) return;
  const quiet = { DEBIAN_FRONTEND: "noninteractive" };
  run("looking for Debian's packages", ["apt-get", "update", "-qq"], quiet);
  run(
    `installing ${packages.join(" ")}`,
    ["apt-get", "install", "-y", "-qq", "--no-install-recommends", ...packages],
    quiet,
  );
}

installPackages();
installTools();
run("npm run check", ["node", "scripts/check.mjs"]);
run("kernel tests", ["node", "scripts/kernel.mjs"], { PATH });
