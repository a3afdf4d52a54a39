import { LOG_SCHEMA_VERSION, type RunRecord, type RunSignal, type RunSignalBody } from "../domain/index.ts";
import { AegisError, LIMITS } from "../kernel/index.ts";
import { assertArgumentsFit } from "./assert-arguments-fit.ts";
import { pendingDecisions } from "./pending-decisions.ts";
import { type Telling, tellDispatcher } from "./acceptance.ts";

interface Said {
  readonly run: RunRecord;
  readonly by: string;
  readonly body: RunSignalBody;
}

/** Keeps what is said to a run, and has the run look at it. */
export async function signalRun(at: Telling, { run, by, body }: Said): Promise<RunSignal> {
  if (run.status === "ended") throw new AegisError("run.ended", `Run ${run.id} has ended`);
  const complete = await completed(at, run, body);
  const atMs = at.clock.nowMs();
  const signal = await at.store.addSignal({ id: at.makeId<"signal">(), runId: run.id, atMs, by, body: complete });
  if (!signal) throw new AegisError("run.already_decided", `Run ${run.id} was told before`);
  if (body.kind === "cancel" && run.status === "queued" && (await cancelWaiting(at, run, by))) return signal;
  await at.worker.nudge(run.id);
  await tellDispatcher(at, run);
  return signal;
}

/** A decision must be asked for; a doubt is about the last call of its effect. */
async function completed({ store }: Telling, run: RunRecord, body: RunSignalBody): Promise<RunSignalBody> {
  if (body.kind !== "approval" && body.kind !== "doubt") return body;
  const events = await store.read(run.id, { limit: LIMITS.runEventsMax });
  const asked = pendingDecisions(events).find(({ kind, effect }) => kind === body.kind && effect === body.effect);
  if (asked?.kind === "doubt" && body.kind === "doubt") return { ...body, attempt: asked.attempt };
  if (asked) {
    if (body.kind === "approval" && body.decision === "edited") assertArgumentsFit(events, body);
    return body;
  }
  const isDecided = events.some(
    (event) => (event.type === "approval.decided" || event.type === "doubt.settled") && event.effect === body.effect,
  );
  if (isDecided) throw new AegisError("run.already_decided", `Effect ${body.effect} of run ${run.id} is decided`);
  throw new AegisError("run.nothing_to_decide", `Run ${run.id} does not ask for a decision on effect ${body.effect}`);
}

/** A run that nobody has begun ends at once, with a log that says so. False when somebody was faster. */
async function cancelWaiting({ store, clock, onStep }: Telling, run: RunRecord, by: string): Promise<boolean> {
  const atMs = clock.nowMs();
  const stamp = { atMs, witness: "runtime" as const };
  const { agent, version, ownerId, sessionId, input } = run;
  try {
    await store.append(
      run.id,
      [
        {
          ...stamp,
          type: "run.started",
          schemaVersion: LOG_SCHEMA_VERSION,
          agent: { name: agent, version },
          origin: "live",
          sessionId,
          user: { id: ownerId, grants: [] },
        },
        { ...stamp, type: "message.received", from: "user", content: input.message },
        {
          ...stamp,
          type: "run.ended",
          outcome: "cancelled",
          durationMs: 0,
          error: { name: "Error", message: `cancelled by ${by}` },
        },
      ],
      0,
    );
  } catch (error) {
    if (error instanceof AegisError && error.code === "log.conflict") return false;
    throw error;
  }
  await onStep?.("run.ended", { ...run, status: "ended", outcome: "cancelled", endedAtMs: atMs }).catch(
    () => undefined,
  );
  return store.endRun({ id: run.id, outcome: "cancelled", atMs });
}
