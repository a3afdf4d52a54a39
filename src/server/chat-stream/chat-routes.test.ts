import { Chat } from "@ai-sdk/react";
import { DefaultChatTransport, lastAssistantMessageIsCompleteWithApprovalResponses, type UIMessage } from "ai";
import { afterAll, beforeAll, expect, test } from "vitest";
import { LIMITS, systemClock } from "../../kernel/index.ts";
import { openCuttingProxy } from "../run-parts/cutting-proxy.test-kit.ts";
import { openGate, openProtocolServer, shutGate, STORY } from "../../testing/open-protocol-server.ts";

let server: Awaited<ReturnType<typeof openProtocolServer>>;
let skewMs = 0;
beforeAll(async () => {
  const clock = { ...systemClock, nowMs: () => Date.now() + skewMs };
  server = await openProtocolServer({ clock });
});
afterAll(() => server.close());

let chatCount = 0;
const newId = () => `chat-${(chatCount += 1)}`;

interface ChatSettings {
  readonly id?: string;
  readonly url?: string;
  readonly agent?: string;
  readonly messages?: UIMessage[];
  readonly isAutomatic?: boolean;
}

/** The client of the AI SDK as `useChat` makes it, without a page around it. */
function openChat({
  id = newId(),
  url = server.url,
  agent = "teller",
  messages,
  isAutomatic = false,
}: ChatSettings = {}) {
  return new Chat<UIMessage>({
    id,
    ...(messages && { messages }),
    transport: new DefaultChatTransport({ api: `${url}/v1/chat`, body: { agent } }),
    ...(isAutomatic && { sendAutomaticallyWhen: lastAssistantMessageIsCompleteWithApprovalResponses }),
  });
}

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

function textOf(message: UIMessage | undefined): string {
  const from = message?.parts.findLastIndex(({ type }) => type === "step-start") ?? 0;
  return (message?.parts.slice(from) ?? []).map((part) => (part.type === "text" ? part.text : "")).join("");
}

/** The message as a client gets it that comes late and reads it in one go. */
async function replayed(id: string): Promise<unknown> {
  const chat = openChat({ id });
  await chat.resumeStream();
  return plain(chat.lastMessage);
}

async function until(isThere: () => boolean): Promise<void> {
  while (!isThere()) await new Promise((resolve) => setTimeout(resolve, 5));
}

test("a message is answered part by part: a tool call, then the text", async () => {
  const chat = openChat();
  await chat.sendMessage({ text: "Tell me" });
  expect(chat).toMatchObject({ status: "ready", error: undefined });
  expect(chat.lastMessage?.parts).toMatchObject([
    { type: "data-aegis", data: { sessionId: chat.id } },
    { type: "step-start" },
    { type: "tool-lookup", state: "output-available", output: { found: "story" }, providerExecuted: true },
    { type: "step-start" },
    { type: "text", text: STORY, state: "done" },
  ]);
  await chat.sendMessage({ text: "Again" });
  expect(chat.messages.map(({ role }) => role)).toEqual(["user", "assistant", "user", "assistant"]);
  expect(await server.runtime.conversation(chat.id)).toHaveLength(8);
});

test("40 chats cut at random points and resumed: the final message is that of a client that was never cut", async () => {
  const proxy = await openCuttingProxy(server.url, { seed: 11, bytesMax: 12_000 });
  const one = async () => {
    const chat = openChat({ url: proxy.url });
    await chat.sendMessage({ text: "Tell me" });
    // A request that never arrived is sent again: the message's id finds the run it may have begun.
    while (chat.status === "error" && chat.messages.length < 2) await chat.sendMessage();
    for (let tries = 0; chat.status === "error"; tries += 1) {
      if (tries === 30) proxy.stopCutting();
      await chat.resumeStream();
    }
    expect(textOf(chat.lastMessage)).toBe(STORY);
    expect(chat.messages).toHaveLength(2);
    expect(plain(chat.lastMessage)).toEqual(await replayed(chat.id));
    expect(
      await server.store.listRuns({ limit: 10, sessionId: (await server.runtime.session(chat.id)).id }),
    ).toHaveLength(1);
  };
  for (let round = 0; round < 5; round += 1) await Promise.all(Array.from({ length: 8 }, one));
  expect(proxy.cutCount).toBeGreaterThan(20);
  await proxy.close();
});

