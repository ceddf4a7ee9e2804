/**
 * Two programs of rules in a form in which they are equal where they say the same: what a tool rewrites without changing what it does
 * (the order of tests, how a range is cut, a test of every address) does not show.
 */
import type { Address } from "../../../src/address/address.ts";
import type { PortRange } from "../../../src/address/port.ts";
import { unreachable } from "../../../src/diagnostics/bug.ts";
import {
  type Action,
  type AddressRange,
  CONNTRACK_STATES,
  type ConntrackState,
  HOOKS,
  type KeyPart,
  type MapElement,
  type Program,
  type Rule,
  type Target,
  type Term,
  type Test,
  TRACKED,
} from "../../../src/verify/program.ts";

/** A hook's or chain's name with its lines. */
export type Normal = ReadonlyMap<string, readonly string[]>;

interface Span {
  readonly first: bigint;
  readonly last: bigint;
}

const addressSpan = ({ first, last }: AddressRange): Span => ({ first: BigInt(first.value), last: BigInt(last.value) });
const portSpan = ({ first, last }: PortRange): Span => ({ first: BigInt(first), last: BigInt(last) });

function merged(spans: readonly Span[]): readonly Span[] {
  const out: Span[] = [];
  for (const span of [...spans].sort((a, b) => (a.first < b.first ? -1 : a.first > b.first ? 1 : 0))) {
    const before = out.at(-1);
    if (before === undefined || span.first > before.last + 1n) out.push(span);
    else if (span.last > before.last) out[out.length - 1] = { first: before.first, last: span.last };
  }
  return out;
}

const spanText = ({ first, last }: Span): string =>
  first === last ? first.toString(16) : `${first.toString(16)}-${last.toString(16)}`;
const spansText = (spans: readonly Span[]): string => merged(spans).map(spanText).join(",");
const addressText = ({ value }: Address): string => value.toString(16);
const numbers = (values: readonly number[]): string => [...new Set(values)].sort((a, b) => a - b).join(",");

function termText(term: Term): string {
  if (typeof term === "number") return `${term}`;
  return spanText(isAddresses(term) ? addressSpan(term) : portSpan(term));
}

const isAddresses = (range: AddressRange | PortRange): range is AddressRange => typeof range.first === "object";

const keyText = (key: readonly KeyPart[]): string => JSON.stringify(key);

/** Elements of one part may be merged by the kernel; those of several parts are kept as they are. */
function membersText(elements: readonly (readonly Term[])[]): string {
  const single = elements.flatMap((terms) => (terms.length === 1 && typeof terms[0] === "object" ? [terms[0]] : []));
  if (single.length === elements.length)
    return spansText(single.map((term) => (isAddresses(term) ? addressSpan(term) : portSpan(term))));
  return elements
    .map((terms) => terms.map(termText).join("."))
    .sort()
    .join(" ");
}

const mapText = <T>(elements: readonly MapElement<T>[], valueText: (value: T) => string): string =>
  elements
    .map(({ key, value }) => `${key.map(termText).join(".")}=>${valueText(value)}`)
    .sort()
    .join(" ");

const targetText = ({ address, ports, base }: Target): string =>
  `${addressText(address)}:${ports === null ? "same" : spanText(portSpan(ports))}/${base ?? ""}`;

/** Whether the order among such tests counts: each changes something, or is drawn. */
const isStateful = ({ kind }: Test): boolean => kind === "limit" || kind === "remembered" || kind === "share";

const EVERY: Readonly<Record<4 | 6, string>> = { 4: `0-${"f".repeat(8)}`, 6: `0-${"f".repeat(32)}` };

/** Empty: the test holds of every packet. */
function testText(test: Test, family: 4 | 6): string {
  switch (test.kind) {
    case "address": {
      const spans = spansText(test.ranges.map(addressSpan));
      return !test.isNot && spans === EVERY[family] && test.of !== "asked"
        ? ""
        : `${test.of}${test.isNot ? " not" : ""} ${spans}`;
    }
    case "ports":
      return `${test.of} ${spansText(test.ranges.map(portSpan))}`;
    case "protocol":
      return `protocol ${numbers(test.protocols)}`;
    case "icmp-type":
      return `icmp-type ${numbers(test.types)}`;
    case "state":
      return `state ${[...new Set(test.states)].sort().join(",")}`;
    case "translated":
      return `translated ${test.is}`;
    case "device":
      return `device ${test.side} ${JSON.stringify(test.device)}`;
    case "group":
      return `group ${test.side} ${test.group} ${test.is}`;
    case "way-back":
      return `way-back ${test.is}`;
    case "own":
      return `own ${test.of} ${test.is}`;
    case "share":
      return `share ${test.share}`;
    case "remembered":
      return `remembered ${JSON.stringify(test.list)} ${test.seconds}`;
    case "member":
      return `member ${keyText(test.key)} ${membersText(test.elements)}`;
    case "limit":
      return `limit ${JSON.stringify(test)}`;
    default:
      return unreachable(test);
  }
}

