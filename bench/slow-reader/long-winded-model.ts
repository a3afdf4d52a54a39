import { setTimeout as sleep } from "node:timers/promises";
import type { LanguageModelV4, LanguageModelV4Prompt, LanguageModelV4StreamPart } from "@ai-sdk/provider";

/** How much is said: `calls` answers of `parts` parts, each with a call for more but the last. Read from the message. */
export interface Speech {
  readonly calls: number;
  readonly partsPerCall: number;
  readonly partCharacters: number;
}

/** One part after the other, each a moment after the one before: the log writes most of them by themselves. */
const PAUSE_MS = 4;

export function longWindedModel(): LanguageModelV4 {
  return {
    specificationVersion: "v4",
    provider: "bench",
    modelId: "long-winded",
    supportedUrls: {},
    doGenerate: () => Promise.reject(new Error("this model only streams")),
    doStream: ({ prompt }) => Promise.resolve({ stream: ReadableStream.from(partsOf(prompt)) }),
  };
}

async function* partsOf(prompt: LanguageModelV4Prompt): AsyncGenerator<LanguageModelV4StreamPart> {
  const { calls, partsPerCall, partCharacters } = speechOf(prompt);
  const callIndex = prompt.filter(({ role }) => role === "assistant").length;
  yield { type: "stream-start", warnings: [] };
  yield { type: "text-start", id: "0" };
  for (let index = 0; index < partsPerCall; index += 1) {
    await sleep(PAUSE_MS);
    yield { type: "text-delta", id: "0", delta: partText(callIndex * partsPerCall + index, partCharacters) };
  }
  yield { type: "text-end", id: "0" };
  const isLast = callIndex + 1 >= calls;
  if (!isLast) yield { type: "tool-call", toolCallId: `more-${callIndex}`, toolName: "more", input: "{}" };
  yield {
    type: "finish",
    finishReason: { unified: isLast ? "stop" : "tool-calls", raw: undefined },
    usage: {
      inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 },
      outputTokens: { total: partsPerCall, text: partsPerCall, reasoning: 0 },
    },
  };
}

/** No two parts are alike, so that none can stand in for another. */
function partText(index: number, characters: number): string {
  const word = `part ${index} `;
  return word.repeat(Math.ceil(characters / word.length)).slice(0, characters);
}

function speechOf(prompt: LanguageModelV4Prompt): Speech {
  const asked = prompt.find(({ role }) => role === "user");
  if (asked?.role !== "user") throw new Error("nobody asked");
  return JSON.parse(asked.content.flatMap((part) => (part.type === "text" ? part.text : [])).join("")) as Speech;
}
