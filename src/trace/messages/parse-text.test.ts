import { expect, test } from "vitest";
import { parseText } from "./parse-text.ts";

test("a text that is read again is the same value, not another one", () => {
  const text = () => ['{"a":', "[1,2]}"].join("");
  expect(parseText(text())).toEqual({ a: [1, 2] });
  expect(parseText(text())).toBe(parseText(` ${text()}\n`));
});

test("texts in turn keep their own values, however many there are", () => {
  const texts = Array.from({ length: 40 }, (_, index) => `{"n":${index}}`);
  for (const order of [texts, texts.toReversed(), [...texts, ...texts]]) {
    expect(order.map((text) => parseText(text))).toEqual(order.map((text) => JSON.parse(text) as unknown));
  }
});

test("of long texts nothing is kept", () => {
  const text = JSON.stringify(["x".repeat(300 * 1024)]);
  expect(parseText(text)).toEqual(parseText(text));
  expect(parseText(text)).not.toBe(parseText(text));
});

test.each([
  ['"{\\"a\\":1}"', { a: 1 }],
  ['"[1]"', [1]],
  ['"plain"', "plain"],
  ['"\\"plain\\""', "plain"],
  ["{no json}", "{no json}"],
  ["12", "12"],
  [" [] ", []],
])("%s is %j, the first time and again", (text, value) => {
  expect(parseText(text)).toEqual(value);
  expect(parseText(text)).toEqual(value);
});

test("brackets inside of a text are no depth, quotes in it or not", () => {
  const value = [`a "quoted" \\" ${"[".repeat(300)}`, `\\${"{".repeat(300)}`];
  expect(parseText(JSON.stringify(value))).toEqual(value);
  expect(parseText("[".repeat(300) + "]".repeat(300))).toBeTypeOf("string");
});
