import { afterAll, beforeAll, expect, test } from "vitest";
import { openProtocolServer } from "../testing/open-protocol-server.ts";

let server: Awaited<ReturnType<typeof openProtocolServer>>;
let token: string;
beforeAll(async () => {
  server = await openProtocolServer({ auth: {}, limits: { sessionsPerUserMax: 3 } });
  token = await server.keyOf("ada");
});
afterAll(() => server.close());

async function send(method: string, path: string, body?: object): Promise<Response> {
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  return fetch(`${server.url}${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) });
}

const beginSession = (index: number) => send("POST", "/v1/sessions", { agent: "refunder", id: `session-${index}` });
const respond = () => send("POST", "/v1/responses", { model: "refunder", input: "hello" });
const chat = (index: number) =>
  send("POST", "/v1/chat", {
    id: `chat-${index}`,
    agent: "refunder",
    messages: [{ id: "m1", role: "user", parts: [{ type: "text", text: "hello" }] }],
  });
const waysIn: readonly ((index: number) => Promise<Response>)[] = [beginSession, respond, chat];

async function statusOf(answer: Promise<Response>): Promise<number> {
  const response = await answer;
  await response.text();
  return response.status;
}

test("a user's sessions are counted as one, whichever protocol made them, and those that are gone do not count", async () => {
  const made = (await (await respond()).json()) as { id: string };
  expect(await statusOf(beginSession(0))).toBe(201);
  expect(await statusOf(chat(0))).toBe(200);
  for (const way of waysIn) expect(await statusOf(way(1))).toBe(429);

  expect(await statusOf(send("DELETE", `/v1/responses/${made.id}`))).toBe(200);
  expect(await statusOf(beginSession(2))).toBe(201);
  expect(await statusOf(chat(2))).toBe(429);

  expect(await statusOf(send("DELETE", "/v1/users/me"))).toBe(200);
  for (const way of waysIn) expect([200, 201]).toContain(await statusOf(way(3)));
  for (const way of waysIn) expect(await statusOf(way(4))).toBe(429);
});
