/** Lists that multiply to more than a machine takes are said, and nothing is written; they are one condition where a target has lists. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { filesBelow, inFolder, netc } from "./run.ts";

const list = (net: string, count: number, step: number): string =>
  Array.from({ length: count }, (_, at) => `${net}.${(at * step) >> 8}.${(at * step) & 255}`).join(", ");

const NODES = "node n 192.168.100.100 dev eth0\nnode m 192.168.100.101 dev eth0\n";
/** iptables has one address a match, and of marks no tree. */
const MARKS = `${NODES}mark ${list("10.1", 1100, 3)} -> ${list("10.2", 1100, 5)} 7\n`;
/** So many in a row that no tree has room any more: each is as many rules as its lists have pairs. */
const LISTS = `${NODES}${Array.from({ length: 30 }, (_, at) => `allow ${list(`10.${at}`, 200, 3)} -> ${list(`172.${16 + (at % 16)}`, 200, 5)}:${80 + at}`).join("\n")}
default deny any -> any
`;

test("more rules than a machine takes are said, with what to do, and nothing is written", () => {
  const one = ["compile", "--node", "n"];
  for (const [name, text, commands] of [
    ["marks", MARKS, [one, ["compile", "-o", "out"], ["verify", "--target", "iptables"]]],
    ["lists", LISTS, [one]],
  ] as const)
    inFolder({ "main.net": text }, (folder) => {
      for (const args of commands) {
        const ran = netc([...args, "main.net"], "", folder);
        assert.equal(ran.status, 1, `${name}: ${args.join(" ")}: ${ran.stderr}`);
        assert.match(ran.stderr, /makes more than 1,000,000 rules on iptables/);
        assert.match(ran.stderr, /--target nft/);
        assert.equal(ran.stdout, "");
      }
      assert.deepEqual([...filesBelow(folder).keys()], ["main.net"]);
      const nft = netc(["compile", "--node", "n", "--target", "nft", "main.net"], "", folder);
      assert.equal(nft.status, 0, nft.stderr);
      assert.ok(nft.stdout.split("\n").length < 500);
    });
});
