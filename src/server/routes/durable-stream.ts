import { decodeStreamOffset, encodeStreamOffset, publicEvent } from "../../api/index.ts";
import type { RunEvent, RunRecord } from "../../domain/index.ts";
import { AegisError, type Id, LIMITS } from "../../kernel/index.ts";
import { SSE_STREAM, type StreamWriter } from "../open-streams.ts";
import type { Asked, ServerContext, ServerDeps } from "../route-context.ts";
import { expectOffset, shownOf } from "./run-events.ts";
import { nextCursor } from "./stream-cursor.ts";

/** `GET /v1/runs/:id/stream`: the read side of the Durable Streams protocol, JSON mode. */
export async function answerDurableStream(
  c: ServerContext,
  { principal, params, query }: Asked<"runs.stream">,
  deps: ServerDeps,
): Promise<Response> {
  const { live, offset } = query;
  const run = await deps.ownRun(principal, params.id);
  if (live !== undefined && offset === undefined) {
    throw new AegisError("request.invalid", `query.offset: is missing; live=${live} needs it`);
  }
  const isFromNow = offset === "now";
  const fromSeq = isFromNow ? await tailOf(run.id, deps) : decodeStreamOffset(offset ?? "-1");
  if (!isFromNow) await expectOffset(run, fromSeq, deps);
  const cursor = nextCursor(deps.clock.nowMs(), query.cursor);
  if (live === "sse") {
    return deps.stream(c, { ...SSE_STREAM, first: "" }, (stream) =>
      writeDurableEvents(stream, { run, fromSeq, cursor }, deps),
    );
  }
  const part = await readPart(run, fromSeq, deps);
  if (live === "long-poll") return answerLongPoll(c, { run, fromSeq, cursor, part }, deps);
  if (isFromNow) return answerPart(c, { part, cursor }, { "cache-control": "no-store" });
  const etag = `"${run.id}:${fromSeq}:${part.nextSeq}${part.isClosed ? ":closed" : ""}"`;
  // What lies before the end never changes; what is near it may have grown since.
  const caching = part.isUpToDate ? "private, no-cache" : "private, max-age=60, stale-while-revalidate=300";
  const headers = { etag, "cache-control": caching, vary: "authorization" };
  if (c.req.header("if-none-match") === etag) return c.body(null, 304, headers);
  return answerPart(c, { part, cursor }, headers);
}

/** `HEAD /v1/runs/:id/stream` */
export async function answerDurableStreamHead(
  c: ServerContext,
  { principal, params }: Asked<"runs.stream-head">,
  deps: ServerDeps,
): Promise<Response> {
  const run = await deps.ownRun(principal, params.id);
  const nextSeq = await tailOf(run.id, deps);
  const last = await expectOffset(run, nextSeq, deps);
  const isClosed = run.status === "ended" || last?.type === "run.ended";
  return c.body(null, 200, {
    "content-type": "application/json",
    "cache-control": "no-store",
    ...offsetHeaders({ nextSeq, isUpToDate: true, isClosed }),
  });
}

/** A part of a stream, as far as one answer goes. */
interface Part {
  readonly json: readonly string[];
  readonly nextSeq: number;
  readonly isUpToDate: boolean;
  /** Nothing can follow. */
  readonly isClosed: boolean;
}

const READ_AT_ONCE = 64;

async function readPart(run: RunRecord, fromSeq: number, { store, limits }: ServerDeps): Promise<Part> {
  const json: string[] = [];
  let nextSeq = fromSeq;
  let characters = 0;
  let last: RunEvent | undefined;
  let isUpToDate = false;
  while (!isUpToDate && characters < limits.catchUpBytesMax) {
    const events = await store.read(run.id, { fromSeq: nextSeq, limit: READ_AT_ONCE });
    for (const event of shownOf(events)) {
      const text = JSON.stringify(event);
      characters += text.length;
      json.push(text);
    }
    last = events.at(-1) ?? last;
    nextSeq += events.length;
    isUpToDate = events.length < READ_AT_ONCE;
  }
  // The record was read first: where it says ended, this is all there will be.
  const isClosed = isUpToDate && (run.status === "ended" || last?.type === "run.ended");
  return { json, nextSeq, isUpToDate, isClosed };
}

function answerPart(
  c: ServerContext,
  { part, cursor }: { readonly part: Part; readonly cursor: string },
  headers: Readonly<Record<string, string>>,
): Response {
  const answered = { ...offsetHeaders(part), "stream-cursor": cursor, ...headers };
  return c.body(`[${part.json.join(",")}]`, 200, { "content-type": "application/json", ...answered });
}

