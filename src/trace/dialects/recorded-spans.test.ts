import { expect, test } from "vitest";
import { isJsonObject, type JsonObject } from "../../kernel/index.ts";
import { readSpan } from "./read-span.ts";
import { hasRecordings, readRecorded, spansOfSdk, spanWith } from "./spans.test-kit.ts";

const GEN_AI = "otel/openinference-genai";

test.skipIf(!hasRecordings)("GenAI attributes and the OpenInference ones made of them read the same", () => {
  const genAi = readSpan(spanWith(attributesIn(`${GEN_AI}/otel_genai_client_span_tool_calls.json`)));
  const openInference = readSpan(spanWith(attributesIn(`${GEN_AI}/openinference_client_span_tool_calls.json`)));
  expect(genAi.dialects).toEqual(["genai"]);
  expect(openInference.dialects).toEqual(["openinference"]);
  expect({ ...genAi, dialects: [] }).toEqual({ ...openInference, dialects: [] });
  expect(genAi.model).toEqual({
    provider: "openai",
    requested: "gpt-4",
    answered: "gpt-4-0613",
    settings: { temperature: 0.5, topP: 0.9, maxOutputTokens: 200 },
    input: [
      { role: "user", content: "Weather in Paris?" },
      {
        role: "assistant",
        content: "Absolutely! Let me check the weather for you.",
        toolRequests: [{ callId: "1234", tool: "get_weather", arguments: { location: "Paris" } }],
      },
      { role: "tool", callId: "1234", tool: "get_weather", result: "rainy, 57°F" },
    ],
    output: [{ role: "assistant", content: "The weather in Paris is currently rainy with a temperature of 57°F." }],
    finishReason: "stop",
    usage: { inputTokens: 97, outputTokens: 52 },
  });
});

test.skipIf(!hasRecordings)("a tool's execution span says what was asked and given", () => {
  const reading = readSpan(spanWith(attributesIn(`${GEN_AI}/otel_genai_tool_execution_span.json`)));
  expect(reading).toEqual({
    dialects: ["genai"],
    kind: "tool",
    tool: {
      name: "get_weather",
      callId: "1234",
      description: "Retrieves the current weather report for a specified city.",
      arguments: { city: "New York" },
      result: {
        status: "success",
        report: "The weather in New York is sunny with a temperature of 25 degrees Celsius (77 degrees Fahrenheit).",
      },
    },
  });
});

const VERCEL = "otel/openinference-vercel";
const INNER = ["ai-generateText-doGenerate", "ai-streamText-doStream", "ai-generateObject-doGenerate"];
const OUTER = ["ai-generateText", "ai-streamText", "ai-generateObject"];

test.skipIf(!hasRecordings).each(INNER)("%s: every call is read in full", (name) => {
  for (const span of spansOfSdk(`${VERCEL}/${name}.json`)) {
    const { kind, dialects, model } = readSpan(span);
    const said = span.attributes["ai.response.text"] ?? span.attributes["ai.response.object"];
    expect({ kind, dialects }).toEqual({ kind: "model", dialects: ["vercel", "genai"] });
    expect(model).toMatchObject({
      provider: "openai.responses",
      requested: "gpt-4o-mini",
      answered: "gpt-4o-mini-2024-07-18",
      finishReason: "stop",
      usage: {
        inputTokens: span.attributes["gen_ai.usage.input_tokens"],
        outputTokens: span.attributes["gen_ai.usage.output_tokens"],
      },
      output: [{ role: "assistant", content: said }],
    });
    const prompt = JSON.parse(String(span.attributes["ai.prompt.messages"])) as { role: string; content: unknown }[];
    expect(model?.input?.map((message) => "content" in message && [message.role, message.content])).toEqual(
      prompt.map(({ role, content }) => [
        role,
        typeof content === "string" ? content : (content as { text: string }[])[0]?.text,
      ]),
    );
  }
});

test.skipIf(!hasRecordings).each(OUTER)("%s: the wrapper says who asked what and what came out", (name) => {
  for (const span of spansOfSdk(`${VERCEL}/${name}.json`)) {
    const reading = readSpan(span);
    expect(reading).toMatchObject({
      kind: "agent",
      dialects: ["vercel"],
      agent: { name: span.attributes["ai.telemetry.functionId"] },
      model: { requested: "gpt-4o-mini", finishReason: "stop" },
    });
    expect(reading.input?.messages?.at(-1)?.role).toBe("user");
    expect(reading.output?.messages).toEqual([
      { role: "assistant", content: span.attributes["ai.response.text"] ?? span.attributes["ai.response.object"] },
    ]);
    expect(reading.model?.usage?.inputTokens).toBeGreaterThan(0);
  }
});

test.skipIf(!hasRecordings)("a coding agent's call: instructions, thoughts and answer", () => {
  const recorded = readRecorded("otel/langwatch/gemini-B.llm_call.json") as JsonObject;
  const reading = readSpan(
    spanWith(attributesIn("otel/langwatch/gemini-B.llm_call.json"), { name: String(recorded["spanName"]) }),
  );
  expect(reading).toMatchObject({ kind: "model", session: "945bd8d5-0657-4385-a99e-30240bfd2e00" });
  const [system, context, turn] = reading.model?.input ?? [];
  expect(system).toMatchObject({ role: "system", content: expect.stringContaining("Task Routing AI") as string });
  expect(context).toMatchObject({ role: "user", content: expect.stringMatching(/^<session_context>/) as string });
  expect(turn).toEqual({
    role: "user",
    content: "Turn 1: reply with exactly the line PONG-GEMINI-B1 and nothing else.",
  });
  expect(reading.model?.input).toHaveLength(3);
  expect(reading.model?.output).toEqual([
    {
      role: "assistant",
      content:
        '{"complexity_reasoning": "The user request is a trivial, explicit instruction to print a specific string.", "complexity_score": 5}',
      reasoning: expect.stringContaining("Determining Complexity") as string,
    },
  ]);
});

function attributesIn(path: string): JsonObject {
  const recorded = readRecorded(path) as JsonObject;
  return isJsonObject(recorded["attributes"]) ? recorded["attributes"] : recorded;
}
