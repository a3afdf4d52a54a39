import { expect, test } from "vitest";
import { costOf, priceOf } from "./cost-of.ts";
import { mergePrices, PRICES } from "./prices.ts";

const usage = { inputTokens: 1_000, outputTokens: 500 };

test.each([
  // $2.50 and $10 per million: 2,500 + 5,000 micro-USD.
  { model: "gpt-4o", usage, cost: 7_500 },
  { model: "gpt-4o-2024-11-20", usage, cost: 7_500 },
  { model: "openai/gpt-4o", usage, cost: 7_500 },
  { model: "gpt-4o-2024-05-13", usage, cost: 12_500 },
  { model: "gpt-4o", usage: { ...usage, cachedInputTokens: 400 }, cost: 7_000 },
  { model: "claude-3-5-sonnet-20241022", usage, cost: 10_500 },
  { model: "anthropic/claude-sonnet-4-5-20250929", usage, cost: 10_500 },
  { model: "claude-3-5-haiku-latest", usage, cost: 2_800 },
  // The whole call at the long price.
  { model: "gemini-2.5-pro", usage: { inputTokens: 200_000, outputTokens: 0 }, cost: 250_000 },
  { model: "gemini-2.5-pro", usage: { inputTokens: 200_001, outputTokens: 0 }, cost: 500_003 },
  { model: "gpt-5-nano", usage: { inputTokens: 1, outputTokens: 0 }, cost: 1 },
  { model: "scripted/careful", usage: {}, cost: 0 },
  { model: "scripted/gpt-4o", usage, cost: 0 },
  { model: "replay/recorded", usage: {}, cost: 0 },
  { model: "gpt-4o", usage: { inputTokens: 1_000 }, cost: null },
  { model: "gpt-4o", usage: undefined, cost: null },
  { model: "gpt-4o-audio", usage, cost: null },
  { model: "gpt-4o-2024", usage, cost: null },
  { model: "gpt-4", usage, cost: null },
  { model: "somebody/gpt-4o", usage, cost: null },
  { model: "anthropic/gpt-4o", usage, cost: null },
  { model: "toString", usage, cost: null },
])("$model with $usage costs $cost", ({ model, usage: used, cost }) => {
  expect(costOf({ model, usage: used })).toBe(cost);
});

test("own rows win over built-in ones", () => {
  const prices = mergePrices({
    "scripted/dear": { inputMicroUsd: 1_000_000, outputMicroUsd: 1_000_000 },
    "gpt-4o": { inputMicroUsd: 2_000_000, outputMicroUsd: 0 },
  });
  expect(costOf({ model: "scripted/dear", usage, prices })).toBe(1_500);
  expect(costOf({ model: "gpt-4o", usage: { ...usage, cachedInputTokens: 1_000 }, prices })).toBe(2_000);
  expect(priceOf("gpt-4o-mini", prices)).toBe(PRICES["gpt-4o-mini"]);
});

test("every price is a whole number of micro-USD, and cached input is never dearer", () => {
  for (const price of Object.values(PRICES)) {
    for (const tier of [price, ...(price.longPrompt ? [price.longPrompt] : [])]) {
      expect([tier.inputMicroUsd, tier.outputMicroUsd].every(Number.isSafeInteger)).toBe(true);
      expect(tier.cachedInputMicroUsd ?? 0).toBeLessThanOrEqual(tier.inputMicroUsd);
    }
  }
});
