import assert from "node:assert/strict";
import { test } from "node:test";
import { z } from "zod";
import schema from "../../docs/schema/diagnostics.schema.json" with { type: "json" };
import { renderJson } from "../../src/diagnostics/render/json.ts";
import { at, diagnostic, source } from "./sample.ts";

const published = z.fromJSONSchema(schema as Parameters<typeof z.fromJSONSchema>[0]);
const program = source('pod a 10.244.1.10 on node1\r\npod "日本🚀" 10.244.1.999 on node1\r\n');

const list = [
  diagnostic(at(program, "a 10"), { severity: "warning", message: "later" }),
  diagnostic(at(program, "10.244.1.999"), {
    notes: [
      { message: "999 is over 255", origin: null },
      { message: "as here", origin: at(program, "10.244.1.10") },
    ],
    fixes: [{ title: "write 10.244.1.99", edits: [{ origin: at(program, "10.244.1.999"), text: "10.244.1.99" }] }],
  }),
];

test("the document has every field, counted from 1 in UTF-16 units", () => {
  const document = JSON.parse(renderJson(list));
  const place = { file: "cluster.net", line: 2, column: 12, endLine: 2, endColumn: 24 };
  assert.deepEqual(document, {
    version: 1,
    diagnostics: [
      {
        code: "syntax",
        severity: "error",
        message: "this is wrong",
        ...place,
        notes: [
          { message: "999 is over 255" },
          { message: "as here", file: "cluster.net", line: 1, column: 7, endLine: 1, endColumn: 18 },
        ],
        fixes: [{ title: "write 10.244.1.99", edits: [{ ...place, text: "10.244.1.99" }] }],
      },
      {
        code: "syntax",
        severity: "warning",
        message: "later",
        file: "cluster.net",
        line: 1,
        column: 5,
        endLine: 1,
        endColumn: 9,
        notes: [],
        fixes: [],
      },
    ],
  });
});

test("the document is what the published schema says", () => {
  published.parse(JSON.parse(renderJson(list)));
  published.parse(JSON.parse(renderJson([])));
});

test("the published schema refuses what is not such a document", () => {
  const document = () => JSON.parse(renderJson(list));
  const broken: readonly ((document: ReturnType<typeof JSON.parse>) => void)[] = [
    (it) => delete it.version,
    (it) => (it.version = 2),
    (it) => delete it.diagnostics[0].endColumn,
    (it) => (it.diagnostics[0].line = 0),
    (it) => (it.diagnostics[0].severity = "fatal"),
    (it) => (it.diagnostics[0].code = "Not A Code"),
    (it) => delete it.diagnostics[0].fixes[0].edits[0].text,
    (it) => delete it.diagnostics[0].notes[0].message,
  ];
  for (const breakIt of broken) {
    const wrong = document();
    breakIt(wrong);
    assert.ok(!published.safeParse(wrong).success, String(breakIt));
  }
});

test("every field of the document is described", () => {
  const document = JSON.parse(renderJson(list));
  const described = (definition: { readonly properties: object }, value: object) =>
    assert.deepEqual(Object.keys(value).sort(), Object.keys(definition.properties).sort());
  const first = document.diagnostics[0];
  described(schema, document);
  described(schema.$defs.diagnostic, first);
  described(schema.$defs.note, first.notes[1]);
  described(schema.$defs.fix, first.fixes[0]);
  described(schema.$defs.edit, first.fixes[0].edits[0]);
});
