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
  if (session.closedAtMs !== null) {
    throw new AegisError("session.closed", `Session ${session.id} is closed`);
  }
  if (whenBusy === "steer") {
    const steered = await steer(at, start);
    if (steered) return steered;
  }
  if (whenBusy === "interrupt") await cancelOpenRuns(at, session.id, start.by);
  await assertRoom(at, session);
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
  });
  if (run.status !== "ended") await tellDispatcher(at, run);
  return { run, how: isNew ? "started" : "found" };
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
  const id = idempotencyKey === undefined ? at.makeId<"signal">() : `${session.id}-${idempotencyKey}`;
  const body = { kind: "message" as const, content: message };
  await at.store.addSignal({ id, runId: active.id, atMs: at.clock.nowMs(), by, body });
  await at.worker.nudge(active.id);
  const after = await at.store.findRun(active.id);
  if (after?.status !== "ended") {
    if (after?.status === "paused") await tellDispatcher(at, active);
    return { run: active, how: "steered" };
  }
  const isTaken = (await at.store.read(active.id, { limit: LIMITS.runEventsMax })).some(
    (event) => event.type === "message.received" && event.signalId === id,
  );
  if (isTaken) return { run: after, how: "steered" };
  const run = await at.worker.requeue(active, { signalId: id, content: message });
  await tellDispatcher(at, run);
  return { run, how: "started" };
}

async function openRuns({ store }: Acceptance, sessionId: Id<"session">): Promise<RunRecord[]> {
  const page = { limit: LIMITS.sessionQueueMax + 1, sessionId };
  const found = await Promise.all(
    (["running", "paused", "queued"] as const).map((status) => store.listRuns({ ...page, status })),
  );
  return found.flat().toSorted((left, right) => left.position - right.position);
}

async function assertRoom({ store }: Acceptance, { id }: Session): Promise<void> {
  const count = await store.countOpenRuns(id);
  if (count < LIMITS.sessionQueueMax) return;
  throw new AegisError("session.queue_full", `Session ${id} has ${count} messages waiting`, { details: { count } });
}

async function versionFor({ store, agents }: Acceptance, { agent, id }: Session): Promise<string> {
  const isTrials = agent === TRIAL_AGENT;
  const version = isTrials ? undefined : (chooseVersion(await store.listRoutes(agent), id) ?? agents.find(agent)?.version);
  if (version !== undefined) return version;
  throw new AegisError("agent.not_found", `No process offers the agent ${agent}`);
}
