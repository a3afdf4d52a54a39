import { dirname } from "node:path";
import { AegisError, type Clock, type Json, seededRandom, systemClock } from "../kernel/index.ts";
import { type InputTurn, LOG_SCHEMA_VERSION, type NewEvent, type ToolReplay } from "../domain/index.ts";
import {
  type AgentContext,
  type AgentDefinition,
  type AgentSession,
  type BoundaryOptions,
  defineAgent,
  effectError,
  isAgentDefinition,
} from "../agent/index.ts";
import { definedSuites, taskAgent } from "../eval/define/index.ts";
import type { TrialJob } from "../eval/index.ts";
import { modelEnvironment } from "./model-environment.ts";
import { importModule } from "./import-agent.ts";
import { openAgentSession } from "./open-agent-session.ts";
import { openTrialBoundary } from "./open-trial-boundary.ts";
import { askUser } from "./user-line.ts";

export interface ConductedTrial {
  readonly job: TrialJob;
  readonly append: (event: NewEvent) => void;
  readonly signal: AbortSignal;
}

/** Puts the agent through the case's conversation: the part of a trial that runs on the agent's side. */
export async function conductTrial({
  job,
  append,
  signal,
}: ConductedTrial): Promise<{ before: Json; after: Json } | null> {
  const clock = clockOf(job);
  const startMs = clock.monotonicMs();
  const stamp = () => ({ atMs: clock.nowMs(), witness: "runtime" as const });
  const end = (outcome: NewEvent<"run.ended">["outcome"], error?: unknown) =>
    append({
      ...stamp(),
      type: "run.ended",
      outcome,
      durationMs: clock.monotonicMs() - startMs,
      ...(error !== undefined && { error: effectError(error) }),
    });
  const state = structuredClone(job.state) as Record<string, Json>;
  const replay = job.replay && (await openReplay(job.replay, signal));
  const closeReplay = () => replay && append({ ...stamp(), type: "replay.ended", ...replay.report() });
  try {
    const agent = await loadAgent(job);
    append(startedEvent(job, agent, stamp()));
    const session = await openSession({ job, agent, append, signal, clock, state, ...(replay && { replay }) });
    const talk = converse({ job, session, append, stamp, signal });
    await (replay ? Promise.race([talk, replay.missed]) : talk);
    closeReplay();
    end("answered");
  } catch (error) {
    if (!signal.aborted) {
      closeReplay();
      end("failed", error);
    }
  }
  return Object.keys(job.state).length > 0 ? { before: job.state as Json, after: state } : null;
}

/** Loaded only for a case that has recorded answers. `missed` rejects when one of them is wanting. */
async function openReplay(replay: ToolReplay, signal: AbortSignal) {
  const { openToolReplay } = await import("../agent/replay/index.ts");
  const { promise: missed, reject } = Promise.withResolvers<never>();
  missed.catch(() => undefined);
  return { missed, ...openToolReplay({ replay, signal, onMiss: reject }) };
}

interface Conversing {
  readonly session: AgentSession;
  readonly append: (event: NewEvent) => void;
  readonly stamp: () => { atMs: number; witness: "runtime" };
  readonly signal: AbortSignal;
}

/** What the case says, then what a simulated user says until that one has had enough. */
async function converse({ job, ...step }: Conversing & { readonly job: TrialJob }): Promise<void> {
  let answer: string | undefined;
  for (const turn of job.input) answer = await takeTurn({ ...step, turn });
  while (job.userUrl !== undefined) {
    const next = await askUser(job.userUrl, answer, step.signal);
    if ("done" in next) return;
    answer = await takeTurn({ ...step, turn: { user: next.say } });
  }
}

async function takeTurn(step: Conversing & { readonly turn: InputTurn }): Promise<string> {
  const { turn, session, append, stamp, signal } = step;
  const input: Json = "data" in turn ? turn.data : "user" in turn ? turn.user : turn.system;
  const message = typeof input === "string" ? input : JSON.stringify(input);
  append({ ...stamp(), type: "message.received", from: "system" in turn ? "system" : "user", content: message });
  const answer = await session.send({ message, input, signal });
  append({
    ...stamp(),
    type: "message.sent",
    content: answer.text,
    ...(answer.data !== undefined && { data: answer.data }),
  });
  return answer.text;
}

/** The file's default export (or the suite's own task, or what stands in for a recorded one), as an agent. */
async function loadAgent({ target, replay }: TrialJob): Promise<AgentDefinition> {
  if (target.kind === "recorded") return (await import("../agent/replay/index.ts")).recordedAgent(replay);
  const module = await importModule(target.file);
  if (target.kind === "task") {
    const options = definedSuites().find((each) => each.name === target.suite);
    const agent = options && taskAgent(options);
    if (!agent) throw new AegisError("agent.not_found", `${target.file} has no suite ${target.suite} with a task`);
    return defineAgent(agent);
  }
  if (!isAgentDefinition(module.default)) {
    throw new AegisError("agent.bad_definition", `${target.file} does not export defineAgent(...) as default`);
  }
  return module.default;
}

function startedEvent(job: TrialJob, agent: AgentDefinition, stamp: { atMs: number; witness: "runtime" }): NewEvent {
  return {
    ...stamp,
    type: "run.started",
    schemaVersion: LOG_SCHEMA_VERSION,
    agent: { name: agent.name, version: agent.version },
    origin: "trial",
    caseId: job.caseId,
    attemptIndex: job.attemptIndex,
    seed: job.seed,
    ...(job.user && { user: job.user }),
  };
}

async function openSession(made: {
  readonly job: TrialJob;
  readonly agent: AgentDefinition;
  readonly append: (event: NewEvent) => void;
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly state: Record<string, Json>;
  readonly replay?: BoundaryOptions["replay"];
}): Promise<AgentSession> {
  const { job, agent, append, signal, clock, state, replay } = made;
  const random = seededRandom(job.seed);
  const boundary = await openTrialBoundary({ job, append, signal, clock, random, ...(replay && { replay }) });
  const { user, caseId, attemptIndex, seed } = job;
  const modelEnv = job.modelBaseUrl ? modelEnvironment(job.modelBaseUrl) : {};
  const env = { ...modelEnv, ...job.env };
  const context: AgentContext = {
    boundary,
    user,
    caseId,
    attemptIndex,
    seed,
    env,
    state,
    userMemory: user && boundary.memory("user"),
    agentMemory: boundary.memory("agent"),
    clock,
    random,
  };
  return openAgentSession({
    agent,
    context,
    append,
    sessionId: job.runId,
    folder: dirname(job.target.file),
    ...(job.history && { history: job.history }),
    ...(job.modelBaseUrl !== undefined && { modelBaseUrl: job.modelBaseUrl }),
    ...(job.modelReplay && { modelReplay: job.modelReplay }),
  });
}

/** The case's clock starts where it says and then runs on. */
function clockOf({ clock }: TrialJob): Clock {
  if (clock === undefined) return systemClock;
  const offsetMs = Date.parse(clock) - Date.now();
  return { nowMs: () => Date.now() + offsetMs, monotonicMs: () => performance.now() };
}
