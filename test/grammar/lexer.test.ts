import assert from "node:assert/strict";
import { test } from "node:test";
import { createToken, type IToken, Lexer } from "chevrotain";
import fc from "fast-check";
import { createLexer, type Slice } from "../../grammar/lexer.ts";
import { Separator, TOKENS } from "../../grammar/tokens.ts";

function slices(text: string): readonly Slice[] {
  const lexer = createLexer(text);
  const all: Slice[] = [];
  for (let slice = lexer.next(); slice !== null; slice = lexer.next()) all.push(slice);
  return all;
}

const named = ({ tokenType, image }: IToken) => `${tokenType.name} ${image}`;
const tokensOf = (text: string) => slices(text).flatMap(({ tokens }) => tokens.map(named));

const ignored = [
  createToken({ name: "Blank", pattern: /[ \t]+/, group: Lexer.SKIPPED }),
  createToken({ name: "Comment", pattern: /#[^\n]*/, group: Lexer.SKIPPED }),
];
const oracle = new Lexer([...ignored, ...TOKENS], { positionTracking: "onlyOffset", ensureOptimizations: false });

test("literals", () => {
  const table: readonly (readonly [string, readonly string[]])[] = [
    ["a:8080", ["Word a", "Colon :", "Integer 8080"]],
    ["cafe::80", ["Address cafe::80"]],
    ["cafe:80", ["Word cafe", "Colon :", "Integer 80"]],
    ["b:80:90", ["Address b:80:90"]],
    ["web:80:90", ["Word web", "Colon :", "Integer 80", "Colon :", "Integer 90"]],
    ["10.0.0.0/8:80", ["Address 10.0.0.0/8", "Colon :", "Integer 80"]],
    ["[fd00::/64]:80", ["LeftBracket [", "Address fd00::/64", "RightBracket ]", "Colon :", "Integer 80"]],
    ["fd00::/64:80", ["Address fd00::/64", "Colon :", "Integer 80"]],
    ["fd00::1:tcp", ["Address fd00::1", "Colon :", "'tcp' tcp"]],
    ["fd00::1:53/udp", ["Address fd00::1:53/udp"]],
    ["b:icmp", ["Word b", "Colon :", "'icmp' icmp"]],
    ["web:dns", ["Word web", "Colon :", "Word dns"]],
    ["service/shop/web:80", ["Word service/shop/web", "Colon :", "Integer 80"]],
    ["80->a", ["Integer 80", "Arrow ->", "Word a"]],
    ["a->b", ["Word a", "Arrow ->", "Word b"]],
    ["8000-8010->a", ["PortRange 8000-8010", "Arrow ->", "Word a"]],
    ["53/udp 80-90/tcp 80/http", ["PortProto 53/udp", "PortProto 80-90/tcp", "PortProto 80/http"]],
    ["0x10 0x1/0xff 16/255", ["Mark 0x10", "Mark 0x1/0xff", "Mark 16/255"]],
    ["3h 90s 3w", ["Duration 3h", "Duration 90s", "Address 3w"]],
    ["10.0.0.1-10.0.0.9", ["Address 10.0.0.1-10.0.0.9"]],
    ["fd00::1-fd00::9:80", ["Address fd00::1-fd00::9:80"]],
    [
      "010.1.1.1 1.2.3 10..1 10.0.0.1. 80/",
      ["Address 010.1.1.1", "Address 1.2.3", "Address 10..1", "Address 10.0.0.1.", "Address 80/"],
    ],
    ["::ffff:1.2.3.4", ["Address ::ffff:1.2.3.4"]],
    ["fe80::1%eth0->a", ["Address fe80::1%eth0", "Arrow ->", "Word a"]],
    [":: ::1/128", ["Address ::", "Address ::1/128"]],
    ["00:1a:2b:3c:4d:5e", ["Address 00:1a:2b:3c:4d:5e"]],
    ['pod/"my web" "x"', ['Qualified pod/"my web"', 'Quoted "x"']],
    ["pod pods podx pod-x pod.x", ["'pod' pod", "'pods' pods", "Word podx", "Word pod-x", "Word pod.x"]],
    [
      "host-gw host-gwx external external-traffic",
      ["'host-gw' host-gw", "Word host-gwx", "'external' external", "'external-traffic' external-traffic"],
    ],
    ["é 日本", ["Word é", "Word 日本"]],
  ];
  for (const [text, expected] of table) assert.deepEqual(tokensOf(text), expected, text);
});

test("blocks: a separator stands between items, and nowhere else", () => {
  assert.deepEqual(
    tokensOf("x {\n\n a # c\n ; ;\n b,\n\n c; d\n\n}\ny").filter((token) => !token.startsWith("Word")),
    ["LeftBrace {", "Separator ;", "Comma ,", "Separator ;", "RightBrace }"],
  );
});

/** What the two lexers must agree on: separators are a matter of layout, which the slices decide. */
const comparable = (tokens: readonly IToken[]) =>
  tokens
    .filter(({ tokenType }) => tokenType !== Separator)
    .map(({ tokenType, image, startOffset }) => [tokenType.name, image, startOffset]);

function agree(text: string): void {
  const { tokens, errors } = oracle.tokenize(text);
  const own = slices(text);
  assert.equal(
    own.some(({ faults }) => faults.length > 0),
    errors.length > 0,
    text,
  );
  if (errors.length === 0) assert.deepEqual(comparable(own.flatMap((slice) => slice.tokens)), comparable(tokens), text);
}

const pieces = fc.constantFrom(
  ...[
    "pod",
    "pods",
    "service",
    "external-traffic",
    "none",
    "tcp",
    "web",
    "cafe",
    "a",
    "b",
    "f",
    "é",
    "日",
    "_",
    "e\u0301",
  ],
  ...["0", "1", "80", "0x1f", "3h", "10.0.0.1", "fd00::1", "::", "/24", "/udp", "%eth0", "."],
  ...[
    ":",
    ":",
    "-",
    "--",
    "->",
    "=",
    ",",
    "{",
    "}",
    "[",
    "]",
    "/",
    '"x y"',
    'pod/"z"',
    " ",
    " ",
    "\n",
    ";",
    "\t",
    "# c\n",
  ],
);

test("the lexer agrees with the patterns of the token types", () => {
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 14 }), (text) => agree(text.join(""))),
    { numRuns: 3000 },
  );
});

test("and on runs of digits, letters, colons and dots", () => {
  const run = fc.string({ unit: fc.constantFrom(..."019afgx:./-%_é"), maxLength: 16 });
  fc.assert(fc.property(run, agree), { numRuns: 3000 });
});
