import { expect, test } from "vitest";
import type { ObservedSpan } from "../../domain/index.ts";
import type { JsonObject } from "../../kernel/index.ts";
import { openTextRedactor } from "../../network/index.ts";
import { redactSpans } from "./redact-spans.ts";

const KEY = "sk-ant-api03-Zq81xLmT0pWc4RyB7nKd2";

function spanOf(attributes: JsonObject, more: Partial<ObservedSpan> = {}): ObservedSpan {
  const ids = { traceId: "5b8efff798038103d269b633813fc60c", spanId: "eee19b7ec3c1b174" };
  return { ...ids, name: "chat", startNs: "1544712660000000000", attributes, resource: {}, ...more };
}

test.each<{ why: string; span: ObservedSpan }>([
  { why: "a key in a message", span: spanOf({ "gen_ai.input.messages": `[{"role":"user","content":"use ${KEY}"}]` }) },
  { why: "a key in a value", span: spanOf({ input: { nested: [{ deep: `x ${KEY} y` }] } }) },
  { why: "a header", span: spanOf({ "http.request.header.authorization": [`Bearer ${KEY}`] }) },
  { why: "the resource", span: spanOf({}, { resource: { "process.command_args": ["--api-key", `--token=${KEY}`] } }) },
  { why: "an event", span: spanOf({}, { events: [{ name: "e", timeNs: "1", attributes: { message: KEY } }] }) },
  { why: "a link", span: spanOf({}, { links: [{ traceId: "1", spanId: "2", attributes: { note: KEY } }] }) },
  { why: "the status", span: spanOf({}, { status: { code: "error", message: `401 for ${KEY}` } }) },
  { why: "the name", span: spanOf({}, { name: `GET /?key=${KEY}` }) },
])("a secret in $why is hidden", ({ span }) => {
  const redactor = openTextRedactor();
  const clean = redactSpans([span], redactor);
  expect(JSON.stringify(span)).toContain(KEY);
  expect(JSON.stringify(clean)).not.toContain(KEY.slice(8));
  expect(JSON.stringify(clean)).toContain("[redacted:");
  expect(Object.values(redactor.takeCounts()).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(0);
});

test.each([
  { name: "password", value: "hunter2!x" },
  { name: "user.password", value: "hunter2!x" },
  { name: "http.request.header.cookie", value: "theme=dark; sid=81723" },
  { name: "db.connection_string", value: "Server=db;Uid=app;Pwd=s3cr3t!" },
])("what $name names is hidden whatever it looks like", ({ name, value }) => {
  const [clean] = redactSpans([spanOf({ [name]: value })], openTextRedactor());
  expect(JSON.stringify(clean)).not.toContain(value);
});

test("one secret has one placeholder in all spans, however it stands there", () => {
  const spans = [spanOf({ a: `first ${KEY}` }), spanOf({ b: { c: KEY } })];
  const text = JSON.stringify(redactSpans(spans, openTextRedactor()));
  expect(new Set(text.match(/\[redacted:[^\]]+\]/g))).toEqual(new Set(["[redacted:anthropic-key:1]"]));
});

test("spans that hold no secret are the same objects, and names that only sound like one are kept", () => {
  const plain = spanOf({
    "gen_ai.usage.input_tokens": 512,
    "gen_ai.request.max_tokens": "4096",
    "gen_ai.token.type": "input",
    "session.id": "chat-81",
    message: "Basic economy; reset my password please. Grüße aus Köln",
    __proto__: "text",
  });
  const [clean] = redactSpans([plain], openTextRedactor());
  expect(clean).toBe(plain);
});

test("other letters survive beside a secret", () => {
  const [clean] = redactSpans([spanOf({ text: `Grüße 東京 ${KEY} ✓` })], openTextRedactor());
  expect(clean?.attributes["text"]).toBe("Grüße 東京 [redacted:anthropic-key:1] ✓");
});
