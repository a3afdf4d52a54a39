import { generateText, streamText } from "ai";
import { expect, test } from "vitest";
import type { NewEvent } from "../domain/index.ts";
import { openFaultPlan, parseFaults } from "../fault/index.ts";
import { seededRandom, systemClock } from "../kernel/index.ts";
import { scripted } from "../model/scripted.ts";
import { wrapModel } from "./adapters/ai-sdk-model.ts";
import { Boundary } from "./boundary.ts";

function openDisturbed(faults: unknown) {
  const log: NewEvent[] = [];
  const boundary = new Boundary({
    append: (event) => void log.push(event),
    clock: systemClock,
    random: seededRandom(1),
    runId: "run",
    costOf: () => null,
    approve: async () => ({ decision: "approved", by: "ana" }),
    faults: openFaultPlan({ faults: parseFaults(faults as never, "test"), seed: 3 }),
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
  expect(types(log)).toContain("fault.injected");
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
