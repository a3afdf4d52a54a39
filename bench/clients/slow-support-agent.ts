// The support agent of the example, but it talks at length and slowly, in words whose letters take several bytes.
import type { LanguageModelV4, LanguageModelV4StreamPart } from "@ai-sdk/provider";
import { isStepCount, ToolLoopAgent } from "ai";
import { defineAgent } from "aegis";
import { scripted } from "aegis/model";
import { lookUpTools } from "../../examples/support/agents/look-up-tools.ts";
import { ask, followPlan, type Plan } from "../../examples/support/agents/plan.ts";
import type { Talk } from "../../examples/support/agents/read-talk.ts";

const PARAGRAPHS = 16;
const PIECE_MS = 12;
const PIECE_LETTERS = 9;

export const slowSupportAgent = defineAgent({
  name: "slow",
  version: "1",
  agent: (context) => {
    const shopUrl = context.env["SHOP_URL"];
    if (shopUrl === undefined) throw new Error("SHOP_URL is not set: serve this agent beside the example's world");
    return new ToolLoopAgent({
      model: slowly(scripted({ id: "slow-support", seed: context.seed, next: followPlan(tellAtLength) })),
      instructions: "You answer the customers of a small shop.",
      stopWhen: isStepCount(10),
      tools: lookUpTools(shopUrl),
    });
  },
});

function* tellAtLength({ orderId }: Talk): Plan {
  yield* ask({ tool: "policy_get", arguments: {} });
  yield* ask({ tool: "orders_get", arguments: { orderId: orderId ?? "W1234" } });
  return Array.from(
    { length: PARAGRAPHS },
    (_, index) => `Absatz ${index + 1}: Schöne Grüße 📦 aus dem Lager – Größe überprüft, 返品 möglich 👩‍🔧. `,
  ).join("");
}

function slowly(model: LanguageModelV4): LanguageModelV4 {
  return {
    ...model,
    doStream: async (options) => {
      const { stream, ...rest } = await model.doStream(options);
      return { ...rest, stream: ReadableStream.from(inPieces(stream, options.abortSignal)) };
    },
  };
}

async function* inPieces(
  stream: ReadableStream<LanguageModelV4StreamPart>,
  signal: AbortSignal | undefined,
): AsyncGenerator<LanguageModelV4StreamPart> {
  for await (const part of stream) {
    if (part.type !== "text-delta") {
      yield part;
      continue;
    }
    const letters = [...part.delta];
    for (let from = 0; from < letters.length; from += PIECE_LETTERS) {
      signal?.throwIfAborted();
      await new Promise((resolve) => setTimeout(resolve, PIECE_MS));
      yield { ...part, delta: letters.slice(from, from + PIECE_LETTERS).join("") };
    }
  }
}
