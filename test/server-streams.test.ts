import { connect, type Socket } from "node:net";
import { EventSource } from "eventsource";
import { afterEach, expect, test } from "vitest";
import { eventually, openOwnRun, openServed, readSse, type Served, type ServedOptions } from "./server-kit.ts";

const opened: { close(): Promise<void> | void }[] = [];
afterEach(async () => {
  for (const each of opened.splice(0).toReversed()) await each.close();
});
async function serve(options: ServedOptions = {}): Promise<Served> {
  const served = await openServed(options);
  opened.push(served);
  return served;
}

/** What a stream sends, as it comes; `cut` drops the connection. */
async function follow(served: Served, path: string, headers: Readonly<Record<string, string>> = {}) {
  const abort = new AbortController();
  const response = await served.send("GET", path, { headers, signal: abort.signal });
  const state = { text: "", isOver: false };
  const done = (async () => {
    const decoder = new TextDecoder();
    try {
      for await (const chunk of response.body ?? []) state.text += decoder.decode(chunk, { stream: true });
    } catch (error) {
      if (!abort.signal.aborted) throw error;
    } finally {
      state.isOver = true;
    }
  })();
  done.catch(() => undefined);
  const ids = () => readSse(state.text.slice(0, state.text.lastIndexOf("\n\n") + 2)).flatMap(({ id }) => id ?? []);
  return { response, state, done, ids, cut: () => abort.abort() };
}

