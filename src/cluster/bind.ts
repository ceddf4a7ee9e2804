/** From statements to the cluster: names resolved, numbers judged. What was wrong is left out of the cluster and reported. */
import type { Diagnostic, Result } from "../diagnostics/diagnostic.ts";
import { bindGroups, declareGroups, groupsOf } from "./bind/groups.ts";
import { bindNodes, bindPods } from "./bind/places.ts";
import { reportPortsInAddresses } from "./bind/ports-in-addresses.ts";
import { bindExpectations, bindHairpins, bindPolicy } from "./bind/rules.ts";
import { bindServices, declareServices } from "./bind/services.ts";
import { bindSettings } from "./bind/settings.ts";
import { bindMarks, bindMasquerades, bindRoutes, bindSnats } from "./bind/translations.ts";
import type { Cluster } from "./cluster.ts";
import type { Names } from "./names.ts";
import { type Program, saidOf } from "./program.ts";

function brokenNames(program: Program): ReadonlySet<string> {
  return new Set(saidOf(program, "BrokenStatement").flatMap(({ statement }) => statement.name?.text ?? []));
}

export function bind(program: Program): Result<Cluster> {
  const diagnostics: Diagnostic[] = [];
  const report = (diagnostic: Diagnostic) => void diagnostics.push(diagnostic);
  const names: Names = {
    node: new Map(),
    pod: new Map(),
    group: new Map(),
    service: new Map(),
    broken: brokenNames(program),
    unknown: new Set(),
    usedGroups: new Set(),
  };
  bindNodes(program, names, report);
  bindPods(program, names, report);
  declareGroups(program, names, report);
  declareServices(program, names, report);
  bindGroups(names, report);
  bindServices(program, names, report);
  const pods = [...names.pod.values()];
  const value: Cluster = {
    settings: bindSettings(program, pods, report),
    nodes: [...names.node.values()],
    pods,
    services: [...names.service.values()],
    hairpins: bindHairpins(program, names, report),
    masquerades: bindMasquerades(program, names, report),
    snats: bindSnats(program, names, report),
    routes: bindRoutes(program, names, report),
    marks: bindMarks(program, names, report),
    policy: bindPolicy(program, names, report),
    expectations: bindExpectations(program, names, report),
    groups: groupsOf(names),
  };
  reportPortsInAddresses(program, value, report);
  return { value, diagnostics };
}
