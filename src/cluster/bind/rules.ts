/** Policy, hairpin and expectations: statements about what was declared. */
import type { HairpinStatement, ListItem, PolicyStatement } from "../../../grammar/ast.ts";
import { diagnose } from "../../diagnostics/diagnostic.ts";
import type { Source } from "../../diagnostics/source.ts";
import type { ClusterNode, Expectation, ExpectedOutcome, Hairpin, Pod, PolicyRule, Selector } from "../cluster.ts";
import { statementLabel } from "../label.ts";
import { readAddress } from "../literals.ts";
import { lookUp, type Names } from "../names.ts";
import { originOf, type Program, type Report, type Said, saidOf } from "../program.ts";
import { DESTINATIONS, resolveList, type SelectorContext, SOURCES, type Wanted } from "../selectors.ts";

const encoder = new TextEncoder();

/** iptables keeps 29 bytes of a prefix, nft more; netc takes 28 on both (language reference, `log`). */
function readLog(statement: PolicyStatement, source: Source, report: Report): PolicyRule["log"] {
  const { log } = statement;
  if (log === null) return null;
  const prefix = log.prefix?.text ?? "";
  const bytes = encoder.encode(prefix).length;
  if (log.prefix !== null && bytes > 28) {
    report(diagnose("log-prefix", { bytes }, originOf(source, log.prefix)));
  }
  return { prefix };
}

export function bindPolicy(program: Program, names: Names, report: Report): readonly PolicyRule[] {
  const rules = saidOf(program, "PolicyStatement").map(({ statement, source }): PolicyRule => {
    const context = { names, source, report };
    return {
      verb: statement.verb,
      isDefault: statement.isDefault,
      sources: resolveList(context, statement.sources, SOURCES),
      destinations: resolveList(context, statement.destinations, DESTINATIONS),
      log: readLog(statement, source, report),
      origin: originOf(source, statement),
      statement: statementLabel(statement),
    };
  });
  return [...rules.filter((rule) => !rule.isDefault), ...rules.filter((rule) => rule.isDefault)];
}

const HAIRPINNED: Wanted = {
  what: "what a hairpin is for",
  kinds: ["pod", "group", "service"],
  words: [],
  ports: "none",
};

function backendPods(names: Names): ReadonlySet<Pod> {
  const pods = new Set<Pod>();
  for (const service of names.service.values()) {
    for (const port of service.ports) for (const { pod } of port.backends) if (pod !== null) pods.add(pod);
  }
  return pods;
}

function podsOf(context: SelectorContext, selector: Selector): readonly Pod[] {
  const { target } = selector;
  switch (target.kind) {
    case "pod":
      return [target.pod];
    case "service":
      return target.service.ports.flatMap((port) => port.backends.flatMap(({ pod }) => pod ?? []));
    default:
      context.report(
        diagnose(
          "wrong-kind",
          {
            name: target.kind === "prefix" ? target.prefix.text : target.kind,
            is: "address",
            wanted: "pod, group or service",
          },
          selector.origin,
        ),
      );
      return [];
  }
}

/** Each pod once, under the first statement that asks for it. A pod that is nobody's backend has no use for a hairpin, which is a warning. */
export function bindHairpins(program: Program, names: Names, report: Report): readonly Hairpin[] {
  const backends = backendPods(names);
  const isComplete =
    names.unknown.size === 0 && !saidOf(program, "BrokenStatement").some(({ statement }) => statement.of === "service");
  const found = new Map<Pod, Hairpin>();
  const podsOfItem = (said: Said<HairpinStatement>, item: ListItem): readonly Pod[] => {
    const context = { names, source: said.source, report };
    const isAll = item.kind === "Endpoint" && item.target.kind === "SetWord" && item.target.word === "all";
    if (isAll) return [...backends];
    return resolveList(context, [item], HAIRPINNED).flatMap((selector) => podsOf(context, selector));
  };
  for (const said of saidOf(program, "HairpinStatement")) {
    const origin = originOf(said.source, said.statement);
    const statement = statementLabel(said.statement);
    for (const item of said.statement.targets) {
      const pods = podsOfItem(said, item);
      const useful = pods.filter((pod) => backends.has(pod));
      if (useful.length === 0 && pods.length > 0 && isComplete) {
        report(diagnose("hairpin-without-service", { pod: pods[0]!.name }, originOf(said.source, item)));
      }
      for (const pod of useful) if (!found.has(pod)) found.set(pod, { pod, origin, statement });
    }
  }
  return [...found.values()];
}

const EXPECTED_SOURCE: Wanted = {
  what: "where an expectation starts",
  kinds: ["node", "pod"],
  words: [],
  ports: "none",
};
const EXPECTED_DESTINATION: Wanted = {
  ...DESTINATIONS,
  what: "what an expectation asks",
  kinds: ["node", "pod", "service"],
  words: [],
};

export function bindExpectations(program: Program, names: Names, report: Report): readonly Expectation[] {
  return saidOf(program, "ExpectStatement").flatMap(({ statement, source }) => {
    const context = { names, source, report };
    const [from] = resolveList(context, [statement.source], EXPECTED_SOURCE);
    const [to] = resolveList(context, [statement.destination], EXPECTED_DESTINATION);
    const via = statement.via === null ? null : lookUp(names, statement.via, ["node"], source, report);
    const outcome = ((): ExpectedOutcome => {
      const said = statement.outcome;
      if (said === null) return { kind: "answered" };
      if (said.kind !== "reaches") return { kind: said.kind };
      const pods = said.pods.flatMap((ref) => {
        const pod = lookUp(names, ref, ["pod"], source, report);
        return pod?.kind === "pod" ? [pod] : [];
      });
      return { kind: "reaches", pods, as: said.as === null ? null : readAddress(said.as, source, report) };
    })();
    if (from === undefined || to === undefined) return [];
    const node: ClusterNode | null = via?.kind === "node" ? via : null;
    return [
      {
        source: from,
        via: node,
        destination: to,
        outcome,
        origin: originOf(source, statement),
        statement: statementLabel(statement),
      },
    ];
  });
}