async function answerLongPoll(
  c: ServerContext,
  asked: { readonly run: RunRecord; readonly fromSeq: number; readonly cursor: string; readonly part: Part },
  deps: ServerDeps,
): Promise<Response> {
  const { run, fromSeq, cursor } = asked;
  let { part } = asked;
  if (part.json.length === 0 && !part.isClosed) {
    await waitForEvent(c, { runId: run.id, fromSeq: part.nextSeq }, deps);
    part = await readPart(await deps.runtime.run(run.id), fromSeq, deps);
  }
  const headers = { "cache-control": "no-store" };
  if (part.json.length > 0) return answerPart(c, { part, cursor }, headers);
  return c.body(null, 204, { ...offsetHeaders(part), "stream-cursor": cursor, ...headers });
}

/** Resolves when something to show is there, nothing can come, the time is over, or the reader has gone. */
async function waitForEvent(
  c: ServerContext,
  from: { readonly runId: Id<"run">; readonly fromSeq: number },
  { runtime, streams, limits }: ServerDeps,
): Promise<void> {
  const abort = new AbortController();
  const stop = () => abort.abort();
  const timer = setTimeout(stop, limits.longPollMs);
  c.env.outgoing.once("close", stop);
  streams.waitingCount += 1;
  try {
    for await (const event of runtime.follow({ ...from, signal: abort.signal })) if (publicEvent(event)) break;
  } catch (error) {
    if (!abort.signal.aborted) throw error;
  } finally {
    streams.waitingCount -= 1;
    clearTimeout(timer);
    c.env.outgoing.off("close", stop);
  }
}

async function writeDurableEvents(
  stream: StreamWriter,
  from: { readonly run: RunRecord; readonly fromSeq: number; readonly cursor: string },
  deps: ServerDeps,
): Promise<void> {
  const { run, cursor } = from;
  let { fromSeq } = from;
  let part: Part;
  do {
    part = await readPart(run, fromSeq, deps);
    deps.metrics.eventsSent += part.json.length;
    await stream.write(batch(part, cursor));
    fromSeq = part.nextSeq;
    if (part.isClosed || stream.signal.aborted) return;
  } while (!part.isUpToDate);
  let isClosed = false;
  for await (const events of deps.runtime.followInPages({
    runId: run.id,
    fromSeq,
    isKnown: true,
    signal: stream.signal,
  })) {
    let json: string[] = [];
    let characters = 0;
    for (const event of events) {
      fromSeq = event.seq + 1;
      isClosed = event.type === "run.ended";
      const shown = publicEvent(event);
      const text = shown ? [JSON.stringify(shown)] : [];
      json.push(...text);
      characters += text[0]?.length ?? 0;
      const isUpToDate = event === events.at(-1);
      if (json.length === 0 || (!isUpToDate && characters < LIMITS.streamBatchCharactersMax)) continue;
      deps.metrics.eventsSent += json.length;
      const full = stream.write(batch({ json, nextSeq: fromSeq, isUpToDate, isClosed }, cursor));
      json = [];
      characters = 0;
      if (full) await full;
    }
  }
  if (!isClosed && !stream.signal.aborted) {
    await stream.write(batch({ json: [], nextSeq: fromSeq, isUpToDate: true, isClosed: true }, cursor));
  }
}

function batch({ json, nextSeq, isUpToDate, isClosed }: Part, streamCursor: string): string {
  const control = {
    streamNextOffset: encodeStreamOffset(nextSeq),
    streamCursor,
    ...(isUpToDate ? { upToDate: true } : {}),
    ...(isClosed ? { streamClosed: true } : {}),
  };
  const content = json.length === 0 ? "" : `event: data\ndata: [${json.join(",")}]\n\n`;
  return `${content}event: control\ndata: ${JSON.stringify(control)}\n\n`;
}

function offsetHeaders(part: Omit<Part, "json">): Record<string, string> {
  return {
    "stream-next-offset": encodeStreamOffset(part.nextSeq),
    ...(part.isUpToDate ? { "stream-up-to-date": "true" } : {}),
    ...(part.isClosed ? { "stream-closed": "true" } : {}),
  };
}

/** Where a log ends, found in steps: doubling first, then by halves. */
async function tailOf(runId: Id<"run">, { store }: ServerDeps): Promise<number> {
  const has = async (seq: number) => (await store.read(runId, { fromSeq: seq, limit: 1 })).length > 0;
  if (!(await has(0))) return 0;
  let [there, notThere] = [0, 1];
  while (await has(notThere)) [there, notThere] = [notThere, notThere * 2];
  while (notThere - there > 1) {
    const middle = Math.floor((there + notThere) / 2);
    if (await has(middle)) there = middle;
    else notThere = middle;
  }
  return notThere;
}
