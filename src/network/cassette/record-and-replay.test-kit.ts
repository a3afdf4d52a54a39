import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, request as httpRequest, type Server } from "node:http";
import { tmpdir } from "node:os";
import { setTimeout as wait } from "node:timers/promises";
import { afterEach } from "vitest";
import { systemClock } from "../../kernel/index.ts";
import type { AnswerSource } from "../edge.ts";
import type { Exchange, Headers } from "../exchange.ts";
import { openEdge } from "../open-edge.ts";
import { openCassetteWriter } from "./open-cassette-writer.ts";
import { readCassette } from "./read-cassette.ts";
import { type ReplayOptions, type ReplaySource, replaySource } from "./replay-source.ts";

const ends: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: Headers;
  readonly body: Buffer;
}

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  /** What is sent at once, and how long after the piece before. */
  readonly pieces: readonly { readonly afterMs: number; readonly bytes: Buffer }[];
}

export interface Received {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer;
  /** How many bytes had come, and when, in milliseconds since the request. */
  readonly arrivals: readonly { readonly length: number; readonly atMs: number }[];
}

/** An origin that answers its n-th request with the n-th answer. */
export async function serve(answers: readonly Answered[]): Promise<string> {
  let count = 0;
  const server = createServer((request, response) => {
    const answer = answers[count];
    count += 1;
    request.resume().on("end", () => {
      if (!answer) return void response.writeHead(500).end("asked too often");
      response.writeHead(answer.status, answer.headers.flat());
      void sendPieces(answer, (bytes) => response.write(bytes)).then(() => response.end());
    });
  });
  await listen(server);
  const address = server.address();
  return `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
}

async function sendPieces({ pieces }: Answered, write: (bytes: Buffer) => unknown): Promise<void> {
  for (const { afterMs, bytes } of pieces) {
    if (afterMs > 0) await wait(afterMs);
    write(bytes);
  }
}

async function listen(server: Server): Promise<void> {
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  ends.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => void server.close(resolve));
  });
}

async function ask(base: string, { method, path, headers, body }: Asked): Promise<Received> {
  const startMs = performance.now();
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    httpRequest(new URL(path, base), { method, headers: Object.fromEntries(headers), agent: false })
      .on("response", resolve)
      .on("error", reject)
      .end(body);
  });
  const pieces: Buffer[] = [];
  const arrivals: { length: number; atMs: number }[] = [];
  let length = 0;
  for await (const piece of response as AsyncIterable<Buffer>) {
    pieces.push(piece);
    length += piece.length;
    arrivals.push({ length, atMs: performance.now() - startMs });
  }
  const names = response.rawHeaders.filter((_, index) => index % 2 === 0);
  return {
    status: response.statusCode ?? 0,
    headers: names.map((name, index) => [name, response.rawHeaders[index * 2 + 1] ?? ""]),
    body: Buffer.concat(pieces),
    arrivals,
  };
}

/** Asks through an edge, one after the other; what the edge tells is given back too. */
export async function askThroughEdge(origin: string, asked: readonly Asked[], source?: AnswerSource) {
  const exchanges: Exchange[] = [];
  const received: Received[] = [];
  const edge = await openEdge({
    clock: systemClock,
    policy: { allow: [{ host: "127.0.0.1", ports: [Number(new URL(origin).port)], isPrivate: true }] },
    ...(source && { source }),
    onExchange: (exchange) => void exchanges.push(exchange),
  });
  try {
    const base = await edge.stand(origin);
    for (const each of asked) received.push(await ask(base, each));
  } finally {
    await edge[Symbol.asyncDispose]();
  }
  return { exchanges, received };
}

/** Gone when the test is over. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(`${tmpdir()}/aegis-tape-`);
  ends.push(() => rm(folder, { recursive: true }));
  return folder;
}

export interface Journey {
  readonly live: readonly Received[];
  readonly replayed: readonly Received[];
  readonly source: ReplaySource;
  readonly stored: string;
}

/** Recorded with the origin there, replayed with it gone. */
export async function recordAndReplay(
  asked: readonly Asked[],
  answers: readonly Answered[],
  options: ReplayOptions = {},
) {
  const path = `${await temporaryFolder()}/tape.jsonl`;
  const origin = await serve(answers);
  const live = await askThroughEdge(origin, asked);
  const writer = await openCassetteWriter(path, { recordedAtMs: Date.now(), ...options });
  await Promise.all(live.exchanges.map((exchange) => writer.append(exchange)));
  await writer.close();
  await ends.pop()?.();
  const source = replaySource(await readCassette(path), options);
  const replayed = await askThroughEdge(origin, asked, source);
  const journey: Journey = {
    live: live.received,
    replayed: replayed.received,
    source,
    stored: await readFile(path, "utf8"),
  };
  return journey;
}
