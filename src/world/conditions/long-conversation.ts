import { z } from "zod";
import type { Message } from "../../domain/index.ts";
import type { Random } from "../../kernel/index.ts";
import { shuffle } from "../users/draw.ts";
import { assertLiveModel, defineCondition } from "./condition.ts";
import { EARLIER_EXCHANGES } from "./earlier-exchanges.ts";
import { estimateTokens } from "./estimate-tokens.ts";
import type { Exchange } from "./read-exchanges.ts";

const TURNS_MAX = 5_000;

export const longConversation = defineCondition({
  name: "long-conversation",
  sentence: "The task comes after many turns about other things.",
  standsFor: "sessions that went on for an hour before the question that matters",
  schema: z.strictObject({
    turns: z.int().min(1).max(TURNS_MAX).default(40).describe("messages of the user before the task, each answered"),
    tokensMin: z.int().min(1).max(2_000_000).optional().describe("more turns, until they hold this many tokens"),
    exchanges: z
      .array(z.tuple([z.string().min(1), z.string()]))
      .min(1)
      .optional()
      .describe("what was said, as [user, agent]; a small set of neutral service conversations unless given"),
  }),
  strength: { parameter: "turns", unit: "turns" },
  change({ evalCase, parameters, random }) {
    assertLiveModel(evalCase, "long-conversation");
    const { turns, tokensMin = 0, exchanges = EARLIER_EXCHANGES } = parameters;
    const earlier = drawExchanges(exchanges, { turns, tokensMin, random });
    return { ...evalCase, history: [...earlier.flatMap(messagesOf), ...(evalCase.history ?? [])] };
  },
});

/** Drawn from the end backwards, so that a longer conversation is a shorter one with more before it. */
function drawExchanges(
  exchanges: readonly Exchange[],
  { turns, tokensMin, random }: { readonly turns: number; readonly tokensMin: number; readonly random: Random },
): Exchange[] {
  const drawn: Exchange[] = [];
  let tokens = 0;
  let pool: Exchange[] = [];
  while (drawn.length < turns || (tokens < tokensMin && drawn.length < TURNS_MAX)) {
    if (pool.length === 0) pool = shuffle(exchanges, random);
    const exchange = pool.pop()!;
    drawn.push(exchange);
    tokens += exchange.reduce((sum, text) => sum + estimateTokens(text), 0);
  }
  return drawn.toReversed();
}

function messagesOf([user, agent]: Exchange): Message[] {
  return [
    { role: "user", content: user },
    { role: "assistant", content: agent },
  ];
}
