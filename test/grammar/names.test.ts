import assert from "node:assert/strict";
import { test } from "node:test";
import { parse } from "../../grammar/parse.ts";
import { KEYWORDS } from "../../grammar/tokens.ts";
import { faultsOf, only, plain, textAt } from "./plain.ts";

const RESERVED = ["any", "pods", "nodes", "services", "all", "none"];

const declared = (written: string) => {
  const statement = only(`pod ${written} 10.0.0.1 on n`);
  assert(statement.kind === "PodStatement");
  return statement.name.text;
};

const used = (written: string) => {
  const statement = only(`hairpin ${written}`);
  assert(statement.kind === "HairpinStatement");
  const [item] = statement.targets;
  assert(item?.kind === "Endpoint" && item.target.kind === "NameRef");
  return { text: item.target.text, qualifier: item.target.qualifier, quoted: item.target.quoted };
};

test("every keyword but the words for sets is a name where one stands", () => {
  for (const keyword of KEYWORDS.keys()) {
    if (RESERVED.includes(keyword)) continue;
    assert.equal(declared(keyword), keyword);
    only(`hairpin ${keyword}, a, ${keyword}`);
    only(`allow ${keyword} -> ${keyword}:80, ${keyword}:${keyword} log`);
    only(`service ${keyword} 10.96.0.1 { 80 as ${keyword} -> ${keyword}:80 weight 1; 53/udp -> ${keyword} }`);
    only(`expect ${keyword} via ${keyword} -> ${keyword} reaches ${keyword}, ${keyword} as 10.0.0.1`);
    only(`node ${keyword} 10.0.0.1 dev ${keyword} pods 10.1.0.0/16`);
    only(`group ${keyword} = ${keyword},\n  ${keyword}`);
  }
});

test("the words for sets are never names, quoted or not", () => {
  for (const word of RESERVED) {
    assert.deepEqual(faultsOf(`pod ${word} 10.0.0.1 on n`), [`syntax:${word}`]);
    assert.deepEqual(faultsOf(`pod "${word}" 10.0.0.1 on n`), [`syntax:"${word}"`]);
    assert.deepEqual(faultsOf(`allow "${word}" -> b`), [`syntax:"${word}"`]);
  }
  only('include "any"');
  only('node n 10.0.0.1 dev "any"');
});

test("names of many shapes", () => {
  for (const name of [
    "a",
    "shop/web",
    "kube-dns.kube-system",
    "xn--p1ai",
    "_x",
    "a--b",
    "a1.2/3-4",
    "é",
    "日本",
    "e\u0301",
    "имя-1",
    "𝒳",
  ]) {
    assert.equal(declared(name), name);
    assert.deepEqual(used(name), { text: name, qualifier: null, quoted: false });
  }
});

test("quoted names take anything but quotes and control characters", () => {
  for (const name of ["my web", "1a", "→", "日本🚀", "a->b # no comment", " "]) {
    assert.equal(declared(`"${name}"`), name);
    assert.deepEqual(used(`"${name}"`), { text: name, qualifier: null, quoted: true });
  }
});

test("a reference carries its kind outside the quotes", () => {
  assert.deepEqual(used("pod/web"), { text: "web", qualifier: "pod", quoted: false });
  assert.deepEqual(used("service/shop/web"), { text: "shop/web", qualifier: "service", quoted: false });
  assert.deepEqual(used('group/"my web"'), { text: "my web", qualifier: "group", quoted: true });
  assert.deepEqual(used('node/"my web"'), { text: "my web", qualifier: "node", quoted: true });
  assert.deepEqual(used('"pod/x"'), { text: "pod/x", qualifier: null, quoted: true });
  assert.deepEqual(used("pods/x"), { text: "pods/x", qualifier: null, quoted: false });
});

test("a name ends where its separators do not stand between name characters", () => {
  assert.deepEqual(plain(only("allow a->b")), plain(only("allow a -> b")));
  assert.deepEqual(plain(only("allow a:80->b:80")), plain(only("allow a:80 -> b:80")));
  assert.deepEqual(faultsOf("hairpin a-"), ["bad-character:-"]);
  assert.deepEqual(faultsOf("hairpin a..b"), ["bad-character:.."]);
  assert.deepEqual(faultsOf("hairpin a./b"), ["bad-character:./"]);
  assert.deepEqual(faultsOf('hairpin foo/"x"'), ["bad-character:/"]);
});

