import { parse } from "yaml";
import { expect, test } from "vitest";
import type { RunEvent } from "../../domain/index.ts";
import { parseToolCassette } from "../cassette/read-tool-cassette.ts";
import { caseFromTrace } from "./case-from-trace.ts";
import { finding, TestLog } from "./production-log.test-kit.ts";
import type { TraceCaseRequest } from "./trace-case-request.ts";

const RUN = "01JCK00000000000000000ABCD";

async function made(log: TestLog, request: Partial<TraceCaseRequest> = {}) {
  const { findings = [], ...options } = request;
  const result = await caseFromTrace({
    failed: { runId: RUN, events: log.events },
    findings,
    model: "recorded",
    ...options,
  });
  const text = (end: string) => result.files.find(({ path }) => path.endsWith(end))?.text ?? "";
  return {
    ...result,
    yaml: parse(text(".yaml")) as {
      id: string;
      why: string;
      from: Record<string, unknown>;
      input: string[];
      history?: unknown;
      user?: unknown;
      world: Record<string, unknown>;
      checks: unknown[];
    },
    text,
    cassette: () => parseToolCassette(text(".jsonl"), "x.jsonl"),
  };
}

const looping = () =>
  new TestLog({ user: { id: "ann", grants: ["orders"] } })
    .user("where is my order?")
    .says("Which one?")
    .user("W1")
    .tool("orders.get", { id: "W1" }, { result: "unknown" })
    .tool("orders.get", { id: "W1" }, { result: "unknown" })
    .tool("orders.get", { id: "W1" }, { result: "unknown" })
    .says("I do not know.")
    .user("thanks anyway")
    .says("Goodbye.")
    .ended();

/** Of the calls in the log. */
const callSeqs = (log: TestLog) => log.events.filter(({ type }) => type === "tool.called").map(({ seq }) => seq);

test("a finding becomes a check that the failed run fails, and the conversation ends with the turn it is in", async () => {
  const log = looping();
  const result = await made(log, { findings: [finding("no-progress-repeat", callSeqs(log))] });
  expect(result.yaml.checks).toEqual([{ noEndlessRepeat: { times: 3 } }]);
  expect(result.failing).toEqual(["noEndlessRepeat(3)"]);
  expect(result.yaml.input).toEqual(["where is my order?", "W1"]);
  expect(result.yaml.user).toEqual({ id: "ann", grants: ["orders"] });
  expect(result.cassette().takes[0]?.ended).toEqual({ outcome: "answered" });
});

test("the file is made for a pull request", async () => {
  const log = looping();
  const result = await made(log, { findings: [finding("no-progress-repeat", callSeqs(log))], incident: "INC-42" });
  expect(result.files.map(({ path }) => path)).toMatchInlineSnapshot(`
    [
      "where-is-my-order-0000abcd.yaml",
      "cassettes/where-is-my-order-0000abcd.jsonl",
    ]
  `);
  expect(result.text(".yaml")).toMatchInlineSnapshot(`
    "# Written by \`aegis case from-trace\`: read it before you commit it.

    id: where-is-my-order-0000abcd
    why: no-progress-repeat was found. It called orders.get with {"id":"W1"} 3 times in a row for the same result.
    kind: regression
    from:
      trace: 01JCK00000000000000000ABCD
      incident: INC-42
      origin: live
      agent: support@3
      findings:
        - no-progress-repeat
    user:
      id: ann
      grants:
        - orders
    input:
      - where is my order?
      - W1
    world:
      # \`model: recorded\` shows the failure as it was. Once the agent is mended, take the line out:
      # then the agent's own model is held to the checks below.
      replay:
        cassette: ./cassettes/where-is-my-order-0000abcd.jsonl
        onMiss: fail
        model: recorded
      clock: 2026-11-02T10:00:00.000Z
    checks:
      - noEndlessRepeat:
          times: 3
    "
  `);
});

test("the same trace gives the same files", async () => {
  const texts = await Promise.all([made(looping()), made(looping())]);
  expect(texts[0].files).toEqual(texts[1].files);
});

const wrong = () =>
  new TestLog()
    .user("refund W1")
    .tool("orders.get", { id: "W1" }, { result: { total: 40 } })
    .tool("refund.issue", { id: "W1", amount: 400 }, { result: "ok" })
    .says("Refunded.")
    .user("bye")
    .ended();
const right = () =>
  new TestLog()
    .user("refund W1")
    .tool("orders.get", { id: "W1" }, { result: { total: 40 } })
    .tool("refund.issue", { id: "W1", amount: 40 }, { result: "ok" })
    .says("You get 40.25 back.")
    .ended();

test("what a good run changed is demanded, and both runs are in the cassette; a goodbye nobody answered is not", async () => {
  const result = await made(wrong(), { good: { runId: "01JGOOD", events: right().events } });
  expect(result.yaml.checks).toEqual([
    { onlyTheseWrites: { calls: [{ tool: "refund.issue", arguments: { id: "W1", amount: 40 } }] } },
  ]);
  expect(result.yaml.why).toContain("It never successfully called refund.issue");
  expect(result.yaml.from).toMatchObject({ trace: RUN, good: "01JGOOD" });
  expect(result.yaml.input).toEqual(["refund W1"]);
  expect(result.cassette().takes.map(({ name }) => name)).toEqual(["failure", "good"]);
});

