/** `masquerade`, `snat`, `route` and `mark`: what is done to packets, and where they go, besides services. */
import type { MarkStatement, Text } from "../../../grammar/ast.ts";
import { diagnose } from "../../diagnostics/diagnostic.ts";
import type { ExtraRoute, Mark, Masquerade, Snat } from "../cluster.ts";
import { statementLabel } from "../label.ts";
import { readAddress, readPrefix } from "../literals.ts";
import { lookUp, type Names } from "../names.ts";
import { originOf, type Program, type Report, type Said, saidOf } from "../program.ts";
import { DESTINATIONS, resolveList, SOURCES, type Wanted } from "../selectors.ts";

const TRANSLATED: Wanted = { ...SOURCES, what: "what is masqueraded", ports: "none" };
const EXCEPTED: Wanted = {
  ...DESTINATIONS,
  what: "an exception",
  kinds: ["node", "pod", "group"],
  words: ["any", "pods", "nodes", "services"],
  ports: "none",
};

export function bindMasquerades(program: Program, names: Names, report: Report): readonly Masquerade[] {
  return saidOf(program, "MasqueradeStatement").map(({ statement, source }) => ({
    sources: resolveList({ names, source, report }, statement.sources, TRANSLATED),
    except: resolveList({ names, source, report }, statement.except ?? [], EXCEPTED),
    origin: originOf(source, statement),
    statement: statementLabel(statement),
  }));
}

export function bindSnats(program: Program, names: Names, report: Report): readonly Snat[] {
  return saidOf(program, "SnatStatement").flatMap(({ statement, source }) => {
    const sources = resolveList({ names, source, report }, statement.sources, {
      ...TRANSLATED,
      what: "what `snat` is for",
    });
    const except = resolveList({ names, source, report }, statement.except ?? [], EXCEPTED);
    const origin = originOf(source, statement);
    if (statement.to === null) {
      report(diagnose("snat-without-address", {}, origin));
      return [];
    }
    const to = readAddress(statement.to, source, report);
    const place = originOf(source, statement.to);
    return to === null ? [] : [{ sources, to, place, except, origin, statement: statementLabel(statement) }];
  });
}

/** Linux: 1 to 15 bytes, no slash, no white space, not `.` or `..` (dev_valid_name in net/core/dev.c). */
const DEVICE = /^(?!\.{1,2}$)[^/:\s]{1,15}$/;

/** A device's name as it is; `null` after a report where the kernel would refuse it. */
export function readDevice(text: Text | null, said: Said, report: Report): string | null {
  if (text === null) return null;
  if (DEVICE.test(text.text) && new TextEncoder().encode(text.text).length <= 15) return text.text;
  report(diagnose("bad-device", { device: text.text }, originOf(said.source, text)));
  return null;
}

export function bindRoutes(program: Program, names: Names, report: Report): readonly ExtraRoute[] {
  return saidOf(program, "RouteStatement").flatMap((said): readonly ExtraRoute[] => {
    const { statement, source } = said;
    const origin = originOf(source, statement);
    const prefix = readPrefix(statement.prefix, source, report);
    const via = statement.via === null ? null : readAddress(statement.via, source, report);
    const device = readDevice(statement.device, said, report);
    const node = statement.on === null ? null : lookUp(names, statement.on, ["node"], source, report);
    if (statement.via === null || statement.on === null) {
      report(diagnose("route-incomplete", { missing: statement.via === null ? "via ADDR" : "on NODE" }, origin));
    }
    if (prefix === null || via === null || node?.kind !== "node") return [];
    if (via.family !== prefix.address.family) {
      const params = { what: `the next hop ${via.text}`, other: `the range ${prefix.text}` };
      report(diagnose("family-mismatch", params, originOf(source, statement.via!)));
      return [];
    }
    return [{ prefix, via, device, node, origin, statement: statementLabel(statement) }];
  });
}

const NUMBER = /^(?:0[xX][0-9a-fA-F]+|\d+)$/;
const LIMIT = 0xffffffff;

/** `VALUE[/MASK]`; the mask is all bits when left out. */
function readMark(statement: MarkStatement): { value: number; mask: number } | null {
  const parts = statement.value.text.split("/");
  if (parts.length > 2 || !parts.every((part) => NUMBER.test(part) && Number(part) <= LIMIT)) return null;
  const value = Number(parts[0]);
  const mask = parts[1] === undefined ? LIMIT : Number(parts[1]);
  return mask > 0 && (value & ~mask) === 0 ? { value, mask } : null;
}

export function bindMarks(program: Program, names: Names, report: Report): readonly Mark[] {
  return saidOf(program, "MarkStatement").flatMap(({ statement, source }) => {
    const context = { names, source, report };
    const sources = resolveList(context, statement.sources, SOURCES);
    const destinations = resolveList(context, statement.destinations, DESTINATIONS);
    const bits = readMark(statement);
    const origin = originOf(source, statement);
    if (bits === null) {
      report(diagnose("bad-mark", { text: statement.value.text }, originOf(source, statement.value)));
      return [];
    }
    return [
      { sources, destinations, ...bits, origin, statement: `${statementLabel(statement)} ${statement.value.text}` },
    ];
  });
}