/** A plain socket that asks for a path and reads only when told. */
function ask(served: Served, path: string): { socket: Socket; received: () => string; bytes: () => number } {
  const { port } = new URL(served.url);
  const socket = connect(Number(port), "127.0.0.1");
  opened.push({ close: () => void socket.destroy() });
  const chunks: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => void chunks.push(chunk));
  socket.on("error", () => undefined);
  socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAccept: text/event-stream\r\n\r\n`);
  return {
    socket,
    received: () => Buffer.concat(chunks).toString(),
    bytes: () => chunks.reduce((sum, { length }) => sum + length, 0),
  };
}

async function metric(served: Served, name: string): Promise<number> {
  const { text } = await served.get("/metrics");
  return Number(new RegExp(`^${name} (.*)$`, "m").exec(text)?.[1]);
}

test("events come as they are written, hidden ones leave gaps, and any place can be resumed", async () => {
  const served = await serve();
  const { run, append, text, hidden, end } = await openOwnRun(served);
  const events = `/v1/runs/${run.id}/events`;
  const live = await follow(served, events);
  expect(live.response.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
  await eventually(() => live.state.text === "retry: 500\n\n");
  await append(text("a"), hidden(), text("b"));
  await eventually(() => live.ids().length === 2);
  await append(hidden(), hidden());
  await append(text("c"));
  await end();
  await live.done;
  expect(live.ids()).toEqual(["0", "2", "5", "6"]);
  expect(readSse(live.state.text).map(({ data = "{}" }) => JSON.parse(data).text)).toEqual(["a", "b", "c", undefined]);

  for (const [seen, rest] of [
    ["0", ["2", "5", "6"]],
    ["1", ["2", "5", "6"]],
    ["2", ["5", "6"]],
    ["5", ["6"]],
  ] as const) {
    const byHeader = await follow(served, events, { "last-event-id": seen });
    const byQuery = await follow(served, `${events}?lastEventId=${seen}`);
    await Promise.all([byHeader.done, byQuery.done]);
    expect([byHeader.ids(), byQuery.ids()]).toEqual([rest, rest]);
  }
  expect((await served.send("GET", events, { headers: { "last-event-id": "6" } })).status).toBe(204);
  const future = await served.get(events, { headers: { "last-event-id": "7" } });
  expect(future).toMatchObject({ status: 416, json: { code: "log.bad_offset" } });
});

test("a page of events says where to read on, and when nothing can come", async () => {
  const served = await serve();
  const { run, append, text, hidden, end } = await openOwnRun(served);
  const page = async (query: string) =>
    served.get(`/v1/runs/${run.id}/events${query}`, { headers: { accept: "application/json" } });
  expect((await page("")).json).toEqual({ items: [], nextSeq: 0, isComplete: false });
  await append(text("a"), hidden(), hidden(), text("b"));
  expect((await page("?limit=3")).json).toMatchObject({ items: [{ seq: 0 }], nextSeq: 3, isComplete: false });
  expect((await page("?fromSeq=3")).json).toMatchObject({ items: [{ seq: 3 }], nextSeq: 4, isComplete: false });
  await end();
  expect((await page("?fromSeq=4")).json).toMatchObject({ items: [{ seq: 4 }], nextSeq: 5, isComplete: true });
  expect((await page("?fromSeq=5")).json).toEqual({ items: [], nextSeq: 5, isComplete: true });
  expect(await page("?fromSeq=6")).toMatchObject({ status: 416, json: { code: "log.bad_offset" } });
});

test("a reader cut at random places sees each event once, in order", async () => {
  const served = await serve();
  const { run, append, text, end } = await openOwnRun(served);
  const path = `/v1/runs/${run.id}/events`;
  const writing = (async () => {
    for (let index = 0; index < 300; index += 1) {
      await append(text(`${index} `));
      if (index % 7 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await end();
  })();
  const seen: string[] = [];
  let cuts = 0;
  for (let isOver = false; !isOver; cuts += 1) {
    const last = seen.at(-1);
    const part = await follow(served, path, last === undefined ? {} : { "last-event-id": last });
    const wanted = 1 + ((cuts * 13) % 17);
    await eventually(() => part.ids().length >= wanted || part.state.isOver);
    isOver = part.state.isOver;
    part.cut();
    await part.done;
    seen.push(...part.ids());
  }
  await writing;
  expect(seen).toEqual(Array.from({ length: 301 }, (_, index) => String(index)));
  expect(cuts).toBeGreaterThan(10);
});

test("an EventSource reads to the end, reconnects once and is told to stop", async () => {
  const served = await serve();
  const { run, append, text, end } = await openOwnRun(served);
  const source = new EventSource(`${served.url}/v1/runs/${run.id}/events`);
  opened.push(source);
  const seen: string[] = [];
  source.onmessage = ({ lastEventId }) => void seen.push(lastEventId);
  await append(text("a"));
  await eventually(() => seen.length === 1);
  await append(text("b"));
  await end();
  await eventually(() => source.readyState === EventSource.CLOSED);
  expect(seen).toEqual(["0", "1", "2"]);
});

test("a quiet stream says that it is alive", async () => {
  const served = await serve({ limits: { streamHeartbeatMs: 50 } });
  const { run, append, text } = await openOwnRun(served);
  const live = await follow(served, `/v1/runs/${run.id}/events`);
  await eventually(() => live.state.text.split(": \n\n").length > 3);
  await append(text("a"));
  await eventually(() => live.ids().length === 1);
  live.cut();
  expect(live.state.text.replaceAll(": \n\n", "")).toMatch(/^retry: 500\n\nid: 0\ndata: [^\n]+\n\n$/);
});

test("a reader that has gone frees its stream", async () => {
  const served = await serve();
  const { run } = await openOwnRun(served);
  const live = await follow(served, `/v1/runs/${run.id}/events`);
  expect(await metric(served, "aegis_open_streams")).toBe(1);
  live.cut();
  await eventually(async () => (await metric(served, "aegis_open_streams")) === 0);
});

const EVENT = "x".repeat(100_000);

test("a reader that takes nothing holds up only itself, and gets every byte when it goes on", async () => {
  const served = await serve();
  const { run, append, text, end } = await openOwnRun(served);
  for (let index = 0; index < 50; index += 1) await append(...Array.from({ length: 10 }, () => text(EVENT)));
  await end();
  const slow = ask(served, `/v1/runs/${run.id}/events`);
  slow.socket.pause();
  let before = -1;
  await eventually(async () => {
    const now = await metric(served, "aegis_stream_events_total");
    const hasStopped = now > 0 && now === before;
    before = now;
    await new Promise((resolve) => setTimeout(resolve, 200));
    return hasStopped;
  });
  // 50 MB are there; what is sent lies in the system's buffers of the connection, and a page of the log in ours.
  expect(before).toBeLessThan(300);
  const other = await follow(served, `/v1/runs/${run.id}/events`);
  await other.done;
  expect(other.ids()).toHaveLength(501);
  slow.socket.resume();
  await eventually(() => slow.bytes() > 500 * EVENT.length && slow.received().endsWith("0\r\n\r\n"));
  expect(slow.received().match(/\nid: \d+\n/g)).toHaveLength(501);
});

test("a reader that stalls is disconnected, and resumes from where it was", async () => {
  const served = await serve({ limits: { streamStallMs: 300 } });
  const { run, append, text, end } = await openOwnRun(served);
  for (let index = 0; index < 30; index += 1) await append(...Array.from({ length: 10 }, () => text(EVENT)));
  await end();
  const stalled = ask(served, `/v1/runs/${run.id}/events`);
  stalled.socket.pause();
  await eventually(async () => (await metric(served, "aegis_stream_events_total")) > 0);
  await eventually(async () => (await metric(served, "aegis_open_streams")) === 0);
  stalled.socket.resume();
  await eventually(() => stalled.socket.destroyed);
  const seen = [...stalled.received().matchAll(/\nid: (\d+)\ndata: [^\n]*\n\n/g)].length;
  expect(seen).toBeLessThan(301);
  const rest = await follow(
    served,
    `/v1/runs/${run.id}/events`,
    seen === 0 ? {} : { "last-event-id": String(seen - 1) },
  );
  await rest.done;
  expect(rest.ids()).toHaveLength(301 - seen);
});

test("more streams than one process takes on are asked to wait", async () => {
  const served = await serve({ limits: { streamsMax: 2 } });
  const { run } = await openOwnRun(served);
  const path = `/v1/runs/${run.id}/events`;
  const streams = [await follow(served, path), await follow(served, path)];
  const refused = await served.get(path);
  expect(refused).toMatchObject({ status: 429, json: { code: "runtime.overloaded", details: { streamsMax: 2 } } });
  expect(refused.headers.get("retry-after")).toBe("1");
  streams[0]?.cut();
  await eventually(async () => (await metric(served, "aegis_open_streams")) === 1);
  const again = await follow(served, path);
  expect(again.response.status).toBe(200);
  for (const each of [...streams, again]) each.cut();
});

test("HEAD opens no stream", async () => {
  const served = await serve();
  const { run } = await openOwnRun(served);
  const head = await served.send("HEAD", `/v1/runs/${run.id}/events`);
  expect([head.status, await head.text()]).toEqual([200, ""]);
  expect(await metric(served, "aegis_open_streams")).toBe(0);
});

test("a message can be answered with its run's events at once", async () => {
  const served = await serve();
  const { json: session } = await served.post("/v1/sessions", { agent: "echo" });
  const headers = { accept: "text/event-stream", "idempotency-key": "once" };
  const path = `/v1/sessions/${session.id}/runs`;
  const first = await served.post(path, { message: "hi" }, { headers });
  const types = readSse(first.text).map(({ data = "" }) => JSON.parse(data).type);
  expect(types).toEqual(["run.started", "message.received", "message.sent", "run.ended"]);
  const again = await served.post(path, { message: "hi" }, { headers });
  expect(again.headers.get("aegis-run-id")).toBe(first.headers.get("aegis-run-id"));
  expect(again.text).toBe(first.text);
});

test("closing the server cuts its streams and frees its port", async () => {
  const served = await serve();
  const { run } = await openOwnRun(served);
  const live = await follow(served, `/v1/runs/${run.id}/events`);
  await served.server.close();
  await expect(live.done).rejects.toThrow("terminated");
  await expect(served.get("/health")).rejects.toThrow("fetch failed");
});

test("erasing a session ends what follows its runs", async () => {
  const served = await serve();
  const { json: session } = await served.post("/v1/sessions", { agent: "echo" });
  const { json } = await served.post(`/v1/sessions/${session.id}/runs`, { message: "hi" });
  const live = await follow(served, `/v1/runs/${json.run.id}/events`);
  expect((await served.send("DELETE", `/v1/sessions/${session.id}`)).status).toBe(204);
  await live.done;
  expect((await served.get(`/v1/runs/${json.run.id}`)).status).toBe(404);
});