test("where both changed the same, what only the good run told is demanded", async () => {
  const silent = right().events.map((event) =>
    event.type === "message.sent" ? { ...event, content: "Done." } : event,
  ) as RunEvent[];
  const log = new TestLog();
  log.events.splice(0, 1, ...silent);
  const result = await made(log, { good: { runId: "01JGOOD", events: right().events } });
  expect(result.yaml.checks.at(-1)).toEqual({ tells: ["40.25"] });
  expect(result.failing).toEqual(["tells(40.25)"]);
});

test("what the recording itself expects is demanded where there is no good run", async () => {
  const expected = {
    calls: [
      { tool: "orders.get", arguments: { id: "W1" } },
      { tool: "refund.issue", arguments: { id: "W1", amount: 40 } },
    ],
    told: ["40"],
  };
  const log = wrong();
  log.events[0] = { ...log.events[0], attributes: { expected } } as RunEvent;
  const result = await made(log);
  expect(result.yaml.checks).toEqual([
    { onlyTheseWrites: { calls: [{ tool: "refund.issue", arguments: { id: "W1", amount: 40 } }] } },
    { tells: ["40"] },
  ]);
  expect(result.failing).toHaveLength(2);
});

test("a check that the good run does not hold either is left out, and that is said", async () => {
  const log = looping();
  const result = await made(log, {
    findings: [finding("no-progress-repeat", callSeqs(log))],
    good: { runId: "01JGOOD", events: looping().events },
  });
  expect(result.yaml.checks).toEqual([{ onlyTheseWrites: { calls: [] } }]);
  expect(result.failing).toEqual([]);
  expect(result.notRecorded.join()).toContain("the good run does not hold it either");
});

test("failures of production that the catalogue knows are faults; others stay recorded errors", async () => {
  const log = new TestLog()
    .user("hi")
    .tool("a.get", { n: 1 }, { error: { name: "HttpError", message: "503 upstream is away", status: 503 } })
    .tool("a.get", { n: 2 }, { error: { name: "HttpError", message: "429 slow down", status: 429, retryAfterMs: 700 } })
    .tool("a.get", { n: 3 }, { error: { name: "TimeoutError", message: "timed out" } })
    .tool("a.get", { n: 4 }, { error: { name: "HttpError", message: "404 no such order", status: 404 } })
    .says("I cannot.")
    .ended();
  const { yaml, cassette } = await made(log);
  expect(yaml.world["faults"]).toEqual([
    { on: "tool a.get", call: 1, do: { unavailable: { message: "upstream is away" } } },
    { on: "tool a.get", call: 2, do: { "rate-limit": { retryAfterMs: 700 } } },
    { on: "tool a.get", call: 3, do: { timeout: { afterMs: 5 } } },
  ]);
  const steps = cassette().takes[0]?.turns[0]?.steps.filter((step) => "tool" in step);
  expect(steps?.map(({ byFault }) => byFault)).toEqual([true, true, true, undefined]);
});

test("clock, memory, approvals and state come along", async () => {
  const log = new TestLog();
  log
    .add({ type: "memory.called", effect: 50, attempt: 1, operation: "read", key: "plan" })
    .add({
      type: "memory.returned",
      effect: 50,
      durationMs: 1,
      value: "gold",
      updatedAtMs: Date.parse("2026-10-23T10:00:00Z"),
    })
    .add({ type: "memory.called", effect: 51, attempt: 1, operation: "write", key: "seen", value: true })
    .add({ type: "memory.returned", effect: 51, durationMs: 1 })
    .user("hi")
    .add({
      type: "approval.requested",
      effect: 52,
      attempt: 1,
      tool: "refund.issue",
      callId: "r",
      reason: "needs approval",
    })
    .add({ type: "approval.decided", effect: 52, durationMs: 1, tool: "refund.issue", decision: "approved", by: "bob" })
    .says("hello")
    .add({
      type: "state.captured",
      changes: [
        { path: "shop.orders.W1.status", before: "open", after: "lost" },
        { path: "shop.orders.W2", after: { status: "new" } },
      ],
    })
    .ended();
  const result = await made(log);
  expect(result.yaml.world).toMatchObject({
    clock: "2026-11-02T10:00:00.000Z",
    memory: [{ owner: "user", key: "plan", value: "gold", ageDays: 10 }],
    approvals: [{ tool: "refund.issue", decision: "approved", by: "bob" }],
    state: { shop: `./fixtures/${result.id}.shop.json` },
  });
  expect(JSON.parse(result.text(".shop.json"))).toEqual({ orders: { W1: { status: "open" } } });
});

const KEY = "sk-ant-api03-Zx81kLmQ0pRt5UvWy7Ab9CdEf2GhIjKl";

