import { expect, test } from "vitest";
import { log } from "../../check/log-builder.test-kit.ts";
import type { TraceSummary } from "../../domain/index.ts";
import { agentHistoryOf, figuresOfRun, figuresOfSummary, type RunFigures } from "./agent-history.ts";
import { found } from "./detector.test-kit.ts";
import { limitOf } from "./spikes.ts";

/** Runs of 1 to 3 of everything, in the units of each figure. */
const usual = (count: number) =>
  agentHistoryOf(
    Array.from({ length: count }, (_, index): RunFigures => {
      const factor = 1 + (index % 3);
      return {
        costMicroUsd: factor * 1_000,
        durationMs: factor * 1_000,
        stepCount: factor,
        contextTokens: factor * 1_000,
      };
    }),
  );

const run = (factor: number) =>
  log()
    .model({ usd: factor / 1_000, inputTokens: factor * 1_000 })
    .tool("get", {})
    .ended("answered", factor * 1_000)
    .events();

test("figures of runs are those of their summaries", () => {
  const events = log()
    .model({ usd: 0.5, inputTokens: 30 })
    .model({ usd: 0.25, inputTokens: 10 })
    .tool("a")
    .ended("answered", 7)
    .events();
  const summary = { costMicroUsd: 750_000, durationMs: 7, modelCallCount: 2, toolCallCount: 1, inputTokens: 40 };
  expect(figuresOfRun(events)).toEqual({ costMicroUsd: 750_000, durationMs: 7, stepCount: 3, contextTokens: 20 });
  expect(figuresOfSummary(summary as TraceSummary)).toEqual(figuresOfRun(events));
});

test("a call that was tried again is one step", () => {
  const called = { type: "tool.called", effect: 1, callId: "c", tool: "get", arguments: {} } as const;
  const events = log()
    .add({ ...called, attempt: 1 })
    .add({ ...called, attempt: 2 })
    .events();
  expect(figuresOfRun(events).stepCount).toBe(1);
});

test("unknown stays unknown", () => {
  expect(figuresOfRun(log().model({ usd: null }).events())).toMatchObject({ costMicroUsd: null, contextTokens: null });
  expect(agentHistoryOf([figuresOfRun(log().model({ usd: null }).events())]).costMicroUsd).toBeNull();
});

test("the quartiles are those of numpy's default", () => {
  // numpy 2.3: quantile([1, 2, 4, 8, 16], [0.25, 0.5, 0.75]) = 2, 4, 8
  const history = agentHistoryOf(
    [1, 2, 4, 8, 16].map((stepCount) => ({ costMicroUsd: null, durationMs: null, stepCount, contextTokens: null })),
  );
  expect(history.stepCount).toEqual({ count: 5, quartile1: 2, median: 4, quartile3: 8 });
});

test("the limit is far out by the quartiles, twice the median, or the least rise", () => {
  expect(limitOf({ count: 20, quartile1: 10, median: 12, quartile3: 14 }, 0)).toBe(26);
  expect(limitOf({ count: 20, quartile1: 12, median: 12, quartile3: 12 }, 0)).toBe(24);
  expect(limitOf({ count: 20, quartile1: 1, median: 1, quartile3: 1 }, 50)).toBe(51);
});

// Quartiles 1, 2, 3: what is above 3 + 3 * 2 = 9 stands out.
test.each(["cost-spike", "latency-spike", "context-spike"])("%s: far above the usual, and only then", (name) => {
  expect(found(name, run(9), { history: usual(21) })).toEqual([]);
  expect(found(name, run(10), { history: usual(21) })).toEqual([expect.stringMatching(/^low \d/)]);
  expect(found(name, run(21), { history: usual(21) })).toEqual([expect.stringMatching(/^medium \d/)]);
  expect(found(name, run(100), { history: usual(19) }), "too little history").toEqual([]);
  expect(found(name, run(100)), "no history").toEqual([]);
});

test("step-spike: names the last steps", () => {
  const many = log();
  for (let index = 0; index < 10; index += 1) many.tool("get", { index });
  expect(found("step-spike", many.events(), { history: usual(21) })).toEqual(["low 10,12,14,16,18"]);
  expect(found("step-spike", many.events().slice(0, 18), { history: usual(21) })).toEqual([]);
});
