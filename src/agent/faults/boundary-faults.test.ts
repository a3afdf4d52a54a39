import type { LanguageModelV4StreamPart } from "@ai-sdk/provider";
import { generateText, streamText } from "ai";
import { MockLanguageModelV4 } from "ai/test";
import { expect, test } from "vitest";
import type { NewEvent } from "../../domain/index.ts";
import { openFaultPlan } from "../../fault/index.ts";
import { parseFaults } from "../../fault/spec/index.ts";
import { seededRandom, systemClock } from "../../kernel/index.ts";
import { scripted } from "../../model/scripted.ts";
import { wrapModel } from "../adapters/ai-sdk-model.ts";
import { Boundary } from "../boundary.ts";
import { boundaryFaults } from "./boundary-faults.ts";

function openDisturbed(faults: unknown, hold?: ConstructorParameters<typeof Boundary>[0]["hold"]) {
  const log: NewEvent[] = [];
  const boundary = new Boundary({
    append: (event) => void log.push(event),
    clock: systemClock,
    random: seededRandom(1),
    runId: "run",
    costOf: () => null,
    approve: async () => ({ decision: "approved", by: "ana" }),
    faults: boundaryFaults(openFaultPlan({ faults: parseFaults(faults as never, "test"), seed: 3 })),
    ...(hold && { hold }),
  });
  let runs = 0;
  const call = (tool = "orders.get") =>
    boundary.tool({
      tool,
      callId: "c",
      arguments: { id: "W1" },
      execute: async () => ((runs += 1), { orders: [1, 2, 3, 4], runs }),
    });
  return { log, boundary, call, runs: () => runs };
}

const types = (log: readonly NewEvent[]) => log.map(({ type }) => type);

test("a fault before a tool keeps it from running, is told first, and only the calls it names are hit", async () => {
  const { log, call, runs } = openDisturbed([{ on: "tool orders.*", call: 1, do: "unavailable" }]);
  await expect(call()).rejects.toMatchObject({ status: 503 });
  expect(runs()).toBe(0);
  expect(await call()).toEqual({ orders: [1, 2, 3, 4], runs: 1 });
  expect(types(log)).toEqual(["tool.called", "fault.injected", "tool.returned", "tool.called", "tool.returned"]);
  expect(log[1]).toMatchObject({ on: "tool orders.get", fault: "unavailable", effect: 0, witness: "runtime" });
  expect(log[2]).toMatchObject({ error: { status: 503 } });
});

test("a fault after a tool loses what it answered, not what it did", async () => {
  const { call, runs } = openDisturbed([{ on: "tool *", side: "after", do: { timeout: "5ms" } }]);
  await expect(call()).rejects.toThrow(/./);
  expect(runs()).toBe(1);
});

test("a changed result is what agent and log see, and the log says what was changed", async () => {
  const { log, call } = openDisturbed([{ on: "tool orders.get", do: { partial: 0.5 } }]);
  const seen = (await call()) as { orders: number[] };
  expect(seen.orders).toHaveLength(2);
  expect(log.find(({ type }) => type === "tool.returned")).toMatchObject({ result: { orders: seen.orders } });
  expect(log.find(({ type }) => type === "fault.injected")).toMatchObject({ fault: "partial", detail: { share: 0.5 } });
});

test("a model that is wrapped fails as its provider would, and the SDK tries again", async () => {
  const { log, boundary } = openDisturbed([{ on: "model", call: 1, do: "overloaded" }]);
  const model = wrapModel(scripted({ id: "m", seed: 1, next: () => ({ say: "fine" }) }), boundary);
  const { text } = await generateText({ model, prompt: "hello", maxRetries: 2 });
  expect(text).toBe("fine");
  expect(log.find(({ type }) => type === "fault.injected")).toMatchObject({ on: "model", effect: 0 });
  expect(log.filter(({ type }) => type === "model.returned").at(-1)).toMatchObject({ message: { content: "fine" } });
});

