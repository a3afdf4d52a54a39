import {
  Boundary,
  type AgentContext,
  type AgentDefinition,
  effectError,
  type MemoryPort,
  type Wait,
} from "../agent/index.ts";
import {
  diffState,
  LOG_SCHEMA_VERSION,
  type Message,
  type NewEvent,
  type RunEvent,
  type RunOutcome,
  type RunRecord,
  type Session,
  type UserContext,
} from "../domain/index.ts";
import {
  AegisError,
  type Clock,
  type Json,
  type JsonObject,
  LIMITS,
  seededRandom,
  seedFromText,
} from "../kernel/index.ts";
import { type LogEntry, openJournal, type RunLog } from "../log/index.ts";
import type { OpenAgentSession } from "./agent-directory.ts";
import { assertHeld, type AssertHeldOptions } from "./assert-held.ts";
import type { RunMailbox } from "./run-mailbox.ts";

/** How one go at a run ended. */
export type RunEnd =
  | { readonly kind: "ended"; readonly outcome: RunOutcome; readonly state: JsonObject }
  /** `seenPosition`: signals up to it were taken into account. */
  | { readonly kind: "paused"; readonly waits: readonly Wait[]; readonly seenPosition: number }
  /** The log cannot go on here. */
  | { readonly kind: "broken"; readonly error: unknown }
  | { readonly kind: "abandoned" };

export interface ConductRun {
  readonly run: RunRecord;
  readonly session: Session;
  readonly agent: AgentDefinition;
  /** The run's log so far; empty for a new run. */
  readonly events: readonly RunEvent[];
  readonly history: readonly Message[];
  readonly log: RunLog;
  readonly mailbox: RunMailbox;
  readonly user: UserContext;
  readonly memory: MemoryPort;
  readonly clock: Clock;
  readonly env: Readonly<Record<string, string>>;
  readonly costOf: ConstructorParameters<typeof Boundary>[0]["costOf"];
  readonly openSession: OpenAgentSession;
  /** Aborts when this process lets go of the run. */
  readonly signal: AbortSignal | undefined;
  /** Waits shorter than this are waited for here. */
  readonly holdMs: number;
  /** Says whose the run is now. */
  readonly store: AssertHeldOptions["store"];
}

/** How long tools of a cancelled run may take to stop. */
const CANCEL_GRACE_MS = 5_000;

/**
 * Goes on with a run from its log: effects that returned are answered from it, the rest are made. Stops at the run's
 * end, when all it does is wait, or when this process lets go of it.
 */
export async function conductRun(options: ConductRun): Promise<RunEnd> {
  const { events, log, mailbox, signal, clock } = options;
  const stopped = Promise.withResolvers<Stop>();
  let isDown = false;
  const stop = (why: Stop) => {
    isDown = true;
    stopped.resolve(why);
  };
  const letGo = () => stop({ kind: "abandoned" });
  const giveUp = () => setTimeout(stop, CANCEL_GRACE_MS, { kind: "failed", error: mailbox.cancelled.reason }).unref();
  onAbort(signal, letGo);
  onAbort(mailbox.cancelled, giveUp);
  if (events.length === 0)
    log.append(...firstEvents(options)).catch((error: unknown) => stop({ kind: "broken", error }));
  const append = async (event: NewEvent) => {
    if (log.nextSeq >= LIMITS.runEventsMax) stop({ kind: "failed", error: tooLong() });
    if (isDown) return never();
    const askedMs = clock.monotonicMs();
    const [appended] = await log.append(event);
    // What was let go of, or lost, meanwhile is no longer for this process to do.
    if (event.type === "tool.called") await assertHeld(options, askedMs);
    return isDown ? never() : appended;
  };
  const boundary = openBoundary(options, { append, stop });
  const state = structuredClone(options.session.state) as Record<string, Json>;
  talk(options, contextOf(options, boundary, state), append).then(
    (answer) => stop({ kind: "answered", answer }),
    (error: unknown) => stop({ kind: "failed", error }),
  );
  const why = await stopped.promise;
  signal?.removeEventListener("abort", letGo);
  return why.kind === "answered" || why.kind === "failed" ? end(options, why, state) : why;
}

type Stop =
  | Exclude<RunEnd, { kind: "ended" }>
  | { readonly kind: "answered"; readonly answer: { readonly content: string; readonly data?: Json } }
  | { readonly kind: "failed"; readonly error: unknown };

