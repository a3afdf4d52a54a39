import type { AgentDefinition, BoundaryOptions } from "../agent/index.ts";
import { applyChanges, type RunEvent, type RunRecord, type RunSignal, type WebhookEvent } from "../domain/index.ts";
import { AegisError, type Clock, type Id, isJsonObject, type JsonObject, LIMITS } from "../kernel/index.ts";
import { openRunLog, type RunLog } from "../log/index.ts";
import type { Store } from "../store/index.ts";
import type { AgentDirectory, OpenAgentSession } from "./agent-directory.ts";
import { conductRun, type ConductRun, type RunEnd } from "./conduct-run.ts";
import { conductTrialRun, TRIAL_AGENT, type TrialTaker } from "./conduct-trial-run.ts";
import type { Performance, PerformOptions } from "./dispatch.ts";
import { openMailbox, type RunMailbox } from "./run-mailbox.ts";
import { sessionHistory } from "./session-history.ts";
import { storedMemory } from "./stored-memory.ts";

export interface RunWorkerOptions {
  readonly workerId: string;
  readonly store: Store;
  readonly clock: Clock;
  readonly agents: AgentDirectory;
  readonly openSession: OpenAgentSession;
  readonly costOf: BoundaryOptions["costOf"];
  readonly makeId: <Kind extends string>() => Id<Kind>;
  /** What agents find in `context.env`. */
  readonly env: Readonly<Record<string, string>>;
  /** Takes trials too: the evals of other processes run here. */
  readonly trials?: TrialTaker;
  /** What every user may do and see. */
  readonly grants?: readonly string[];
  /** Sleeps shorter than this are slept in this process; longer ones put the run down. */
  readonly holdMs?: number;
  /** Told of each step in a run's life, once it is durable; a failure is the listener's own matter. */
  readonly onStep?: (event: WebhookEvent, run: RunRecord) => Promise<void>;
}

const HOLD_MS = 2_000;
const SIGNALS_PAGE = 500;

/** Takes runs, goes on with them from their logs and puts them down: the hands of one process. */
export class RunWorker {
  readonly #options: RunWorkerOptions;
  readonly #mailboxes = new Map<Id<"run">, RunMailbox>();
  #signalPosition: number | undefined;

  constructor(options: RunWorkerOptions) {
    // One object for all agents: nobody may leave anything in it for the next.
    this.#options = { ...options, env: Object.freeze({ ...options.env }) };
  }

  /** Is the run at work here? Then all its events are announced here. */
  isPerforming(runId: Id<"run">): boolean {
    return this.#mailboxes.has(runId);
  }

