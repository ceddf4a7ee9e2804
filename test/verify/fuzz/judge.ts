/** What netc makes of a program, and what the proof says of it: every node, both families, every form. */

import type { Cluster } from "../../../src/cluster/cluster.ts";
import { planNode } from "../../../src/compile.ts";
import { packetsOf } from "../../../src/emit/emitter.ts";
import { printCoexist, printWhole } from "../../../src/emit/iptables/print.ts";
import { translate } from "../../../src/emit/iptables/translate.ts";
import { printNft } from "../../../src/emit/nft/emit.ts";
import { type Finding, type ProvedText, prove } from "../../../src/verify/prove.ts";

export interface NodeTexts {
  readonly node: Cluster["nodes"][number];
  readonly whole: readonly ProvedText[];
  readonly coexist: readonly ProvedText[];
}

export function textsOf(cluster: Cluster): readonly NodeTexts[] {
  return cluster.nodes.map((node): NodeTexts => {
    const plan = planNode(cluster, node);
    const v4 = translate(packetsOf(plan, 4));
    const v6 = translate(packetsOf(plan, 6));
    return {
      node,
      whole: [
        { target: "iptables", text: printWhole(v4), form: "whole" },
        { target: "ip6tables", text: printWhole(v6), form: "whole" },
        { target: "nft", text: printNft(plan), form: "whole" },
      ],
      coexist: [
        { target: "iptables", text: printCoexist(v4), form: "coexist" },
        { target: "ip6tables", text: printCoexist(v6), form: "coexist" },
      ],
    };
  });
}

export interface Fault {
  /** A shrunk program has a fault with the same key. */
  readonly key: string;
  readonly text: string;
}

function faultOf(node: string, form: string, finding: Finding): Fault {
  if (finding.kind === "unverified") {
    const lines = finding.unread.map(({ line, text, reason }) => `  line ${line}: ${text}: ${reason}`);
    return {
      key: `unverified ${finding.target} ${form}`,
      text: [`${node}: ${finding.target} (${form}) is not understood`, ...lines].join("\n"),
    };
  }
  const { target, hook, packet, program, rules, responsible } = finding;
  const { source, destination, asked, ...rest } = packet;
  const shown = { source: source.text, destination: destination.text, asked: asked?.text, ...rest };
  return {
    key: `refuted ${target} ${form} ${hook}`,
    text: [
      `${node}: ${target} (${form}) at ${hook} says another thing than the program of`,
      `  ${JSON.stringify(shown)}`,
      `  program: ${JSON.stringify(program)}`,
      `  rules:   ${JSON.stringify(rules)}`,
      ...responsible.map(({ line, about }) => `  line ${line} (${about})`),
    ].join("\n"),
  };
}

/** What throws is a fault too. */
export function faultsOf(cluster: Cluster): readonly Fault[] {
  try {
    return textsOf(cluster).flatMap(({ node, whole, coexist }) =>
      (["whole", "coexist"] as const).flatMap((form) =>
        prove(cluster, node, form === "whole" ? whole : coexist).map((finding) => faultOf(node.name, form, finding)),
      ),
    );
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return [{ key: `thrown ${text.split("\n")[0]}`, text }];
  }
}
