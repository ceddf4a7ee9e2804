/** A match of a rule in nft's JSON. The conditions that nft puts in front of one and leaves out of its listing are put in again. */
import { CONNTRACK_STATES, type ConntrackState, type Test, TRACKED } from "../../../src/verify/program.ts";
import { listedNumber, listedProtocol, unlisted } from "./literals.ts";
import { bind, bindKey, type Draft, listName, setNamed } from "./nft-json-draft.ts";
import {
  type Json,
  listedAddresses,
  listedKey,
  listedMembers,
  listedPortTerm,
  listOf,
  objectOf,
  onlyOf,
} from "./nft-json-sets.ts";

const stateOf = (word: unknown): ConntrackState =>
  CONNTRACK_STATES.find((state) => state === word) ?? unlisted("a state", word);

const ICMPV6_TYPES: Readonly<Record<string, number>> = {
  "destination-unreachable": 1,
  "packet-too-big": 2,
  "time-exceeded": 3,
  "parameter-problem": 4,
  "echo-request": 128,
  "echo-reply": 129,
  "mld-listener-query": 130,
  "mld-listener-report": 131,
  "mld-listener-done": 132,
  "mld-listener-reduction": 132,
  "nd-router-solicit": 133,
  "nd-router-advert": 134,
  "nd-neighbor-solicit": 135,
  "nd-neighbor-advert": 136,
  "nd-redirect": 137,
  "router-renumbering": 138,
  "ind-neighbor-solicit": 141,
  "ind-neighbor-advert": 142,
  "mld2-listener-report": 143,
};

const ICMP_TYPES: Readonly<Record<string, number>> = {
  "echo-reply": 0,
  "destination-unreachable": 3,
  "source-quench": 4,
  redirect: 5,
  "echo-request": 8,
  "router-advertisement": 9,
  "router-solicitation": 10,
  "time-exceeded": 11,
  "parameter-problem": 12,
  "timestamp-request": 13,
  "timestamp-reply": 14,
  "info-request": 15,
  "info-reply": 16,
  "address-mask-request": 17,
  "address-mask-reply": 18,
};

const typeBy =
  (names: Readonly<Record<string, number>>) =>
  (value: unknown): number =>
    typeof value === "string" && Object.hasOwn(names, value) ? names[value]! : listedNumber(value, 255);

/** The right side as a list: an anonymous set, or one value. */
function valuesOf(right: unknown): readonly unknown[] {
  const isSet = typeof right === "object" && right !== null && "set" in right;
  return isSet ? listOf(right.set) : [right];
}

function plain(op: unknown, match: unknown): void {
  if (op !== "==") unlisted("an operator", match);
}

function addMember(draft: Draft, left: unknown, right: string): void {
  const key = listedKey(left);
  bindKey(draft, key);
  const set = setNamed(draft, right);
  draft.tests.push(
    set.isRemembering
      ? { kind: "remembered", list: listName(right, key), seconds: 0 }
      : { kind: "member", key: key.map(({ part }) => part), elements: listedMembers(key, set.elements) },
  );
}

function metaTest(draft: Draft, { key }: Json, op: unknown, right: unknown): Test | null {
  if (key === "iifgroup" || key === "oifgroup") {
    if (op !== "!=") plain(op, key);
    const group = right === "default" ? 0 : listedNumber(right, 0xffffffff);
    return { kind: "group", side: key === "iifgroup" ? "in" : "out", group, is: op !== "!=" };
  }
  plain(op, key);
  if (key === "nfproto" && (right === "ipv4" || right === "ipv6")) {
    bind(draft, right === "ipv4" ? 4 : 6);
    return null;
  }
  if (key === "l4proto") return { kind: "protocol", protocols: valuesOf(right).map(listedProtocol) };
  if ((key === "iifname" || key === "oifname") && typeof right === "string")
    return { kind: "device", side: key === "iifname" ? "in" : "out", device: right };
  return unlisted("a match of meta", [key, right]);
}

