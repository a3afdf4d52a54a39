import { expect, test } from "vitest";
import { AegisError, fixedClock, seededRandom } from "../kernel/index.ts";
import type { LanguageModel } from "./language-model.ts";
import { withRetries } from "./with-retries.ts";

const limited = (retryAfterMs?: number) =>
  new AegisError("model.rate_limited", "slow down", {
    details: { ...(retryAfterMs !== undefined && { retryAfterMs }) },
  });
const down = (canRetry = true) => new AegisError("model.unavailable", "down", { details: { canRetry } });

/** A model that fails with each error in turn, then answers; and the waits that the retries make on its clock. */
function failing(errors: readonly unknown[], retriesMax?: number) {
  const clock = fixedClock(0);
  const waitsMs: number[] = [];
  const rest = [...errors];
  let callCount = 0;
  const model: LanguageModel = {
    provider: "p",
    id: "m",
    async generate() {
      callCount += 1;
      const error = rest.shift();
      if (error) throw error;
      return { message: { role: "assistant", content: "ok" }, finishReason: "stop", usage: {} };
    },
  };
  const sleep = async (ms: number, signal?: AbortSignal) => {
    signal?.throwIfAborted();
    waitsMs.push(ms);
    clock.advance(ms);
  };
  const options = { clock, random: seededRandom(1), sleep, ...(retriesMax !== undefined && { retriesMax }) };
  return { model: withRetries(model, options), waitsMs, calls: () => callCount };
}

test("waits as long as the provider asks", async () => {
  const { model, waitsMs } = failing([limited(2_000)]);
  expect((await model.generate({ messages: [] })).message.content).toBe("ok");
  expect(waitsMs).toHaveLength(1);
  expect(waitsMs[0]).toBeGreaterThanOrEqual(2_000);
  expect(waitsMs[0]).toBeLessThanOrEqual(2_200);
});

test("doubles its waits, with a random part", async () => {
  const { model, waitsMs } = failing([down(), down(), down(), down()]);
  await model.generate({ messages: [] });
  for (const [index, waitMs] of waitsMs.entries()) {
    expect(waitMs).toBeGreaterThanOrEqual(250 * 2 ** index);
    expect(waitMs).toBeLessThanOrEqual(500 * 2 ** index);
  }
  expect(waitsMs).toHaveLength(4);
});

test("a rate limit holds back the calls that come after it, even when the one it hit gave up", async () => {
  const { model, waitsMs } = failing([limited(5_000)], 0);
  await expect(model.generate({ messages: [] })).rejects.toMatchObject({ code: "model.rate_limited" });
  expect(waitsMs).toEqual([]);
  await model.generate({ messages: [] });
  expect(waitsMs).toHaveLength(1);
  expect(waitsMs[0]).toBeGreaterThanOrEqual(5_000);
});

test.each([
  { why: "tries run out", errors: [down(), down(), down()], retriesMax: 2, calls: 3, code: "model.unavailable" },
  { why: "it would not help", errors: [down(false)], retriesMax: 5, calls: 1, code: "model.unavailable" },
  { why: "the wait is too long", errors: [limited(61_000)], retriesMax: 5, calls: 1, code: "model.rate_limited" },
  {
    why: "the model is a script",
    errors: [new AegisError("model.script_exhausted", "end")],
    retriesMax: 5,
    calls: 1,
    code: "model.script_exhausted",
  },
])("gives up when $why", async ({ errors, retriesMax, calls: expected, code }) => {
  const { model, calls } = failing(errors, retriesMax);
  await expect(model.generate({ messages: [] })).rejects.toMatchObject({ code });
  expect(calls()).toBe(expected);
});

test("a cancelled call is not repeated", async () => {
  const { model, calls } = failing([down()]);
  await expect(model.generate({ messages: [], signal: AbortSignal.abort() })).rejects.toMatchObject({
    name: "AbortError",
  });
  expect(calls()).toBe(0);
});
