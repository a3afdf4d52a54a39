import type { LanguageModelV4, LanguageModelV4Prompt, LanguageModelV4StreamPart } from "@ai-sdk/provider";
import { readSchedule, streamTokens } from "./stream-schedule.ts";

/** Speaks at the pace its prompt asks for, however busy the process around it is. */
export function tickingModel(): LanguageModelV4 {
  return {
    specificationVersion: "v4",
    provider: "bench",
    modelId: "ticking",
    supportedUrls: {},
    doGenerate: () => Promise.reject(new Error("this model only streams")),
    doStream: ({ prompt }) => Promise.resolve({ stream: tickingStream(prompt) }),
  };
}

function tickingStream(prompt: LanguageModelV4Prompt): ReadableStream<LanguageModelV4StreamPart> {
  const schedule = readSchedule(lastText(prompt));
  let ticking: { stop(): void } | undefined;
  return new ReadableStream<LanguageModelV4StreamPart>({
    start(controller) {
      controller.enqueue({ type: "stream-start", warnings: [] });
      controller.enqueue({ type: "text-start", id: "0" });
      ticking = streamTokens(schedule, {
        token: (delta) => controller.enqueue({ type: "text-delta", id: "0", delta }),
        end() {
          controller.enqueue({ type: "text-end", id: "0" });
          controller.enqueue(finish(schedule.tokens));
          controller.close();
        },
      });
    },
    cancel: () => ticking?.stop(),
  });
}

function finish(tokens: number): LanguageModelV4StreamPart {
  return {
    type: "finish",
    finishReason: { unified: "stop", raw: "stop" },
    usage: {
      inputTokens: { total: 2, noCache: 2, cacheRead: 0, cacheWrite: 0 },
      outputTokens: { total: tokens, text: tokens, reasoning: 0 },
    },
  };
}

function lastText(prompt: LanguageModelV4Prompt): string {
  const last = prompt.at(-1);
  if (last?.role !== "user") return "";
  return last.content.flatMap((part) => (part.type === "text" ? part.text : [])).join("");
}
