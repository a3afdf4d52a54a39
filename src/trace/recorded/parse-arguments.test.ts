import { expect, test } from "vitest";
import { parseArguments } from "./parse-arguments.ts";

test.each([
  ['{"a": 1}', { a: 1 }],
  ["{'a': 1}", { a: 1 }],
  [{ a: 1 }, { a: 1 }],
  ["order #W1", "order #W1"],
  ["{'a': broken", "{'a': broken"],
  ["", {}],
  [undefined, {}],
  [null, {}],
])("arguments %j are kept as %j", (recorded, kept) => {
  expect(parseArguments(recorded)).toEqual(kept);
});
