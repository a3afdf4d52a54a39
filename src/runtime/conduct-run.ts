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
import { type Clock, equalJson, type Json, type JsonObject, seededRandom, seedFromText } from "../kernel/index.ts";
import { type LogEntry, openJournal, type RunLog } from "../log/index.ts";
import type { OpenAgentSession } from "./agent-directory.ts";
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
}

/** How long tools of a cancelled run may take to stop. */
const CANCEL_GRACE_MS = 5_000;

/**
 * Goes on with a run from its log: effects that returned are answered from it, the rest are made. Stops at the run's
 * end, when all it does is wait, or when this process lets go of it.
 */
export async function conductRun(options: ConductRun): Promise<RunEnd> {
  const { events, log, mailbox, clock, signal } = options;
  const stopped = Promise.withResolvers<RunEnd>();
  const startMs = clock.nowMs();
  let isDown = false;
  const stop = (end: RunEnd) => {
    if (isDown) return;
    isDown = true;
    stopped.resolve(end);
  };
  signal?.addEventListener("abort", () => stop({ kind: "abandoned" }), { once: true });
  if (signal?.aborted) return { kind: "abandoned" };
  if (events.length === 0)
    void log.append(...firstEvents(options)).catch((error: unknown) => stop({ kind: "broken", error }));
  const append = async (event: NewEvent) => (isDown ? new Promise<never>(() => {}) : (await log.append(event))[0]);
  const boundary = openBoundary(options, { append, stop });
  const state = structuredClone(options.session.state) as Record<string, Json>;
  const work = talk(options, contextOf(options, boundary, state), append).then(
    (answer): LogEntry[] => [{ type: "message.sent", witness: "runtime", ...answer }],
    (error: unknown) => ({ error }),
  );
  mailbox.cancelled.addEventListener("abort", () => setTimeout(() => stop(cancelled()), CANCEL_GRACE_MS).unref(), {
    once: true,
  });
  const cancelled = (): RunEnd => ({ kind: "ended", outcome: "cancelled", state: options.session.state });
  const end = await Promise.race([stopped.promise, work]);
  isDown = true;
  if ("kind" in end && end.kind !== "ended") return end;
  const outcome: RunOutcome = mailbox.cancelled.aborted ? "cancelled" : "error" in end ? "failed" : "answered";
  const last: LogEntry[] = outcome === "answered" && Array.isArray(end) ? end : [];
  const after = outcome === "answered" ? state : options.session.state;
  if (!equalJson(after, options.session.state)) {
    last.push({ type: "state.captured", witness: "runtime", changes: diffState(options.session.state, after) });
  }
  const because = outcome === "cancelled" ? mailbox.cancelled.reason : "error" in end ? end.error : undefined;
  const durationMs = clock.nowMs() - (events[0]?.atMs ?? startMs);
  const told = because === undefined ? {} : { error: effectError(because) };
  try {
    await log.append(...last, { type: "run.ended", witness: "runtime", outcome, durationMs, ...told });
  } catch (error) {
    return { kind: "broken", error };
  }
  return { kind: "ended", outcome, state: after };
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
  { append, stop }: { append: (event: NewEvent) => Promise<RunEvent | undefined>; stop: (end: RunEnd) => void },
): Boundary {
  const { run, events, mailbox, clock, memory, costOf, holdMs } = options;
  const settled = new Set(
    events.flatMap((event) => (event.type === "doubt.settled" ? `${event.effect}:${event.attempt}` : [])),
  );
  const called = new Set(events.flatMap((event) => (event.type === "model.called" ? event.effect : [])));
  return new Boundary({
    append: async (event) => append(event),
    clock,
    random: seededRandom(seedFromText(run.id)),
    runId: run.id,
    costOf,
    memory,
    isStreaming: true,
    signal: mailbox.cancelled,
    ...(events.length > 0 && { journal: openJournal(events) }),
    approve: ({ effect }) => mailbox.approval(effect),
    hold: {
      onBroken: (error) => stop({ kind: "broken", error }),
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
    clock,
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
