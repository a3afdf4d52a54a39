import { expect, test } from "vitest";
import { AegisError } from "../kernel/index.ts";
import { effectError, errorFromRecord } from "./effect-error.ts";

const ours = new AegisError("model.rate_limited", "slow down", { details: { status: 429, retryAfterMs: 1500 } });

test.each([
  { why: "an error", error: new RangeError("too far"), record: { name: "RangeError", message: "too far" } },
  { why: "a text", error: "plain", record: { name: "Error", message: "plain" } },
  { why: "nothing", error: undefined, record: { name: "Error", message: "undefined" } },
  {
    why: "status",
    error: Object.assign(new Error("x"), { status: 503 }),
    record: { name: "Error", message: "x", status: 503 },
  },
  {
    why: "statusCode",
    error: Object.assign(new Error("x"), { statusCode: 404 }),
    record: { name: "Error", message: "x", status: 404 },
  },
  {
    why: "a status that is no number",
    error: Object.assign(new Error("x"), { status: "bad" }),
    record: { name: "Error", message: "x" },
  },
  {
    why: "one of ours",
    error: ours,
    record: { name: "model.rate_limited", message: "slow down", status: 429, retryAfterMs: 1500 },
  },
  {
    why: "one of ours that was wrapped",
    error: new Error("failed after 3 attempts", { cause: ours }),
    record: { name: "model.rate_limited", message: "slow down", status: 429, retryAfterMs: 1500 },
  },
  {
    why: "ours around another",
    error: new AegisError("agent.failed", "outer", { cause: ours }),
    record: { name: "agent.failed", message: "outer" },
  },
])("$why is kept as $record", ({ error, record }) => {
  expect(effectError(error)).toEqual(record);
  expect(effectError(errorFromRecord(effectError(error)))).toEqual(record);
});

test("a long message is cut, and the cut says so", () => {
  const { message } = effectError(new Error("x".repeat(50_000)));
  expect(message).toBe(`${"x".repeat(2_000)}… (50000 characters)`);
});
