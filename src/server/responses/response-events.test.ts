import { ResponseStream } from "openai/lib/responses/ResponseStream";
import type { Response } from "openai/resources/responses/responses";
import { expect, test } from "vitest";
import * as log from "../run-parts/sample-log.test-kit.ts";
import { type ResponseEvent, ResponseEvents } from "./response-events.ts";
import type { ResponseFacts } from "./response-object.ts";

const facts: ResponseFacts = {
  runId: "01K9ZZZZZZZZZZZZZZZZZZZZZZ",
  sessionId: "s1",
  agent: "support",
  createdAtMs: 1_790_000_000_000,
  isBackground: true,
  metadata: { order: "W1" },
  previousResponseId: null,
};

function eventsOf(bodies: readonly log.EventBody[]): ResponseEvent[] {
  const events = new ResponseEvents(facts);
  return [...events.opening(), ...log.readAll(bodies, events)];
}

/** As OpenAI's own client puts the response together, with all its checks. */
async function responseOf(events: readonly ResponseEvent[]): Promise<Response> {
  const lines = events.map((event) => new TextEncoder().encode(`${JSON.stringify(event)}\n`));
  return ResponseStream.fromReadableStream(ReadableStream.from(lines)).finalResponse();
}

test("tool calls are items of the server's own tools, with approval, result and failure", async () => {
  const bodies = [
    log.started,
    log.asked,
    log.modelCalled(0),
    log.streamed(0, "I refund it."),
    log.modelReturned(0, "I refund it.", ["refund", "notify"]),
    log.approvalRequested(1, "refund"),
    log.approvalDecided(1, "refund"),
    log.toolCalled(2, "refund"),
    log.toolReturned(2, "refund", "done"),
    log.toolCalled(3, "notify"),
    log.toolFailed(3, "notify", "no address"),
    log.modelCalled(4),
    log.streamed(4, "Refunded."),
    log.modelReturned(4, "Refunded."),
    log.answered("Refunded."),
    log.ended,
  ];
  const response = await responseOf(eventsOf(bodies));
  expect(response.output_text).toBe("Refunded.");
  expect(response).toMatchObject({ status: "completed", usage: { input_tokens: 20, output_tokens: 8 } });
  expect(response.output).toMatchObject([
    { type: "mcp_call", name: "refund", status: "completed", output: "done", arguments: '{"of":"refund"}' },
    { type: "mcp_call", name: "notify", status: "failed", error: { type: "mcp_tool_execution_error" } },
    { type: "mcp_approval_request", name: "refund", id: `mcpr_${facts.runId}_1` },
    { type: "mcp_approval_response", approve: true, approval_request_id: `mcpr_${facts.runId}_1` },
    { type: "message", content: [{ text: "Refunded." }] },
  ]);
});

test("a text that a crash made void ends incomplete, and is not in the response", async () => {
  const bodies = [
    log.started,
    log.modelCalled(0),
    log.streamed(0, "void"),
    log.modelCalled(0, 2),
    log.streamed(0, "new", 2),
    log.modelReturned(0, "new"),
    log.answered("new"),
    log.ended,
  ];
  const events = eventsOf(bodies);
  const done = events.filter(({ type }) => type === "response.output_item.done").map(({ item }) => item);
  expect(done).toMatchObject([
    { status: "incomplete", content: [{ text: "void" }] },
    { status: "completed", content: [{ text: "new" }] },
  ]);
  expect((await responseOf(events)).output_text).toBe("new");
});

test.each([
  { outcome: "failed", type: "response.failed", status: "failed" },
  { outcome: "timeout", type: "response.failed", status: "failed" },
  { outcome: "cancelled", type: "response.incomplete", status: "cancelled" },
] as const)("a run that $outcome ends with $type", async ({ outcome, type, status }) => {
  const end: log.EventBody = {
    type: "run.ended",
    outcome,
    durationMs: 1,
    error: { name: "Error", message: "no luck" },
  };
  const events = eventsOf([log.started, log.modelCalled(0), log.streamed(0, "half"), end]);
  expect(events.at(-1)).toMatchObject({ type, response: { status } });
  const response = await responseOf(events);
  expect(response.output_text).toBe("half");
  expect(response.error?.message).toBe(status === "failed" ? "no luck" : undefined);
});

test("200 runs with crashes, approvals and failures: the official client accepts every event, the text is the answer", async () => {
  for (let seed = 0; seed < 200; seed += 1) {
    const { bodies, answer } = log.randomRun(seed);
    const events = eventsOf(bodies);
    expect(events.map(({ sequence_number: number }) => number)).toEqual(events.map((_, index) => index));
    const response = await responseOf(events);
    expect({ seed, text: response.output_text }).toEqual({ seed, text: answer });
    const unfinished = response.output.filter((item) => "status" in item && item.status === "in_progress");
    expect(unfinished).toEqual([]);
  }
});
