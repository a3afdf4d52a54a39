import { expect, test } from "vitest";
import { type Json, valueAtPath } from "../kernel/index.ts";
import { diffState } from "./diff-state.ts";

test.each<{ why: string; before: Json; after: Json; changes: object[] }>([
  { why: "equal states", before: { a: 1, b: { c: [] } }, after: { b: { c: [] }, a: 1 }, changes: [] },
  { why: "a change", before: { a: { b: 1 } }, after: { a: { b: 2 } }, changes: [{ path: "a.b", before: 1, after: 2 }] },
  {
    why: "two changes",
    before: { a: { b: 1, c: 2 } },
    after: { a: { b: 2 } },
    changes: [
      { path: "a.b", before: 1, after: 2 },
      { path: "a.c", before: 2 },
    ],
  },
  { why: "an addition", before: {}, after: { a: null }, changes: [{ path: "a", after: null }] },
  { why: "a null", before: { a: 1 }, after: { a: null }, changes: [{ path: "a", before: 1, after: null }] },
  { why: "a whole record", before: {}, after: { a: { b: 1 } }, changes: [{ path: "a", after: { b: 1 } }] },
  { why: "a removal", before: { a: { b: 1 } }, after: { a: {} }, changes: [{ path: "a.b", before: 1 }] },
  { why: "an appended element", before: { a: [1] }, after: { a: [1, 2] }, changes: [{ path: "a.1", after: 2 }] },
  {
    why: "a change within a list",
    before: { a: [1, { b: 1 }] },
    after: { a: [1, { b: 2 }, 3] },
    changes: [
      { path: "a.1.b", before: 1, after: 2 },
      { path: "a.2", after: 3 },
    ],
  },
  { why: "another kind", before: { a: [] }, after: { a: {} }, changes: [{ path: "a", before: [], after: {} }] },
  {
    why: "a key with dots",
    before: { "#W.1": { x: 1 } },
    after: { "#W.1": { x: 2 } },
    changes: [{ path: '["#W.1"].x', before: 1, after: 2 }],
  },
  {
    why: "a key with a quote and a backslash",
    before: { 'a"\\b': 1 },
    after: { 'a"\\b': 2 },
    changes: [{ path: String.raw`["a\"\\b"]`, before: 1, after: 2 }],
  },
  { why: "an inherited name", before: {}, after: { toString: 1 }, changes: [{ path: "toString", after: 1 }] },
])("sees $why, and its paths lead there", ({ before, after, changes }) => {
  expect(diffState(before, after)).toEqual(changes);
  for (const change of diffState(before, after)) {
    expect(valueAtPath(before, change.path)).toEqual(change.before);
    expect(valueAtPath(after, change.path)).toEqual(change.after);
  }
});
