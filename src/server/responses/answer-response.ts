import { publicEvent } from "../../api/index.ts";
import type { RunEvent, RunRecord } from "../../domain/index.ts";
import { LIMITS } from "../../kernel/index.ts";
import { isWaitedFor } from "../run-parts/index.ts";
import { SSE_STREAM, type StreamWriter } from "../open-streams.ts";
import type { ServerContext, ServerDeps } from "../route-context.ts";
import { type ResponseEvent, ResponseEvents } from "./response-events.ts";
import { responseFacts } from "./response-object.ts";

/** A response that is told when it is there begins with a space now and then: JSON allows it, and proxies stay patient. */
const SLOW_JSON = {
  headers: {
    "content-type": "application/json; charset=utf-8",
    "cache-control": "no-store",
    "x-accel-buffering": "no",
  },
  first: " ",
  heartbeat: " ",
} as const;

/** The response as it stands. */
export async function readResponse(run: RunRecord, { store }: Pick<ServerDeps, "store">) {
  const events = new ResponseEvents(responseFacts(run));
  for (let fromSeq = 0; ;) {
    const page = await store.read(run.id, { fromSeq, limit: LIMITS.pageRowsMax });
    for (const event of page) readInto(events, event);
    const last = page.at(-1);
    if (last === undefined || last.type === "run.ended") return events.response;
    fromSeq = last.seq + 1;
  }
}

/** The response once it is there, or waits for a person: nobody should have to hold a connection for days. */
export function answerWhenDone(c: ServerContext, run: RunRecord, deps: ServerDeps): Promise<Response> {
  return deps.stream(c, SLOW_JSON, async (stream) => {
    const events = new ResponseEvents(responseFacts(run));
    for await (const event of deps.runtime.follow({ runId: run.id, signal: stream.signal })) {
      readInto(events, event);
      if (event.type !== "run.paused" || event.on === "sleep") continue;
      if (event.on === "version" || (await isWaitedFor(deps, { runId: run.id, effects: event.effects }))) break;
    }
    await stream.write(JSON.stringify(events.response));
  });
}

/** All events of the response behind a number, to its end. */
export function streamResponse(
  c: ServerContext,
  { run, startingAfter }: { readonly run: RunRecord; readonly startingAfter: number },
  deps: ServerDeps,
): Promise<Response> {
  const options = { ...SSE_STREAM, headers: { ...SSE_STREAM.headers, "aegis-run-id": run.id } };
  return deps.stream(c, options, async (stream) => {
    const events = new ResponseEvents(responseFacts(run));
    await write(stream, events.opening(), startingAfter);
    for await (const event of deps.runtime.follow({ runId: run.id, signal: stream.signal })) {
      const told = readInto(events, event);
      if (told.length > 0) deps.metrics.eventsSent += 1;
      await write(stream, told, startingAfter);
    }
  });
}

function readInto(events: ResponseEvents, event: RunEvent): readonly ResponseEvent[] {
  const shown = publicEvent(event);
  return shown === undefined ? [] : events.read(shown);
}

async function write(stream: StreamWriter, events: readonly ResponseEvent[], startingAfter: number): Promise<void> {
  const wanted = events.filter(({ sequence_number: number }) => number > startingAfter);
  if (wanted.length === 0) return;
  const text = wanted.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join("");
  const full = stream.write(text);
  if (full) await full;
}