  /** Something was said to the run: hands it over at once when the run is at work here. */
  async nudge(runId: Id<"run">): Promise<void> {
    const mailbox = this.#mailboxes.get(runId);
    if (mailbox) mailbox.put(await this.#options.store.listSignals(runId));
  }

  /** Looks for what was said to runs at work here through other processes. */
  async lookForSignals(): Promise<void> {
    const { store } = this.#options;
    this.#signalPosition ??= await store.lastSignalPosition();
    for (;;) {
      const signals: readonly RunSignal[] = await store.listSignalsAfter(this.#signalPosition, SIGNALS_PAGE);
      for (const signal of signals) this.#mailboxes.get(signal.runId)?.put([signal]);
      this.#signalPosition = signals.at(-1)?.position ?? this.#signalPosition;
      if (signals.length < SIGNALS_PAGE) return;
    }
  }

  /** See `PerformRun`. */
  readonly perform = async (runId: Id<"run">, options: PerformOptions = {}): Promise<Performance> => {
    try {
      const taken = await this.#take(runId, options);
      return "because" in taken ? { kind: "not-taken", ...taken } : await this.#goOn(taken, options.signal);
    } catch (error) {
      return { kind: "failed", error };
    }
  };

  async #take(runId: Id<"run">, { isTakeover = false, seen }: PerformOptions): Promise<Taken | NotTaken> {
    const { store, workerId, clock, agents } = this.#options;
    if (this.#mailboxes.has(runId)) return { because: "held" };
    const taken = seen?.status === "queued" ? await this.#claim(seen) : undefined;
    if (taken && "run" in taken) return taken;
    const found = await store.findRun(runId);
    if (found === undefined || found.status === "ended") return { because: "over" };
    const isHeld = found.status === "running" && found.workerId !== null && found.workerId !== workerId;
    if (isHeld && !isTakeover && (await store.isWorkerHeld(found.workerId))) return { because: "held" };
    const isStranded = found.pausedOn === "version" && agents.find(found.agent, found.version) !== undefined;
    if (!isStranded && !isDue(found, clock)) return { because: "over" };
    return this.#claim(found);
  }

  /** Takes the run as it was seen: where it is not like that any more, it stays with whoever has it. */
  async #claim(found: RunRecord): Promise<Taken | NotTaken> {
    const { store, workerId, clock } = this.#options;
    const agent = await this.#agentFor(found);
    if (agent === undefined) return { because: "version" };
    const run = await store.claimRun({
      id: found.id,
      workerId,
      from: [found.status],
      ...(found.status === "running" && found.workerId !== null && { heldBy: found.workerId }),
      // A run that began keeps the name of the version that began it.
      ...(found.status === "queued" && agent.version !== found.version && { version: agent.version }),
      atMs: clock.nowMs(),
    });
    return run ? { run, agent, before: found } : { because: "over" };
  }

  /**
   * The version that began a run finishes it. Where no process has that version any more, the one at hand may try: the
   * journal notices when it does other things than the log holds.
   */
  async #agentFor(run: RunRecord): Promise<AgentDefinition | TrialTaker | undefined> {
    const { agents, store, trials } = this.#options;
    if (run.agent === TRIAL_AGENT) return run.version === trials?.version ? trials : undefined;
    const exact = agents.find(run.agent, run.version);
    if (exact) return exact;
    for (const worker of await store.listWorkers()) {
      const hasIt = worker.offers.some(({ agent, version }) => agent === run.agent && version === run.version);
      // One that hands over still finishes what began with it.
      const takes = worker.state === "live" || run.status !== "queued";
      if (hasIt && takes && (await store.isWorkerHeld(worker.id))) return undefined;
    }
    return agents.find(run.agent);
  }

