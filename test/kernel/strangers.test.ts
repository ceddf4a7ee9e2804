/** The rules of others on a live machine: whatever netc does, they stay as they are, byte for byte. */
import assert from "node:assert/strict";
import { ALL_BACKENDS } from "./backend.ts";
import { A, B, C, NODE1, OUTSIDE, twoNodes } from "./cast.ts";
import { report } from "./command.ts";
import type { Lab } from "./lab.ts";
import { lesson } from "./lesson.ts";
import { reaches, silent } from "./probe.ts";
import { TWO_NODES } from "./topology.ts";

const SERVED = ["service web 10.96.0.100 -> b", "service far 10.96.0.101 -> c", "hairpin b", "masquerade pods"];
const PROGRAM = twoNodes(...SERVED, "deny b -> a:81");
const CHANGED = twoNodes(...SERVED, "deny b -> a:8080", "service api 10.96.0.102 -> a");

async function works(lab: Lab): Promise<void> {
  await reaches(lab, "a", `${B}:80`, { at: "b", as: A });
  await reaches(lab, "a", `${C}:80`, { at: "c", as: A });
  await reaches(lab, "c", `${A}:80`, { at: "a", as: C });
  await reaches(lab, "a", "10.96.0.100:80", { at: "b", as: A });
  await reaches(lab, "b", "10.96.0.100:80", { at: "b", as: NODE1 });
  await reaches(lab, "node1", "10.96.0.101:80", { at: "c", as: NODE1 });
  await reaches(lab, "lan", "10.96.0.101:80", { at: "c", as: NODE1 });
  await reaches(lab, "a", `${OUTSIDE}:80`, { at: "outside", as: NODE1 });
}

/**
 * All that `iptables-save -c` says and that is not netc's; policies count whatever the machine says by itself. A table of the kernel's chains
 * alone counts as absent.
 */
async function foreign(lab: Lab): Promise<readonly string[]> {
  const saved = await lab.on("node1", "iptables-save", "-c");
  return saved
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith("#") && !/NETC/.test(line))
    .map((line) => `${line.replace(/^(:.*) \[.*\]$/, "$1")}\n`)
    .join("")
    .replace(/^\*\w+\n(?::[A-Z]+ ACCEPT\n)+COMMIT\n/gm, "")
    .split("\n");
}

/** What counts with every packet that netc hands on: rules of a built-in chain, and those of Docker's that all forwarded packets go through. */
const MOVED = /-A (PREROUTING|INPUT|FORWARD|OUTPUT|POSTROUTING|DOCKER-USER|DOCKER-FORWARD) |-A \S+ -j RETURN$/;
const withoutMoved = (lines: readonly string[]): readonly string[] =>
  lines.map((line) => (MOVED.test(line) ? line.replace(/ ?\[\d+:\d+\] ?/, "") : line));

/** What `iptables-save -c` prints on a machine with that release of Docker Engine: one file a release. */
const DOCKERS = ["docker-27", "docker-28"];

for (const docker of DOCKERS) {
  lesson(`the rules of ${docker}`, { topology: TWO_NODES, backends: ALL_BACKENDS }, async (lab) => {
    await lab.on("node1", "iptables-restore", "-c", `test/kernel/${docker}.rules`);
    for (const range of ["10.96.0.0/12", "198.51.100.0/24"])
      await lab.on("lan", "ip", "route", "add", range, "via", NODE1);
    const first = await foreign(lab);
    assert.ok(first.length >= 40, first.join("\n"));
    /** No packet is on its way: not even a rule's count may change. */
    const untouchedBy = async (script: () => Promise<void>, when: string): Promise<void> => {
      const before = await foreign(lab);
      await script();
      assert.deepEqual(await foreign(lab), before, when);
    };
    for (const program of [PROGRAM, CHANGED, PROGRAM]) {
      await untouchedBy(() => lab.load(program), "up.sh");
      await works(lab);
      await silent(lab, "lan", "198.51.100.7:80");
    }
    await untouchedBy(() => lab.unload(PROGRAM), "down.sh");
    assert.deepEqual(withoutMoved(await foreign(lab)), withoutMoved(first), "after everything");
  });
}

/** Somebody's own tables of nft, which no rule of another table can overrule; the last is laid out as firewalld's. */
const FOREIGN = `table inet office {
	chain forwarding {
		type filter hook forward priority filter; policy drop;
		ct state established,related accept
		iifname "office0" accept
	}
	chain early {
		type filter hook prerouting priority raw; policy accept;
		ip saddr 192.0.2.0/24 drop
		counter log prefix "early " goto rest
	}
	chain rest {
		ct state invalid drop
		counter comment "the rest"
		drop
	}
}
table inet firewalld {
	chain filter_FORWARD {
		type filter hook forward priority filter + 10; policy accept;
		ct state established,related accept
		iifname "lo" accept
		jump filter_FORWARD_POLICIES
		reject with icmpx admin-prohibited
	}
	chain filter_FORWARD_POLICIES {
		iifname "ens33" jump filter_FWD_public
	}
	chain filter_FWD_public {
		reject with icmpx admin-prohibited
	}
	chain filter_INPUT {
		type filter hook input priority filter + 10; policy accept;
		tcp dport 9999 accept
		reject with icmpx admin-prohibited
	}
}
table ip harmless {
	chain accepts {
		type filter hook forward priority filter; policy drop;
		jump rest
	}
	chain counts {
		type filter hook postrouting priority filter; policy accept;
		udp dport 9 drop
		return
		drop
	}
	chain rest {
		ip daddr 192.0.2.1 drop
		accept
	}
}
`;
const NAMED = [
  "forwarding of the table inet office",
  "early of the table inet office",
  "filter_FORWARD of the table inet firewalld",
];

lesson("a chain that drops", { topology: TWO_NODES, backends: ALL_BACKENDS }, async (lab) => {
  const mangle = lab.backend.variant === "nft" ? "iptables-legacy" : "ip6tables";
  await lab.on("node1", "sh", "-ec", `nft -f - <<'END'\n${FOREIGN}END\n`);
  await lab.on("node1", "sh", "-ec", `${mangle} -t mangle -A POSTROUTING -m comment --comment 'the last' -j DROP`);
  const theirs = (): Promise<string> =>
    lab.on("node1", "sh", "-c", "for t in office firewalld; do nft -s list table inet $t; done");
  const run = async (program: string): Promise<readonly string[]> => {
    const before = await theirs();
    const up = await lab.script("up", "node1", program);
    assert.equal(up.status, 0, report(up));
    assert.equal(await theirs(), before, "after up.sh");
    return up.stderr.split("\n").filter((line) => line !== "");
  };
  const said = await run(PROGRAM);
  assert.deepEqual(
    said.map((line) => /the chain (.*) drops .*no rule of netc's can overrule it$/.exec(line)?.[1]).toSorted(),
    [...NAMED, `POSTROUTING of the table mangle of ${mangle}`].toSorted(),
  );
  assert.deepEqual(await run(PROGRAM), [], "it is no longer new");
  await silent(lab, "a", `${OUTSIDE}:80`);
  await lab.on("node1", "nft", "delete", "table", "inet", "firewalld");
  await lab.on("node1", "nft", "add", "table", "inet", "firewalld");
  assert.deepEqual(await run(CHANGED), [], "nor is what is left");
  await lab.unload(PROGRAM);
});
