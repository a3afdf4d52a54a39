import { LegacyOpenTelemetry, OpenTelemetry } from "@ai-sdk/otel";
import type { LanguageModelV4Content, LanguageModelV4StreamPart } from "@ai-sdk/provider";
import { generateText, stepCountIs, streamText, tool } from "ai";
import { convertArrayToReadableStream, MockLanguageModelV4 } from "ai/test";
import { expect } from "vitest";
import { z } from "zod";
import type { RunEvent } from "../../domain/index.ts";
import { conversation, toolCalls } from "../../log/index.ts";

const usage = {
  inputTokens: { total: 100, noCache: 60, cacheRead: 40, cacheWrite: 0 },
  outputTokens: { total: 20, text: 15, reasoning: 5 },
};
const STEPS: readonly (readonly LanguageModelV4Content[])[] = [
  [
    { type: "reasoning", text: "I need both." },
    { type: "text", text: "Let me look." },
    { type: "tool-call", toolCallId: "c1", toolName: "weather", input: '{"city":"Paris"}' },
    { type: "tool-call", toolCallId: "c2", toolName: "broken", input: "{}" },
  ],
  [{ type: "text", text: "It is 18 degrees." }],
];

const tools = {
  weather: tool({
    description: "Weather of a city.",
    inputSchema: z.object({ city: z.string() }),
    execute: ({ city }) => ({ city, degrees: 18 }),
  }),
  broken: tool({
    inputSchema: z.object({}),
    execute: (): string => {
      throw new RangeError("out of order");
    },
  }),
};

/** The AI SDK tells its telemetry in one of two dialects. */
export const INTEGRATIONS = [
  { dialect: "gen_ai.*", Integration: OpenTelemetry },
  { dialect: "ai.*", Integration: LegacyOpenTelemetry },
];
export interface Telemetry {
  readonly functionId: string;
  readonly integrations: (OpenTelemetry | LegacyOpenTelemetry)[];
}

/** An agent that is asked for the weather calls two tools at a time, of which one fails, and answers. */
export async function generate(telemetry: Telemetry): Promise<void> {
  let step = 0;
  const model = new MockLanguageModelV4({
    provider: "openai.chat",
    modelId: "gpt-4o",
    doGenerate: async () => {
      const content = [...(STEPS[step] ?? [])];
      step += 1;
      return {
        content,
        finishReason: finish(content),
        usage,
        warnings: [],
        response: { modelId: "gpt-4o-2024-08-06" },
      };
    },
  });
  await generateText({ model, tools, ...ASKED, telemetry });
}

export async function stream(telemetry: Telemetry): Promise<void> {
  let step = 0;
  const model = new MockLanguageModelV4({
    provider: "openai.chat",
    modelId: "gpt-4o",
    doStream: async () => {
      const content = STEPS[step] ?? [];
      step += 1;
      return { stream: convertArrayToReadableStream(streamed(content)) };
    },
  });
  await streamText({ model, tools, ...ASKED, telemetry }).consumeStream();
}

const ASKED = {
  instructions: "Be brief.",
  prompt: "Weather in Paris?",
  temperature: 0.5,
  stopWhen: stepCountIs(3),
};

function streamed(content: readonly LanguageModelV4Content[]): LanguageModelV4StreamPart[] {
  const parts = content.flatMap((part, index): LanguageModelV4StreamPart[] => {
    const id = String(index);
    if (part.type === "tool-call") return [part];
    if (part.type !== "text" && part.type !== "reasoning") return [];
    return [
      { type: `${part.type}-start`, id },
      { type: `${part.type}-delta`, id, delta: part.text },
      { type: `${part.type}-end`, id },
    ];
  });
  return [
    { type: "stream-start", warnings: [] },
    { type: "response-metadata", modelId: "gpt-4o-2024-08-06" },
    ...parts,
    { type: "finish", usage, finishReason: finish(content) },
  ];
}

function finish(content: readonly LanguageModelV4Content[]) {
  const isCalling = content.some(({ type }) => type === "tool-call");
  return { unified: isCalling ? ("tool-calls" as const) : ("stop" as const), raw: undefined };
}

/** What the log of such a run holds, whoever told it. */
export function expectWholeConversation(events: readonly RunEvent[]): void {
  // The two calls run side by side: whichever ends first is told first.
  const said = conversation(events);
  const results = said.splice(2, 2).toSorted((left, right) => (JSON.stringify(left) < JSON.stringify(right) ? -1 : 1));
  expect([...said.slice(0, 2), ...results, ...said.slice(2)]).toMatchObject([
    { role: "user", content: "Weather in Paris?" },
    {
      role: "assistant",
      content: "Let me look.",
      reasoning: "I need both.",
      toolRequests: [
        { callId: "c1", tool: "weather", arguments: { city: "Paris" } },
        { callId: "c2", tool: "broken", arguments: {} },
      ],
    },
    { role: "tool", callId: "c1", tool: "weather", result: { city: "Paris", degrees: 18 } },
    { role: "tool", callId: "c2", tool: "broken", isError: true },
    { role: "assistant", content: "It is 18 degrees." },
  ]);
  const calls = toolCalls(events);
  expect(calls.map(({ called, isError }) => [called.callId, isError])).toEqual([
    ["c1", false],
    ["c2", true],
  ]);
  expect(calls[1]?.returned?.error).toEqual({ name: "RangeError", message: "out of order" });
}