test.each(["whole", "streamed"])("a refusal is what the agent reads, %s", async (form) => {
  const { boundary } = openDisturbed([{ on: "model", do: { refusal: { text: "I cannot help with that." } } }]);
  const model = wrapModel(scripted({ id: "m", seed: 1, next: () => ({ say: "fine" }) }), boundary);
  const told =
    form === "whole"
      ? (await generateText({ model, prompt: "hello" })).text
      : await streamText({ model, prompt: "hello" }).text;
  expect(told).toBe("I cannot help with that.");
});

test("a stream that nothing happens to comes as it comes, though others are disturbed", async () => {
  const { boundary } = openDisturbed([{ on: "model", call: 2, do: "model-overloaded" }]);
  const open = Promise.withResolvers<void>();
  const model = wrapModel(slowlyStreaming(open.promise), boundary);
  const seen: string[] = [];
  for await (const part of streamText({ model, prompt: "hello" }).textStream) {
    seen.push(part);
    open.resolve();
  }
  expect(seen).toEqual(["first ", "second"]);
});

test("a slow connection paces the answer, whole and streamed", async () => {
  const { log, boundary } = openDisturbed([{ on: "model", do: { bandwidth: 1_000 } }]);
  const model = wrapModel(scripted({ id: "m", seed: 1, next: () => ({ say: "x".repeat(100) }) }), boundary);
  await generateText({ model, prompt: "hello" });
  await streamText({ model, prompt: "hello" }).text;
  const took = log.flatMap((event) => (event.type === "model.returned" ? [event.durationMs >= 99] : []));
  expect(took).toEqual([true, true]);
});

test("a stream that is cut shows its beginning, then breaks; where nothing is streamed only the error comes", async () => {
  const { log, boundary } = openDisturbed([{ on: "model", do: { "cut-mid-event": 0.5 } }]);
  const model = wrapModel(scripted({ id: "m", seed: 1, next: () => ({ say: "one two three" }) }), boundary);
  await expect(generateText({ model, prompt: "hello", maxRetries: 0 })).rejects.toThrow("ECONNRESET");
  const { stream } = await model.doStream({ prompt: [{ role: "user", content: [{ type: "text", text: "hello" }] }] });
  const shown: string[] = [];
  const read = async () => {
    for await (const part of stream) shown.push(part.type);
  };
  await expect(read()).rejects.toThrow("ECONNRESET");
  expect(shown).toContain("text-start");
  expect(log.filter(({ type }) => type === "model.returned")).toMatchObject([{ error: {} }, { error: {} }]);
});

test("a run that may be replayed has no faults", async () => {
  const { log, boundary } = openDisturbed([{ on: "tool *", do: "unavailable" }], {
    onIdle: () => undefined,
    onBroken: () => undefined,
    settleDoubt: async () => ({ decision: "failed", by: "ana", isLogged: false }),
    takeMessages: () => [],
    recordedMessages: () => [],
  });
  expect(boundary.faults).toBeUndefined();
  await boundary.tool({ tool: "a", callId: "c", arguments: null, execute: async () => 1 });
  expect(types(log)).toEqual(["tool.called", "tool.returned"]);
});

/** Its second part comes when somebody has read the first. */
function slowlyStreaming(firstIsRead: Promise<void>) {
  const usage = {
    inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 },
    outputTokens: { total: 1, text: 1, reasoning: 0 },
  };
  return new MockLanguageModelV4({
    doStream: async () => ({
      stream: ReadableStream.from(
        (async function* (): AsyncGenerator<LanguageModelV4StreamPart> {
          yield { type: "stream-start", warnings: [] };
          yield { type: "text-start", id: "0" };
          yield { type: "text-delta", id: "0", delta: "first " };
          await firstIsRead;
          yield { type: "text-delta", id: "0", delta: "second" };
          yield { type: "text-end", id: "0" };
          yield { type: "finish", usage, finishReason: { unified: "stop", raw: "stop" } };
        })(),
      ),
    }),
  });
}
