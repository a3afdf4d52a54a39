import { readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { isEvent, type RunEvent } from "../../domain/index.ts";
import type { JsonObject } from "../../kernel/index.ts";
import { conversation, measureTrial, prompts, spanTree, toolCalls } from "../../log/index.ts";
import { hasRecordings, readRecorded, recordedPath } from "../dialects/spans.test-kit.ts";
import { buildObservedLog } from "./build-observed-log.ts";
import { spansOfAnyAgent, spansOfLangfuse } from "./recorded-traces.test-kit.ts";

const anyAgents = listed("frameworks/any-agent");
const langfuse = listed("frameworks/langfuse");

test.skipIf(!hasRecordings).each(anyAgents)(
  "any-agent %s: request, calls, results and the answer it recorded",
  (name) => {
    const spans = spansOfAnyAgent(name);
    const { events, remarks } = buildObservedLog(spans);
    const recorded = readRecorded(`frameworks/any-agent/${name}`) as JsonObject;
    expect(remarks).toEqual({
      duplicates: 0,
      orphans: 0,
      cycles: 0,
      clockFaults: 0,
      unfinished: 0,
      callsWithoutSpan: 0,
    });
    const modelSpans = spans.filter(({ attributes }) => attributes["gen_ai.operation.name"] === "call_llm");
    const toolSpans = spans.filter(({ attributes }) => attributes["gen_ai.operation.name"] === "execute_tool");
    const calls = toolCalls(events);
    expect(calls.map(({ called }) => [called.tool, called.arguments])).toEqual(
      toolSpans.map(({ attributes }) => [
        attributes["gen_ai.tool.name"],
        JSON.parse(String(attributes["gen_ai.tool.args"])) as unknown,
      ]),
    );
    // Every call was asked for by an answer before it, under the same id.
    const asked = conversation(events).flatMap((message) =>
      message.role === "assistant" ? (message.toolRequests ?? []) : [],
    );
    expect(asked.map(({ callId, tool }) => [callId, tool])).toEqual(
      calls.map(({ called }) => [called.callId, called.tool]),
    );
    expect(measureTrial(events)).toMatchObject({
      modelCallCount: modelSpans.length,
      inputTokens: total(modelSpans.map(({ attributes }) => attributes["gen_ai.usage.input_tokens"])),
      outputTokens: total(modelSpans.map(({ attributes }) => attributes["gen_ai.usage.output_tokens"])),
    });
    expect(received(events)).toHaveLength(1);
    const answer = events.findLast((event) => event.type === "message.sent");
    expect(JSON.parse(answer?.type === "message.sent" ? answer.content : "null")).toEqual(finalOutput(recorded));
    expect(events.at(-1)).toMatchObject({ type: "run.ended", outcome: "answered" });
  },
);

/** Model calls, tool calls, the user's messages, how it ended; and whether an answer was sent. */
const LANGFUSE: Readonly<Record<string, readonly [number, number, number, string, boolean]>> = {
  "agno-2025-06-11.trace.json": [2, 1, 1, "answered", true],
  "crewai-2025-07-11.trace.json": [1, 0, 1, "answered", true],
  "google-adk-2025-08-28.trace.json": [2, 1, 1, "answered", true],
  "langgraph-python-2025-08-22.trace.json": [2, 1, 1, "answered", true],
  "llamaindex-2025-06-05.trace.json": [1, 0, 1, "answered", true],
  "openai-agents-2025-09-30.trace.json": [2, 1, 1, "answered", true],
  "pydantic-ai-tools-2025-12-04.trace.json": [4, 4, 2, "answered", true],
  // The program stopped after the tool's result: nothing says that anybody was answered.
  "vercel-aisdk-2025-11-17.trace.json": [1, 1, 1, "unknown", false],
};

test.skipIf(!hasRecordings).each(langfuse)(
  "langfuse %s: the effects are counted once, and all projections work",
  (name) => {
    const { events } = buildObservedLog(spansOfLangfuse(name));
    expect(events.filter((event) => !isEvent(event))).toEqual([]);
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_event, index) => index));
    const metrics = measureTrial(events);
    const ended = events.findLast((event) => event.type === "run.ended");
    const counts = [
      metrics.modelCallCount,
      metrics.toolCallCount,
      received(events).length,
      ended?.type === "run.ended" ? ended.outcome : "unknown",
      events.some((event) => event.type === "message.sent"),
    ];
    if (LANGFUSE[name] !== undefined) expect(counts).toEqual(LANGFUSE[name]);
    expect(metrics.toolErrorCount).toBe(0);
    expect(spanTree(events)?.children).toHaveLength(metrics.modelCallCount + metrics.toolCallCount);
    // What was asked is what was called, and what was called has its result.
    const said = conversation(events);
    const asked = said.flatMap((message) => (message.role === "assistant" ? (message.toolRequests ?? []) : []));
    expect(asked.map(({ callId }) => callId).toSorted()).toEqual(
      toolCalls(events)
        .map(({ called }) => called.callId)
        .toSorted(),
    );
    expect(said.filter(({ role }) => role === "tool")).toHaveLength(metrics.toolCallCount);
    for (const { messages } of prompts(events)) expect(messages.some(({ role }) => role === "user")).toBe(true);
  },
);

function received(events: readonly RunEvent[]): RunEvent[] {
  return events.filter((event) => event.type === "message.received");
}

function total(counts: readonly unknown[]): number {
  return counts.reduce<number>((sum, count) => sum + Number(count), 0);
}

/** Recorded as the text of a structure, or as the structure. */
function finalOutput(recorded: JsonObject): unknown {
  const output = recorded["final_output"];
  return typeof output === "string" ? (JSON.parse(output) as unknown) : output;
}

function listed(folder: string): string[] {
  return hasRecordings ? readdirSync(recordedPath(folder)).filter((name) => name.endsWith("trace.json")) : [];
}
