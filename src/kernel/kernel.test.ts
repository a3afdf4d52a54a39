import { expect, test } from "vitest";
import { fixedClock } from "./clock.ts";
import { escapeMarkdown, escapeTerminal, escapeWorkflowProperty, escapeXml, firstCharacters } from "./escape-text.ts";
import { idMaker, isId } from "./id.ts";
import { canonicalJson, joinPath, pathKeys, toJson, valueAtPath } from "./json.ts";
import { seededRandom } from "./random.ts";

test("ids sort by time and by order of making", () => {
  const clock = fixedClock(1_700_000_000_000);
  const makeId = idMaker(clock, seededRandom(1));
  const ids = Array.from({ length: 500 }, (_, index) => {
    if (index % 7 === 0) clock.advance(1);
    return makeId<"run">();
  });
  expect([...ids].sort()).toEqual(ids);
  expect(new Set(ids).size).toBe(500);
  expect(ids.every(isId)).toBe(true);
});

test("an id starts with its time: ULID 01ARYZ6S41 is 1469918176385 ms (example of the ULID specification)", () => {
  expect(idMaker(fixedClock(1_469_918_176_385), seededRandom(1))().slice(0, 10)).toBe("01ARYZ6S41");
});

test("a seeded generator repeats, is uniform and differs by seed", () => {
  const draw = (seed: number) => Array.from({ length: 10_000 }, seededRandom(seed));
  expect(draw(7)).toEqual(draw(7));
  expect(draw(7)).not.toEqual(draw(8));
  const mean = draw(7).reduce((sum, value) => sum + value, 0) / 10_000;
  expect(Math.abs(mean - 0.5)).toBeLessThan(0.015);
});

test.each([
  { path: "orders.W1.refunds", expected: [] },
  { path: "orders.W1.items.0.price", expected: 5 },
  { path: "orders.W1.items[0].price", expected: 5 },
  { path: 'orders["a.b"]', expected: 1 },
  { path: "orders.W2", expected: undefined },
  { path: "orders.constructor", expected: undefined },
])("$path leads to $expected", ({ path, expected }) => {
  const state = { orders: { W1: { refunds: [], items: [{ price: 5 }] }, "a.b": 1 } };
  expect(valueAtPath(state, path)).toEqual(expected);
});

test.each([
  { path: "", keys: [] },
  { path: "a.*.b", keys: ["a", "*", "b"] },
  { path: "a[0].b", keys: ["a", "0", "b"] },
  { path: '["a.b"].c', keys: ["a.b", "c"] },
  { path: '["say \\"hi\\""]', keys: ['say "hi"'] },
  { path: '["back\\\\slash"]', keys: ["back\\slash"] },
  { path: '["C:\\docs"]', keys: ["C:\\docs"] },
  { path: '[""]', keys: [""] },
])("$path is made of $keys, which make the same place again", ({ path, keys }) => {
  expect(pathKeys(path)).toEqual(keys);
  expect(pathKeys(joinPath(keys))).toEqual(keys);
});

test("canonical JSON ignores key order, and toJson survives circles and big integers", () => {
  expect(canonicalJson({ b: 1, a: [{ d: 1, c: 2 }] })).toBe(canonicalJson({ a: [{ c: 2, d: 1 }], b: 1 }));
  const circle: Record<string, unknown> = { size: 10n };
  circle["self"] = circle;
  expect(toJson(circle)).toEqual({ size: "10", self: "[circular]" });
  const shared = { x: 1 };
  expect(toJson({ a: shared, b: shared })).toEqual({ a: { x: 1 }, b: { x: 1 } });
  expect(toJson(undefined)).toBe(null);
});

test.each([
  { escape: escapeTerminal, hostile: "\u001b]0;owned\u0007a\u202eb\nc", safe: "\\u001b]0;owned\\u0007a\\u202eb c" },
  { escape: escapeXml, hostile: "<a b='1'>&\u0000", safe: "&lt;a b=&#39;1&#39;&gt;&amp;\ufffd" },
  { escape: escapeMarkdown, hostile: "|<img>|[x](y)", safe: "\\|&lt;img&gt;\\|\\[x\\]\\(y\\)" },
  { escape: escapeWorkflowProperty, hostile: "a,b:c\n::error::", safe: "a%2Cb%3Ac%0A%3A%3Aerror%3A%3A" },
])("$hostile is made safe", ({ escape, hostile, safe }) => {
  expect(escape(hostile)).toBe(safe);
});

test.each([
  { text: "ab😀c", count: 2, first: "ab" },
  { text: "ab😀c", count: 3, first: "ab" },
  { text: "ab😀c", count: 4, first: "ab😀" },
  { text: "ab", count: 9, first: "ab" },
  { text: "😀", count: 0, first: "" },
])("the first $count of $text are $first: no half of a character", ({ text, count, first }) => {
  expect(firstCharacters(text, count)).toBe(first);
});
