import type { MicroUsd, Usage } from "../domain/index.ts";
import { type Price, PRICE_SOURCES, PRICES, type PriceTable } from "./prices.ts";

/**
 * What one call cost. Cache writes are charged as plain input, since `Usage` does not tell them apart.
 * @param call.model the id that answered, e.g. `gpt-4o-2024-11-20` or `openai/gpt-4o`
 * @returns null when the model has no known price or tokens were not told; 0 only for a price declared as 0
 */
export function costOf({
  model,
  usage,
  prices = PRICES,
}: {
  readonly model: string;
  readonly usage: Usage | undefined;
  readonly prices?: PriceTable;
}): MicroUsd | null {
  const price = priceOf(model, prices);
  if (!price) return null;
  if (isFree(price)) return 0;
  const { inputTokens, outputTokens, cachedInputTokens = 0 } = usage ?? {};
  if (inputTokens === undefined || outputTokens === undefined) return null;
  const isLong = price.longPrompt !== undefined && inputTokens > price.longPrompt.aboveTokens;
  const rate = isLong && price.longPrompt ? price.longPrompt : price;
  const cachedTokens = Math.min(cachedInputTokens, inputTokens);
  const perMillion =
    (inputTokens - cachedTokens) * rate.inputMicroUsd +
    cachedTokens * (rate.cachedInputMicroUsd ?? rate.inputMicroUsd) +
    outputTokens * rate.outputMicroUsd;
  // A tiny call still cost something.
  return perMillion === 0 ? 0 : Math.max(1, Math.round(perMillion / 1_000_000));
}

/** The exact row, the row of a family, or the row without vendor or date. Nothing is guessed from a similar name. */
export function priceOf(model: string, prices: PriceTable = PRICES): Price | undefined {
  const exact = ownRow(prices, model);
  if (exact) return exact;
  const slash = model.indexOf("/");
  if (slash !== -1) {
    const family = ownRow(prices, `${model.slice(0, slash)}/*`);
    if (family) return family;
    const rest = model.slice(slash + 1);
    // Somebody else who serves the same model may charge another price.
    const isVendor = PRICE_SOURCES.some(({ vendor, ids }) => vendor === model.slice(0, slash) && ids.test(rest));
    return isVendor ? priceOf(rest, prices) : undefined;
  }
  const undated = model.replace(/-(\d{8}|\d{4}-\d{2}-\d{2}|latest)$/, "");
  return undated === model ? undefined : ownRow(prices, undated);
}

function ownRow(prices: PriceTable, id: string): Price | undefined {
  return Object.hasOwn(prices, id) ? prices[id] : undefined;
}

function isFree({ inputMicroUsd, outputMicroUsd, longPrompt }: Price): boolean {
  return inputMicroUsd === 0 && outputMicroUsd === 0 && longPrompt === undefined;
}