  async #goOn({ run, agent, before }: Taken, signal: AbortSignal | undefined): Promise<Performance> {
    const { store, clock } = this.#options;
    // Only whoever has taken a run writes to its log: taken for the first time, it has none.
    const events = run.attempt === 1 ? [] : await store.read(run.id, { limit: LIMITS.runEventsMax });
    const last = events.at(-1);
    if (last?.type === "run.ended") {
      return this.#end(run, { kind: "ended", outcome: last.outcome, state: await this.#stateAfter(run, events) });
    }
    const mailbox = openMailbox(events);
    this.#mailboxes.set(run.id, mailbox);
    const log = openRunLog({ store, runId: run.id, clock, history: events });
    try {
      const [signals, place] = await Promise.all([store.listSignals(run.id), this.#placeOf(run)]);
      mailbox.put(signals);
      // Takes the next place in the log: whoever had the run before loses it with the next append.
      const resumed = events.length === 0 ? [] : await log.append(resumption(run, agent, before));
      if (events.length === 0) void this.#step("run.started", run);
      const at = { run, agent, place, events: [...events, ...resumed], log, mailbox, signal };
      const end = await this.#conduct(at);
      return await this.#settle(run, end, { log, mailbox });
    } finally {
      this.#mailboxes.delete(run.id);
      await log.close().catch(() => undefined);
    }
  }

  async #conduct(at: {
    readonly run: RunRecord;
    readonly agent: AgentDefinition | TrialTaker;
    readonly place: RunPlace | undefined;
    readonly events: readonly RunEvent[];
    readonly log: RunLog;
    readonly mailbox: RunMailbox;
    readonly signal: AbortSignal | undefined;
  }): Promise<RunEnd> {
    const { store, clock, env, costOf, openSession, grants = [], holdMs = HOLD_MS } = this.#options;
    const { run, agent, place } = at;
    if ("conduct" in agent) return conductTrialRun({ ...at, taker: agent, clock });
    if (place === undefined) throw new AegisError("session.not_found", `Session ${run.sessionId} is gone`);
    const memory = storedMemory({ store, clock, run });
    const user = { id: run.ownerId, grants };
    return conductRun({ ...at, ...place, agent, user, store, memory, clock, env, costOf, openSession, holdMs });
  }

  /** What the run goes on from: nothing changes it while the run is taken. */
  async #placeOf(run: RunRecord): Promise<RunPlace | undefined> {
    if (run.agent === TRIAL_AGENT) return undefined;
    const { store } = this.#options;
    const [session, history] = await Promise.all([store.findSession(run.sessionId), sessionHistory(store, run)]);
    return session && { session, history };
  }

  async #settle(run: RunRecord, end: RunEnd, at: { log: RunLog; mailbox: RunMailbox }): Promise<Performance> {
    switch (end.kind) {
      case "ended":
        return this.#end(run, end);
      case "abandoned":
        return { kind: "abandoned" };
      case "paused": {
        const { waits, seenPosition } = end;
        const untils = waits.flatMap(({ untilMs }) => untilMs ?? []);
        const wakeAtMs = untils.length > 0 ? Math.min(...untils) : null;
        const on = waits.find(({ on: reason }) => reason !== "sleep")?.on ?? "sleep";
        const effects = waits.map(({ effect }) => effect);
        return this.#pause(run, { ...at, on, wakeAtMs, effects, seenPosition });
      }
      case "broken":
        return this.#settleBroken(run, end.error, at);
    }
  }

  async #settleBroken(run: RunRecord, error: unknown, at: { log: RunLog; mailbox: RunMailbox }): Promise<Performance> {
    if (!(error instanceof AegisError)) return { kind: "failed", error };
    if (error.code === "log.conflict") return { kind: "not-taken" };
    if (error.code !== "log.journal_mismatch") return { kind: "failed", error };
    const { seenPosition } = at.mailbox;
    return this.#pause(run, { ...at, on: "version", wakeAtMs: null, effects: [], seenPosition, error });
  }

  async #pause(
    run: RunRecord,
    pause: {
      readonly log: RunLog;
      readonly seenPosition: number;
      readonly on: NonNullable<RunRecord["pausedOn"]>;
      readonly wakeAtMs: number | null;
      readonly effects: readonly number[];
      readonly error?: AegisError;
    },
  ): Promise<Performance> {
    const { store, workerId } = this.#options;
    const { on, wakeAtMs, effects, log, seenPosition, error } = pause;
    await log.append({
      type: "run.paused",
      witness: "runtime",
      on,
      effects,
      ...(wakeAtMs !== null && { untilMs: wakeAtMs }),
      ...(error && { error: { name: error.code, message: error.message } }),
    });
    const isDown = await store.pauseRun({ id: run.id, workerId, on, wakeAtMs, seenPosition });
    if (!isDown) return { kind: "not-taken" };
    const after = await store.findRun(run.id);
    if (after) void this.#step("run.paused", after);
    return { kind: "paused", wakeAtMs: after?.wakeAtMs ?? wakeAtMs };
  }

  async #end(
    run: RunRecord,
    {
      outcome,
      state,
    }: {
      outcome: NonNullable<RunRecord["outcome"]>;
      state: Extract<RunEnd, { kind: "ended" }>["state"] | undefined;
      kind: "ended";
    },
  ): Promise<Performance> {
    const { store, clock } = this.#options;
    const atMs = clock.nowMs();
    // Told before it counts as ended: who dies in between tells it again.
    await this.#step("run.ended", { ...run, status: "ended", outcome, endedAtMs: atMs });
    await this.#close(run, { id: run.id, outcome, atMs, ...(state && { sessionState: state }) });
    const after = await store.listSessionRuns(run.sessionId, {
      limit: LIMITS.sessionQueueMax,
      afterPosition: run.position,
    });
    return { kind: "ended", next: after.find(({ status }) => status === "queued") };
  }

  /** Nobody looks at a run that has ended: it ends only when all that was said to it is heard, here or in another run. */
  async #close(run: RunRecord, end: Parameters<Store["endRun"]>[0]): Promise<void> {
    const { store } = this.#options;
    for (;;) {
      const seenPosition = await this.#requeueMessages(run);
      if (await store.endRun({ ...end, seenPosition })) return;
      if ((await store.findRun(run.id))?.status !== "running") return;
    }
  }

  /** What the run made of the session's state, told by its log alone: whoever wrote its end did not get to say so. */
  async #stateAfter({ sessionId }: RunRecord, events: readonly RunEvent[]): Promise<JsonObject | undefined> {
    const captured = events.findLast((event) => event.type === "state.captured");
    const session = await this.#options.store.findSession(sessionId);
    if (captured === undefined || session === undefined) return undefined;
    const state = applyChanges(session.state, captured.changes);
    return isJsonObject(state) ? state : undefined;
  }

  /** A message that came too late to be taken in becomes a run of its own. @returns the last signal it looked at */
  async #requeueMessages(run: RunRecord): Promise<number> {
    const { store } = this.#options;
    const all = await store.listSignals(run.id);
    const seenPosition = all.at(-1)?.position ?? 0;
    const signals = all.filter((signal) => signal.kind === "message");
    if (signals.length === 0) return seenPosition;
    const events = await store.read(run.id, { limit: LIMITS.runEventsMax });
    const logged = new Set(
      events.flatMap((event) => (event.type === "message.received" ? (event.signalId ?? []) : [])),
    );
    for (const signal of signals) {
      if (!logged.has(signal.id)) await this.requeue(run, { signalId: signal.id, content: signal.content });
    }
    return seenPosition;
  }

  /** The run that answers a message that missed the run it was for; the same message never makes two. */
  async requeue(run: RunRecord, { signalId, content }: { signalId: string; content: string }): Promise<RunRecord> {
    const { store, clock, makeId } = this.#options;
    const { sessionId, ownerId, agent, version, metadata } = run;
    const made = await store.createRun({
      id: makeId<"run">(),
      sessionId,
      ownerId,
      agent,
      version,
      input: { message: content },
      idempotencyKey: `steered-${signalId}`,
      metadata,
      createdAtMs: clock.nowMs(),
    });
    return made.run;
  }

  async #step(event: WebhookEvent, run: RunRecord): Promise<void> {
    // Trials are nobody's business but their eval's.
    if (run.agent === TRIAL_AGENT) return;
    await this.#options.onStep?.(event, run).catch(() => undefined);
  }
}

