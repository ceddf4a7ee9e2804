import assert from "node:assert/strict";
import { test } from "node:test";
import { readScript } from "../../src/verify/read/script.ts";

const JUMPS = `tables='filter mangle nat'
jumps='filter INPUT NETC-INPUT
filter FORWARD NETC-FORWARD
filter OUTPUT NETC-OUTPUT
mangle PREROUTING NETC-MARKS-IN
mangle OUTPUT NETC-MARKS-OUT
nat PREROUTING NETC-SERVICES
nat OUTPUT NETC-SERVICES
nat PREROUTING NETC-SERVICES-IN
nat POSTROUTING NETC-POSTROUTING
filter FORWARD NETC-FORWARD-ACCEPT'
`;
const carrier = (name: string, mark: string, body: string): string =>
  `${name}() {\ncat <<'${mark}'\n${body}${mark}\n}\n`;
const V4 = carrier("rules_v4", "NETC-RULES-V4", "*filter\nCOMMIT\n");
const V6 = carrier("rules_v6", "NETC-RULES-V6", "");
const NFT = carrier("ruleset", "NETC-RULESET", "add table inet netc\n");
const SCRIPT = `#!/bin/sh\n${JUMPS}${V4}${V6}load\n`;

const reasons = (text: string): readonly string[] => {
  const read = readScript(text);
  return "unread" in read ? read.unread.map(({ line, reason }) => `${line}: ${reason}`) : [];
};

test("the rules of a script, with their places", () => {
  assert.deepEqual(readScript(SCRIPT), {
    carried: [
      { target: "iptables", text: "*filter\nCOMMIT\n", above: 14 },
      { target: "ip6tables", text: "", above: 20 },
    ],
  });
  assert.deepEqual(readScript(`${JUMPS}${NFT}load\n`), {
    carried: [{ target: "nft", text: "add table inet netc\n", above: 13 }],
  });
});

test("a delimiter may be longer, and what looks like a carrier in another's text is none", () => {
  const longer = carrier("rules_v4", "NETC-RULES-V4-", "NETC-RULES-V4\n");
  const inside = carrier("other", "NETC-OTHER", `jumps='nothing'\n${V4}`);
  const read = readScript(`${JUMPS}${inside}${longer}${V6}load\n`);
  assert.ok("carried" in read);
  assert.equal(read.carried[0]?.text, "NETC-RULES-V4\n");
});

test("whatever could give the rules or the jumps another meaning is told", () => {
  const cases: readonly (readonly [text: string, reason: RegExp])[] = [
    [SCRIPT.replace("nat OUTPUT NETC-SERVICES\n", ""), /^3: the jumps are other than/],
    [SCRIPT.replace("NETC-INPUT\n", "NETC-OTHER\n"), /^3: the jumps are other than/],
    [SCRIPT.replace(JUMPS, ""), /the list `jumps` is missing/],
    [`${SCRIPT}jumps='\nfilter'\n`, /`jumps` is set once more/],
    [`${SCRIPT}[ -n "$x" ] && jumps=\n`, /`jumps` is known at the beginning/],
    [SCRIPT.replace("filter mangle nat", "filter nat"), /`tables` is known/],
    [`${SCRIPT}${V4}`, /`rules_v4` is there twice/],
    [`${SCRIPT}  rules_v4 () { :; }\n`, /`rules_v4` is known at the beginning/],
    [SCRIPT.replace("cat <<'NETC-RULES-V4'", "cat <<NETC-RULES-V4"), /`rules_v4` is known to print one here-document/],
    [SCRIPT.replace("NETC-RULES-V6\n}", "}"), /no line `NETC-RULES-V6` ends it/],
    [SCRIPT.replace("COMMIT\nNETC-RULES-V4\n}", "COMMIT\nNETC-RULES-V4\necho\n}"), /these rules and no more/],
    [SCRIPT.replace(V6, ""), /neither the rules of both families/],
    [SCRIPT.replace("load\n", ""), /no line `load`/],
    [SCRIPT.slice(0, -1), /ends within this line/],
    [SCRIPT.replace("*filter\n", "*filter\n:NETC-FORWARD-ACCEPT - [0:0]\n"), /^16: the script leads FORWARD/],
    ["", /neither the rules/],
  ];
  for (const [text, reason] of cases) {
    const told = reasons(text);
    assert.ok(
      told.some((each) => reason.test(each)),
      `${reason}: ${told.join("; ")}`,
    );
  }
});
