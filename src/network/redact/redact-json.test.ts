import { expect, test } from "vitest";
import type { Json } from "../../kernel/index.ts";
import { seededRandom } from "../../kernel/index.ts";
import { openRedactor } from "./open-redactor.ts";

function redactJson<Value extends Json>(given: Value) {
  const redactor = openRedactor();
  const value = redactor.redactJson(given);
  return { value, counts: redactor.takeCounts() };
}

const KEY = "sk-ant-api03-Zx81kLmQ0pRt5UvWy7Ab9CdEf2GhIjKl";

test("the same secret gets the same placeholder, before and after the place that tells it", () => {
  const { value, counts } = redactJson({ said: `use ${KEY}`, args: { api_key: KEY, order: "W1" }, café: "é😀" });
  expect(value.args.order).toBe("W1");
  expect(value.café).toBe("é😀");
  expect(JSON.stringify(value)).not.toContain("Zx81kLmQ0");
  const [placeholder] = /\[redacted:[a-z0-9-]+:\d+\]/.exec(value.said) ?? [];
  expect(value.args.api_key).toBe(placeholder);
  expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(2);
});

test("without a secret nothing changes", () => {
  const value = { a: [1, "two", null, true], b: { c: "nothing to see" } };
  expect(redactJson(value)).toEqual({ value, counts: {} });
});

const PARTS = [
  "password=",
  '"',
  "'",
  "\\",
  "\n",
  "token: ",
  KEY,
  "{",
  "}",
  '{"secret":"a1b2c3d4e5f6g7"}',
  "é😀",
  "&key=",
  "https://u:p4ssW0rd9@h/",
  'api_key": "',
  " ",
  ",",
  ":",
];
const NAMES = ["password", "token", "a", "name", "value", 'b"c'];

function hostile(random: () => number, depth = 0): Json {
  const pick = <Item>(items: readonly Item[]) => items[Math.floor(random() * items.length)] as Item;
  const text = () => Array.from({ length: Math.floor(random() * 8) }, () => pick(PARTS)).join("");
  if (depth > 3 || random() < 0.4) return text();
  if (random() < 0.3) return Math.floor(random() * 1e9);
  if (random() < 0.5) return [hostile(random, depth + 1), hostile(random, depth + 1)];
  return Object.fromEntries([1, 2, 3].map(() => [random() < 0.7 ? pick(NAMES) : text(), hostile(random, depth + 1)]));
}

const shapeOf = (value: Json): unknown => {
  if (Array.isArray(value)) return value.map(shapeOf);
  return typeof value === "object" && value !== null ? Object.values(value).map((each) => shapeOf(each as Json)) : 0;
};

test("whatever stands in it, it stays the document it was, without the key", () => {
  const random = seededRandom(7);
  for (let count = 0; count < 3_000; count += 1) {
    const given = hostile(random);
    const { value } = redactJson(given);
    expect(shapeOf(value)).toEqual(shapeOf(given));
    expect(JSON.stringify(value)).not.toContain("Zx81kLmQ0pRt5UvWy7");
  }
});
