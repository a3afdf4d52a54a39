import { expect, test } from "vitest";
import type { RunEvent } from "../domain/index.ts";
import { unknownTools } from "./unknown-tools.ts";

const offer = (...toolNames: string[]): RunEvent => ({
  type: "model.called",
  seq: 0,
  atMs: 0,
  witness: "runtime",
  effect: 0,
  attempt: 1,
  provider: "p",
  model: "m",
  keptCount: 0,
  added: [],
  toolNames,
});

test.each([
  { why: "a slip in never", spec: { never: { tool: "refund_isue", unless: "approval" } }, unknown: ["refund_isue"] },
  {
    why: "a slip in a condition",
    spec: { escalates: { when: "tool billing_lokup failed twice" } },
    unknown: ["billing_lokup"],
  },
  { why: "a slip in a list", spec: { toolsRequired: { tools: ["refund_issue", "tickets"] } }, unknown: ["tickets"] },
  { why: "a pattern that fits", spec: { never: { tool: "refund_*" } }, unknown: [] },
  { why: "a pattern that fits nothing", spec: { never: { tool: "payout_*" } }, unknown: ["payout_*"] },
  { why: "right names", spec: { never: { tool: "refund_issue", unless: "tool billing_lookup called" } }, unknown: [] },
  {
    why: "a wide list of allowed tools",
    spec: { toolsAllowed: { tools: ["refund_issue", "of_others"] } },
    unknown: [],
  },
  { why: "text that is no condition", spec: { answerContains: { text: "the tool shed" } }, unknown: [] },
])("$why", ({ spec, unknown }) => {
  expect(unknownTools([spec], [[offer("refund_issue", "billing_lookup")]])).toEqual(unknown);
});

test("an agent whose tools nobody told is left alone", () => {
  expect(unknownTools([{ never: { tool: "x" } }], [[]])).toEqual([]);
});
