import type { AgentVersion, NewEvent, RunRecord } from "../domain/index.ts";
import { AegisError, type Clock, type Id, systemClock } from "../kernel/index.ts";
import type { Performance, PerformOptions, PerformRun } from "../runtime/index.ts";
import type { Store } from "../store/index.ts";

/** What a run does at one point of its work. */
export type Stint = { readonly kind: "end" } | { readonly kind: "pause"; readonly wakeAtMs: number | null };

export interface TinyWork {
  readonly run: RunRecord;
  readonly signal: AbortSignal;
  /** One durable step: an effect that was called and has returned. */
  readonly step: () => Promise<void>;
  /** How many steps the log held when this go began. */
  readonly stepsBefore: number;
}

export interface TinyPerformerOptions {
  readonly store: Store;
  readonly workerId: string;
  /** Versions it may take; any unless given. */
  readonly offers?: readonly AgentVersion[];
  readonly work: (work: TinyWork) => Promise<Stint>;
  readonly clock?: Clock;
}

/**
 * The smallest worker that keeps the rules: it claims a run in the store, goes on behind what its log holds, appends
 * under the log's fence, and puts the run down or ends it. No agent, no boundary.
 */
export function tinyPerformer(options: TinyPerformerOptions): PerformRun {
  const atWork = new Set<string>();
  return async (runId, performOptions = {}) => {
    if (atWork.has(runId)) return { kind: "not-taken", because: "held" };
    atWork.add(runId);
    try {
      return await performTinily(runId, performOptions, options);
    } catch (error) {
      // Somebody else has written to the log: the run is theirs.
      if (error instanceof AegisError && error.code === "log.conflict") return { kind: "not-taken" };
      return { kind: "failed", error };
    } finally {
      atWork.delete(runId);
    }
  };
}

async function performTinily(
  runId: Id<"run">,
  { signal = new AbortController().signal, isTakeover = false }: PerformOptions,
  { store, workerId, offers, work, clock = systemClock }: TinyPerformerOptions,
): Promise<Performance> {
  const run = await claim(runId, { store, workerId, offers, clock, isTakeover });
  if ("kind" in run) return run;
  const events = await store.read(runId);
  let seq = events.length;
  const append = async (...added: NewEvent[]) => {
    seq = await store.append(runId, added, seq);
  };
  const stepsBefore = events.filter(({ type }) => type === "clock.read").length;
  let effect = stepsBefore;
  const step = () => append({ ...stamp(clock), type: "clock.read", effect: effect++, valueMs: clock.nowMs() });
  await append(run.attempt === 1 ? started(run, clock) : resumed(run, clock));
  const letGo = new Promise<"abandoned">((resolve) => {
    if (signal.aborted) resolve("abandoned");
    signal.addEventListener("abort", () => resolve("abandoned"), { once: true });
  });
  const stint = await Promise.race([letGo, work({ run, signal, step, stepsBefore })]);
  if (stint === "abandoned") return { kind: "abandoned" };
  if (stint.kind === "pause") return pause(run, { store, workerId, wakeAtMs: stint.wakeAtMs });
  await append({ ...stamp(clock), type: "run.ended", outcome: "answered", durationMs: 0 });
  await store.endRun({ id: runId, outcome: "answered", atMs: clock.nowMs() });
  const after = await store.listSessionRuns(run.sessionId, { limit: 100, afterPosition: run.position });
  return { kind: "ended", next: after.find(({ status }) => status === "queued") };
}

type NotTaken = Extract<Performance, { kind: "not-taken" }>;

async function claim(
  id: Id<"run">,
  at: {
    readonly store: Store;
    readonly workerId: string;
    readonly offers: readonly AgentVersion[] | undefined;
    readonly clock: Clock;
    readonly isTakeover: boolean;
  },
): Promise<RunRecord | NotTaken> {
  const { store, workerId, offers, clock, isTakeover } = at;
  const found = await store.findRun(id);
  const nowMs = clock.nowMs();
  if (found === undefined || found.status === "ended") return { kind: "not-taken", because: "over" };
  const isWaiting = found.status === "paused" && (found.wakeAtMs === null || found.wakeAtMs > nowMs);
  const isOffered = offers?.some(({ agent, version }) => agent === found.agent && version === found.version) ?? true;
  // What this worker has according to the store, and is not at work on, is what it failed on.
  const isOthers = found.status === "running" && found.workerId !== workerId;
  if (!isOffered) return { kind: "not-taken", because: "version" };
  if (isWaiting) return { kind: "not-taken", because: "over" };
  if (isOthers && !isTakeover && found.workerId !== null && (await store.isWorkerHeld(found.workerId))) {
    return { kind: "not-taken", because: "held" };
  }
  const heldBy = found.status === "running" ? found.workerId : null;
  const claimed = { id, workerId, from: [found.status], atMs: nowMs, ...(heldBy !== null && { heldBy }) };
  return (await store.claimRun(claimed)) ?? { kind: "not-taken", because: "over" };
}

async function pause(
  run: RunRecord,
  { store, workerId, wakeAtMs }: { store: Store; workerId: string; wakeAtMs: number | null },
): Promise<Performance> {
  const on = wakeAtMs === null ? "approval" : "sleep";
  const isDown = await store.pauseRun({ id: run.id, workerId, on, wakeAtMs, seenPosition: 0 });
  return isDown ? { kind: "paused", wakeAtMs } : { kind: "not-taken" };
}

const stamp = (clock: Clock) => ({ atMs: clock.nowMs(), witness: "runtime" as const });

function started({ agent, version, sessionId }: RunRecord, clock: Clock): NewEvent {
  const schemaVersion = 1;
  return {
    ...stamp(clock),
    type: "run.started",
    schemaVersion,
    agent: { name: agent, version },
    origin: "live",
    sessionId,
  };
}

function resumed({ attempt, version }: RunRecord, clock: Clock): NewEvent {
  return { ...stamp(clock), type: "run.resumed", attempt, because: "crash", version };
}
