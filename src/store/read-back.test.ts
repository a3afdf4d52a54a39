import { expect, test } from "vitest";
import type { NewEvent } from "../domain/index.ts";
import { decodeEvent } from "./decode-event.ts";
import { encodeEvent } from "./encode-event.ts";
import { readBack } from "./read-back.ts";

const place = { atMs: 1.5, witness: "runtime" } as const;

test.each<{ what: string; event: object }>([
  { what: "a token", event: { type: "model.streamed", effect: 1, attempt: 1, text: "a \u2028 \ud800 b" } },
  { what: "no value", event: { type: "model.streamed", effect: 1, attempt: 1, text: undefined } },
  { what: "numbers that JSON changes", event: { type: "run.ended", durationMs: Number.NaN } },
  { what: "a zero that JSON changes", event: { type: "run.ended", durationMs: -0 } },
  { what: "a number with a fraction", event: { type: "sleep.called", effect: 3, ms: 0.1 } },
  { what: "null", event: { type: "message.sent", content: "", data: null } },
  { what: "what is inside", event: { type: "message.sent", content: "", data: { at: new Date(0), a: [undefined] } } },
  { what: "its place of another log", event: { type: "message.sent", content: "x", seq: 40 } },
])("an event with $what reads as the log gives it back", ({ event }) => {
  const written = { ...event, ...place } as NewEvent;
  const encoded = encodeEvent(written);
  const { type, atMs, witness, body } = encoded;
  const read = decodeEvent({ seq: 7, type, at_ms: atMs, witness, body });
  const back = readBack(written, encoded, 7)();
  expect(JSON.stringify(back)).toBe(JSON.stringify(read));
  expect(back).toStrictEqual(read);
});

test("what becomes of the event's parts later is not seen", () => {
  const data = { a: 1 };
  const event = { ...place, type: "message.sent" as const, content: "before", data };
  const flat = { ...place, type: "message.sent" as const, content: "before" };
  const reads = [event, flat].map((each) => readBack(each, encodeEvent(each), 0));
  data.a = 2;
  flat.content = "after";
  expect(reads.map((read) => read())).toMatchObject([{ data: { a: 1 } }, { content: "before" }]);
});