/** Writes the run's last events; what a run that failed did to the session's state counts no more. */
async function end(
  options: ConductRun,
  why: Extract<Stop, { kind: "answered" | "failed" }>,
  state: Record<string, Json>,
): Promise<RunEnd> {
  const { run, log, mailbox, clock, session } = options;
  const isAnswered = why.kind === "answered" && !mailbox.cancelled.aborted;
  const outcome: RunOutcome = mailbox.cancelled.aborted ? "cancelled" : why.kind;
  const after = isAnswered ? state : session.state;
  const changes = diffState(session.state, after);
  const error = outcome === "cancelled" ? mailbox.cancelled.reason : why.kind === "failed" ? why.error : undefined;
  const last: LogEntry[] = [
    ...(isAnswered ? [{ type: "message.sent" as const, witness: "runtime" as const, ...why.answer }] : []),
    ...(changes.length > 0 ? [{ type: "state.captured" as const, witness: "runtime" as const, changes }] : []),
    {
      type: "run.ended",
      witness: "runtime",
      outcome,
      durationMs: clock.nowMs() - (run.startedAtMs ?? run.createdAtMs),
      ...(error !== undefined && { error: effectError(error) }),
    },
  ];
  try {
    await log.append(...last);
  } catch (failure) {
    return { kind: "broken", error: failure };
  }
  return { kind: "ended", outcome, state: after };
}

function never(): Promise<never> {
  return new Promise(() => {});
}

function onAbort(signal: AbortSignal | undefined, listener: () => void): void {
  if (signal?.aborted) listener();
  else signal?.addEventListener("abort", listener, { once: true });
}

function tooLong(): AegisError {
  const max = LIMITS.runEventsMax;
  return new AegisError("run.too_long", `The run's log has reached ${max} events`, { details: { max } });
}

function firstEvents({ run, agent, user }: ConductRun): LogEntry[] {
  return [
    {
      type: "run.started",
      witness: "runtime",
      schemaVersion: LOG_SCHEMA_VERSION,
      agent: { name: run.agent, version: agent.version },
      origin: "live",
      sessionId: run.sessionId,
      user,
    },
    { type: "message.received", witness: "runtime", from: "user", content: run.input.message },
  ];
}

function openBoundary(
  options: ConductRun,
  { append, stop }: { append: (event: NewEvent) => Promise<RunEvent | undefined>; stop: (why: Stop) => void },
): Boundary {
  const { run, events, mailbox, clock, memory, costOf, holdMs } = options;
  const settled = new Set(
    events.flatMap((event) => (event.type === "doubt.settled" ? `${event.effect}:${event.attempt}` : [])),
  );
  const called = new Set(events.flatMap((event) => (event.type === "model.called" ? event.effect : [])));
  return new Boundary({
    append,
    clock,
    random: seededRandom(seedFromText(run.id)),
    runId: run.id,
    costOf,
    memory,
    isStreaming: true,
    signal: mailbox.cancelled,
    // Also for a new run: what it does next must not depend on which answers happened to become durable together.
    journal: openJournal(events),
    approve: ({ effect }) => mailbox.approval(effect),
    hold: {
      onBroken(error) {
        // A cancelled run ends, also where what the agent does about the cancel is not what its log holds.
        const isMismatch = error instanceof AegisError && error.code === "log.journal_mismatch";
        stop({ kind: isMismatch && mailbox.cancelled.aborted ? "failed" : "broken", error });
      },
      onIdle(waits) {
        const isShort = waits.some(({ untilMs }) => untilMs !== undefined && untilMs - clock.nowMs() < holdMs);
        if (!isShort && !mailbox.cancelled.aborted) stop({ kind: "paused", waits, seenPosition: mailbox.seenPosition });
      },
      settleDoubt: async (doubt) => ({
        ...(await mailbox.doubt(doubt)),
        isLogged: settled.has(`${doubt.effect}:${doubt.attempt}`),
      }),
      takeMessages: (effect) =>
        called.has(effect) ? [] : mailbox.takeMessages().map(({ content, id }) => ({ content, signalId: id })),
      recordedMessages: (effect) =>
        events.flatMap((event) => (event.type === "message.received" && event.effect === effect ? event.content : [])),
    },
  });
}

function contextOf(
  { run, user, env, clock }: ConductRun,
  boundary: Boundary,
  state: Record<string, Json>,
): AgentContext {
  const seed = seedFromText(run.id);
  return {
    boundary,
    user,
    seed,
    env,
    state,
    userMemory: boundary.memory("user"),
    agentMemory: boundary.memory("agent"),
    // Stands at the run's beginning, so that a prompt which tells the date is the same when the run is taken up later.
    clock: { ...clock, nowMs: () => run.startedAtMs ?? run.createdAtMs, monotonicMs: () => clock.monotonicMs() },
    random: seededRandom(seed),
  };
}

async function talk(
  { run, agent, history, openSession, mailbox }: ConductRun,
  context: AgentContext,
  append: (event: NewEvent) => Promise<RunEvent | undefined>,
): Promise<{ content: string; data?: Json }> {
  const session = await openSession({
    agent,
    context,
    history,
    sessionId: run.sessionId,
    append: async (event) => append(event),
  });
  const { message, data: input = message } = run.input;
  const { text, data } = await session.send({ message, input, signal: mailbox.cancelled });
  return { content: text, ...(data !== undefined && { data }) };
}
