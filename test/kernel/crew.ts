/** The agents of a lab, one in each namespace, all serving before anybody probes: a port that nobody serves would look refused. */
import { statSync } from "node:fs";
import { type Agent, startAgent } from "./agent.ts";

/** What the agents serve, everywhere: enough ports to be asked the right and the wrong one. */
const RANGE = [6000, 6010, 6029];
const POLICY_PORTS = Array.from({ length: 15 }, (_, at) => 7000 + at);
const SERVED = {
  tcp: [22, 80, 81, 443, 8080, 8081, ...RANGE, ...POLICY_PORTS],
  udp: [53, 80, 5353, 8080, ...RANGE],
} as const;

export interface Crew {
  /** The agent in the namespace that now bears the host's name. */
  readonly agent: (host: string) => Promise<Agent>;
  readonly dismiss: () => Promise<void>;
}

interface Member {
  readonly inode: number;
  readonly agent: Promise<Agent>;
}

/** `at` says the namespace of a host. */
export function gatherCrew(at: (host: string) => string): Crew {
  const members = new Map<string, Member>();
  const gone: Promise<void>[] = [];

  async function enter(host: string): Promise<Agent> {
    const agent = startAgent(at(host), host);
    await agent.ask("listen", SERVED);
    return agent;
  }
  const leave = async ({ agent }: Member): Promise<void> => (await agent.catch(() => undefined))?.stop();

  return {
    agent: (host) => {
      // A namespace that was deleted and made again has another inode; the old one lives on with the agent in it.
      const inode = statSync(`/run/netns/${at(host)}`).ino;
      const known = members.get(host);
      if (known?.inode === inode) return known.agent;
      if (known !== undefined) gone.push(leave(known));
      const member = { inode, agent: enter(host) };
      members.set(host, member);
      return member.agent;
    },
    dismiss: async () => {
      await Promise.all([...gone, ...[...members.values()].map(leave)]);
      members.clear();
    },
  };
}
