import { AsyncLocalStorage } from "node:async_hooks";
import { AegisError, canonicalJson, type Clock, type Json, LIMITS, type Random, toJson } from "../kernel/index.ts";
import {
  type EffectError,
  firstEffectInside,
  type Message,
  type MicroUsd,
  type NewEvent,
  type RunEvent,
  type Usage,
} from "../domain/index.ts";
import type { Journal } from "../log/index.ts";
import type { ToolCallContext, ToolDetails } from "./define-tool.ts";
import { effectError, errorFromRecord } from "./effect-error.ts";
import { keptMessages } from "./kept-messages.ts";

/**
 * Hands an event to the log; what it returns is awaited before the effect's result is shown to the agent. With a journal
 * it must resolve with the event as it was appended.
 */
export type AppendEvent = (event: NewEvent) => void | Promise<RunEvent | void>;

export interface ApprovalRequest {
  readonly tool: string;
  readonly callId: string;
  readonly arguments: Json;
}

export interface ApprovalDecision {
  readonly decision: "approved" | "denied" | "edited";
  readonly by: string;
  readonly arguments?: Json;
}

export interface BoundaryOptions {
  readonly append: AppendEvent;
  readonly clock: Clock;
  readonly random: Random;
  /** The log of an earlier attempt at this run: effects that returned are answered from it. */
  readonly journal?: Journal;
  readonly approve: (request: ApprovalRequest) => Promise<ApprovalDecision>;
  readonly costOf: (call: { readonly model: string; readonly usage: Usage }) => MicroUsd | null;
  readonly runId: string;
  readonly signal?: AbortSignal;
  readonly sleep?: (ms: number, signal?: AbortSignal) => Promise<void>;
}

/** What a model call is, before and after. `recall` rebuilds the provider's result from the log. */
export interface ModelEffect<Result> {
  readonly provider: string;
  readonly model: string;
  readonly prompt: readonly Message[];
  readonly toolNames: readonly string[];
  readonly settings?: Record<string, Json>;
  readonly execute: (attempt: number) => Promise<Result>;
  readonly describe: (result: Result) => Partial<NewEvent<"model.returned">>;
  readonly recall: (event: RunEvent<"model.returned">) => Result;
}

export interface ToolEffect {
  readonly tool: string;
  readonly callId: string;
  readonly arguments: Json;
  readonly details?: ToolDetails;
  readonly execute: (input: unknown, context: ToolCallContext) => unknown;
}

type Called = NewEvent<Extract<NewEvent["type"], `${string}.called`> | "approval.requested">;
type Returned = RunEvent & { readonly durationMs: number; readonly error?: EffectError };

/** Every crossing between an agent and the outside: each becomes a called and a returned event, or is answered from the journal. */
export class Boundary {
  readonly #options: BoundaryOptions;
  /** Whose turn it is to count: the run itself, or the tool an effect is made inside of. */
  readonly #scopes = new AsyncLocalStorage<EffectScope>();
  readonly #run: EffectScope = { firstEffect: 0, count: 0 };
  #lastPrompt: readonly Message[] = [];

  constructor(options: BoundaryOptions) {
    this.#options = options;
  }

  /** How adapters wait when a provider turns a call away. */
  get retries(): { readonly random: Random; sleep(ms: number): Promise<void> } {
    const { random, sleep = defaultSleep, signal } = this.#options;
    return { random, sleep: (ms) => sleep(ms, signal) };
  }

  /** Asks a model. */
  async model<Result>(call: ModelEffect<Result>): Promise<Result> {
    const keptCount = keptMessages(this.#lastPrompt, call.prompt);
    this.#lastPrompt = call.prompt;
    const called = (effect: number, attempt: number): NewEvent<"model.called"> => ({
      ...this.#stamp(),
      type: "model.called",
      effect,
      attempt,
      provider: call.provider,
      model: call.model,
      keptCount,
      added: call.prompt.slice(keptCount),
      toolNames: call.toolNames,
      ...(call.settings && { settings: call.settings }),
    });
    return this.#effect({
      called,
      execute: (attempt) => call.execute(attempt),
      recall: (event) => call.recall(event as RunEvent<"model.returned">),
      returned: (effect, durationMs, end) => {
        const described = "result" in end ? call.describe(end.result) : { error: end.error };
        const usage = described.usage;
        const costMicroUsd = usage ? this.#options.costOf({ model: described.model ?? call.model, usage }) : null;
        return { ...this.#stamp(), type: "model.returned", effect, durationMs, costMicroUsd, ...described };
      },
    });
  }

