import { z } from "zod";
import { addFault, FAULT_TARGET } from "./add-fault.ts";
import { defineCondition } from "./condition.ts";

/** As the fault's filler has them. English prose has 4 to 4.5, JSON 3: then there are more tokens than asked for. */
const BYTES_PER_TOKEN = 6;

export const largeToolResults = defineCondition({
  name: "large-tool-results",
  sentence: "What tools answer is filled up until it holds thousands of tokens.",
  standsFor: "real records, logs and search results, where test fixtures hold three lines",
  schema: z.strictObject({
    tokens: z.int().min(1).max(2_000_000).default(8_000).describe("at least, in each result"),
    on: z.string().min(1).default("tool *").describe(FAULT_TARGET),
    calls: z.array(z.int().min(1)).min(1).optional().describe("which calls, from 1; all unless given"),
  }),
  strength: { parameter: "tokens", unit: "tokens" },
  change({ evalCase, parameters: { tokens, on, calls } }) {
    const bytes = tokens * BYTES_PER_TOKEN;
    return addFault(evalCase, { on, ...(calls && { call: calls }), do: { oversized: { bytes } } });
  },
});
