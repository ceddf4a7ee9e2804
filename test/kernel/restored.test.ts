/** What is loaded after a run of `up.sh` is the program, however somebody changed it; what others have stays. */
import assert from "node:assert/strict";
import { ALL_BACKENDS, type Backend } from "./backend.ts";
import { A, B } from "./cast.ts";
import { report } from "./command.ts";
import { dualStack, vips } from "./family.ts";
import type { Lab } from "./lab.ts";
import { lesson } from "./lesson.ts";
import { reaches } from "./probe.ts";

const PROGRAM = dualStack(
  ["network none"],
  [
    `service web ${vips(100)} { 80 nodeport 30080 -> a:8080, b:8080; affinity client 1h }`,
    `service api ${vips(101)} { 80 -> b:8080 }`,
    "masquerade pods",
    "mark a -> 203.0.113.5 0x10/0xff",
    "deny b -> a:81",
  ],
);

const LISTINGS = `
for family in iptables ip6tables; do for variant in nft legacy; do
  echo "$family-$variant"; $family-$variant-save 2>/dev/null
done; done
nft -s list table inet netc 2>/dev/null || :
`;

/** The lines of each chain, told apart by tool and table. */
function chainsOf(listing: string): ReadonlyMap<string, readonly string[]> {
  const chains = new Map<string, string[]>();
  let tool = "";
  let table = "";
  for (const line of listing.split("\n")) {
    if (/^ip6?tables-/.test(line)) tool = line;
    if (line.startsWith("*")) table = line.slice(1);
    const place = [tool, table, /^-A (\S+)/.exec(line)?.[1]].join(" ");
    chains.set(place, [...(chains.get(place) ?? []), line]);
  }
  return chains;
}

const isNetcs = (line: string): boolean => /NETC|^\t|^table inet netc/.test(line);

/** All that is netc's, and the rules of others that stand before a jump of netc's. */
async function own(lab: Lab): Promise<readonly string[]> {
  const listing = await lab.on("node1", "sh", "-c", LISTINGS);
  const places = [...chainsOf(listing)].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return places.flatMap(([place, lines]) =>
    lines
      .slice(0, lines.findLastIndex(isNetcs) + 1)
      .filter((line) => isNetcs(line) || line.startsWith("-A"))
      .map((line) => `${place}: ${line}`),
  );
}

/** What somebody does, and what takes back of it what is not netc's. */
type Harm = readonly [commands: string, undone?: string];

const IN_IPTABLES: Readonly<Record<string, Harm>> = {
  "a rule before the jump": ["iptables -I FORWARD -j ACCEPT", "iptables -D FORWARD -j ACCEPT"],
  "a rule before the jump, IPv6": ["ip6tables -I FORWARD -j ACCEPT", "ip6tables -D FORWARD -j ACCEPT"],
  "a jump deleted": ["iptables -t nat -D PREROUTING -j NETC-SERVICES"],
  "a jump doubled": ["iptables -A FORWARD -j NETC-FORWARD; iptables -A FORWARD -j NETC-FORWARD"],
  "a jump behind another rule": [
    `for rule in '-D POSTROUTING -j NETC-POSTROUTING' '-A POSTROUTING -s ::1 -j ACCEPT' '-A POSTROUTING -j NETC-POSTROUTING'; do
      ip6tables -t nat $rule
    done`,
    "ip6tables -t nat -D POSTROUTING -s ::1 -j ACCEPT",
  ],
  "a chain flushed": ["iptables -t nat -F NETC-NODEPORTS"],
  "a rule inserted": ["iptables -I NETC-FORWARD -j ACCEPT"],
  "a rule deleted": ["ip6tables -D NETC-FORWARD-POLICY 1"],
  "rules in another order": [
    "rule=$(iptables -S NETC-FORWARD 1 | sed 's/^-A//'); iptables -D NETC-FORWARD 1; eval iptables -A $rule",
  ],
  "a rule replaced": ["iptables -R NETC-FORWARD-POLICY 1 -j DROP"],
  "a chain and a jump of netc's name": [
    "iptables -t nat -N NETC-MINE; iptables -t nat -A NETC-MINE -j ACCEPT; iptables -t nat -I PREROUTING -j NETC-MINE",
  ],
  "all tables flushed": [
    "for table in filter nat mangle; do for tool in iptables ip6tables; do $tool -t $table -F; $tool -t $table -X; done; done",
  ],
};

