/** `fd00::1:80`: an address, and quite possibly not the one that was meant. */
import type { AddressLiteral, Backend, ListItem, Statement } from "../../../grammar/ast.ts";
import { type Address, isFault, parseAddress, present } from "../../address/address.ts";
import { contains } from "../../address/prefix.ts";
import { diagnose, replaceFix } from "../../diagnostics/diagnostic.ts";
import type { Source } from "../../diagnostics/source.ts";
import type { Cluster } from "../cluster.ts";
import { addressesOfService } from "../doors.ts";
import { originOf, type Program, type Report } from "../program.ts";

const none: readonly ListItem[] = [];

const ofBackends = (backends: readonly Backend[] | "none"): readonly ListItem[] =>
  backends === "none" ? none : backends.map(({ endpoint }) => endpoint);

/** Every place of a statement where an address could have a port. */
function itemsOf(statement: Statement): readonly ListItem[] {
  switch (statement.kind) {
    case "PolicyStatement":
    case "MarkStatement":
      return [...statement.sources, ...statement.destinations];
    case "ExpectStatement":
      return [statement.source, statement.destination];
    case "ServiceStatement":
      if (statement.body.kind === "AllProtocols") return ofBackends(statement.body.backends);
      return statement.body.lines.flatMap(({ backends }) => ofBackends(backends));
    default:
      return none;
  }
}

/** What was meant where the last group is a port; `null` where the rest would be no address. */
function meant({ text, bracketed }: AddressLiteral): string | null {
  const parts = bracketed ? null : /^(.+):([1-9][0-9]{0,3})$/.exec(text);
  if (parts === null || isFault(parseAddress(parts[1]!)) || !parts[1]!.includes("::")) return null;
  return `[${parts[1]}]:${parts[2]}`;
}

/** Inside of the declared ranges, or declared itself. */
function isDeclared({ settings, nodes, pods, services }: Cluster, address: Address): boolean {
  const ranges = [...settings.declaredPods, ...settings.services, ...nodes.flatMap((node) => node.pods)];
  if (ranges.some((range) => contains(range, address))) return true;
  return (
    [nodes, pods].some((holders) =>
      holders.some(({ addresses }) => present(addresses).some(({ text }) => text === address.text)),
    ) || services.some((service) => addressesOfService(service).some((own) => own.address.text === address.text))
  );
}

/** A note at each IPv6 address outside every declared range whose last group reads as a port. */
export function reportPortsInAddresses(program: Program, cluster: Cluster, report: Report): void {
  let last: Source | null = null;
  let hasSome = false;
  for (const { statement, source } of program) {
    if (last !== source) {
      last = source;
      hasSome = source.text.includes("::");
    }
    if (!hasSome) continue;
    for (const item of itemsOf(statement)) {
      if (item.kind !== "Endpoint" || item.port !== null || item.target.kind !== "AddressLiteral") continue;
      const suggestion = item.target.text.includes("::") ? meant(item.target) : null;
      const address = suggestion === null ? null : parseAddress(item.target.text);
      if (suggestion === null || address === null || isFault(address) || isDeclared(cluster, address)) continue;
      const origin = originOf(source, item.target);
      const fixes = [replaceFix(`did you mean \`${suggestion}\`?`, origin, suggestion)];
      report(diagnose("port-in-address", { text: item.target.text }, origin, { fixes }));
    }
  }
}
