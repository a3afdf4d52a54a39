import { type Offset, stream } from "@durable-streams/client";
import { afterEach, expect, test } from "vitest";
import { eventually, openOwnRun, openServed, readSse, type Served, type ServedOptions } from "./server-kit.ts";

const opened: Served[] = [];
afterEach(async () => {
  for (const each of opened.splice(0)) await each.close();
});
async function serve(options: ServedOptions = {}): Promise<Served> {
  const served = await openServed(options);
  opened.push(served);
  return served;
}

interface Shown {
  readonly seq: number;
}

const numbers = (count: number) => Array.from({ length: count }, (_, index) => index);

test("catch-up: parts by size, offsets that sort, and what the end looks like", async () => {
  const served = await serve({ limits: { catchUpBytesMax: 4_000 } });
  const { run, append, text, hidden, end } = await openOwnRun(served);
  const path = `/v1/runs/${run.id}/stream`;
  const empty = await served.get(path);
  expect(empty).toMatchObject({ status: 200, text: "[]" });
  expect(Object.fromEntries(empty.headers)).toMatchObject({
    "content-type": "application/json",
    "stream-next-offset": "0000000000000000",
    "stream-up-to-date": "true",
  });
  expect(empty.headers.has("stream-closed")).toBe(false);

  for (let index = 0; index < 100; index += 1) await append(text("x".repeat(100)), hidden());
  await append(hidden(), hidden());
  const offsets: string[] = [];
  const seen: number[] = [];
  let part = await served.get(`${path}?offset=-1`);
  for (;;) {
    seen.push(...(part.json as Shown[]).map(({ seq }) => seq));
    const next = part.headers.get("stream-next-offset") ?? "";
    offsets.push(next);
    if (part.headers.get("stream-up-to-date") === "true") break;
    expect(part.headers.get("cache-control")).toContain("max-age");
    part = await served.get(`${path}?offset=${next}`);
  }
  expect(seen).toEqual(numbers(100).map((index) => index * 2));
  expect(offsets.length).toBeGreaterThan(2);
  expect(offsets.toSorted()).toEqual(offsets);
  expect(offsets.at(-1)).toBe("0000000000000202");
  expect(part.headers.get("cache-control")).toBe("private, no-cache");

  const head = await served.send("HEAD", path);
  expect(head.headers.get("stream-next-offset")).toBe("0000000000000202");
  expect(head.headers.get("cache-control")).toBe("no-store");
  const now = await served.get(`${path}?offset=now`);
  expect(now).toMatchObject({ status: 200, text: "[]" });
  expect(now.headers.get("stream-next-offset")).toBe("0000000000000202");

  const etag = part.headers.get("etag") ?? "";
  const again = async () => served.get(`${path}?offset=${offsets.at(-2)}`, { headers: { "if-none-match": etag } });
  expect(await again()).toMatchObject({ status: 304, text: "" });
  await end();
  const closed = await again();
  expect(closed.status).toBe(200);
  expect(closed.headers.get("stream-closed")).toBe("true");
  expect((await served.send("HEAD", path)).headers.get("stream-closed")).toBe("true");
});

test("long-poll waits, hands over what comes, says when nothing came and when nothing can come", async () => {
  const served = await serve({ limits: { longPollMs: 150 } });
  const { run, append, text, hidden, end } = await openOwnRun(served);
  const poll = async (offset: string, cursor = "") =>
    served.get(`/v1/runs/${run.id}/stream?offset=${offset}&live=long-poll${cursor}`);
  const nothing = await poll("-1");
  expect(nothing.status).toBe(204);
  expect(Object.fromEntries(nothing.headers)).toMatchObject({
    "stream-next-offset": "0000000000000000",
    "stream-up-to-date": "true",
    "stream-cursor": expect.stringMatching(/^\d+$/),
  });
  const cursor = Number(nothing.headers.get("stream-cursor"));
  expect(Number((await poll("-1", `&cursor=${cursor}`)).headers.get("stream-cursor"))).toBeGreaterThan(cursor);

  // Hidden events alone are nothing to tell, yet the offset moves on.
  await append(hidden(), hidden());
  const moved = await poll("-1");
  expect([moved.status, moved.headers.get("stream-next-offset")]).toEqual([204, "0000000000000002"]);

  const waiting = poll("now");
  await eventually(async () => /^aegis_waiting_polls 1$/m.test((await served.get("/metrics")).text));
  await append(text("a"), text("b"));
  const came = await waiting;
  expect(came.status).toBe(200);
  expect((came.json as Shown[]).map(({ seq }) => seq)).toEqual([2, 3]);
  expect(came.headers.get("stream-next-offset")).toBe("0000000000000004");
  await end();
  const last = await poll("0000000000000004");
  expect(last.headers.get("stream-closed")).toBe("true");
  const over = await poll("0000000000000005");
  expect([over.status, over.headers.get("stream-closed")]).toEqual([204, "true"]);
});

