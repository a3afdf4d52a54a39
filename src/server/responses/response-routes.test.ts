import OpenAI from "openai";
import type { Response, ResponseStreamEvent } from "openai/resources/responses/responses";
import { afterAll, beforeAll, expect, test } from "vitest";
import { seededRandom } from "../../kernel/index.ts";
import { openGate, openProtocolServer, shutGate, STORY } from "../../testing/open-protocol-server.ts";

let server: Awaited<ReturnType<typeof openProtocolServer>>;
let client: OpenAI;
beforeAll(async () => {
  // Many heartbeats: clients must not mind them.
  server = await openProtocolServer({ limits: { streamHeartbeatMs: 20 } });
  client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: "none", maxRetries: 0 });
});
afterAll(() => server.close());

/** All events of a response, read again from its beginning. */
async function eventsOf(id: string): Promise<ResponseStreamEvent[]> {
  const events: ResponseStreamEvent[] = [];
  for await (const event of await client.responses.retrieve(id, { stream: true })) events.push(event);
  return events;
}

/** Waits for what a background response comes to. */
async function ended(id: string): Promise<Response> {
  for (;;) {
    const response = await client.responses.retrieve(id);
    if (response.status !== "queued" && response.status !== "in_progress") return response;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

test("create waits for the answer, and retrieve gives the same afterwards", async () => {
  const response = await client.responses.create({ model: "teller", input: "Tell me", metadata: { order: "W1" } });
  expect(response).toMatchObject({
    status: "completed",
    output_text: STORY,
    metadata: { order: "W1" },
    model: "teller",
  });
  expect(response.output.map(({ type }) => type)).toEqual(["mcp_call", "message"]);
  expect(await client.responses.retrieve(response.id)).toEqual(response);
});

test("a stream carries the text as it comes, and the client's own reader accepts it", async () => {
  const stream = client.responses.stream({ model: "teller", input: "Tell me" });
  const texts: string[] = [];
  stream.on("response.output_text.delta", ({ delta }) => texts.push(delta));
  const response = await stream.finalResponse();
  expect(texts.join("")).toBe(STORY);
  expect(texts.length).toBeGreaterThan(5);
  expect(response.output_text).toBe(STORY);
});

test("a background response is there at once, and is polled to its end", async () => {
  shutGate();
  const response = await client.responses.create({ model: "teller", input: "Tell me", background: true });
  expect(["queued", "in_progress"]).toContain(response.status);
  openGate();
  expect(await ended(response.id)).toMatchObject({ status: "completed", background: true, output_text: STORY });
});

test("40 streams cut at random events and resumed with starting_after: no loss, no duplicate, the same bytes", async () => {
  const random = seededRandom(7);
  const one = async () => {
    const seen: ResponseStreamEvent[] = [];
    let stream = await client.responses.create({ model: "teller", input: "Tell me", background: true, stream: true });
    let id = "";
    for (let isDone = false; !isDone;) {
      let left = Math.floor(random() * 12);
      for await (const event of stream) {
        seen.push(event);
        if (event.type === "response.created") id = event.response.id;
        isDone = event.type === "response.completed";
        left -= 1;
        if (left < 0) break;
      }
      const last = seen.at(-1);
      if (!isDone && last) {
        stream = await client.responses.retrieve(id, { stream: true, starting_after: last.sequence_number });
      }
    }
    expect(seen).toEqual(await eventsOf(id));
    expect(seen.map(({ sequence_number: number }) => number)).toEqual(seen.map((_, index) => index));
  };
  for (let round = 0; round < 5; round += 1) await Promise.all(Array.from({ length: 8 }, one));
});

test("a restart in the middle of the answer: the stream goes on, and the answer is whole", async () => {
  shutGate();
  const seen: ResponseStreamEvent[] = [];
  const stream = await client.responses.create({ model: "teller", input: "Tell me", background: true, stream: true });
  let id = "";
  for await (const event of stream) {
    seen.push(event);
    if (event.type === "response.created") id = event.response.id;
    if (event.type === "response.output_text.delta") break;
  }
  await server.restart();
  const rest = await client.responses.retrieve(id, { stream: true, starting_after: seen.at(-1)?.sequence_number ?? 0 });
  for await (const event of rest) seen.push(event);
  expect(seen).toEqual(await eventsOf(id));
  const items = seen.flatMap((event) => (event.type === "response.output_item.done" ? [event.item] : []));
  expect(items).toMatchObject([
    { type: "mcp_call", status: "completed" },
    { type: "message", status: "incomplete" },
    { type: "message", status: "completed" },
  ]);
  expect((await client.responses.retrieve(id)).output_text).toBe(STORY);
});

test("cancel ends a response that is under way; it stays cancelled when asked again", async () => {
  shutGate();
  const { id } = await client.responses.create({ model: "teller", input: "Tell me", background: true });
  expect(await client.responses.cancel(id)).toMatchObject({ status: "cancelled" });
  expect(await client.responses.cancel(id)).toMatchObject({ status: "cancelled" });
  openGate();
  const last = (await eventsOf(id)).at(-1);
  expect(last).toMatchObject({ type: "response.incomplete", response: { status: "cancelled" } });
});

test("previous_response_id goes on with the conversation, and does not branch it", async () => {
  const first = await client.responses.create({ model: "refunder", input: "hello" });
  const next = { model: "refunder", input: "and now?", previous_response_id: first.id };
  const second = await client.responses.create(next);
  expect(second.previous_response_id).toBe(first.id);
  expect(second.conversation).toEqual(first.conversation);
  expect(await server.runtime.conversation(second.conversation?.id ?? "")).toHaveLength(4);
  await expect(client.responses.create(next)).rejects.toMatchObject({
    status: 422,
    code: "responses.not_latest",
    param: "previous_response_id",
  });
});

test.each([
  { approve: true, says: "Result: paid 500", call: { status: "completed", output: "paid 500" } },
  { approve: false, says: "not approved", call: { status: "failed" } },
])("a response waits for approval ($approve), and goes on under the same id", async ({ approve, says, call }) => {
  const asked = await client.responses.create({ model: "refunder", input: "refund me" });
  expect(asked).toMatchObject({
    status: "in_progress",
    output: [{ type: "mcp_call" }, { type: "mcp_approval_request" }],
  });
  const request = asked.output.find(({ type }) => type === "mcp_approval_request");
  const answered = await client.responses.create({
    model: "refunder",
    previous_response_id: asked.id,
    input: [{ type: "mcp_approval_response", approval_request_id: request?.id ?? "", approve }],
  });
  expect(answered).toMatchObject({ id: asked.id, status: "completed" });
  expect(answered.output_text).toContain(says);
  expect(answered.output).toMatchObject([
    { type: "mcp_call", name: "refund", approval_request_id: request?.id, ...call },
    { type: "mcp_approval_request" },
    { type: "mcp_approval_response", approve },
    { type: "message" },
  ]);
});

test("a stream stays open while a person decides, and goes on to the end", async () => {
  const seen: ResponseStreamEvent[] = [];
  const stream = await client.responses.create({
    model: "refunder",
    input: "refund me",
    background: true,
    stream: true,
  });
  for await (const event of stream) {
    seen.push(event);
    if (event.type !== "response.output_item.done" || event.item.type !== "mcp_approval_request") continue;
    await new Promise((resolve) => setTimeout(resolve, 100));
    const input = [{ type: "mcp_approval_response" as const, approval_request_id: event.item.id, approve: true }];
    await client.responses.create({ model: "refunder", input, background: true });
  }
  expect(seen.at(-1)).toMatchObject({ type: "response.completed" });
  const last = seen.at(-1);
  if (last?.type !== "response.completed") throw new Error("it did not end");
  expect(seen).toEqual(await eventsOf(last.response.id));
});

test("an agent that fails makes a failed response", async () => {
  const response = await client.responses.create({ model: "teller", input: "fail" });
  expect(response).toMatchObject({ status: "failed", error: { code: "server_error" } });
  expect(response.error?.message).toContain("told to answer 400");
});

test("a request sent again with the same key finds its response", async () => {
  const request = { model: "refunder", input: "hello" };
  const options = { headers: { "Idempotency-Key": "order-1" } };
  const first = await client.responses.create(request, options);
  expect((await client.responses.create(request, options)).id).toBe(first.id);
});

test("delete erases a conversation of one response, and refuses one of several", async () => {
  const first = await client.responses.create({ model: "refunder", input: "hello" });
  const second = await client.responses.create({ model: "refunder", input: "hi", previous_response_id: first.id });
  await expect(client.responses.delete(second.id)).rejects.toMatchObject({ code: "responses.not_alone" });
  const alone = await client.responses.create({ model: "refunder", input: "hello" });
  await client.responses.delete(alone.id);
  await expect(client.responses.retrieve(alone.id)).rejects.toMatchObject({ status: 404, code: "run.not_found" });
});

test.each([
  { body: { temperature: 0.2 }, param: "temperature", code: "responses.unsupported_parameter" },
  { body: { instructions: "Be rude." }, param: "instructions", code: "responses.unsupported_parameter" },
  { body: { store: false }, param: "store", code: "responses.unsupported_parameter" },
  {
    body: { tools: [{ type: "function", name: "f", parameters: {}, strict: true }] },
    param: "tools",
    code: "responses.unsupported_parameter",
  },
  { body: { invented: 1 }, param: "invented", code: "responses.unsupported_parameter" },
  { body: { input: [{ role: "assistant", content: "Hi" }] }, param: "input", code: "responses.unsupported_parameter" },
  {
    body: { input: [{ role: "user", content: [{ type: "input_image", image_url: "data:," }] }] },
    param: "input",
    code: "responses.unsupported_parameter",
  },
  { body: { input: "  " }, param: "input", code: "request.invalid" },
  { body: { model: 7 }, param: "model", code: "request.invalid" },
  { body: { model: "nobody" }, param: null, code: "agent.not_found" },
  { body: { previous_response_id: "resp_x" }, param: "previous_response_id", code: "run.not_found" },
])("refuses $body in OpenAI's own shape", async ({ body, param, code }) => {
  const request = { model: "refunder", input: "hello", ...body } as Parameters<typeof client.responses.create>[0];
  const error = await client.responses.create(request).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(OpenAI.APIError);
  expect(error).toMatchObject({ code, param, type: "invalid_request_error" });
});

test("what asks for nothing special is taken", async () => {
  const response = await client.responses.create({
    model: "refunder",
    input: [{ role: "user", content: [{ type: "input_text", text: "hello" }] }],
    store: true,
    tools: [],
    tool_choice: "auto",
    text: { format: { type: "text" } },
    include: ["reasoning.encrypted_content"],
    user: "u1",
    truncation: "disabled",
    service_tier: "auto",
  });
  expect(response.output_text).toBe("How much?");
});

test("a response is its owner's, and errors of every kind are in OpenAI's own shape", async () => {
  const guarded = await openProtocolServer({ auth: {} });
  const openAs = (apiKey: string) => new OpenAI({ baseURL: `${guarded.url}/v1`, apiKey, maxRetries: 0 });
  const [ada, bob] = [openAs(await guarded.keyOf("ada")), openAs(await guarded.keyOf("bob"))];
  const asked = await ada.responses.create({ model: "refunder", input: "refund me" });
  const missing = { status: 404, code: "run.not_found", type: "invalid_request_error" };
  await expect(bob.responses.retrieve(asked.id)).rejects.toMatchObject(missing);
  await expect(bob.responses.retrieve(asked.id, { stream: true })).rejects.toMatchObject(missing);
  await expect(bob.responses.cancel(asked.id)).rejects.toMatchObject(missing);
  await expect(bob.responses.delete(asked.id)).rejects.toMatchObject(missing);
  const next = { model: "refunder", input: "more", previous_response_id: asked.id };
  await expect(bob.responses.create(next)).rejects.toMatchObject(missing);
  const request = asked.output.find(({ type }) => type === "mcp_approval_request");
  const input = [{ type: "mcp_approval_response" as const, approval_request_id: request?.id ?? "", approve: true }];
  await expect(ada.responses.create({ model: "refunder", input })).rejects.toMatchObject({
    status: 403,
    type: "permission_error",
  });
  await expect(openAs("nobody").responses.retrieve(asked.id)).rejects.toMatchObject({
    status: 401,
    code: "auth.invalid",
    type: "authentication_error",
  });
  await guarded.close();
});
