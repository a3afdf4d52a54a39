import { existsSync, readdirSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { openCassetteWriter } from "../src/network/cassette/open-cassette-writer.ts";
import { readCassette } from "../src/network/cassette/read-cassette.ts";
import {
  type Answered,
  type Asked,
  askThroughEdge,
  type Received,
  recordAndReplay,
  serve,
  temporaryFolder,
} from "../src/network/cassette/record-and-replay.test-kit.ts";
import type { Headers } from "../src/network/exchange.ts";
import { encodingsWith } from "../src/network/redact/find-secret.test-kit.ts";
import { PLAIN_SECRET, plantedSecrets } from "../src/network/redact/planted-secrets.test-kit.ts";

const data = process.env["AEGIS_DATA"] ?? join(import.meta.dirname, "../../shared/data");
const recordings = join(data, "http_cassettes");
const noRecordings = "no recordings: set AEGIS_DATA to their folder";
const files = existsSync(recordings)
  ? readdirSync(recordings, { recursive: true })
      .map(String)
      .filter((name) => /\.ya?ml$/.test(name))
      .toSorted()
  : [];

/** Of one connection, or of the moment; a cookie is a secret. */
const PASSING = new Set(["connection", "keep-alive", "transfer-encoding", "date", "set-cookie", "content-length"]);

function lasting({ headers }: Received): string[] {
  return headers
    .filter(([name]) => !PASSING.has(name.toLowerCase()))
    .map(([name, value]) => `${name.toLowerCase()}: ${value}`)
    .toSorted();
}

interface VcrMessage {
  readonly headers?: Readonly<Record<string, readonly string[]>>;
  readonly parsed_body?: unknown;
}

interface VcrInteraction {
  readonly request: VcrMessage & { readonly method: string; readonly uri: string; readonly body?: string | null };
  readonly response: VcrMessage & {
    readonly status: { readonly code: number };
    readonly body?: { readonly string?: string | Uint8Array };
  };
}

function readInteractions(file: string): { asked: Asked; answered: Answered }[] {
  const text = readFileSync(join(recordings, file), "utf8");
  const { interactions } = parse(text, { customTags: ["binary"] }) as { interactions: readonly VcrInteraction[] };
  return interactions.map(({ request, response }) => {
    const url = new URL(request.uri);
    return {
      asked: {
        method: request.method,
        path: `${url.pathname}${url.search}`,
        headers: headersOf(request),
        body: Buffer.from(request.body ?? bodyText(request)),
      },
      answered: {
        status: response.status.code,
        headers: headersOf(response),
        pieces: [{ afterMs: 0, bytes: Buffer.from(response.body?.string ?? bodyText(response)) }],
      },
    };
  });
}

function bodyText({ parsed_body }: VcrMessage): string {
  return parsed_body === undefined ? "" : JSON.stringify(parsed_body);
}

/** Without those that belong to the connection of then. */
function headersOf({ headers = {} }: VcrMessage): Headers {
  const left = new Set(["host", "connection", "content-length", "transfer-encoding", "keep-alive"]);
  return Object.entries(headers)
    .filter(([name]) => !left.has(name.toLowerCase()))
    .flatMap(([name, values]) => values.map((value) => [name, value] as const));
}

test.for(files.length > 0 ? files : [noRecordings])("%s comes back byte for byte", async (file, context) => {
  if (file === noRecordings) context.skip(noRecordings);
  const interactions = readInteractions(file);
  expect(interactions.length).toBeGreaterThan(0);
  const { live, replayed, source } = await recordAndReplay(
    interactions.map(({ asked }) => asked),
    interactions.map(({ answered }) => answered),
  );
  interactions.forEach(({ answered }, index) => {
    const [before, after] = [live[index], replayed[index]];
    if (!before || !after) throw new Error(`exchange ${index} is missing`);
    expect(before.body.equals(Buffer.concat(answered.pieces.map(({ bytes }) => bytes)))).toBe(true);
    expect(after.body.equals(before.body)).toBe(true);
    expect(after.status).toBe(answered.status);
    expect(lasting(after)).toEqual(lasting(before));
  });
  expect(source.unconsumed()).toEqual([]);
  expect(source.mismatches()).toEqual([]);
});

const get = (path: string): Asked => ({ method: "GET", path, headers: [], body: Buffer.alloc(0) });
const answerOf = (text: string, status = 200): Answered => ({
  status,
  headers: [["content-type", "text/plain"]],
  pieces: [{ afterMs: 0, bytes: Buffer.from(text) }],
});

test("a stream comes back in its pieces, at its pace", async () => {
  const texts = ['data: {"n":1}\n\n', "data: ü", "ber\n\n", "data: [DONE]\n\n"];
  const pieces = texts.map((text, index) => ({ afterMs: index === 0 ? 0 : 60, bytes: Buffer.from(text) }));
  const { replayed, stored } = await recordAndReplay(
    [get("/stream")],
    [{ status: 200, headers: [["content-type", "text/event-stream"]], pieces }],
    { pace: "recorded" },
  );
  const { response } = JSON.parse(stored.split("\n")[1] ?? "") as { response: { chunks: [number, string][] } };
  const chunks = response.chunks.map(([, chunk]) => Buffer.from(chunk, "base64"));
  expect(Buffer.concat(chunks).toString()).toBe(texts.join(""));
  expect(chunks.length).toBeGreaterThan(1);
  // Who reads late reads two pieces as one; none is ever parted.
  const ends = new Set(chunks.map((_, index) => Buffer.concat(chunks.slice(0, index + 1)).length));
  const [after] = replayed;
  expect(after?.body.toString()).toBe(texts.join(""));
  expect(after?.arrivals.filter(({ length }) => !ends.has(length))).toEqual([]);
  expect(after?.arrivals.length).toBeGreaterThan(1);
  const tookMs = response.chunks.reduce((sum, [afterMs]) => sum + afterMs, 0);
  const lastMs = after?.arrivals.at(-1)?.atMs ?? 0;
  expect(tookMs).toBeGreaterThan(60);
  expect(lastMs).toBeGreaterThan(tookMs - 5);
  // The machine may be busy, but no pace is that of another stream.
  expect(lastMs).toBeLessThan(tookMs + 2_000);
});

test("the same request gets its answers in their order, and a miss never goes upstream", async () => {
  const asked = [get("/poll?id=7"), get("/other"), get("/poll?id=7"), get("/poll?id=7")];
  const answers = [answerOf("wait"), answerOf("x", 404), answerOf("wait", 503), answerOf("done")];
  const { replayed, source } = await recordAndReplay(asked, answers);
  expect(replayed.map(({ status, body }) => `${status} ${body.toString()}`)).toEqual([
    "200 wait",
    "404 x",
    "503 wait",
    "200 done",
  ]);
  const origin = await serve([answerOf("live")]);
  const { received, exchanges } = await askThroughEdge(origin, [get("/poll?id=8")], source);
  expect(received[0]?.body.toString()).not.toContain("live");
  expect(received[0]?.status).toBe(424);
  expect(exchanges[0]?.error?.code).toBe("network.replay_miss");
  expect(exchanges[0]?.error?.message).toContain("nearest is GET");
});

test("of the planted secrets none is in the file, in any encoding", async () => {
  const planted = plantedSecrets();
  expect(planted.length).toBeGreaterThanOrEqual(40);
  const path = join(await temporaryFolder(), "tape.jsonl");
  const writer = await openCassetteWriter(path, {
    recordedAtMs: 0,
    secrets: [PLAIN_SECRET],
    names: ["x-shop-ticket"],
    requestHeaders: "all",
  });
  for (const { exchange } of planted) await writer.append(exchange);
  await writer.close();
  const stored = await readFile(path, "utf8");
  expect(planted.flatMap(({ why, secret }) => encodingsWith(secret, stored).map((form) => `${why}: ${form}`))).toEqual(
    [],
  );
  expect((await readCassette(path)).entries).toHaveLength(planted.length);
  expect(Object.values(writer.redacted()).reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(
    planted.length,
  );
});

test("a program that is given placeholders finds its way through the recording", async () => {
  const login: Asked = {
    method: "POST",
    path: "/login",
    headers: [["content-type", "application/json"]],
    body: Buffer.from('{"user":"ann","password":"tr0ub4dor&3"}'),
  };
  const token = "q7aB3dE5gH7jK9mN1pQ2rS4tU6";
  const answers = [answerOf(`{"access_token":"${token}"}`), answerOf("your orders")];
  const { stored, source } = await recordAndReplay([login, get(`/orders/${token}`)], answers);
  expect(encodingsWith(token, stored)).toEqual([]);
  expect(encodingsWith("tr0ub4dor&3", stored)).toEqual([]);
  expect(source.mismatches()).toEqual([]);
});
