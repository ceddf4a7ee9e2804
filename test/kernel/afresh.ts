import type { Lab } from "./lab.ts";

/**
 * Loads a program and forgets the connections from before, which new rules leave as they were: a probe that happens to get a port of
 * one of them, with the same address and protocol, would be taken for it and not for a connection's first packet.
 */
export async function loadAfresh(lab: Lab, program: string): Promise<void> {
  await lab.load(program);
  for (const { name } of lab.topology.nodes) await lab.on(name, "conntrack", "-F");
}