test("what looks like something else is named, with its ASCII form as the fix", () => {
  const cases: readonly (readonly [string, string, string])[] = [
    ["pod\u00a0a 10.0.0.1 on n", "U+00A0 NO-BREAK SPACE", "pod a 10.0.0.1 on n"],
    ["allow a → b", "U+2192 RIGHTWARDS ARROW", "allow a -> b"],
    ["allow a –> b", "`–>`", "allow a -> b"],
    ["allow a => b", "`=>`", "allow a -> b"],
    ["allow a --> b", "`-`", "allow a -> b"],
    ["hairpin a， b", "U+FF0C FULLWIDTH COMMA", "hairpin a, b"],
    ["pod ａ 10.0.0.1 on n", "U+FF41 FULLWIDTH LATIN SMALL LETTER A", "pod a 10.0.0.1 on n"],
    ["pod a 10.0.0.1 on n\u200b", "U+200B ZERO WIDTH SPACE", "pod a 10.0.0.1 on n"],
    ["pod a\u3000 10.0.0.1 on n", "U+3000 IDEOGRAPHIC SPACE", "pod a  10.0.0.1 on n"],
    ["group g = a\u037e hairpin a", "U+037E GREEK QUESTION MARK", "group g = a; hairpin a"],
    ["pod a 10.0.0.1 on n\u0000", "U+0000 NULL", "pod a 10.0.0.1 on n"],
    ["pod a\u000c10.0.0.1 on n", "U+000C FORM FEED", "pod a\n10.0.0.1 on n"],
    ["pod a 10.0.0.1 on n\rhairpin a", "U+000D CARRIAGE RETURN", "pod a 10.0.0.1 on n\nhairpin a"],
    ["hairpin a\ufe0f", "U+FE0F, a character that is not seen", "hairpin a"],
  ];
  for (const [text, named, expected] of cases) {
    const { faults } = parse(text);
    assert.equal(faults.length, 1, text);
    const [fault] = faults;
    assert.equal(fault?.code, "bad-character");
    assert(fault.message.startsWith(named), fault.message);
    const { start, end } = fault.fix?.span ?? fault.span;
    assert.equal(text.slice(0, start) + fault.fix?.text + text.slice(end), expected);
  }
});

test("typographic quotes are each named", () => {
  const text = "pod “my web” 10.0.0.1 on n";
  assert.deepEqual(faultsOf(text), ["bad-character:“", "bad-character:”"]);
});

test("characters that mean nothing have no fix, and neighbours are one fault", () => {
  const { faults } = parse("pod a (☃) 10.0.0.1 on n");
  assert.deepEqual(
    faults.map(({ span, fix }) => [textAt("pod a (☃) 10.0.0.1 on n", span), fix]),
    [["(☃)", undefined]],
  );
  assert.deepEqual(faultsOf("hairpin \u00a0\u00a0\u00a0a"), ["bad-character:\u00a0\u00a0\u00a0"]);
  assert.deepEqual(faultsOf("\ud83d\n\udc00x"), ["bad-character:\ud83d", "bad-character:\udc00"]);
});

test("control characters are faults inside quotes and comments too, look-alikes are not", () => {
  assert.deepEqual(faultsOf('pod "a\u0007b" 10.0.0.1 on n'), ["bad-character:\u0007"]);
  assert.deepEqual(faultsOf('pod "a\tb" 10.0.0.1 on n'), ["bad-character:\t"]);
  assert.deepEqual(faultsOf('pod "a\u2028b" 10.0.0.1 on n'), ["bad-character:\u2028"]);
  assert.deepEqual(faultsOf("hairpin a # x\u0007\u0008y\rz\tok"), ["bad-character:\u0007\u0008", "bad-character:\r"]);
  assert.equal(parse("hairpin a # x\u0007").statements[0]?.kind, "HairpinStatement");
  assert.deepEqual(faultsOf("hairpin a # “→”\u00a0"), []);
});

test("quotes: unclosed ones and empty ones", () => {
  assert.deepEqual(faultsOf('pod "a 10.0.0.1 on n\nhairpin b'), ['unclosed-quote:"a 10.0.0.1 on n']);
  assert.deepEqual(faultsOf('pod "" 10.0.0.1 on n'), ['empty-name:""']);
  assert.deepEqual(faultsOf('service "x 10.0.0.1 {\r\n  80 -> a\r\n}\r\nhairpin b'), ['unclosed-quote:"x 10.0.0.1 {']);
});
