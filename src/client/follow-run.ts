import type { PublicRunEvent } from "../api/index.ts";
import { delayMs } from "./backoff.ts";
import { badAnswer, ProblemError, problemOf, unreachable } from "./problem-error.ts";
import { sseParser } from "./sse-parser.ts";
import type { Transport } from "./transport.ts";

/** How a stream's connection is, for an indicator. */
export type ConnectionState =
  | { readonly state: "connecting" }
  | { readonly state: "open" }
  | { readonly state: "waiting"; readonly forMs: number; readonly because: ProblemError };

export interface FollowOptions {
  /** The first event wanted: 0, or one more than the last one seen. */
  readonly fromSeq?: number;
  readonly signal?: AbortSignal;
  readonly onConnection?: (connection: ConnectionState) => void;
}

/** What one connection brought, beside its events. */
interface Connection {
  /** Asked for by the server: the wait before the next connection. */
  retryMs?: number;
  /** It lived: what broke it later is no reason to wait longer than after the last break. */
  isProven: boolean;
  /** The server has nothing more to say. */
  isComplete: boolean;
}

/**
 * The events of a run to its end, each once and in order, over as many connections as it takes.
 * @throws {ProblemError} when the server refuses, or when nothing has come for too many tries
 */
export async function* followRun(
  transport: Transport,
  { runId, fromSeq = 0, signal, onConnection }: FollowOptions & { readonly runId: string },
): AsyncGenerator<PublicRunEvent, void, undefined> {
  const { random, wait, backoff } = transport.settings;
  let { baseMs } = backoff;
  let lastSeq = fromSeq - 1;
  for (let attemptIndex = 0; ; attemptIndex += 1) {
    const connection: Connection = { isProven: false, isComplete: false };
    let because: ProblemError = unreachable("The stream ended before its run");
    onConnection?.({ state: "connecting" });
    try {
      for await (const event of readConnection(transport, { runId, lastSeq, signal, onConnection, connection })) {
        // A proxy may send what it has kept: everything is seen once.
        if (event.seq <= lastSeq) continue;
        lastSeq = event.seq;
        connection.isProven = true;
        yield event;
        if (event.type === "run.ended") return;
      }
      if (connection.isComplete) return;
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof ProblemError) || !error.isPassing) throw error;
      because = error;
    }
    if (connection.isProven) attemptIndex = 0;
    if (attemptIndex + 1 >= backoff.attemptsMax) throw because;
    baseMs = connection.retryMs ?? baseMs;
    const retryAfterMs = because.retryAfterMs;
    const forMs = delayMs({ baseMs, capMs: Math.max(baseMs, backoff.capMs) }, { attemptIndex, random, retryAfterMs });
    onConnection?.({ state: "waiting", forMs, because });
    await wait(forMs, signal);
  }
}

interface ReadOptions {
  readonly runId: string;
  readonly lastSeq: number;
  readonly signal: AbortSignal | undefined;
  readonly onConnection: FollowOptions["onConnection"] | undefined;
  readonly connection: Connection;
}

async function* readConnection(
  transport: Transport,
  { runId, lastSeq, signal, onConnection, connection }: ReadOptions,
): AsyncGenerator<PublicRunEvent, void, undefined> {
  const { silenceMs, nowMs } = transport.settings;
  const closing = new AbortController();
  const headers = {
    accept: "text/event-stream",
    ...(lastSeq < 0 ? {} : { "last-event-id": String(lastSeq) }),
  };
  try {
    const response = await transport.send(`/v1/runs/${encodeURIComponent(runId)}/events`, {
      headers,
      signal: signal === undefined ? closing.signal : AbortSignal.any([closing.signal, signal]),
    });
    if (response.status === 204) connection.isComplete = true;
    if (response.status === 204) return;
    if (!response.ok) throw await problemOf(response, nowMs());
    const type = response.headers.get("content-type");
    // Browsers take an answer whose head was cut for a whole, empty one without headers.
    if (response.status === 200 && type === null) throw unreachable("The head of the server's answer was cut");
    if (response.body === null || !/^text\/event-stream\b/i.test(type ?? "")) {
      throw badAnswer(response.status, "The server's answer is no event stream");
    }
    onConnection?.({ state: "open" });
    yield* readBody(response.body.getReader(), { silenceMs, connection });
  } finally {
    // Also when whoever reads has seen enough: nothing is left open.
    closing.abort();
  }
}

async function* readBody(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  { silenceMs, connection }: { readonly silenceMs: number; readonly connection: Connection },
): AsyncGenerator<PublicRunEvent, void, undefined> {
  const parse = sseParser();
  let commentCount = 0;
  for (;;) {
    const chunk = await readWithin(silenceMs, reader);
    if (chunk === undefined) return;
    for (const item of parse(chunk)) {
      if (item.kind === "retry") connection.retryMs = item.ms;
      // The first comment may be a greeting; a second one came after a while.
      if (item.kind === "comment") commentCount += 1;
      if (commentCount > 1) connection.isProven = true;
      if (item.kind === "message") yield readEvent(item.data);
    }
  }
}

/** Undefined at the end of the stream. The time runs only while somebody waits, not while an event is worked on. */
async function readWithin(
  ms: number,
  reader: ReadableStreamDefaultReader<Uint8Array>,
): Promise<Uint8Array | undefined> {
  const silence = Promise.withResolvers<never>();
  const timer = setTimeout(() => silence.reject(unreachable(`The stream was silent for ${ms} ms`)), ms);
  try {
    const { value } = await Promise.race([reader.read(), silence.promise]);
    return value;
  } catch (error) {
    throw error instanceof ProblemError ? error : unreachable("The connection broke", error);
  } finally {
    clearTimeout(timer);
  }
}

function readEvent(data: string): PublicRunEvent {
  try {
    const event: unknown = JSON.parse(data);
    if (isEvent(event)) return event;
  } catch {
    // Said below.
  }
  throw badAnswer(200, `The stream holds what is no event: ${data.slice(0, 80)}`);
}

function isEvent(value: unknown): value is PublicRunEvent {
  if (typeof value !== "object" || value === null) return false;
  return "seq" in value && typeof value.seq === "number" && "type" in value && typeof value.type === "string";
}