test("server-sent events: data, then control, up to the end", async () => {
  const served = await serve();
  const { run, append, text, hidden, end } = await openOwnRun(served);
  await append(text("a"), hidden());
  await end();
  const answer = await served.get(`/v1/runs/${run.id}/stream?offset=-1&live=sse`);
  expect(answer.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
  const [data, control, ...more] = readSse(answer.text);
  expect(more).toEqual([]);
  expect(data?.event).toBe("data");
  expect((JSON.parse(data?.data ?? "") as Shown[]).map(({ seq }) => seq)).toEqual([0, 2]);
  expect(control?.event).toBe("control");
  expect(JSON.parse(control?.data ?? "")).toEqual({
    streamNextOffset: "0000000000000003",
    streamCursor: expect.stringMatching(/^\d+$/),
    upToDate: true,
    streamClosed: true,
  });
});

test.each([
  ["the future", "offset=0000000000000009", 416, "log.bad_offset"],
  ["no offset of ours", "offset=abc", 400, "request.invalid"],
  ["a live read from nowhere", "live=sse", 400, "request.invalid"],
  ["an unknown way to live", "offset=-1&live=websocket", 400, "request.invalid"],
  ["an unknown parameter", "offset=-1&from=3", 400, "request.invalid"],
])("refuses %s", async (_, query, status, code) => {
  const served = await serve();
  const { run, append, text } = await openOwnRun(served);
  await append(text("a"));
  expect(await served.get(`/v1/runs/${run.id}/stream?${query}`)).toMatchObject({ status, json: { code } });
});

test.each(["long-poll", "sse"] as const)("the official client follows a run to its end: %s", async (live) => {
  const served = await serve({ limits: { longPollMs: 200 } });
  const { run, append, text, hidden, end } = await openOwnRun(served);
  const url = `${served.url}/v1/runs/${run.id}/stream`;
  await append(text("before"));
  const response = await stream<Shown>({ url, live, warnOnHttp: false });
  const seen: number[] = [];
  let isOver = false;
  response.subscribeJson(({ items, streamClosed }) => {
    seen.push(...items.map(({ seq }) => seq));
    isOver ||= streamClosed;
  });
  for (let index = 0; index < 60; index += 1) {
    await append(text(String(index)));
    if (index % 9 === 0) await append(hidden());
    if (index % 5 === 0) await eventually(() => seen.length > index);
  }
  await end();
  await eventually(() => isOver);
  const hiddenCount = 7;
  expect(seen).toHaveLength(62);
  expect(seen).toEqual([...new Set(seen)].toSorted((left, right) => left - right));
  expect(seen.at(-1)).toBe(61 + hiddenCount);
});

test.each(["long-poll", "sse", false] as const)(
  "the official client resumes by offset wherever it is cut: %s",
  async (live) => {
    const served = await serve({ limits: { longPollMs: 200, catchUpBytesMax: 2_000 } });
    const { run, append, text, end } = await openOwnRun(served);
    const url = `${served.url}/v1/runs/${run.id}/stream`;
    const writing = (async () => {
      for (let index = 0; index < 200; index += 1) {
        await append(text(String(index)));
        if (index % 10 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
      }
      await end();
    })();
    const seen: number[] = [];
    let offset: Offset = "-1";
    let isClosed = false;
    for (let cut = 0; !isClosed; cut += 1) {
      const response = await stream<Shown>({ url, live, offset, warnOnHttp: false });
      const wanted = 1 + (cut % 3);
      let parts = 0;
      await new Promise<void>((resolve) => {
        response.subscribeJson((part) => {
          if (parts >= wanted) return;
          seen.push(...part.items.map(({ seq }) => seq));
          offset = part.offset;
          isClosed ||= part.streamClosed;
          parts += 1;
          if (parts === wanted || isClosed || (live === false && part.upToDate)) resolve();
        });
      });
      response.cancel();
    }
    await writing;
    expect(seen).toEqual(numbers(201));
  },
);
