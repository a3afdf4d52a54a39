import { afterAll, beforeAll, expect, test } from "vitest";
import { idMaker, systemClock } from "../../kernel/index.ts";
import { openProtocolServer } from "../../testing/open-protocol-server.ts";

const makeId = idMaker(systemClock, Math.random);
let server: Awaited<ReturnType<typeof openProtocolServer>>;
beforeAll(async () => {
  server = await openProtocolServer();
});
afterAll(() => server.close());

/** A run with one event, performed by a worker elsewhere: what it does next is up to the test. */
async function openRunElsewhere() {
  const { store, runtime } = server;
  const session = await runtime.createSession({ agent: "refunder", ownerId: "local" });
  const workerId = `elsewhere-${makeId()}`;
  await store.holdWorker(workerId);
  const offer = { agent: "refunder", version: "elsewhere" };
  await store.saveWorker({ id: workerId, offers: [offer], state: "live", startedAtMs: 1 });
  const id = makeId<"run">();
  const asked = { input: { message: "hi" }, idempotencyKey: null, metadata: {}, createdAtMs: Date.now() };
  await store.createRun({ id, sessionId: session.id, ownerId: "local", ...offer, ...asked });
  await store.claimRun({ id, workerId, from: ["queued"], atMs: 1 });
  const append = async (content: string, seq: number) => {
    await store.append(id, [{ type: "message.sent", content, atMs: 1, witness: "runtime" }], seq);
  };
  await append("first", 0);
  return { id, append, end: () => store.endRun({ id, outcome: "answered", atMs: 2 }) };
}

test("who has seen all there is of a run under way waits for more, and is told when there is no more", async () => {
  const run = await openRunElsewhere();
  const url = `${server.url}/v1/runs/${run.id}/events`;
  const headers = { accept: "text/event-stream", "last-event-id": "0" };
  const response = await fetch(url, { headers });
  expect(response.status).toBe(200);
  await run.append("second", 1);
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!text.includes("data:")) text += (await reader?.read())?.value ?? "";
  expect(text).toContain("id: 1\n");
  expect(text).not.toContain("id: 0\n");
  await reader?.cancel();

  await run.end();
  expect((await fetch(url, { headers: { ...headers, "last-event-id": "1" } })).status).toBe(204);
});

test("a part that was kept is asked for anew when its run has ended without another event", async () => {
  const run = await openRunElsewhere();
  const ask = (etag = "") =>
    fetch(`${server.url}/v1/runs/${run.id}/stream?offset=-1`, { headers: { "if-none-match": etag } });
  const open = await ask();
  const etag = open.headers.get("etag") ?? "";
  expect([open.status, open.headers.get("stream-closed")]).toEqual([200, null]);
  expect((await ask(etag)).status).toBe(304);
  await run.end();
  const closed = await ask(etag);
  expect([closed.status, closed.headers.get("stream-closed")]).toEqual([200, "true"]);
  expect(await closed.json()).toEqual(await open.json());
});