function actionText(action: Action): string {
  switch (action.kind) {
    case "accept":
    case "drop":
    case "return":
      return action.kind;
    case "reject":
      return `reject ${action.answer}`;
    case "jump":
    case "goto":
      return `${action.kind} ${JSON.stringify(action.chain)}`;
    case "dnat":
      return `dnat ${targetText(action.to)}`;
    case "dnat-map":
      return `dnat-map ${keyText(action.key)} ${mapText(action.elements, targetText)}`;
    case "verdict-map":
      return `verdict-map ${keyText(action.key)} ${mapText(action.elements, (chain) => JSON.stringify(chain))}`;
    case "doors":
      throw new Error("no text says doors");
    case "snat":
      return `snat ${action.address === null ? "masquerade" : addressText(action.address)}`;
    case "mark":
      return `mark ${action.value}/${action.mask}`;
    case "log":
      return `log ${JSON.stringify(action.prefix)}`;
    case "remember":
      return `remember ${JSON.stringify(action.list)} ${action.seconds}`;
    default:
      return unreachable(action);
  }
}

/** The only states in which a test can hold; of what has no connection nothing was translated, and no test of what was asked holds. */
function statesOf(test: Test): readonly ConntrackState[] {
  if (test.kind === "state") return test.states;
  const isAsked =
    (test.kind === "address" && test.of === "asked") || (test.kind === "ports" && test.of === "asked-port");
  return isAsked || (test.kind === "translated" && test.is) ? TRACKED : CONNTRACK_STATES;
}

/** All tests of a rule that leave out states, as one. */
function withOneState(tests: readonly Test[]): readonly Test[] {
  const states = CONNTRACK_STATES.filter((state) => tests.every((test) => statesOf(test).includes(state)));
  const others = tests.filter(({ kind }) => kind !== "state");
  return states.length === CONNTRACK_STATES.length ? others : [...others, { kind: "state", states }];
}

function ruleText({ tests: said, actions }: Rule, family: 4 | 6): string {
  const tests = withOneState(said);
  const pure = tests.filter((test) => !isStateful(test)).map((test) => testText(test, family));
  const stateful = tests.filter(isStateful).map((test) => testText(test, family));
  const once = [...new Set(pure)].filter((text) => text !== "").sort();
  return [...once, ...stateful, `→ ${actions.map(actionText).join(", ")}`].join("; ");
}

export function normalOf({ family, hooks, chains }: Program): Normal {
  const lines = new Map<string, readonly string[]>();
  for (const hook of HOOKS) if (hooks[hook].length > 0) lines.set(`IPv${family} hook ${hook}`, hooks[hook]);
  for (const [name, rules] of chains)
    lines.set(
      `IPv${family} chain ${JSON.stringify(name)}`,
      rules.map((rule) => ruleText(rule, family)),
    );
  return lines;
}

/** The first place where two differ. `null` stands for nothing. */
export interface Difference {
  readonly where: string;
  readonly reader: string | null;
  readonly tool: string | null;
}

export function differenceOf(reader: Normal, tool: Normal): Difference | null {
  for (const where of new Set([...reader.keys(), ...tool.keys()])) {
    const [said, loaded] = [reader.get(where), tool.get(where)];
    if (said === undefined || loaded === undefined)
      return {
        where,
        reader: said === undefined ? null : `there: ${said.join(" | ")}`,
        tool: loaded === undefined ? null : `there: ${loaded.join(" | ")}`,
      };
    for (let at = 0; at < Math.max(said.length, loaded.length); at += 1)
      if (said[at] !== loaded[at])
        return { where: `${where}, rule ${at + 1}`, reader: said[at] ?? null, tool: loaded[at] ?? null };
  }
  return null;
}
