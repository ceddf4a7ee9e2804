/** `up.sh` on a machine that is not the node it was made for: it says so, and leaves nothing that `down.sh` would not take away. */
import assert from "node:assert/strict";
import { A, B, NODE1, oneNode } from "./cast.ts";
import { lesson } from "./lesson.ts";
import { reaches } from "./probe.ts";
import { assertSameState, nodeState } from "./state.ts";

lesson("up.sh stops on a node that is not the program's", {}, async (lab, observe) => {
  const before = await nodeState(lab, "node1");
  const stopsAt = async (program: string, message: RegExp): Promise<void> => {
    const finished = await lab.script("up", "node1", program);
    assert.notEqual(finished.status, 0, "it did not stop");
    assert.match(finished.stderr, message);
    const down = await lab.script("down", "node1", program);
    assert.equal(down.status, 0, down.stderr);
    assertSameState(await nodeState(lab, "node1"), before, "after down.sh");
  };

  await observe("an address that no interface has", () =>
    stopsAt(oneNode().replace(NODE1, "192.168.100.77"), /192\.168\.100\.77/),
  );
  await observe("a device that is not there", () =>
    stopsAt(oneNode("service web 10.96.0.100 -> b").replace("ens33", "ens99"), /ens99/),
  );
  await observe("and runs where all is as stated", async () => {
    await lab.load(oneNode());
    await reaches(lab, "a", `${B}:80`, { at: "b", as: A });
  });
});