test("secrets are hidden before anything is written, the same one everywhere alike, and counted", async () => {
  const log = new TestLog()
    .user(`${KEY} is my key`)
    .tool("keys.check", { key: KEY }, { result: { password: "hunter2-Xy93k" } })
    .says(`Your key ${KEY} works.`)
    .ended();
  const result = await made(log, { good: { runId: "01JGOOD", events: right().events } });
  const all = `${result.id} ${result.files.map(({ path, text }) => `${path} ${text}`).join("\n")}`;
  expect(all).not.toContain(KEY);
  expect(all.toLowerCase()).not.toContain(KEY.toLowerCase().slice(8));
  expect(all).not.toContain("hunter2");
  expect(Object.values(result.redacted).reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(4);
  const steps = result.cassette().takes[0]?.turns[0]?.steps ?? [];
  const asked = steps.find((step) => "model" in step);
  const called = steps.find((step) => "tool" in step);
  expect(asked && "model" in asked && asked.model.toolRequests?.[0]?.arguments).toEqual(called?.arguments);
});

test("a live model is put before the turn in which it went wrong, where nothing had been changed by then", async () => {
  const log = looping();
  const findings = [finding("no-progress-repeat", callSeqs(log))];
  const { yaml } = await made(log, { findings, model: "live" });
  expect(yaml.history).toEqual([{ user: "where is my order?" }, { assistant: "Which one?" }]);
  expect(yaml.input).toEqual(["W1"]);
  expect(yaml.world["replay"]).not.toHaveProperty("model");
  const changed = new TestLog().user("cancel W2").tool("orders.cancel", { id: "W2" }, { result: "ok" }).says("Done.");
  const later = changed
    .user("again")
    .tool("a.get", {}, { result: 1 })
    .tool("a.get", {}, { result: 1 })
    .says("hm")
    .ended();
  const whole = await made(later, {
    findings: [finding("no-progress-repeat", callSeqs(later).slice(1))],
    model: "live",
  });
  expect(whole.yaml.input).toEqual(["cancel W2", "again"]);
});

test("memory is as it was before the run: what it wrote itself, or read later, is not", async () => {
  const log = new TestLog();
  const read = (effect: number, key: string, value: string) =>
    log
      .add({ type: "memory.called", effect, attempt: 1, operation: "read", key })
      .add({ type: "memory.returned", effect, durationMs: 1, value });
  read(60, "plan", "gold");
  log
    .add({ type: "memory.called", effect: 61, attempt: 1, operation: "write", key: "seen", value: "x" })
    .add({ type: "memory.returned", effect: 61, durationMs: 1 });
  read(62, "plan", "silver");
  read(63, "seen", "x");
  const { yaml } = await made(log.user("hi").says("hello").ended());
  expect(yaml.world["memory"]).toEqual([{ owner: "user", key: "plan", value: "gold" }]);
});

test("a call that was tried again is one call, with the answer of its last attempt", async () => {
  const log = new TestLog().user("hi").model("", [{ tool: "a.get", arguments: {} }]);
  const called = { type: "tool.called", effect: 9, callId: "c9", tool: "a.get", arguments: {} } as const;
  log
    .add({ ...called, attempt: 1 })
    .add({ ...called, attempt: 2 })
    .add({ type: "tool.returned", effect: 9, durationMs: 5, callId: "c9", tool: "a.get", result: "there" });
  const { cassette } = await made(log.says("It is there.").ended());
  const steps = cassette().takes[0]?.turns[0]?.steps ?? [];
  expect(steps.flatMap((step) => ("tool" in step ? [[step.tool, step.result]] : []))).toEqual([["a.get", "there"]]);
});

test("beside a good run the whole failed one is kept, whatever was found in the middle of it", async () => {
  const log = looping();
  const findings = [finding("no-progress-repeat", callSeqs(log))];
  const good = { runId: "01JGOOD", events: right().events };
  for (const model of ["recorded", "live"] as const) {
    const { yaml } = await made(log, { findings, good, model });
    expect(yaml.input).toEqual(["where is my order?", "W1", "thanks anyway"]);
    expect(yaml).not.toHaveProperty("history");
  }
});

test("what cannot be said again is told", async () => {
  const log = new TestLog().user("hi").model("", [{ tool: "a.get", arguments: {} }]);
  log.add({ type: "tool.called", effect: 9, attempt: 1, callId: "c9", tool: "a.get", arguments: {} });
  const result = await made(log.says("Sorry.").ended("failed"), { findings: [finding("user-frustration", [1])] });
  expect(result.notRecorded).toEqual([
    "1 tool call never returned in the trace, and cannot be answered.",
    "No check of the catalogue says what user-frustration found: write one, or a judge.",
  ]);
  expect(result.failing).toEqual(["agent finished"]);
});

test("a log in which nobody says anything makes no case", async () => {
  await expect(made(new TestLog().ended("failed"))).rejects.toMatchObject({ code: "case.nothing_recorded" });
});
