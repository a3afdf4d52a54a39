import { expect, test } from "vitest";
import { readingOptions } from "./reading-options.ts";

test("rules are found by the agent's name, prices over the table that is built in", () => {
  const prices = { own: { inputMicroUsd: 1, outputMicroUsd: 2 } };
  const read = readingOptions({ prices, rules: { shop: { repeatTimes: 5 } }, file: undefined });
  expect(read.rulesOf("shop")).toEqual({ repeatTimes: 5 });
  expect(read.rulesOf("other")).toBeUndefined();
  expect(read.prices["own"]).toEqual(prices.own);
});

test.each([
  { why: "an unknown rule", rules: { shop: { forbidden: ["x"] } }, says: /a\.config\.ts: rules\.shop: .*forbidden/ },
  { why: "a rule of another type", rules: { shop: { repeatTimes: "5" } }, says: /rules\.shop: .*repeatTimes/ },
])("$why names the file and the place", ({ rules, says }) => {
  expect(() => readingOptions({ prices: {}, rules, file: "a.config.ts" })).toThrow(
    expect.objectContaining({ code: "config.bad_file", message: expect.stringMatching(says) }),
  );
});
