import { expect, test } from "vitest";
import { parse } from "yaml";
import { editCaseKinds } from "./edit-case-kind.ts";
import { applyEdits } from "./text-edit.ts";

const graduated = (text: string, ids: readonly string[] = ["a"]) => {
  const { edits, byHand } = editCaseKinds(text, ids);
  return { text: applyEdits(text, edits), byHand };
};

test.each([
  {
    name: "the word alone, comments and odd spaces kept",
    before: "# why\nid: a   # the id\nkind:   capability # still learning\nz: 1\na: 2\n",
    after: "# why\nid: a   # the id\nkind:   regression # still learning\nz: 1\na: 2\n",
  },
  { name: "double quotes", before: 'id: a\nkind: "capability"\n', after: 'id: a\nkind: "regression"\n' },
  { name: "single quotes", before: "kind: 'capability'\nid: a\n", after: "kind: 'regression'\nid: a\n" },
  { name: "Windows line ends", before: "id: a\r\nkind: capability\r\n", after: "id: a\r\nkind: regression\r\n" },
  {
    name: "no kind, Windows line ends",
    before: "id: a # c\r\ninput: hi\r\n",
    after: "id: a # c\r\nkind: regression\r\ninput: hi\r\n",
  },
  { name: "no kind, and no end of line", before: "id: a", after: "id: a\nkind: regression" },
  { name: "a byte order mark", before: "\ufeffid: a\nkind: capability\n", after: "\ufeffid: a\nkind: regression\n" },
  {
    name: "a document marker and a long text",
    before: "---\nid: a\nwhy: >\n  one\n  kind: capability\ninput: x\n",
    after: "---\nid: a\nkind: regression\nwhy: >\n  one\n  kind: capability\ninput: x\n",
  },
  { name: "a flow map", before: "{ id: a, input: x }\n", after: "{ id: a, kind: regression, input: x }\n" },
  { name: "JSON on one line", before: '{"id":"a","input":"x"}', after: '{"id":"a", "kind": "regression","input":"x"}' },
  {
    name: "JSON on lines",
    before: '{\n  "id": "a",\n  "input": "x"\n}\n',
    after: '{\n  "id": "a",\n  "kind": "regression",\n  "input": "x"\n}\n',
  },
  { name: "JSON with a kind", before: '{"id":"a","kind":"capability"}', after: '{"id":"a","kind":"regression"}' },
  {
    name: "a case in a suite, and not its neighbour of the same words",
    before:
      "name: s\nkind: capability\ncases:\n  - id: b\n    kind: capability\n  - id: a # x\n    input: hi\n  - extra.yaml\n",
    after:
      "name: s\nkind: capability\ncases:\n  - id: b\n    kind: capability\n  - id: a # x\n    kind: regression\n    input: hi\n  - extra.yaml\n",
  },
])("$name: nothing else moves", ({ before, after }) => {
  expect(graduated(before)).toEqual({ text: after, byHand: [] });
  expect(parse(after.replace(/^\ufeff/, ""))).toBeTypeOf("object");
});

test("several cases of one file at once", () => {
  const before = "name: s\ncases:\n  - { id: a, input: x }\n  - id: b\n    kind: capability\n  - id: c\n";
  const after =
    "name: s\ncases:\n  - { id: a, kind: regression, input: x }\n  - id: b\n    kind: regression\n  - id: c\n    kind: regression\n";
  expect(graduated(before, ["c", "a", "b"])).toEqual({ text: after, byHand: [] });
});

test.each([
  { name: "an anchor that others use", before: "id: a\nkind: &k capability\ntags: [*k]\n" },
  { name: "an alias", before: "why: &k capability\nid: a\nkind: *k\n" },
  { name: "a block text", before: "id: a\nkind: >-\n  capability\n" },
  { name: "a file that is no YAML", before: "id: [a\n" },
  { name: "a file without the case", before: "id: other\n" },
])("$name is left to a person, and the file as it is", ({ before }) => {
  expect(graduated(before)).toEqual({ text: before, byHand: ["a"] });
});
