import { expect, test } from "vitest";
import { log } from "../log-builder.test-kit.ts";
import { momentAtEnd, momentOfCall } from "./condition.ts";
import { type ConditionInput, conditionSchema } from "./condition-schema.ts";

const events = log()
  .approval("approved", { tool: "pay" })
  .tool("billing.lookup", {}, null, { error: "503" })
  .tool("billing.lookup", {}, '{"error":"busy"}')
  .tool("orders.get", { id: "W1" }, '{"status":"in transit","items":[1],"total":120.5}')
  .tool("pay", { amount: 120, note: "urgent" });
const state = {
  before: { orders: { W1: { status: "paid" } } },
  after: { orders: { W1: { status: "refunded", refunds: [] } } },
};
const run = events.run({ state, user: { id: "u", grants: ["label:internal", "pay"] } });

test.each<{ given: ConditionInput; holds: boolean | null; evidence?: readonly number[] }>([
  { given: "approval", holds: true, evidence: [1] },
  { given: "tool billing.lookup failed twice", holds: true, evidence: [3, 5] },
  { given: "tool billing.lookup failed", holds: true, evidence: [3] },
  { given: "tool billing.lookup failed 3 times", holds: false, evidence: [3, 5] },
  { given: "tool billing.lookup succeeded", holds: false },
  { given: "tool billing.* called 2 times", holds: true, evidence: [2, 4] },
  { given: "TOOL pay NOT called", holds: true },
  { given: "tool refund not called", holds: true },
  { given: 'tool orders.get returned status = "in transit"', holds: true, evidence: [6, 7] },
  { given: "tool orders.get returned total > 120", holds: true, evidence: [6, 7] },
  { given: "tool orders.get returned items contains 2", holds: false },
  { given: "state orders.W1.status = refunded", holds: true },
  { given: "initial state orders.W1.status=refunded", holds: false },
  { given: "state orders.W1.refunds = []", holds: true },
  { given: "state orders.W2 exists", holds: false },
  { given: "state orders.W1.status > 5", holds: null },
  { given: "user has label:internal", holds: true },
  { given: "user has admin", holds: false },
  { given: "argument amount >= 120", holds: true },
  { given: "argument amount>=121", holds: false },
  { given: "argument note matches '^urg'", holds: true },
  { given: "argument rate > 1", holds: null },
  { given: "tool refund called or tool pay called", holds: false },
  { given: "not tool refund called and (approval or user has admin)", holds: true },
  { given: "argument rate > 1 and tool refund called", holds: false },
  { given: "argument rate > 1 or approval", holds: true },
  { given: { tool: "billing.lookup", failed: 2 }, holds: true, evidence: [3, 5] },
  { given: { not: { tool: "refund", called: 1 } }, holds: true },
  { given: { and: ["approval", { state: { path: "orders.W1.status", equals: "refunded" } }] }, holds: true },
  { given: { or: [{ user: { has: "admin" } }, { argument: { path: "amount", atMost: 1 } }] }, holds: false },
  { given: { tool: "orders.get", returned: { path: "status", matches: "transit" } }, holds: true },
  { given: { approval: true }, holds: true },
])("$given: $holds", ({ given, holds, evidence }) => {
  const condition = conditionSchema.parse(given);
  const { calls } = momentAtEnd(run);
  const call = calls.at(-1);
  const answer = condition.ask(call ? momentOfCall(run, calls, call) : momentAtEnd(run));
  expect(answer).toMatchObject({ holds, ...(evidence && { evidence }) });
  expect(condition.explain()).not.toBe("");
});

test.each([
  { given: "", expected: "to its end: expected approval" },
  { given: "tool X", expected: "to its end: expected called" },
  { given: "tool X exploded", expected: 'from "exploded" on: expected called' },
  { given: "approval approval", expected: 'from "approval" on: expected "and", "or" or the end' },
  { given: "(approval", expected: 'expected ")"' },
  { given: "argument amount", expected: "expected a comparison" },
  { given: "argument amount > lots", expected: 'expected another value than "lots"' },
  { given: "tool X failed 0 times", expected: "expected 1 time or more" },
  { given: "state a = [1", expected: "expected a complete JSON value" },
  { given: { tool: "X" }, expected: "expected called, failed, succeeded or returned" },
  { given: { approval: true, tool: "X" }, expected: "expected exactly one of" },
  { given: 3, expected: "expected a condition" },
])("$given is refused: $expected", ({ given, expected }) => {
  const parsed = conditionSchema.safeParse(given);
  expect(parsed.error?.issues[0]?.message).toContain(expected);
});
