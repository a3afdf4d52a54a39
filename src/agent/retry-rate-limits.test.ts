import { expect, test } from "vitest";
import { retryRateLimits } from "./retry-rate-limits.ts";

const failure = (statusCode: number, responseHeaders: Record<string, string> = {}) =>
  Object.assign(new Error(`status ${statusCode}`), { statusCode, responseHeaders });

test.each([
  { why: "waits as many seconds as asked", errors: [failure(429, { "retry-after": "2" })], waits: [2000] },
  { why: "waits the milliseconds asked", errors: [failure(429, { "retry-after-ms": "40" })], waits: [40] },
  {
    why: "doubles where nothing is asked",
    errors: [failure(529), failure(503), failure(429)],
    waits: [500, 1000, 2000],
  },
])("$why", async ({ errors, waits }) => {
  const left = [...errors];
  const slept: number[] = [];
  const call = async () => {
    const error = left.shift();
    if (error) throw error;
    return "answer";
  };
  const sleep = async (ms: number) => void slept.push(ms);
  expect(await retryRateLimits(call, { random: () => 1, sleep })).toBe("answer");
  expect(slept).toEqual(waits);
});

test.each([
  { why: "another failure is not repeated", error: failure(500), calls: 1 },
  { why: "an absurd wait is not begun", error: failure(429, { "retry-after": "99999" }), calls: 1 },
  { why: "patience ends", error: failure(429), calls: 4 },
])("$why", async ({ error, calls }) => {
  let made = 0;
  const call = async () => {
    made += 1;
    throw error;
  };
  await expect(retryRateLimits(call, { random: () => 0, sleep: async () => undefined, retriesMax: 3 })).rejects.toBe(
    error,
  );
  expect(made).toBe(calls);
});
