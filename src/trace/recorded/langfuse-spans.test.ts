import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { Json, JsonObject } from "../../kernel/index.ts";
import { langfuseSpans } from "./langfuse-spans.ts";
import { dataFolder, hasData, rawData, readData, readText, readValue } from "./recording.test-kit.ts";

const folder = "frameworks/langfuse";
const files = hasData ? readdirSync(join(dataFolder, folder)).filter((file) => file.endsWith(".trace.json")) : [];

interface RawObservation extends JsonObject {
  readonly id: string;
  readonly type: string;
  readonly parentObservationId: string | null;
  readonly startTime: string;
  readonly endTime: string | null;
}

test.each(files)("%s: every observation is a span, and keeps what it says", (file) => {
  const raw = rawData(`${folder}/${file}`) as {
    readonly trace: JsonObject & { readonly id: string; readonly scores?: readonly JsonObject[] };
    readonly observations: readonly RawObservation[];
  };
  const read = readData(`${folder}/${file}`);
  const [trace] = read.traces;
  const spans = trace?.spans ?? [];
  expect(read).toMatchObject({ format: "langfuse", logs: [], refused: [], traces: [{ traceId: raw.trace.id }] });
  expect(trace).toMatchObject({ externalId: `langfuse:${raw.trace.id}`, session: raw.trace["sessionId"] ?? null });
  expect(trace?.scores.map(({ name, value }) => [name, value])).toEqual(
    (raw.trace.scores ?? []).map(({ name, value }) => [name, value]),
  );
  expect(spans.map((span) => [span.spanId, span.parentSpanId ?? null])).toEqual(
    raw.observations.map((each) => [each.id, each.parentObservationId]),
  );
  for (const [index, observation] of raw.observations.entries()) {
    const span = spans[index];
    expect(Number(BigInt(span?.startNs ?? 0) / 1_000_000n)).toBe(Date.parse(observation.startTime));
    expect(Number(BigInt(span?.endNs ?? 0) / 1_000_000n)).toBe(Date.parse(observation.endTime ?? ""));
    expect(span?.attributes["langfuse.observation.type"]).toBe(observation.type.toLowerCase());
    expect(valueIn(span?.attributes["langfuse.observation.input"])).toEqual(valueIn(observation["input"] ?? undefined));
    expect(valueIn(span?.attributes["langfuse.observation.output"])).toEqual(
      valueIn(observation["output"] ?? undefined),
    );
    const usage = valueIn(span?.attributes["langfuse.observation.usage_details"]) ?? {};
    expect(usage).toEqual(observation["usageDetails"]);
    const metadata = valueIn(observation["metadata"]) as JsonObject;
    expect(span?.attributes).toMatchObject((metadata["attributes"] as JsonObject | undefined) ?? {});
    expect(span?.resource).toEqual(metadata["resourceAttributes"]);
  }
  expect(langfuseSpans(raw as unknown as Json)).toEqual(spans);
});

function valueIn(attribute: Json | undefined): Json | undefined {
  if (typeof attribute !== "string") return attribute;
  try {
    return JSON.parse(attribute) as Json;
  } catch {
    return attribute;
  }
}

const observation = {
  id: "0f8c2b1e-7a51-4d3c-9c80-5b0f3f1f8c77",
  traceId: "order 5",
  parentObservationId: null,
  type: "GENERATION",
  name: "answer",
  startTime: "2026-07-05T09:59:41.123456Z",
  endTime: "2026-07-05T11:59:42+02:00",
  level: "ERROR",
  statusMessage: "overloaded",
  model: "gpt-x",
  modelParameters: { temperature: 0 },
  input: [{ role: "user", content: "Hi" }],
  output: "Hello",
  usageDetails: {},
  usage: { input: 3, output: 1 },
  costDetails: {},
  totalCost: 0.5,
};
const trace = {
  id: "order 5",
  name: "chat",
  timestamp: "2026-07-05T09:59:41Z",
  sessionId: "s",
  userId: "u",
  tags: ["a"],
  input: "Hi",
  output: "Hello",
};

