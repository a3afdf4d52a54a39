import fc from "fast-check";
import { expect, test } from "vitest";
import { AegisError, ERROR_CATALOGUE, type JsonObject, LIMITS } from "../../kernel/index.ts";
import { readChatRequest } from "./read-chat-request.ts";

const runId = "01K9ZZZZZZZZZZZZZZZZZZZZZZ";
const body: JsonObject = { id: "c1", messages: [{ id: "m1", role: "user", parts: [{ type: "text", text: "hello" }] }] };

test("the last message is what counts", () => {
  expect(readChatRequest(body)).toMatchObject({
    chatId: "c1",
    whenBusy: "queue",
    wish: { kind: "message", text: "hello", messageId: "m1" },
  });
  expect(readChatRequest({ ...body, trigger: "regenerate-message" }).wish).toEqual({ kind: "again", text: "hello" });
});

test("decisions are read from the assistant's message, with how far it has come", () => {
  const part = (effect: number, approved: boolean) => ({
    type: "tool-refund",
    state: "approval-responded",
    approval: { id: `${runId}:${effect}`, approved },
  });
  const offset = { type: "data-aegis", data: { runId, nextSeq: 9 } };
  const parts = [offset, part(2, true), part(4, false), { ...part(6, true), state: "approval-requested" }];
  expect(readChatRequest({ ...body, messages: [{ role: "assistant", parts }] }).wish).toEqual({
    kind: "decide",
    runId,
    decisions: [
      { effect: 2, isApproved: true },
      { effect: 4, isApproved: false },
    ],
    fromSeq: 9,
  });
});

test("what is too long is refused", () => {
  const parts = [{ type: "text", text: "x".repeat(LIMITS.messageCharactersMax + 1) }];
  const long = { ...body, messages: [{ role: "user", parts }] };
  expect(() => readChatRequest(long)).toThrow(expect.objectContaining({ code: "request.invalid" }));
  const metadata = { note: "x".repeat(LIMITS.metadataBytesMax) };
  expect(() => readChatRequest({ ...body, metadata })).toThrow(expect.objectContaining({ code: "request.invalid" }));
});

const part = fc.record(
  {
    type: fc.constantFrom("text", "file", "data-aegis", "tool-x"),
    text: fc.jsonValue(),
    state: fc.constantFrom("approval-responded", "output-available"),
    approval: fc.oneof(fc.jsonValue(), fc.record({ id: fc.constant(`${runId}:1`), approved: fc.jsonValue() })),
    data: fc.jsonValue(),
  },
  { requiredKeys: ["type"] },
);
const message = fc.record({ role: fc.constantFrom("user", "assistant", "system"), parts: fc.array(part) });
const anyBody = fc.oneof(
  fc.jsonValue(),
  fc.record({ id: fc.constant("c1"), messages: fc.oneof(fc.array(message), fc.jsonValue()), data: fc.jsonValue() }),
);

test("whatever is sent is read, or refused as the caller's mistake", () => {
  const isRefused = (error: unknown) => error instanceof AegisError && ERROR_CATALOGUE[error.code].http < 500;
  fc.assert(
    fc.property(anyBody, (given) => {
      try {
        expect(readChatRequest(given).chatId).toBe("c1");
      } catch (error) {
        if (!isRefused(error)) throw error;
      }
    }),
    { numRuns: 2_000 },
  );
});
