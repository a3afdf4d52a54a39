import fc from "fast-check";
import { expect, test } from "vitest";
import type { Json } from "../kernel/index.ts";
import { applyChanges } from "./apply-changes.ts";
import { diffState } from "./diff-state.ts";

test.each<{ why: string; before: Json; after: Json }>([
  { why: "nothing changed", before: { a: 1 }, after: { a: 1 } },
  { why: "a member came", before: {}, after: { a: { b: [1] } } },
  { why: "a member went", before: { a: 1, b: 2 }, after: { b: 2 } },
  { why: "a list grew and one shrank", before: { a: [1], b: [1, 2, 3] }, after: { a: [1, 2, 3], b: [1] } },
  { why: "keys look like paths", before: { "a.b": { "c[0]": 1 } }, after: { "a.b": { "c[0]": 2, "": 3 } } },
])("gives the state after, when $why", ({ before, after }) => {
  expect(applyChanges(before, diffState(before, after))).toEqual(after);
});

test("undoes what diffState does, for any two states", () => {
  const state = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 }));
  fc.assert(
    fc.property(state, state, (before, after) => {
      const given = JSON.parse(JSON.stringify({ before, after })) as { readonly before: Json; readonly after: Json };
      expect(applyChanges(given.before, diffState(given.before, given.after))).toEqual(given.after);
    }),
  );
});
