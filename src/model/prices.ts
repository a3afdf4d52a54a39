/** Prices in micro-USD per million tokens: 2,500,000 is $2.50. */
export interface Price {
  readonly inputMicroUsd: number;
  readonly outputMicroUsd: number;
  /** Left out: cached tokens cost as much as others. */
  readonly cachedInputMicroUsd?: number;
  /** Other prices for the whole call once its prompt is longer. */
  readonly longPrompt?: { readonly aboveTokens: number } & Omit<Price, "longPrompt">;
}

/** By model id; `scripted/*` stands for all ids that begin so. Rows of a known vendor also answer to `vendor/id`. */
export type PriceTable = Readonly<Record<string, Price>>;

/**
 * Whose prices the built-in ones are, and the day up to which they were seen quoted. Standard tier, without batch or
 * regional rates. Prices change: a project's own rows win, see `mergePrices`.
 */
export const PRICE_SOURCES = [
  { vendor: "openai", page: "developers.openai.com/api/docs/pricing", asOf: "2026-03-31", ids: /^(gpt|o\d)/ },
  { vendor: "anthropic", page: "platform.claude.com/docs/en/about-claude/pricing", asOf: "2026-10-24", ids: /^claude/ },
  { vendor: "google", page: "ai.google.dev/gemini-api/docs/pricing", asOf: "2026-03-31", ids: /^gemini/ },
] as const;

export const PRICES: PriceTable = {
  // Ours: they cost nothing, and that is known.
  "scripted/*": usd(0, 0, 0),
  "replay/*": usd(0, 0, 0),

  "gpt-4o": usd(2.5, 1.25, 10),
  "gpt-4o-2024-05-13": { inputMicroUsd: 5_000_000, outputMicroUsd: 15_000_000 },
  "gpt-4o-mini": usd(0.15, 0.075, 0.6),
  "gpt-4.1": usd(2, 0.5, 8),
  "gpt-4.1-mini": usd(0.4, 0.1, 1.6),
  "gpt-4.1-nano": usd(0.1, 0.025, 0.4),
  o3: usd(2, 0.5, 8),
  "o4-mini": usd(1.1, 0.275, 4.4),
  "gpt-5": usd(1.25, 0.125, 10),
  "gpt-5-mini": usd(0.25, 0.025, 2),
  "gpt-5-nano": usd(0.05, 0.005, 0.4),
  "gpt-5.1": usd(1.25, 0.125, 10),
  "gpt-5.2": usd(1.75, 0.175, 14),
  "gpt-5.4": { ...usd(2.5, 0.25, 15), longPrompt: { aboveTokens: 272_000, ...usd(5, 0.5, 22.5) } },

  "claude-3-5-haiku": usd(0.8, 0.08, 4),
  "claude-3-5-sonnet": usd(3, 0.3, 15),
  "claude-3-7-sonnet": usd(3, 0.3, 15),
  "claude-sonnet-4": usd(3, 0.3, 15),
  "claude-sonnet-4-5": usd(3, 0.3, 15),
  "claude-sonnet-4-6": usd(3, 0.3, 15),
  "claude-sonnet-5": usd(2, 0.2, 10),
  "claude-sonnet-5-5": usd(2, 0.1, 10),
  "claude-haiku-4-5": usd(1, 0.1, 5),
  "claude-haiku-5-5": { ...usd(0.1, 0.01, 0.5), longPrompt: { aboveTokens: 100_000, ...usd(0.5, 0.05, 2.5) } },
  "claude-opus-4": usd(15, 1.5, 75),
  "claude-opus-4-1": usd(15, 1.5, 75),
  "claude-opus-4-5": usd(5, 0.5, 25),
  "claude-opus-4-6": usd(5, 0.5, 25),
  "claude-opus-4-7": usd(5, 0.5, 25),
  "claude-opus-4-8": usd(5, 0.5, 25),
  "claude-opus-5": usd(5, 0.5, 25),
  "claude-opus-5-5": usd(4, 0.2, 20),

  "gemini-2.5-pro": { ...usd(1.25, 0.125, 10), longPrompt: { aboveTokens: 200_000, ...usd(2.5, 0.25, 15) } },
  "gemini-2.5-flash": usd(0.3, 0.03, 2.5),
  "gemini-2.5-flash-lite": usd(0.1, 0.01, 0.4),
};

/** The built-in prices with a user's own rows over them. */
export function mergePrices(own: PriceTable): PriceTable {
  return { ...PRICES, ...own };
}

/** US dollars per million input, cached input and output tokens. */
function usd(input: number, cachedInput: number, output: number): Omit<Price, "longPrompt"> {
  const micro = (dollars: number) => Math.round(dollars * 1_000_000);
  return { inputMicroUsd: micro(input), cachedInputMicroUsd: micro(cachedInput), outputMicroUsd: micro(output) };
}