function payloadTest(draft: Draft, { protocol, field }: Json, op: unknown, right: unknown): Test {
  if ((protocol === "ip" || protocol === "ip6") && (field === "saddr" || field === "daddr")) {
    if (op !== "!=") plain(op, field);
    const family = protocol === "ip" ? 4 : 6;
    bind(draft, family);
    const ranges = valuesOf(right).map((value) => listedAddresses(value, family));
    return { kind: "address", of: field === "saddr" ? "source" : "destination", ranges, isNot: op === "!=" };
  }
  plain(op, field);
  if (protocol === "icmpv6" && field === "type") {
    bind(draft, 6);
    draft.tests.push({ kind: "protocol", protocols: [58] });
    return { kind: "icmp-type", types: valuesOf(right).map(typeBy(ICMPV6_TYPES)) };
  }
  if (protocol === "icmp" && field === "type") {
    bind(draft, 4);
    draft.tests.push({ kind: "protocol", protocols: [1] });
    return { kind: "icmp-type", types: valuesOf(right).map(typeBy(ICMP_TYPES)) };
  }
  if (!["tcp", "udp", "sctp"].includes(`${protocol}`) || (field !== "sport" && field !== "dport"))
    return unlisted("a match of a payload", [protocol, field]);
  draft.tests.push({ kind: "protocol", protocols: [listedProtocol(protocol)] });
  const of = field === "sport" ? "source-port" : "destination-port";
  return { kind: "ports", of, ranges: valuesOf(right).map(listedPortTerm) };
}

function connectionTest(draft: Draft, { key, dir }: Json, op: unknown, right: unknown): Test {
  if (key === "state" && dir === undefined && (op === "in" || op === "==" || op === "!=")) {
    const values = Array.isArray(right) ? right : valuesOf(right);
    // `!=` compares with all bits of a list at once.
    if (op === "!=" && Array.isArray(right)) return unlisted("a list of states behind `!=`", right);
    const states = values.map(stateOf);
    return {
      kind: "state",
      states: op === "!=" ? CONNTRACK_STATES.filter((state) => !states.includes(state)) : states,
    };
  }
  if (key === "status" && dir === undefined && right === "dnat") {
    if (op === "in") return { kind: "translated", is: true };
    if (op === "!") {
      // Without a connection `ct status` breaks off the rule (nft_ct_get_eval), whatever it is compared with.
      draft.tests.push({ kind: "state", states: TRACKED });
      return { kind: "translated", is: false };
    }
  }
  plain(op, key);
  if (key === "proto-dst" && dir === "original")
    return { kind: "ports", of: "asked-port", ranges: valuesOf(right).map(listedPortTerm) };
  if ((key !== "ip daddr" && key !== "ip6 daddr") || dir !== "original")
    return unlisted("a match of ct", [key, dir, right]);
  const family = key === "ip daddr" ? 4 : 6;
  bind(draft, family);
  return {
    kind: "address",
    of: "asked",
    ranges: valuesOf(right).map((value) => listedAddresses(value, family)),
    isNot: false,
  };
}

function fibTest({ result, flags }: Json, op: unknown, right: unknown): Test {
  plain(op, result);
  const [flag, more] = listOf(flags);
  if (result === "oif" && JSON.stringify(flags) === '["saddr","iif"]' && typeof right === "boolean")
    return { kind: "way-back", is: right };
  if (result !== "type" || right !== "local" || more !== undefined || (flag !== "saddr" && flag !== "daddr"))
    return unlisted("a match of fib", [result, flags, right]);
  return { kind: "own", of: flag === "saddr" ? "source" : "destination", is: true };
}

function drawTest({ mode, mod, offset }: Json, op: unknown, right: unknown): Test {
  if (mode !== "random" || offset !== 0 || op !== "<") return unlisted("a draw", [mode, offset, op]);
  return { kind: "share", share: Math.min(1, listedNumber(right, 0xffffffff) / listedNumber(mod, 0xffffffff)) };
}

/** A device's name may begin with `@`, and looks like a set's in JSON: no key of netc's is a device. */
const isDevice = (left: unknown): boolean => /^\{"meta":\{"key":"[io]ifname"\}\}$/.test(JSON.stringify(left));

export function matchTest(draft: Draft, { op, left, right }: Json): void {
  if (typeof right === "string" && right.startsWith("@") && !isDevice(left)) {
    plain(op, right);
    addMember(draft, left, right);
    return;
  }
  const [kind, said] = onlyOf(left);
  const of = objectOf(said);
  const test =
    kind === "meta"
      ? metaTest(draft, of, op, right)
      : kind === "payload"
        ? payloadTest(draft, of, op, right)
        : kind === "ct"
          ? connectionTest(draft, of, op, right)
          : kind === "fib"
            ? fibTest(of, op, right)
            : kind === "numgen"
              ? drawTest(of, op, right)
              : unlisted("a match", left);
  if (test !== null) draft.tests.push(test);
}