  /** Runs a tool, after asking for approval where it needs one. */
  async tool(call: ToolEffect): Promise<unknown> {
    const input = await this.#approvedArguments(call);
    const scope = this.#scope();
    const idempotencyKey = `${this.#options.runId}-${scope.firstEffect + scope.count}`;
    const context: ToolCallContext = { callId: call.callId, idempotencyKey, signal: this.#options.signal };
    const { details } = call;
    // What the log keeps is made with the result: a tool whose `sources` throws has failed like any other.
    const told = async (output: unknown) => ({ output, told: describeToolResult(output, details) });
    const done = await this.#effect<{ output: unknown; told?: ToldResult }>({
      called: (effect, attempt) => ({
        ...this.#stamp(),
        type: "tool.called",
        effect,
        attempt,
        callId: call.callId,
        tool: call.tool,
        arguments: input,
        idempotencyKey,
        ...(details && { declaration: details.declaration }),
      }),
      execute: async () => told(await call.execute(input, context)),
      inDoubt: async () => told(await this.#settleDoubt(call, input, context)),
      recall: (event) => ({ output: (event as RunEvent<"tool.returned">).result }),
      returned: (effect, durationMs, end) => ({
        ...this.#stamp(),
        type: "tool.returned",
        effect,
        durationMs,
        callId: call.callId,
        tool: call.tool,
        ...("error" in end ? { error: end.error } : end.result.told),
      }),
    });
    return done.output;
  }

