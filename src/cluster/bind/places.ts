/** Nodes and pods: where things are. */
import type { NameRef } from "../../../grammar/ast.ts";
import { diagnose } from "../../diagnostics/diagnostic.ts";
import type { Origin, Source } from "../../diagnostics/source.ts";
import type { ClusterNode } from "../cluster.ts";
import { statementLabel } from "../label.ts";
import { readAddress, readByFamily, readPodAddress, readPrefixes } from "../literals.ts";
import { declare, lookUp, type Names } from "../names.ts";
import { originOf, type Program, type Report, saidOf } from "../program.ts";
import { readDevice } from "./translations.ts";

const placeOf = ({ origin }: { readonly origin: Origin }): Origin => origin;

const NONE = { v4: null, v6: null } as const;

export function bindNodes(program: Program, names: Names, report: Report): void {
  for (const said of saidOf(program, "NodeStatement")) {
    const { statement, source } = said;
    readDevice(statement.device, said, report);
    declare(
      names.node,
      statement.name,
      (): ClusterNode => ({
        kind: "node",
        name: statement.name.text,
        ...readByFamily(statement.addresses, source, report, readAddress),
        device: statement.device?.text ?? null,
        pods: readPrefixes(statement.pods ?? [], source, report),
        implied: false,
        origin: originOf(source, statement.name),
        statement: statementLabel(statement),
      }),
      source,
      report,
      placeOf,
    );
  }
}

/** A program without any `node` statement means the nodes that its pods name, with no address and no device. */
function implyNode(names: Names, ref: NameRef, source: Source): ClusterNode {
  const known = names.node.get(ref.text);
  if (known !== undefined) return known;
  const node: ClusterNode = {
    kind: "node",
    name: ref.text,
    addresses: NONE,
    places: NONE,
    device: null,
    pods: [],
    implied: true,
    origin: originOf(source, ref),
    statement: `node ${ref.text}`,
  };
  names.node.set(ref.text, node);
  return node;
}

export function bindPods(program: Program, names: Names, report: Report): void {
  const declaresNodes = program.some(
    ({ statement }) =>
      statement.kind === "NodeStatement" || (statement.kind === "BrokenStatement" && statement.of === "node"),
  );
  for (const { statement, source } of saidOf(program, "PodStatement")) {
    const { on } = statement;
    if (on === null) {
      report(diagnose("pod-without-node", { pod: statement.name.text }, originOf(source, statement)));
    }
    const found =
      on === null ? null : declaresNodes ? lookUp(names, on, ["node"], source, report) : implyNode(names, on, source);
    const node = found?.kind === "node" ? found : UNKNOWN_NODE(originOf(source, statement.name));
    declare(
      names.pod,
      statement.name,
      () => {
        const { addresses, places } = readByFamily(statement.addresses, source, report, readPodAddress);
        return {
          kind: "pod",
          name: statement.name.text,
          addresses,
          places,
          node,
          origin: originOf(source, statement.name),
          statement: statementLabel(statement),
        };
      },
      source,
      report,
      placeOf,
    );
  }
}

/** Stands in for a node that could not be found, so that the pod itself is known; it is in no table. */
const UNKNOWN_NODE = (origin: ClusterNode["origin"]): ClusterNode => ({
  kind: "node",
  name: "",
  addresses: NONE,
  places: NONE,
  device: null,
  pods: [],
  implied: true,
  origin,
  statement: "",
});
