import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import type { EdgeAnswer, Exchange, SeenRequest } from "../exchange.ts";
import { exchangeOf } from "../redact/planted-secrets.test-kit.ts";
import { openCassetteWriter } from "./open-cassette-writer.ts";
import { readCassette } from "./read-cassette.ts";
import { type ReplayOptions, replaySource } from "./replay-source.ts";

const folders: string[] = [];
afterEach(async () => {
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true })));
});

async function replayOf(exchanges: readonly Exchange[], options: ReplayOptions = {}) {
  const folder = await mkdtemp(join(tmpdir(), "aegis-cassette-"));
  folders.push(folder);
  const path = join(folder, "tape.jsonl");
  await using writer = await openCassetteWriter(path, { recordedAtMs: 0, ...options });
  await Promise.all(exchanges.map((exchange) => writer.append(exchange)));
  await writer.close();
  return replaySource(await readCassette(path), options);
}

const signal = new AbortController().signal;

async function read(answer: EdgeAnswer): Promise<string> {
  const pieces: Uint8Array[] = [];
  for await (const piece of answer.body) pieces.push(piece);
  return Buffer.concat(pieces).toString("utf8");
}

/** Exchanges whose answers are their numbers. */
function numbered(...plants: readonly Parameters<typeof exchangeOf>[0][]): Exchange[] {
  return plants.map((plant, index) => exchangeOf({ ...plant, chunks: [String(index)] }, index));
}

const get = (url: string): SeenRequest => ({ ...exchangeOf({ url, body: "" }).request, method: "POST" });
const postJson = (value: unknown) => exchangeOf({ body: JSON.stringify(value) }).request;

test.each<{
  why: string;
  recorded: Parameters<typeof exchangeOf>[0];
  asked: Parameters<typeof exchangeOf>[0];
  options?: ReplayOptions;
}>([
  { why: "order of members", recorded: { body: '{"a":1,"b":[2]}' }, asked: { body: '{ "b": [2], "a": 1.0 }' } },
  {
    why: "order of query keys",
    recorded: { url: "https://a.example.com/x?b=2&a=1" },
    asked: { url: "https://A.example.com:443/x?a=1&b=2#top" },
  },
  {
    why: "spelling of the path",
    recorded: { url: "https://a.example.com/%7Eme" },
    asked: { url: "https://a.example.com/~me" },
  },
  {
    why: "order of form fields",
    recorded: { headers: [["content-type", "application/x-www-form-urlencoded"]], body: "a=1+2&b=3" },
    asked: { headers: [["Content-Type", "application/x-www-form-urlencoded; charset=utf-8"]], body: "b=3&a=1%202" },
  },
  {
    why: "boundary",
    recorded: {
      headers: [["content-type", "multipart/form-data; boundary=one"]],
      body: '--one\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--one--',
    },
    asked: {
      headers: [["content-type", 'multipart/form-data; boundary="two"']],
      body: '--two\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--two--',
    },
  },
  {
    why: "ignored parts",
    recorded: { url: "https://a.example.com/?t=1", body: '{"id":1,"items":[{"at":1,"n":1}]}' },
    asked: { url: "https://a.example.com/?t=2", body: '{"id":2,"items":[{"at":2,"n":1}]}' },
    options: { ignored: { queryKeys: ["t"], bodyPaths: ["id", "items.*.at"] } },
  },
  {
    why: "another key of the same user",
    recorded: { url: "https://a.example.com/?api_key=q7aB3dE5gH7jK9mN1pQ2", body: '{"password":"one"}' },
    asked: { url: "https://a.example.com/?api_key=other", body: '{"password":"two"}' },
  },
  {
    why: "a secret that only the recording knew",
    recorded: { url: "https://a.example.com/u/plainname/x", body: '{"note":"I am plainname, hi"}' },
    asked: { url: "https://a.example.com/u/other/x", body: '{"note":"I am other, hi"}' },
    options: { secrets: ["plainname"] },
  },
])("requests are the same but for: $why", async ({ recorded, asked, options = {} }) => {
  const source = await replayOf(numbered(recorded), options);
  expect(await read(await source(exchangeOf(asked).request, signal))).toBe("0");
  expect(source.unconsumed()).toEqual([]);
});

test.each([
  { why: "large numbers", recorded: '{"n":12345678901234567890}', asked: '{"n":12345678901234567891}' },
  { why: "order of a list", recorded: "[1,2]", asked: "[2,1]" },
  { why: "null and nothing", recorded: '{"a":null}', asked: "{}" },
])("requests are not the same for: $why", async ({ recorded, asked }) => {
  const source = await replayOf(numbered({ body: recorded }));
  await expect(source(exchangeOf({ body: asked }).request, signal)).rejects.toMatchObject({
    code: "network.replay_miss",
  });
});

