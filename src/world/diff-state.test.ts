import { expect, test } from "vitest";
import { valueAtPath } from "../kernel/index.ts";
import { diffState } from "./diff-state.ts";

test.each([
  { why: "equal states", before: { a: 1, b: { c: [] } }, after: { b: { c: [] }, a: 1 }, changes: [] },
  { why: "a change", before: { a: { b: 1 } }, after: { a: { b: 2 } }, changes: [{ path: "a.b", before: 1, after: 2 }] },
  { why: "an addition", before: {}, after: { a: null }, changes: [{ path: "a", after: null }] },
  { why: "a removal", before: { a: { b: 1 } }, after: { a: {} }, changes: [{ path: "a.b", before: 1 }] },
  { why: "a list", before: { a: [1] }, after: { a: [1, 2] }, changes: [{ path: "a", before: [1], after: [1, 2] }] },
  {
    why: "a key with dots",
    before: { "#W.1": { x: 1 } },
    after: { "#W.1": { x: 2 } },
    changes: [{ path: '["#W.1"].x', before: 1, after: 2 }],
  },
])("sees $why", ({ before, after, changes }) => {
  expect(diffState(before, after)).toEqual(changes);
  for (const change of changes) if ("after" in change) expect(valueAtPath(after, change.path)).toEqual(change.after);
});
