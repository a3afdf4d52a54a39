import { z } from "zod";
import type { Usage } from "../../domain/index.ts";

const count = z.number().nonnegative().nullish().catch(null);
const usageSchema = z.object({
  prompt_tokens: count,
  input_tokens: count,
  completion_tokens: count,
  output_tokens: count,
  prompt_tokens_details: z.object({ cached_tokens: count }).nullish().catch(null),
  input_tokens_cache_read: count,
  reasoning_tokens: count,
  completion_tokens_details: z.object({ reasoning_tokens: count }).nullish().catch(null),
});

/** Tokens as OpenAI-like, Anthropic-like and Inspect's recordings name them; undefined when nothing is told. */
export function readUsage(recorded: unknown): Usage | undefined {
  const { data: usage } = usageSchema.safeParse(recorded);
  if (!usage) return undefined;
  const counts = {
    inputTokens: usage.prompt_tokens ?? usage.input_tokens,
    outputTokens: usage.completion_tokens ?? usage.output_tokens,
    cachedInputTokens: usage.prompt_tokens_details?.cached_tokens ?? usage.input_tokens_cache_read,
    reasoningTokens: usage.completion_tokens_details?.reasoning_tokens ?? usage.reasoning_tokens,
  };
  const told = Object.entries(counts).filter(([, value]) => typeof value === "number");
  return told.length === 0 ? undefined : (Object.fromEntries(told) as Usage);
}
