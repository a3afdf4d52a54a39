import fc from "fast-check";
import { expect, test } from "vitest";
import { type Json, seededRandom } from "../../kernel/index.ts";
import { checkFault } from "../parse-faults.ts";
import { type JsonChange, jsonChange } from "./change-json.ts";
import { renamed } from "./drift-schema.ts";
import { shiftDate } from "./shift-dates.ts";

const KINDS = [
  "partial",
  "empty",
  "duplicate-items",
  "stale",
  "clock-skew",
  "read-after-write-lag",
  "schema-drift",
  "wrong-value",
  "injected-prompt",
  "looping-cursor",
  "truncated",
] as const;

function changeOf(kind: string, parameters: Record<string, Json> = {}, seed = 1): JsonChange {
  const { do: action } = checkFault({ on: "tool t", when: {}, do: { kind, parameters } });
  const change = jsonChange(action, { random: seededRandom(seed), marker: "MARK" });
  if (!change) throw new Error(`${kind} changes no JSON`);
  return change;
}

const json = fc.jsonValue({ maxDepth: 4, noUnicodeString: false }) as fc.Arbitrary<Json>;
const page = fc.record({
  items: fc.array(
    fc.record({
      id: fc.string(),
      total: fc.double(),
      at: fc.date({ noInvalidDate: true }).map(String),
      open: fc.boolean(),
    }),
  ),
  next: fc.option(fc.string()),
}) as fc.Arbitrary<Json>;

test.each(KINDS)("%s: any value becomes some value, the given one stays, and the seed decides", (kind) => {
  fc.assert(
    fc.property(
      fc.oneof(
        json,
        page,
        json.map((value) => JSON.stringify(value)),
      ),
      fc.integer(),
      (value, seed) => {
        const before = JSON.stringify(value);
        const call = { asked: { cursor: "c" } };
        const after = changeOf(kind, {}, seed)(value, call);
        expect(JSON.stringify(value)).toBe(before);
        expect(JSON.stringify(changeOf(kind, {}, seed)(value, call))).toBe(JSON.stringify(after));
        expect(() => JSON.parse(JSON.stringify(after)) as unknown).not.toThrow();
      },
    ),
    { numRuns: 60 },
  );
});

test("a value keeps its shape where the change is none of the shape", () => {
  fc.assert(
    fc.property(page, fc.integer(), (value, seed) => {
      const shape = (each: Json) =>
        JSON.stringify(each, (_, leaf: unknown) => (typeof leaf === "object" ? leaf : typeof leaf));
      expect(shape(changeOf("wrong-value", {}, seed)(value, { asked: null }))).toBe(shape(value));
    }),
    { numRuns: 60 },
  );
});

test.each([
  { given: [1, 2, 3, 4, 5], share: 0.6, left: [1, 2, 3] },
  { given: [1], share: 0.9, left: [] },
  { given: [1, 2], share: 1, left: [1, 2] },
  { given: [1, 2], share: 0, left: [] },
  { given: [], share: 0.5, left: [] },
  { given: { total: 3, rows: [1, 2, 3, 4], tags: ["a"] }, share: 0.5, left: { total: 3, rows: [1, 2], tags: ["a"] } },
  { given: { a: 1, b: 2 }, share: 0.5, left: { a: 1 } },
  { given: "abcd", share: 0.5, left: "ab" },
  { given: '{"rows":[1,2,3,4]}', share: 0.5, left: '{"rows":[1,2]}' },
  { given: 7, share: 0.5, left: 7 },
])("a share of $share of $given is $left", ({ given, share, left }) => {
  expect(changeOf("partial", { share })(given, { asked: null })).toEqual(left);
});

const DAY_MS = 86_400_000;

test.each([
  { given: "2026-11-02", byMs: -DAY_MS, moved: "2026-11-01" },
  { given: "2026-11-02", byMs: -3_600_000, moved: "2026-11-01" },
  { given: "2026-03-01T00:30:00Z", byMs: -3_600_000, moved: "2026-02-28T23:30:00Z" },
  { given: "2026-11-02T10:00:00.5+02:00", byMs: 1_000, moved: "2026-11-02T10:00:01.5+02:00" },
  { given: "2026-11-02 10:00", byMs: DAY_MS, moved: "2026-11-03 10:00" },
  { given: "2026-11-02T10:00:00.123456Z", byMs: 1_000, moved: "2026-11-02T10:00:01.123000Z" },
  { given: "Mon, 02 Nov 2026 10:00:00 GMT", byMs: DAY_MS, moved: "Tue, 03 Nov 2026 10:00:00 GMT" },
  { given: "W1234", byMs: DAY_MS, moved: "W1234" },
  { given: "2026-99-99T10:00:00Z", byMs: DAY_MS, moved: "2026-99-99T10:00:00Z" },
])("$given moved by $byMs ms is $moved", ({ given, byMs, moved }) => {
  expect(shiftDate(given, byMs)).toBe(moved);
});

test("times as numbers move where their name says that they are times", () => {
  const value = { created_at: 1_790_000_000, updatedAt: 1_790_000_000_000, amount: 1_790_000_000 };
  const moved = { created_at: 1_789_913_600, updatedAt: 1_789_913_600_000, amount: 1_790_000_000 };
  expect(changeOf("stale", { byMs: DAY_MS })(value, { asked: null })).toEqual(moved);
});

test.each([
  ["order_id", "orderId"],
  ["orderId", "order_id"],
  ["total", "total_value"],
])("the field %s is renamed to %s", (given, other) => {
  expect(renamed(given)).toBe(other);
});

test.each([
  { given: { next: "c2", items: [] }, asked: { cursor: "c1" }, next: { next: "c1", items: [] } },
  { given: { next: "c2", items: [] }, asked: null, next: { next: "c2", items: [] } },
  {
    given: { page_info: { end_cursor: null, has_next_page: false } },
    asked: { after: "x" },
    next: { page_info: { end_cursor: "x", has_next_page: true } },
  },
  { given: { items: [] }, asked: null, next: { items: [], next_cursor: "eyJvZmZzZXQiOjB9" } },
])("the cursor of $given loops", ({ given, asked, next }) => {
  expect(changeOf("looping-cursor")(given, { asked })).toEqual(next);
});