test("a restart in the middle of the text: what was said before it is gone from the message", async () => {
  shutGate();
  const chat = openChat();
  const sending = chat.sendMessage({ text: "Tell me" });
  await until(() => textOf(chat.lastMessage).length > 20);
  await server.restart();
  await sending;
  expect(chat.status).toBe("error");
  await chat.resumeStream();
  expect(chat.status).toBe("ready");
  expect(textOf(chat.lastMessage)).toBe(STORY);
  expect(plain(chat.lastMessage)).toEqual(await replayed(chat.id));
  expect(chat.messages).toHaveLength(2);
});

test.each([
  { approved: true, state: "output-available", says: "Result: paid 500" },
  { approved: false, state: "output-denied", says: "not approved" },
])("a run waits for approval ($approved); the client decides, and the same message goes on", async (row) => {
  const chat = openChat({ agent: "refunder", isAutomatic: true });
  await chat.sendMessage({ text: "refund me" });
  expect(chat.status).toBe("ready");
  const asked = chat.lastMessage?.parts.find((part) => part.type === "tool-refund");
  expect(asked).toMatchObject({ state: "approval-requested", input: { cents: 500 } });
  const id = asked && "approval" in asked ? (asked.approval?.id ?? "") : "";
  await chat.addToolApprovalResponse({ id, approved: row.approved });
  await until(() => chat.status === "ready" && textOf(chat.lastMessage).includes(row.says));
  expect(chat.messages).toHaveLength(2);
  expect(chat.lastMessage?.parts.find((part) => part.type === "tool-refund")).toMatchObject({ state: row.state });
  expect(plain(chat.lastMessage)).toEqual(await replayed(chat.id));
});

test("a page that is opened again shows what waits for approval, and can decide it", async () => {
  const first = openChat({ agent: "refunder" });
  await first.sendMessage({ text: "refund me" });
  const [question] = first.messages;
  const second = openChat({ id: first.id, agent: "refunder", messages: question ? [question] : [], isAutomatic: true });
  await second.resumeStream();
  const asked = second.lastMessage?.parts.find((part) => part.type === "tool-refund");
  const id = asked && "approval" in asked ? (asked.approval?.id ?? "") : "";
  await second.addToolApprovalResponse({ id, approved: true });
  await until(() => second.status === "ready" && textOf(second.lastMessage).includes("paid 500"));
  // The first page has not noticed; it is told when it looks again.
  await first.resumeStream();
  expect(plain(first.messages)).toEqual(plain(second.messages));
});

test("a client that keeps no data parts still gets only what follows its decision", async () => {
  const first = openChat({ agent: "refunder" });
  await first.sendMessage({ text: "refund me" });
  const kept = first.messages.map((each) => ({
    ...each,
    parts: each.parts.filter(({ type }) => !type.startsWith("data-")),
  }));
  const chat = openChat({ id: first.id, agent: "refunder", messages: kept, isAutomatic: true });
  const asked = chat.lastMessage?.parts.find((part) => part.type === "tool-refund");
  const id = asked && "approval" in asked ? (asked.approval?.id ?? "") : "";
  await chat.addToolApprovalResponse({ id, approved: true });
  await until(() => chat.status === "ready" && textOf(chat.lastMessage).includes("paid 500"));
  const types = chat.lastMessage?.parts.map(({ type }) => type).filter((type) => !type.startsWith("data-"));
  expect(types).toEqual(["step-start", "tool-refund", "step-start", "text"]);
});

test("there is nothing to resume in a chat that has not begun, is not ours, or ended long ago", async () => {
  const unknown = openChat();
  await unknown.resumeStream();
  expect(unknown).toMatchObject({ status: "ready", messages: [] });
  const old = openChat({ agent: "refunder" });
  await old.sendMessage({ text: "hello" });
  skewMs = LIMITS.chatReplayMs + 60_000;
  const response = await fetch(`${server.url}/v1/chat/${old.id}/stream`);
  skewMs = 0;
  expect(response.status).toBe(204);
});

