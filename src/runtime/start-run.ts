import type { RunRecord, Session } from "../domain/index.ts";
import { AegisError, type Id, LIMITS } from "../kernel/index.ts";
import { type Acceptance, tellDispatcher } from "./acceptance.ts";
import { chooseVersion } from "./choose-version.ts";
import { TRIAL_AGENT } from "./conduct-trial-run.ts";
import type { StartedRun, StartRun } from "./runtime.ts";
import { signalRun } from "./signal-run.ts";

interface Start extends StartRun {
  readonly session: Session;
}

/** Accepts a message for a session: as a run of its own, or into the one under way. */
export async function startRun(at: Acceptance, start: Start): Promise<StartedRun> {
  const { session, whenBusy = "queue" } = start;
  const isClosed = session.closedAtMs !== null;
  // The store alone notices only that a run was begun before.
  const earlier = whenBusy !== "queue" || isClosed ? await findEarlier(at, start) : undefined;
  if (earlier) return earlier;
  if (isClosed) throw new AegisError("session.closed", `Session ${session.id} is closed`);
  if (whenBusy === "steer") {
    const steered = await steer(at, start);
    if (steered) return steered;
  }
  if (whenBusy === "interrupt") await cancelOpenRuns(at, session.id, start.by);
  const { run, isNew } = await at.store.createRun({
    id: at.makeId<"run">(),
    sessionId: session.id,
    ownerId: session.ownerId,
    agent: session.agent,
    version: await versionFor(at, session),
    input: { message: start.message, ...(start.data !== undefined && { data: start.data }) },
    idempotencyKey: start.idempotencyKey ?? null,
    metadata: start.metadata ?? {},
    createdAtMs: at.clock.nowMs(),
    openMax: LIMITS.sessionQueueMax,
  });
  if (run.status !== "ended") await tellDispatcher(at, run);
  return { run, how: isNew ? "started" : "found" };
}

/** How many of a session's latest runs may have taken in a message that is said again. */
const STEERED_RUNS_MAX = 10;

/** What the same request came to before, when its answer got lost: said again, it changes nothing. */
async function findEarlier(at: Acceptance, start: Start): Promise<StartedRun | undefined> {
  const { store } = at;
  const { session, idempotencyKey, whenBusy, message } = start;
  if (idempotencyKey === undefined) return undefined;
  const signalId = steeringId(session, idempotencyKey);
  for (const key of [idempotencyKey, `steered-${signalId}`]) {
    const run = await store.findRunByKey(session.id, key);
    if (run) return { run, how: "found" };
  }
  if (whenBusy !== "steer") return undefined;
  for (const each of await store.listRuns({ sessionId: session.id, limit: STEERED_RUNS_MAX })) {
    const isSaid = (await store.listSignals(each.id)).some(({ id }) => id === signalId);
    if (isSaid) return takenInOrRun(at, each, { signalId, content: message });
  }
  return undefined;
}

function steeringId({ id }: Session, idempotencyKey: string): string {
  return `${id}-${idempotencyKey}`;
}

/** Cancels everything of the session that has not ended. */
export async function cancelOpenRuns(at: Acceptance, sessionId: Id<"session">, by: string): Promise<void> {
  for (const run of (await openRuns(at, sessionId)).toReversed()) {
    await signalRun(at, { run, by, body: { kind: "cancel" } }).catch((error: unknown) => {
      if (!(error instanceof AegisError && (error.code === "run.ended" || error.code === "run.already_decided")))
        throw error;
    });
  }
}

async function steer(at: Acceptance, { session, message, by, idempotencyKey }: Start): Promise<StartedRun | undefined> {
  const active = (await openRuns(at, session.id)).find(({ status }) => status !== "queued");
  if (!active) return undefined;
  const signalId = idempotencyKey === undefined ? at.makeId<"signal">() : steeringId(session, idempotencyKey);
  const body = { kind: "message" as const, content: message };
  await at.store.addSignal({ id: signalId, runId: active.id, atMs: at.clock.nowMs(), by, body });
  await at.worker.nudge(active.id);
  return takenInOrRun(at, active, { signalId, content: message });
}

/** A run that has not ended takes the message in; one that ended without it leaves it to a run of its own. */
async function takenInOrRun(
  at: Acceptance,
  run: RunRecord,
  said: { readonly signalId: string; readonly content: string },
): Promise<StartedRun> {
  const after = await at.store.findRun(run.id);
  if (after?.status !== "ended") {
    if (after?.status === "paused") await tellDispatcher(at, run);
    return { run, how: "steered" };
  }
  const isTaken = (await at.store.read(run.id, { limit: LIMITS.runEventsMax })).some(
    (event) => event.type === "message.received" && event.signalId === said.signalId,
  );
  if (isTaken) return { run: after, how: "steered" };
  const own = await at.worker.requeue(run, said);
  await tellDispatcher(at, own);
  return { run: own, how: "started" };
}

async function openRuns({ store }: Acceptance, sessionId: Id<"session">): Promise<RunRecord[]> {
  const page = { limit: LIMITS.sessionQueueMax + 1, sessionId };
  const found = await Promise.all(
    (["running", "paused", "queued"] as const).map((status) => store.listRuns({ ...page, status })),
  );
  return found.flat().toSorted((left, right) => left.position - right.position);
}

async function versionFor({ store, agents }: Acceptance, { agent, id }: Session): Promise<string> {
  const isTrials = agent === TRIAL_AGENT;
  const version = isTrials
    ? undefined
    : (chooseVersion(await store.listRoutes(agent), id) ?? agents.find(agent)?.version);
  if (version !== undefined) return version;
  throw new AegisError("agent.not_found", `No process offers the agent ${agent}`);
}