test("ids of another kind become hexadecimal ones, and times keep their microseconds", () => {
  const child = { ...observation, id: "c", parentObservationId: observation.id, level: "DEFAULT", endTime: null };
  const [root, inner] = langfuseSpans({ trace, observations: [observation, child] });
  expect(root).toMatchObject({
    traceId: expect.stringMatching(/^[\da-f]{32}$/),
    spanId: expect.stringMatching(/^[\da-f]{16}$/),
    name: "answer",
    startNs: "1783245581123456000",
    endNs: "1783245582000000000",
    status: { code: "error", message: "overloaded" },
    attributes: {
      "langfuse.observation.id": observation.id,
      "langfuse.observation.type": "generation",
      "langfuse.observation.model.name": "gpt-x",
      "langfuse.observation.model.parameters": '{"temperature":0}',
      "langfuse.observation.input": '[{"role":"user","content":"Hi"}]',
      "langfuse.observation.usage_details": '{"input":3,"output":1}',
      "langfuse.observation.cost_details": '{"total":0.5}',
      "langfuse.trace.input": "Hi",
      "session.id": "s",
      "user.id": "u",
    },
  });
  expect(inner?.parentSpanId).toBe(root?.spanId);
  expect(inner?.traceId).toBe(root?.traceId);
  expect(inner).not.toHaveProperty("endNs");
  expect(inner).not.toHaveProperty("status");
  expect(inner?.attributes).not.toHaveProperty("langfuse.trace.input");
});

test("what went into a trace of several roots is no single root's", () => {
  const spans = langfuseSpans({ trace, observations: [observation, { ...observation, id: "b2" }] });
  expect(spans).toHaveLength(2);
  for (const { attributes } of spans) {
    expect(attributes).toMatchObject({ "langfuse.trace.name": "chat", "session.id": "s" });
    expect(attributes).not.toHaveProperty("langfuse.trace.input");
    expect(attributes).not.toHaveProperty("langfuse.trace.output");
  }
});

test("traces come in many wrappings, and are put together by their id", () => {
  const second = { ...observation, id: "b2" };
  const whole = readValue({ ...trace, observations: [observation, second] });
  expect(whole.traces[0]?.spans).toHaveLength(2);
  const list = readValue([
    { trace, observations: [observation] },
    { trace: { ...trace, id: "other" }, observations: [] },
  ]);
  expect(list.traces.map(({ externalId, spans }) => [externalId, spans.length])).toEqual([
    ["langfuse:order 5", 1],
    ["langfuse:other", 1],
  ]);
  const page = readValue({ data: [observation, second], meta: { page: 1 } });
  expect(page.traces[0]?.spans).toEqual(langfuseSpans({ data: [observation, second] }));
  const lines = readText([observation, second].map((each) => JSON.stringify(each)).join("\n"));
  expect(lines.traces).toMatchObject([{ externalId: "langfuse:order 5", where: "line 1", spans: [{}, {}] }]);
});

test("a trace without observations is one span of what went in and out", () => {
  const [span] = langfuseSpans({ trace: { ...trace, latency: 1.5 }, observations: [] });
  expect(span).toMatchObject({
    name: "chat",
    startNs: "1783245581000000000",
    endNs: "1783245582500000000",
    attributes: { "langfuse.observation.input": "Hi", "langfuse.observation.output": "Hello", "session.id": "s" },
  });
});

test("bad observations are refused, the others stay", () => {
  const bad = [
    { ...observation, id: "" },
    { ...observation, startTime: "soon" },
    { ...observation, type: 5 },
  ];
  const read = readValue({ trace, observations: [...bad, observation] });
  expect(read.traces[0]?.spans).toHaveLength(1);
  expect(read.refused.map(({ where, why }) => `${where} ${why}`)).toEqual([
    "file.observations[0] row.id: Too small: expected string to have >=1 characters",
    "file.observations[1] row.startTime: soon is no time",
    "file.observations[2] row.type: Invalid input: expected string, received number",
  ]);
  expect(() => readValue({ id: "t", observations: ["o-1", "o-2"] })).toThrow("export each trace as a whole");
});