  async sleep(ms: number): Promise<void> {
    const sleep = this.#options.sleep ?? defaultSleep;
    await this.#effect({
      called: (effect, attempt) => ({ ...this.#stamp(), type: "sleep.called", effect, attempt, ms }),
      execute: () => sleep(ms, this.#options.signal),
      recall: () => undefined,
      returned: (effect, durationMs) => ({ ...this.#stamp(), type: "sleep.returned", effect, durationMs }),
    });
  }

  /** The wall clock, as the log remembers it. */
  readonly nowMs = async (): Promise<number> => {
    const event = {
      ...this.#stamp(),
      type: "clock.read" as const,
      effect: this.#nextEffect(),
      valueMs: this.#options.clock.nowMs(),
    };
    const recorded = (await this.#once(event)) as RunEvent<"clock.read">;
    return recorded.valueMs;
  };

  /** A number in [0, 1), as the log remembers it. */
  readonly draw = async (): Promise<number> => {
    const event = {
      ...this.#stamp(),
      type: "random.drawn" as const,
      effect: this.#nextEffect(),
      value: this.#options.random(),
    };
    const recorded = (await this.#once(event)) as RunEvent<"random.drawn">;
    return recorded.value;
  };

  /** Effects that are one event: asked and answered at once. */
  async #once(event: NewEvent<"clock.read" | "random.drawn">): Promise<NewEvent> {
    const recorded = this.#options.journal?.answer(event);
    if (recorded?.kind === "returned") {
      await this.#options.journal?.turn(recorded.event);
      return recorded.event;
    }
    await this.#appendAnswer(event);
    return event;
  }

  /** An answer is shown to the agent in the order in which answers stand in the log, also when it is run again. */
  async #appendAnswer(event: NewEvent): Promise<void> {
    const appended = await this.#options.append(event);
    if (appended) await this.#options.journal?.turn(appended);
  }

  #scope(): EffectScope {
    return this.#scopes.getStore() ?? this.#run;
  }

  #nextEffect(): number {
    const scope = this.#scope();
    return scope.firstEffect + scope.count++;
  }

  #stamp() {
    return { atMs: this.#options.clock.nowMs(), witness: "runtime" as const };
  }

  async #effect<Result>(step: {
    called: (effect: number, attempt: number) => Called;
    execute: (attempt: number) => Promise<Result>;
    recall: (event: RunEvent) => unknown;
    returned: (effect: number, durationMs: number, end: { result: Result } | { error: EffectError }) => NewEvent;
    inDoubt?: () => Promise<Result>;
  }): Promise<Result> {
    const effect = this.#nextEffect();
    const { journal, append, clock } = this.#options;
    const answer = journal?.answer(step.called(effect, 1)) ?? { kind: "new" };
    if (answer.kind === "returned") {
      await journal?.turn(answer.event);
      const { error } = answer.event as Returned;
      if (error) throw errorFromRecord(error);
      return step.recall(answer.event) as Result;
    }
    this.#options.signal?.throwIfAborted();
    const attempt = answer.kind === "in-doubt" ? attemptOf(answer.event) + 1 : 1;
    await append(step.called(effect, attempt));
    const startMs = clock.monotonicMs();
    const elapsedMs = () => Math.round((clock.monotonicMs() - startMs) * 1000) / 1000;
    const inside: EffectScope = { firstEffect: firstEffectInside(effect), count: 0 };
    const isInDoubt = answer.kind === "in-doubt" && step.inDoubt !== undefined;
    const execute = async () => (isInDoubt ? step.inDoubt?.() : step.execute(attempt)) as Promise<Result>;
    const end = await settle(this.#scopes.run(inside, execute));
    if ("error" in end && end.error instanceof AegisError && end.error.code === "agent.uncertain") throw end.error;
    const told = "error" in end ? { error: effectError(end.error) } : end;
    await this.#appendAnswer(step.returned(effect, elapsedMs(), told));
    if ("error" in end) throw end.error;
    return end.result;
  }

  async #settleDoubt(call: ToolEffect, input: Json, context: ToolCallContext): Promise<unknown> {
    if (call.details?.declaration.isIdempotent) return call.execute(input, context);
    const found = await call.details?.reconcile?.(input, context);
    if (found !== undefined) return found;
    if (call.details?.reconcile) return call.execute(input, context);
    throw new AegisError("agent.uncertain", `${call.tool} was called before a crash and never returned`);
  }

  async #approvedArguments(call: ToolEffect): Promise<Json> {
    if (!call.details?.declaration.needsApproval || !call.details.needsApproval(call.arguments)) return call.arguments;
    const { tool, callId } = call;
    const decision = await this.#effect<ApprovalDecision>({
      called: (effect, attempt) => ({
        ...this.#stamp(),
        type: "approval.requested",
        effect,
        attempt,
        tool,
        callId,
        arguments: call.arguments,
        reason: `${tool} needs approval`,
      }),
      execute: () => this.#options.approve({ tool, callId, arguments: call.arguments }),
      recall: (event) => event,
      returned: (effect, durationMs, end) => ({
        ...this.#stamp(),
        witness: "person",
        type: "approval.decided",
        effect,
        durationMs,
        tool,
        callId,
        ...("result" in end ? end.result : { decision: "denied", by: "nobody: the request failed" }),
      }),
    });
    if (decision.decision === "denied") throw new Error(`${tool} was not approved (decided by ${decision.by})`);
    return decision.decision === "edited" ? (decision.arguments ?? call.arguments) : call.arguments;
  }
}

interface EffectScope {
  readonly firstEffect: number;
  count: number;
}

async function settle<Result>(work: Promise<Result>): Promise<{ result: Result } | { error: unknown }> {
  try {
    return { result: await work };
  } catch (error) {
    return { error };
  }
}

function attemptOf(event: RunEvent): number {
  return "attempt" in event ? event.attempt : 1;
}

type ToldResult = Pick<NewEvent<"tool.returned">, "result" | "sources" | "labels">;

function describeToolResult(output: unknown, details: ToolDetails | undefined): ToldResult {
  const result = toJson(output);
  const bytes = canonicalJson(result).length;
  if (bytes > LIMITS.eventBytesMax) {
    throw new AegisError("agent.bad_answer", `the tool returned ${bytes} bytes`, { details: { bytes } });
  }
  return {
    result,
    ...(details?.sources && { sources: details.sources(output) }),
    ...(details?.labels && { labels: details.labels(output) }),
  };
}

function defaultSleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    }, ms);
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}