test("regenerate asks again as a run of its own; an earlier message cannot be answered again", async () => {
  const chat = openChat({ agent: "refunder" });
  await chat.sendMessage({ text: "hello" });
  const before = chat.lastMessage?.id;
  await chat.regenerate();
  expect(chat.messages).toHaveLength(2);
  expect(textOf(chat.lastMessage)).toBe("How much?");
  expect(chat.lastMessage?.id).not.toBe(before);
  await chat.sendMessage({ text: "something else" });
  await chat.regenerate({ messageId: chat.messages[1]?.id ?? "" });
  expect(chat.status).toBe("error");
  expect(chat.error?.message).toContain("Only the answer to the last message");
});

test("an agent that fails puts the chat into its error state, and the next message works", async () => {
  const chat = openChat();
  await chat.sendMessage({ text: "fail" });
  expect(chat.status).toBe("error");
  expect(chat.error?.message).toContain("told to answer 400");
});

test("a cancelled run ends the message as interrupted", async () => {
  shutGate();
  const chat = openChat();
  const sending = chat.sendMessage({ text: "Tell me" });
  await until(() => textOf(chat.lastMessage).length > 20);
  const offset = chat.lastMessage?.parts.find(({ type }) => type === "data-aegis");
  const { runId } = offset && "data" in offset ? (offset.data as { runId: string }) : { runId: "" };
  await fetch(`${server.url}/v1/runs/${runId}/cancel`, { method: "POST" });
  await sending;
  openGate();
  expect(chat.status).toBe("ready");
  // The record is written after the log, which is what the stream is.
  await expect.poll(async () => (await server.runtime.run(runId)).outcome).toBe("cancelled");
  expect(STORY.startsWith(textOf(chat.lastMessage))).toBe(true);
});

const message = { id: "m1", role: "user", parts: [{ type: "text", text: "hello" }] };

test.each([
  { body: { id: "x1", messages: [] }, status: 400, code: "request.invalid" },
  { body: { id: "a/b", messages: [message], agent: "refunder" }, status: 400, code: "request.invalid" },
  { body: { id: "x2", messages: [message], agent: "nobody" }, status: 404, code: "agent.not_found" },
  { body: { id: "x3", messages: [message] }, status: 400, code: "request.invalid" },
  { body: { id: "x4", messages: [message], agent: "refunder", temperature: 1 }, status: 400, code: "request.invalid" },
  {
    body: { id: "x5", agent: "refunder", messages: [{ ...message, parts: [{ type: "file", url: "data:," }] }] },
    status: 422,
    code: "chat.unsupported",
  },
  {
    body: { id: "x6", agent: "refunder", messages: [{ ...message, role: "assistant" }] },
    status: 422,
    code: "chat.unsupported",
  },
])("refuses $body with $code", async ({ body, status, code }) => {
  const response = await fetch(`${server.url}/v1/chat`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  expect(response.status).toBe(status);
  expect(await response.json()).toMatchObject({ code });
});

test("a chat is its owner's: to others it is not there, and who may not decide cannot approve", async () => {
  const guarded = await openProtocolServer({ auth: {} });
  const [ada, bob, eve] = [
    await guarded.keyOf("ada"),
    await guarded.keyOf("bob"),
    await guarded.keyOf("eve", "operator"),
  ];
  const openAs = (key: string, messages: UIMessage[] = []) =>
    new Chat<UIMessage>({
      id: "ours",
      messages,
      transport: new DefaultChatTransport({
        api: `${guarded.url}/v1/chat`,
        headers: { authorization: `Bearer ${key}` },
        body: { agent: "refunder" },
      }),
    });
  const [hers, his] = [openAs(ada), openAs(bob)];
  await hers.sendMessage({ text: "refund me" });
  await his.resumeStream();
  expect(his).toMatchObject({ status: "ready", messages: [] });
  await his.sendMessage({ text: "what did she say?" });
  expect(his.error?.message).toContain("There is no such session");
  const asked = hers.lastMessage?.parts.find((part) => part.type === "tool-refund");
  const id = asked && "approval" in asked ? (asked.approval?.id ?? "") : "";
  await hers.addToolApprovalResponse({ id, approved: true });
  await hers.sendMessage();
  expect(hers.error?.message).toContain("needs the role operator");
  const operator = openAs(eve, hers.messages);
  await operator.sendMessage();
  expect(textOf(operator.lastMessage)).toBe("Result: paid 500");
  await guarded.close();
});
