import fc from "fast-check";
import { expect, test } from "vitest";
import { AegisError, ERROR_CATALOGUE } from "../../kernel/index.ts";
import { readResponseRequest } from "./read-response-request.ts";

const runId = "01K9ZZZZZZZZZZZZZZZZZZZZZZ";

test("texts, messages and decisions are read", () => {
  expect(readResponseRequest({ model: "support", input: "hello" })).toEqual({
    agent: "support",
    ask: { kind: "message", text: "hello" },
    previous: undefined,
    conversation: undefined,
    isBackground: false,
    isStream: false,
    metadata: {},
  });
  const parts = [
    { type: "input_text", text: "one" },
    { type: "input_text", text: "two" },
  ];
  const input = [
    { role: "user", content: parts },
    { type: "message", role: "user", content: "three" },
  ];
  expect(readResponseRequest({ model: "support", input, previous_response_id: `resp_${runId}` })).toMatchObject({
    ask: { kind: "message", text: "one\ntwo\n\nthree" },
    previous: { runId, responseId: `resp_${runId}` },
  });
  const approve = (effect: number, approve: boolean) => ({
    type: "mcp_approval_response",
    approval_request_id: `mcpr_${runId}_${effect}`,
    approve,
  });
  expect(readResponseRequest({ model: "support", input: [approve(1, true), approve(3, false)] }).ask).toEqual({
    kind: "decide",
    runId,
    decisions: [
      { effect: 1, isApproved: true },
      { effect: 3, isApproved: false },
    ],
  });
});

const item = fc.record(
  {
    type: fc.constantFrom("message", "mcp_approval_response", "function_call_output"),
    role: fc.constantFrom("user", "assistant", "developer"),
    content: fc.oneof(fc.string(), fc.jsonValue()),
    approval_request_id: fc.oneof(fc.constant(`mcpr_${runId}_1`), fc.jsonValue()),
    approve: fc.jsonValue(),
  },
  { requiredKeys: [] },
);
const anyBody = fc.oneof(
  fc.jsonValue(),
  fc
    .record({
      model: fc.constant("support"),
      input: fc.oneof(fc.string(), fc.array(item), fc.jsonValue()),
      stream: fc.oneof(fc.boolean(), fc.jsonValue()),
      metadata: fc.oneof(fc.dictionary(fc.string(), fc.string()), fc.jsonValue()),
      more: fc.dictionary(fc.constantFrom("store", "tools", "text", "truncation", "user", "invented"), fc.jsonValue()),
    })
    .map(({ more, ...rest }) => ({ ...rest, ...more })),
);

test("whatever is sent is read, or refused as the caller's mistake", () => {
  const isRefused = (error: unknown) => error instanceof AegisError && ERROR_CATALOGUE[error.code].http < 500;
  fc.assert(
    fc.property(anyBody, (given) => {
      try {
        expect(readResponseRequest(given).agent).toBe("support");
      } catch (error) {
        if (!isRefused(error)) throw error;
      }
    }),
    { numRuns: 2_000 },
  );
});
