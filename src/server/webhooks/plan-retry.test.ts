import { expect, test } from "vitest";
import { LIMITS } from "../../kernel/index.ts";
import { planRetry } from "./plan-retry.ts";

const nowMs = Date.parse("2026-11-20T10:00:00Z");
const answer = (status: number, retryAfter?: string) => ({ status, retryAfter });
const base = { count: 1, nowMs, random: () => 0 };

test.each([
  { why: "success", given: { answer: answer(204) }, step: { kind: "delivered" } },
  { why: "gone", given: { answer: answer(410) }, step: { kind: "given-up" } },
  {
    why: "the last attempt",
    given: { answer: answer(500), count: LIMITS.webhookAttemptsMax },
    step: { kind: "given-up" },
  },
  { why: "the least jitter", given: { answer: answer(500) }, step: { kind: "retry", afterMs: 5_000 } },
  { why: "the most jitter", given: { answer: answer(500), random: () => 1 }, step: { kind: "retry", afterMs: 10_000 } },
  { why: "the fourth failure", given: { answer: undefined, count: 4 }, step: { kind: "retry", afterMs: 40_000 } },
  { why: "a redirect", given: { answer: answer(302) }, step: { kind: "retry", afterMs: 5_000 } },
  { why: "Retry-After in seconds", given: { answer: answer(429, "90") }, step: { kind: "retry", afterMs: 90_000 } },
  {
    why: "Retry-After as a date",
    given: { answer: answer(503, "Fri, 20 Nov 2026 10:02:00 GMT") },
    step: { kind: "retry", afterMs: 120_000 },
  },
  { why: "a shorter Retry-After", given: { answer: answer(429, "1") }, step: { kind: "retry", afterMs: 5_000 } },
  {
    why: "a mad Retry-After",
    given: { answer: answer(429, "999999999") },
    step: { kind: "retry", afterMs: 21_600_000 },
  },
  { why: "no Retry-After at all", given: { answer: answer(429, "soon") }, step: { kind: "retry", afterMs: 5_000 } },
])("after $why: $step.kind", ({ given, step }) => {
  expect(planRetry({ ...base, ...given })).toEqual(step);
});
