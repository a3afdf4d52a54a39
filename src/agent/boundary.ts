import { AegisError, canonicalJson, type Clock, equalJson, type Json, LIMITS, type Random, toJson } from "../kernel/index.ts";
import type { EffectError, Message, MicroUsd, NewEvent, RunEvent, Usage } from "../domain/index.ts";
import type { Journal } from "../log/index.ts";
import type { ToolCallContext, ToolDetails } from "./define-tool.ts";
import { effectError, errorFromRecord } from "./effect-error.ts";

/** Hands an event to the log; what it returns is awaited before the effect's result is shown to the agent. */
export type AppendEvent = (event: NewEvent) => void | Promise<void>;

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
  #nextEffect = 0;
  #lastPrompt: readonly Message[] = [];

  constructor(options: BoundaryOptions) {
    this.#options = options;
  }

  /** Asks a model. */
  async model<Result>(call: ModelEffect<Result>): Promise<Result> {
    const keptCount = commonPrefix(this.#lastPrompt, call.prompt);
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
    const idempotencyKey = `${this.#options.runId}-${this.#nextEffect}`;
    const context: ToolCallContext = { callId: call.callId, idempotencyKey, signal: this.#options.signal };
    const { details } = call;
    return this.#effect({
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
      execute: async () => call.execute(input, context),
      inDoubt: () => this.#settleDoubt(call, input, context),
      recall: (event) => (event as RunEvent<"tool.returned">).result,
      returned: (effect, durationMs, end) => ({
        ...this.#stamp(),
        type: "tool.returned",
        effect,
        durationMs,
        callId: call.callId,
        tool: call.tool,
        ...("error" in end ? { error: end.error } : describeToolResult(end.result, details)),
      }),
    });
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
    const effect = this.#nextEffect++;
    const event = { ...this.#stamp(), type: "clock.read" as const, effect, valueMs: this.#options.clock.nowMs() };
    const recorded = this.#options.journal?.answer(event);
    if (recorded?.kind === "returned") return (recorded.event as RunEvent<"clock.read">).valueMs;
    await this.#options.append(event);
    return event.valueMs;
  };

  /** A number in [0, 1), as the log remembers it. */
  readonly draw = async (): Promise<number> => {
    const effect = this.#nextEffect++;
    const event = { ...this.#stamp(), type: "random.drawn" as const, effect, value: this.#options.random() };
    const recorded = this.#options.journal?.answer(event);
    if (recorded?.kind === "returned") return (recorded.event as RunEvent<"random.drawn">).value;
    await this.#options.append(event);
    return event.value;
  };

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
    const effect = this.#nextEffect++;
    const answer = this.#options.journal?.answer(step.called(effect, 1)) ?? { kind: "new" };
    if (answer.kind === "returned") {
      const { error } = answer.event as Returned;
      if (error) throw errorFromRecord(error);
      return step.recall(answer.event) as Result;
    }
    const attempt = answer.kind === "in-doubt" ? 2 : 1;
    this.#options.signal?.throwIfAborted();
    if (answer.kind === "new") await this.#options.append(step.called(effect, attempt));
    const startMs = this.#options.clock.monotonicMs();
    const elapsedMs = () => Math.round((this.#options.clock.monotonicMs() - startMs) * 1000) / 1000;
    try {
      const result = await (answer.kind === "in-doubt" && step.inDoubt ? step.inDoubt() : step.execute(attempt));
      await this.#options.append(step.returned(effect, elapsedMs(), { result }));
      return result;
    } catch (error) {
      if (error instanceof AegisError && error.code === "agent.uncertain") throw error;
      await this.#options.append(step.returned(effect, elapsedMs(), { error: effectError(error) }));
      throw error;
    }
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

function describeToolResult(output: unknown, details: ToolDetails | undefined) {
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

function commonPrefix(previous: readonly Message[], next: readonly Message[]): number {
  let count = 0;
  while (count < previous.length && count < next.length && isSame(previous[count], next[count])) count += 1;
  return count;
}

function isSame(left: Message | undefined, right: Message | undefined): boolean {
  return left === right || equalJson(left as unknown as Json, right as unknown as Json);
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