test("the n-th request gets the n-th answer, also of many at once; then it is a miss, or the last again", async () => {
  // Written in the order of their ends, which is another.
  const exchanges = numbered({}, { body: "[1]" }, {}, {}).toReversed();
  const source = await replayOf(exchanges);
  const request = exchangeOf().request;
  const answers = await Promise.all(Array.from({ length: 3 }, async () => read(await source(request, signal))));
  expect(answers).toEqual(["0", "2", "3"]);
  expect(source.unconsumed().map(({ exchange, occurrence }) => [exchange.index, occurrence])).toEqual([[1, 0]]);
  await expect(source(request, signal)).rejects.toThrow(
    "POST https://api.example.com/v1/orders was recorded 3 times and is asked for once more",
  );
  const again = await replayOf(exchanges, { afterLast: "repeat" });
  for (let count = 0; count < 3; count += 1) await again(request, signal);
  expect(await read(await again(request, signal))).toBe("3");
});

test.each([
  {
    why: "another method",
    request: { ...get("https://a.example.com/orders?page=2"), method: "PUT" },
    message:
      'PUT https://a.example.com/orders?page=2 was not recorded; nearest is POST https://a.example.com/orders?page=2 (line 2): method is "PUT", recorded was "POST"',
  },
  {
    why: "another path",
    request: get("https://a.example.com/order?page=2"),
    message:
      'POST https://a.example.com/order?page=2 was not recorded; nearest is POST https://a.example.com/orders?page=2 (line 2): path is "/order", recorded was "/orders"',
  },
  {
    why: "another query",
    request: get("https://a.example.com/orders?page=3&sort=up"),
    message:
      'POST https://a.example.com/orders?page=3&sort=up was not recorded; nearest is POST https://a.example.com/orders?page=2 (line 2): query page is "3", recorded was "2"; query sort ("up") was not recorded',
  },
  {
    why: "another body",
    request: postJson({ model: "m", messages: [{ role: "user", content: "bye\u001b[2J" }] }),
    message:
      'POST https://api.example.com/v1/orders was not recorded; nearest is POST https://api.example.com/v1/orders (line 3): body messages.0.content is "bye\\u001b[2J", recorded was "hello"',
  },
  {
    why: "another secret and more",
    request: postJson({ model: "n", password: "hunter2", messages: [{ role: "user", content: "hello" }] }),
    message:
      'POST https://api.example.com/v1/orders was not recorded; nearest is POST https://api.example.com/v1/orders (line 3): body model is "n", recorded was "m"; body password ("[redacted]") was not recorded',
  },
])("a miss names what is nearest: $why", async ({ request, message }) => {
  const source = await replayOf([
    exchangeOf({ url: "https://a.example.com/orders?page=2", body: "" }, 0),
    exchangeOf({ body: '{"model":"m","messages":[{"role":"user","content":"hello"}]}' }, 1),
  ]);
  await expect(source(request, signal)).rejects.toMatchObject({ code: "network.replay_miss", message });
  expect(source.mismatches()).toHaveLength(1);
  expect(source.unconsumed()).toHaveLength(2);
});

test("errors and cut bodies come back as they were", async () => {
  const error = { code: "network.upstream_failed", message: "connect ECONNREFUSED" };
  const { response: _, ...refused } = exchangeOf({ body: "[0]" }, 0);
  const cut = exchangeOf({ body: "[1]", chunks: ["half", "way"] }, 1);
  const source = await replayOf([
    { ...refused, error },
    { ...cut, ...(cut.response && { response: { ...cut.response, isWhole: false } }) },
  ]);
  await expect(source(refused.request, signal)).rejects.toMatchObject(error);
  const pieces: string[] = [];
  const answer = await source(cut.request, signal);
  await expect(async () => {
    for await (const piece of answer.body) pieces.push(Buffer.from(piece).toString());
  }).rejects.toMatchObject({ code: "network.upstream_failed" });
  expect(pieces).toEqual(["half", "way"]);
});

test("what a policy or a fault answered is not replayed", async () => {
  const source = await replayOf([{ ...exchangeOf(), from: "policy" }]);
  await expect(source(exchangeOf().request, signal)).rejects.toThrow("the cassette is empty");
});

test("at the recorded pace an answer ends with the trial", async () => {
  const slow = exchangeOf({ chunks: ["now", "in an hour"] });
  const chunks = slow.response?.chunks.map((chunk, index) => ({ ...chunk, afterMs: index * 3_600_000 })) ?? [];
  const source = await replayOf([{ ...slow, ...(slow.response && { response: { ...slow.response, chunks } }) }], {
    pace: "recorded",
  });
  const ending = new AbortController();
  const answer = await source(slow.request, ending.signal);
  const seen: number[] = [];
  await expect(async () => {
    for await (const piece of answer.body) {
      seen.push(piece.length);
      ending.abort();
    }
  }).rejects.toThrow("aborted");
  expect(seen).toEqual([3]);
});
