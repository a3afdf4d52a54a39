import { expect, test } from "vitest";
import type { ObservedSpan } from "../../domain/index.ts";
import type { JsonObject } from "../../kernel/index.ts";
import { openRedactor } from "../../network/index.ts";
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
  { why: "an event's name", span: spanOf({}, { events: [{ name: `got ${KEY}`, timeNs: "1", attributes: {} }] }) },
  { why: "the scope", span: spanOf({}, { scope: { name: "x", version: KEY, attributes: { a: KEY } } }) },
  { why: "the trace state", span: spanOf({}, { traceState: `vendor=${KEY}` }) },
  { why: "the name of an attribute", span: spanOf({ [`used ${KEY}`]: 1 }) },
  { why: "a line of a message", span: spanOf({ "gen_ai.input.messages": JSON.stringify([`use\n${KEY}`]) }) },
  { why: "base64", span: spanOf({ file: Buffer.from(`it is ${KEY}`).toString("base64") }) },
  { why: "the name", span: spanOf({}, { name: `GET /?key=${KEY}` }) },
])("a secret in $why is hidden", ({ span }) => {
  const redactor = openRedactor();
  const clean = redactSpans([span], redactor);
  expect(JSON.stringify(span)).toMatch(/sk-ant-api03|aXQgaXMg/);
  expect(JSON.stringify(clean)).not.toMatch(/Zq81xLmT0|YW50LWFwaTAz/);
  expect(JSON.stringify(clean)).toMatch(/\[redacted:|W3JlZGFjdGVkO/);
  expect(Object.values(redactor.takeCounts()).reduce((sum, count) => sum + count, 0)).toBeGreaterThan(0);
});

test.each([
  { name: "password", value: "hunter2!x" },
  { name: "user.password", value: "hunter2!x" },
  { name: "http.request.header.cookie", value: "theme=dark; sid=81723" },
  { name: "db.connection_string", value: "Server=db;Uid=app;Pwd=s3cr3t!" },
])("what $name names is hidden whatever it looks like", ({ name, value }) => {
  const [clean] = redactSpans([spanOf({ [name]: value })], openRedactor());
  expect(JSON.stringify(clean)).not.toContain(value);
});

test("one secret has one placeholder in all spans, however it stands there", () => {
  const spans = [spanOf({ a: `first ${KEY}` }), spanOf({ b: { c: KEY } })];
  const text = JSON.stringify(redactSpans(spans, openRedactor()));
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
  const [clean] = redactSpans([plain], openRedactor());
  expect(clean).toBe(plain);
});

test("what was noted of a value's type goes with the value", () => {
  const attributes = { key: "c2stYW50", password: 12345678, half: 2, list: ["QUJD", `x ${KEY}`] };
  const types = {
    "attributes.key": "bytes",
    "attributes.password": "double",
    "attributes.half": "double",
    "attributes.list": "bytes",
  } as const;
  const [clean] = redactSpans([spanOf(attributes, { types })], openRedactor());
  expect(clean?.attributes["password"]).toBe("[redacted:password:1]");
  const { "attributes.password": _, ...kept } = types;
  expect(clean?.types).toEqual(kept);
  const alone = spanOf({ password: 12345678 }, { types: { "attributes.password": "double" } });
  expect(redactSpans([alone], openRedactor())[0]).not.toHaveProperty("types");
});

test("what a later span tells is looked for in those before it", () => {
  const token = "q7aB3dE5gH7jK9mN1pQ2";
  const spans = [spanOf({ a: `first ${token}` }), spanOf({ api_key: token })];
  expect(JSON.stringify(redactSpans(spans, openRedactor()))).not.toContain(token);
});

test("other letters survive beside a secret", () => {
  const [clean] = redactSpans([spanOf({ text: `Grüße 東京 ${KEY} ✓` })], openRedactor());
  expect(clean?.attributes["text"]).toBe("Grüße 東京 [redacted:anthropic-key:1] ✓");
});
