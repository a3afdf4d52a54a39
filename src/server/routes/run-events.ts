import { publicEvent, type PublicRunEvent } from "../../api/index.ts";
import type { RunEvent, RunRecord } from "../../domain/index.ts";
import { AegisError, type Id } from "../../kernel/index.ts";
import { SSE_STREAM, type StreamWriter } from "../open-streams.ts";
import type { Asked, ServerContext, ServerDeps } from "../route-context.ts";

type Follow = { readonly runId: Id<"run">; readonly fromSeq: number };

/** `GET /v1/runs/:id/events` */
export async function answerRunEvents(
  c: ServerContext,
  { principal, params, query }: Asked<"runs.events">,
  deps: ServerDeps,
): Promise<Response> {
  const run = await deps.ownRun(principal, params.id);
  const accept = c.req.header("accept") ?? "";
  if (accept.includes("application/json") && !accept.includes("text/event-stream")) {
    return c.json(await readEventsPage(run, query, deps));
  }
  const lastSeq = readLastEventId(c) ?? query.lastEventId;
  const fromSeq = lastSeq === undefined ? query.fromSeq : lastSeq + 1;
  if ((fromSeq > 0 || run.status === "ended") && (await isSeenToTheEnd(run, fromSeq, deps))) return c.body(null, 204);
  return deps.stream(c, SSE_STREAM, (stream) => writeRunEvents(stream, { runId: run.id, fromSeq }, deps));
}

/** Writes a run's events, from one on to its end, as server-sent events. */
export async function writeRunEvents(stream: StreamWriter, follow: Follow, deps: ServerDeps): Promise<void> {
  const { metrics, runtime } = deps;
  for await (const events of runtime.followInPages({ ...follow, isKnown: true, signal: stream.signal })) {
    for (const event of events) {
      const shown = publicEvent(event);
      if (!shown) continue;
      metrics.eventsSent += 1;
      // The stream gathers what comes at once; for a slow reader not even a page of large events is made into text.
      const full = stream.write(`id: ${event.seq}\ndata: ${JSON.stringify(shown)}\n\n`);
      if (full) await full;
    }
  }
}

async function readEventsPage(
  run: RunRecord,
  { fromSeq, limit }: { readonly fromSeq: number; readonly limit: number },
  deps: ServerDeps,
) {
  const events = await deps.store.read(run.id, { fromSeq, limit });
  if (events.length === 0 && fromSeq > 0) await expectOffset(run, fromSeq, deps);
  const last = events.at(-1);
  const isComplete = last?.type === "run.ended" || (run.status === "ended" && events.length < limit);
  return { items: shownOf(events), nextSeq: last ? last.seq + 1 : fromSeq, isComplete };
}

export function shownOf(events: readonly RunEvent[]): PublicRunEvent[] {
  return events.map(publicEvent).filter((event) => event !== undefined);
}

/** What comes behind it, hidden events apart, is nothing, and nothing can come. */
async function isSeenToTheEnd(run: RunRecord, fromSeq: number, deps: ServerDeps): Promise<boolean> {
  for (let seq = fromSeq; ;) {
    const events = await deps.store.read(run.id, { fromSeq: seq, limit: PEEKED });
    if (events.some((event) => publicEvent(event))) return false;
    if (events.length < PEEKED) break;
    seq += events.length;
  }
  const last = await expectOffset(run, fromSeq, deps);
  return run.status === "ended" || last?.type === "run.ended";
}

const PEEKED = 10;

/**
 * The event right before this place.
 * @throws {AegisError} "log.bad_offset" when the log does not reach that far
 */
export async function expectOffset(
  run: RunRecord,
  fromSeq: number,
  { store }: Pick<ServerDeps, "store">,
): Promise<RunEvent | undefined> {
  if (fromSeq === 0) return undefined;
  const [last] = await store.read(run.id, { fromSeq: fromSeq - 1, limit: 1 });
  if (last) return last;
  throw new AegisError("log.bad_offset", "The run's log does not reach that far", { details: { fromSeq } });
}

/** @throws {AegisError} "request.invalid" for what is no sequence number */
function readLastEventId(c: ServerContext): number | undefined {
  const text = c.req.header("last-event-id");
  if (text === undefined || text === "") return undefined;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new AegisError("request.invalid", "Last-Event-ID: expected the number of an event");
}
