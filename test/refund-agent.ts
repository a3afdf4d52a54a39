import { randomBytes } from "node:crypto";
import type { LanguageModelV4StreamPart } from "@ai-sdk/provider";
import { ToolLoopAgent, wrapLanguageModel } from "ai";
import { z } from "zod";
import { type AgentOptions, defineTool } from "../src/agent/index.ts";
import { systemClock } from "../src/kernel/index.ts";
import { scripted, type ScriptFunction } from "../src/model/index.ts";
import { serveHttp } from "../src/server/index.ts";
import type { openPlace } from "../src/testing/open-place.ts";
import { makeId } from "./server-kit.ts";

export const HOSTILE = `<img src=x onerror="alert(1)"><script>alert(2)</script>\n\n\`\`\`html\n<b onclick="x">bold</b>\n\`\`\`\nDone & "well".`;
export const STORY = Array.from({ length: 60 }, (_, index) => `word${index} `)
  .join("")
  .trim();

const ASKED = { orderId: "W1", amountCents: 4_950 };

/** An agent with a refund that needs approval, whose story comes word by word as the test lets it. */
export function refundAgent({ needsApproval = true, beforePaying = () => Promise.resolve() } = {}) {
  const refunds: unknown[] = [];
  /** Words that may be said; the story's rest waits. */
  let allowance = Number.POSITIVE_INFINITY;
  let wake = Promise.withResolvers<void>();
  const script: ScriptFunction = {
    id: "refunds",
    next({ lastUser, results, messages }) {
      const isAfterTool = messages.at(-1)?.role === "tool";
      if (isAfterTool) return { say: `The refund came back with ${JSON.stringify(results("refund_issue").at(-1))}` };
      if (/refund/.test(lastUser)) return { say: "Let me do that.", call: { tool: "refund_issue", arguments: ASKED } };
      if (/story/.test(lastUser)) return { say: STORY };
      return { say: /hostile/.test(lastUser) ? HOSTILE : "Say refund, story or hostile." };
    },
  };
  const model = wrapLanguageModel({
    model: scripted(script),
    middleware: {
      specificationVersion: "v4",
      wrapStream: async ({ doStream, params }) => {
        const result = await doStream();
        const { abortSignal } = params;
        const aborted = new Promise<void>((resolve) => abortSignal?.addEventListener("abort", () => resolve()));
        const slow = new TransformStream<LanguageModelV4StreamPart, LanguageModelV4StreamPart>({
          async transform(part, controller) {
            if (part.type !== "text-delta") return controller.enqueue(part);
            for (const delta of part.delta.match(/\S+|\s+/g) ?? []) {
              while (allowance <= 0) {
                await Promise.race([wake.promise, aborted]);
                abortSignal?.throwIfAborted();
              }
              if (delta.trim() !== "") allowance -= 1;
              controller.enqueue({ ...part, delta });
            }
          },
        });
        return { ...result, stream: result.stream.pipeThrough(slow) };
      },
    },
  });
  const refund = defineTool({
    name: "refund_issue",
    description: "Pays money back.",
    input: z.object({ orderId: z.string(), amountCents: z.number().int() }),
    risk: "irreversible",
    needsApproval,
    execute: async (given) => {
      await beforePaying();
      refunds.push(given);
      return { paid: given.amountCents };
    },
  });
  const agent: AgentOptions = {
    name: "refunder",
    version: "1",
    agent: () => new ToolLoopAgent({ model, tools: { refund_issue: refund } }),
  };
  const allow = (words: number) => {
    allowance = words;
    wake.resolve();
    wake = Promise.withResolvers<void>();
  };
  return { agent, refunds, allow };
}

/** A server over a store that outlives it. */
export async function serveAgent(place: ReturnType<typeof openPlace>, agent: AgentOptions) {
  const { runtime, store } = await place.open([agent]);
  const server = await serveHttp({ runtime, store, clock: systemClock, makeId, randomBytes, auth: null });
  return {
    url: server.url,
    close: async () => {
      await server.close();
      await runtime.close();
    },
  };
}
