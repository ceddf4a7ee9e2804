/** A lesson: one lab on each backend, its assertions as subtests, and nothing left on the machine whatever happened. */
import type { TestContext } from "node:test";
import { kernelTest, missingForPackets } from "./ability.ts";
import { BACKENDS, type Backend } from "./backend.ts";
import { type Lab, openLab } from "./lab.ts";
import { ONE_NODE, type Topology } from "./topology.ts";

export interface LessonOptions {
  readonly topology?: Topology;
  readonly backends?: readonly Backend[];
  /** Loaded on every node before the body runs; left out, the body loads its own. */
  readonly program?: string;
}

/** Names one observation of a lesson. */
export type Observe = (name: string, body: () => Promise<void>) => Promise<void>;

export function lesson(
  name: string,
  options: LessonOptions,
  body: (lab: Lab, observe: Observe) => Promise<void>,
): void {
  for (const backend of options.backends ?? BACKENDS) {
    kernelTest(`${name} [${backend.name}]`, [missingForPackets], (t) =>
      inLab(options.topology ?? ONE_NODE, backend, async (lab) => {
        if (options.program !== undefined) await lab.load(options.program);
        await body(lab, observer(t));
      }),
    );
  }
}

const observer =
  (t: TestContext): Observe =>
  (name, body) =>
    t.test(name, body);

export async function inLab(topology: Topology, backend: Backend, body: (lab: Lab) => Promise<void>): Promise<void> {
  const lab = await openLab(topology, backend);
  try {
    await body(lab);
  } finally {
    await lab.close();
  }
}