/** Why there is nothing to do, see `Performance`. */
interface NotTaken {
  readonly because: "held" | "version" | "over";
}

/** Where a run stands. */
type RunPlace = Pick<ConductRun, "session" | "history">;

/** Clocks of engine and worker differ: what is early by so much waits here for the rest. */
const EARLY_MS = 1_000;

/** A message that comes twice, or late, is no reason to take up a run that still waits. */
function isDue({ status, wakeAtMs }: RunRecord, clock: Clock): boolean {
  return status !== "paused" || (wakeAtMs !== null && wakeAtMs <= clock.nowMs() + EARLY_MS);
}

interface Taken {
  readonly run: RunRecord;
  readonly agent: AgentDefinition | TrialTaker;
  /** As it was before it was taken. */
  readonly before: RunRecord;
}

function resumption(run: RunRecord, agent: { readonly version: string }, before: RunRecord) {
  const { status, pausedOn, wakeAtMs } = before;
  const isTimer = pausedOn === "sleep" && wakeAtMs !== null && wakeAtMs > 0;
  const because = status === "paused" ? (isTimer ? "timer" : "decision") : "crash";
  return {
    type: "run.resumed" as const,
    witness: "runtime" as const,
    attempt: run.attempt,
    because: because as "timer" | "decision" | "crash",
    version: agent.version,
  };
}