const IN_NFT: Readonly<Record<string, Harm>> = {
  "a chain flushed": ["nft flush chain inet netc netc-services-in"],
  "a rule inserted": ["nft insert rule inet netc netc-forward accept"],
  "a map flushed": ["nft flush map inet netc netc-ports-v4-of-1"],
  "an element deleted": ["nft delete element inet netc netc-ports-v4-of-1 '{ 10.96.0.101 . tcp . 80 }'"],
  "an element added": [
    "nft add element inet netc netc-ports-v6-of-1 '{ fd00:96::7 . tcp . 80 : fd00:244:0:1::10 . 80 }'",
  ],
  "the table flushed": ["nft flush table inet netc"],
  "the table asleep": ["nft add table inet netc '{ flags dormant; }'"],
  "a chain of another": ["nft add chain inet netc other '{ type filter hook forward priority 7; policy drop; }'"],
  "another priority": [
    `nft 'flush chain inet netc netc-forward; delete chain inet netc netc-forward
      add chain inet netc netc-forward { type filter hook forward priority 50; }'`,
  ],
  "the table deleted": ["nft delete table inet netc"],
  "the accepts flushed": ["iptables -F NETC-FORWARD-ACCEPT; ip6tables -F NETC-FORWARD-ACCEPT"],
  "chains in iptables": ["iptables -N NETC-SNAT; iptables -A NETC-SNAT -j DROP; iptables -I INPUT -j NETC-SNAT"],
  "a rule before the accepts": ["iptables -I FORWARD -j DROP", "iptables -D FORWARD -j DROP"],
};

function harmsOf({ rules, variant }: Backend): Readonly<Record<string, Harm>> {
  if (rules === "nft") return IN_NFT;
  const other = `iptables-${variant === "nft" ? "legacy" : "nft"}`;
  return {
    ...IN_IPTABLES,
    "the same in the other variant": [`iptables-save | sed 's|^:FORWARD DROP|:FORWARD ACCEPT|' | ${other}-restore`],
  };
}

lesson("what somebody changed in the rules", { backends: ALL_BACKENDS }, async (lab, observe) => {
  const up = await lab.compileScript("up", "node1", PROGRAM);
  const quietly = async (when: string): Promise<void> => {
    const finished = await lab.runScript(up, "node1");
    assert.deepEqual([finished.status, finished.stderr], [0, ""], `${when}: ${report(finished)}`);
  };
  await lab.on("node1", "sh", "-c", "iptables -P FORWARD DROP; ip6tables -P FORWARD DROP");
  await lab.runScript(up, "node1");
  const loaded = await own(lab);
  assert.ok(loaded.length > 40, loaded.join("\n"));

  for (const [what, [commands, undone = ":"]] of Object.entries(harmsOf(lab.backend))) {
    await observe(`${what}: as before`, async () => {
      await lab.on("node1", "sh", "-ec", commands);
      assert.notDeepEqual(await own(lab), loaded, "nothing was changed");
      await quietly(what);
      assert.deepEqual(await own(lab), loaded);
      if (undone !== ":") await lab.on("node1", "sh", "-ec", undone);
    });
  }

  await observe("who is remembered is no change, nor is what rules count", async () => {
    if (lab.backend.rules === "nft") {
      const list = (): Promise<string> => lab.on("node1", "nft", "list", "set", "inet", "netc", "netc-affinity-v4");
      for (const elements of ["192.0.2.1 . 0x1 . 0x2 timeout 1h", "192.0.2.2 . 1 . 2, 192.0.2.3 . 1 . 2"]) {
        await lab.on("node1", "nft", `add element inet netc netc-affinity-v4 { ${elements} }`);
        await quietly(elements);
      }
      for (const client of ["192.0.2.1", "192.0.2.3"]) assert.ok((await list()).includes(client), client);
      return;
    }
    await reaches(lab, "b", `${A}:80`, { at: "a", as: B });
    const counted = (): Promise<string> => lab.on("node1", "sh", "-c", "iptables-save -c | grep -e '-A NETC-FORWARD '");
    const before = await counted();
    assert.match(before, /^\[[1-9]/m);
    await lab.on("node1", "iptables", "-I", "FORWARD", "-j", "ACCEPT");
    await quietly("a rule before the jump");
    assert.equal(await counted(), before, "only the jump was moved");
  });
  await reaches(lab, "b", `${A}:80`, { at: "a", as: B });
});
