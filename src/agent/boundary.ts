import { AegisError, canonicalJson, type Json, LIMITS, type Random, toJson } from "../kernel/index.ts";
import type { Message, NewEvent, RunEvent } from "../domain/index.ts";
import type { ApprovalDecision, BoundaryOptions, ModelEffect, PartWriter, SlippedMessage } from "./boundary-options.ts";
import type { ToolCallContext, ToolDetails } from "./define-tool.ts";
import type { BoundaryFaults } from "./faults/boundary-faults.ts";
import { keptMessages } from "./kept-messages.ts";
import type { MemoryHandle, MemoryOwner } from "./memory-handle.ts";
import { openMemoryHandle } from "./open-memory-handle.ts";
import { EffectRunner, type EffectStep, type GoOn } from "./run-effect.ts";
import { settle } from "./settle.ts";
import { sleepAtLeast } from "./sleep-at-least.ts";
import { openPartWriter } from "./write-parts.ts";

export interface ToolEffect {
  readonly tool: string;
  readonly callId: string;
  readonly arguments: Json;
  readonly details?: ToolDetails;
  readonly execute: (input: unknown, context: ToolCallContext) => unknown;
}

/** Every crossing between an agent and the outside: each becomes a called and a returned event, or is answered from the journal. */
export class Boundary {
  readonly #options: BoundaryOptions;
  readonly #runner: EffectRunner;
  readonly #slipped: SlippedMessage[] = [];
  /** For adapters that know how to disturb a model. */
  readonly faults: BoundaryFaults | undefined;
  #lastPrompt: readonly Message[] = [];

  constructor(options: BoundaryOptions) {
    this.#options = options;
    this.#runner = new EffectRunner(options);
    const { faults, clock, signal, append, hold } = options;
    if (hold !== undefined) return;
    this.faults = faults?.({
      clock,
      signal,
      tell: (event) => void append(event),
      currentEffect: () => this.#runner.currentEffect,
    });
  }

  /** How adapters wait when a provider turns a call away. */
  get retries(): { readonly random: Random; sleep(ms: number): Promise<void> } {
    const { random, sleep = sleepAtLeast, signal } = this.#options;
    return { random, sleep: (ms) => sleep(ms, signal) };
  }

  /** Asks a model. */
  async model<Result>(call: ModelEffect<Result>): Promise<Result> {
    const number = this.#runner.takeNumber();
    const asked = this.#options.hold && this.#runner.isOutermost ? await this.#slipIn(call, number) : call;
    // A held run's log finds the difference itself: the call before this one in the log need not be the one asked for now.
    const keptCount = this.#options.hold ? 0 : keptMessages(this.#lastPrompt, asked.prompt);
    this.#lastPrompt = asked.prompt;
    const called = (effect: number, attempt: number): NewEvent<"model.called"> => ({
      ...this.#runner.stamp(),
      type: "model.called",
      effect,
      attempt,
      provider: asked.provider,
      model: asked.model,
      keptCount,
      added: asked.prompt.slice(keptCount),
      toolNames: asked.toolNames,
      ...(asked.settings && { settings: asked.settings }),
    });
    const step: EffectStep<Result> = {
      called,
      isRepeatable: true,
      execute: (place) => this.#streamed(place, (parts) => asked.execute(place.attempt, parts)),
      recall: (event) => asked.recall(event as RunEvent<"model.returned">),
      returned: (effect, durationMs, end) => {
        const described = "result" in end ? asked.describe(end.result) : { error: end.error };
        const usage = described.usage;
        const costMicroUsd = usage ? this.#options.costOf({ model: described.model ?? asked.model, usage }) : null;
        return { ...this.#runner.stamp(), type: "model.returned", effect, durationMs, costMicroUsd, ...described };
      },
    };
    return this.#runner.effect(step, number);
  }

  /** Runs a tool, after asking for approval where it needs one. */
  async tool(call: ToolEffect): Promise<unknown> {
    const input = await this.#approvedArguments(call);
    const idempotencyKey = `${this.#options.runId}-${this.#runner.nextNumber}`;
    const context: ToolCallContext = { callId: call.callId, idempotencyKey, signal: this.#options.signal };
    const { details } = call;
    // What the log keeps is made with the result: a tool whose `sources` throws has failed like any other.
    const told = async (output: unknown) => ({ output, told: describeToolResult(output, details) });
    const done = await this.#runner.effect<{ output: unknown; told?: ToldResult }>({
      called: (effect, attempt) => ({
        ...this.#runner.stamp(),
        type: "tool.called",
        effect,
        attempt,
        callId: call.callId,
        tool: call.tool,
        arguments: input,
        idempotencyKey,
        ...(details && { declaration: details.declaration }),
      }),
      isRepeatable: details?.declaration.isIdempotent ?? false,
      execute: async ({ effect }) => {
        const { tool } = call;
        const { replay } = this.#options;
        const live = (given: Json) => call.execute(given, context);
        const run = (given: Json) =>
          replay ? replay.answer({ tool, arguments: given, live: () => live(given) }) : live(given);
        return told(await (this.faults?.tool({ tool, arguments: input, effect, run }) ?? run(input)));
      },
      goOn: async ({ effect, event }) => {
        const settled = await this.#settleDoubt(call, { input, context, effect, attempt: attemptOf(event) });
        return settled.kind === "end" ? { kind: "end", result: await told(settled.result) } : settled;
      },
      recall: (event) => ({ output: (event as RunEvent<"tool.returned">).result }),
      returned: (effect, durationMs, end) => ({
        ...this.#runner.stamp(),
        type: "tool.returned",
        effect,
        durationMs,
        callId: call.callId,
        tool: call.tool,
        ...("error" in end ? { error: end.error } : end.result.told),
      }),
    });
    // Where it may be replayed, the agent is shown what the log keeps: the same both times.
    return this.#options.hold && done.told ? done.told.result : done.output;
  }

  /** Waits; a run that is taken up again waits for what is left. */
  async sleep(ms: number): Promise<void> {
    const { sleep = sleepAtLeast, clock, signal } = this.#options;
    const until = async (effect: number, untilMs: number, restMs = untilMs - clock.nowMs()) =>
      this.#runner.wait({ effect, on: "sleep", untilMs }, sleep(Math.max(0, restMs), signal));
    await this.#runner.effect<void>({
      called: (effect, attempt) => ({ ...this.#runner.stamp(), type: "sleep.called", effect, attempt, ms }),
      isRepeatable: true,
      execute: ({ effect }) => until(effect, clock.nowMs() + ms, ms),
      goOn: async ({ effect, event }) => ({ kind: "end", result: await until(effect, event.atMs + ms) }),
      recall: () => undefined,
      returned: (effect, durationMs, end) => ({
        ...this.#runner.stamp(),
        type: "sleep.returned",
        effect,
        durationMs,
        ...("error" in end && { error: end.error }),
      }),
    });
  }

  /** The memory of the user the run is for, or the agent's own. */
  memory(owner: MemoryOwner): MemoryHandle {
    return openMemoryHandle({ owner, runner: this.#runner, port: this.#options.memory, runId: this.#options.runId });
  }

  /** The wall clock, as the log remembers it. */
  readonly nowMs = async (): Promise<number> => {
    const effect = this.#runner.takeNumber();
    const valueMs = this.#options.clock.nowMs();
    const recorded = await this.#runner.once({ ...this.#runner.stamp(), type: "clock.read", effect, valueMs });
    return (recorded as RunEvent<"clock.read">).valueMs;
  };

  /** A number in [0, 1), as the log remembers it. */
  readonly draw = async (): Promise<number> => {
    const effect = this.#runner.takeNumber();
    const value = this.#options.random();
    const recorded = await this.#runner.once({ ...this.#runner.stamp(), type: "random.drawn", effect, value });
    return (recorded as RunEvent<"random.drawn">).value;
  };

  /** Parts go to the log while the model speaks; those of an earlier attempt count no more. */
  async #streamed<Result>(
    place: { readonly effect: number; readonly attempt: number },
    ask: (parts: PartWriter | undefined) => Promise<Result>,
  ): Promise<Result> {
    if (!this.#options.isStreaming) return ask(undefined);
    const parts = openPartWriter({
      ...place,
      stamp: () => this.#runner.stamp(),
      append: (event) => this.#runner.tell(event),
    });
    if (place.attempt > 1) parts.reset();
    try {
      return await ask(parts);
    } finally {
      await parts.flush();
    }
  }

  /** Messages that came while the run was under way go into this call, and stay in those after it. */
  async #slipIn<Result>(call: ModelEffect<Result>, effect: number): Promise<ModelEffect<Result>> {
    const { hold } = this.#options;
    if (call.extend === undefined || hold === undefined) return call;
    const after = call.prompt.length;
    const recorded = hold.recordedMessages(effect);
    for (const content of recorded) this.#slipped.push({ after, content });
    for (const { content, signalId } of hold.takeMessages(effect)) {
      this.#slipped.push({ after, content });
      await this.#runner.tell({
        ...this.#runner.stamp(),
        witness: "person",
        type: "message.received",
        from: "user",
        content,
        effect,
        signalId,
      });
    }
    return this.#slipped.length === 0 ? call : call.extend(this.#slipped);
  }

  async #settleDoubt(
    call: ToolEffect,
    doubt: {
      readonly input: Json;
      readonly context: ToolCallContext;
      readonly effect: number;
      readonly attempt: number;
    },
  ): Promise<GoOn<unknown>> {
    const { details, tool } = call;
    const { input, context, effect, attempt } = doubt;
    if (details?.declaration.isIdempotent) return { kind: "again" };
    const { hold } = this.#options;
    if (details?.reconcile) {
      const found = await settle(details.reconcile(input, context));
      if ("result" in found)
        return found.result === undefined ? { kind: "again" } : { kind: "end", result: found.result };
      // Who cannot find out knows no more than we do: a person is asked, where there is one.
      if (!hold) throw found.error;
    }
    if (!hold) throw new AegisError("agent.uncertain", `${tool} was called before a crash and never returned`);
    const waiting = hold.settleDoubt({ effect, attempt, tool });
    const { isLogged, ...decision } = await this.#runner.wait({ effect, on: "doubt" }, waiting);
    const told = { ...this.#runner.stamp(), witness: "person" as const, effect, attempt, ...decision };
    if (!isLogged) await this.#runner.tell({ type: "doubt.settled", ...told });
    if (decision.decision === "repeat") return { kind: "again" };
    if (decision.decision === "happened") return { kind: "end", result: decision.result ?? null };
    return { kind: "failed", error: new Error(`${tool} failed (decided by ${decision.by})`) };
  }

  async #approvedArguments(call: ToolEffect): Promise<Json> {
    if (!call.details?.declaration.needsApproval || !call.details.needsApproval(call.arguments)) return call.arguments;
    const { tool, callId } = call;
    // Where a person decides, perhaps days later and in a process without the tool's code, the log says what fits.
    const inputSchema = this.#options.hold && call.details.inputSchema();
    const ask = (effect: number) =>
      this.#runner.wait(
        { effect, on: "approval" },
        this.#options.approve({ effect, tool, callId, arguments: call.arguments }),
      );
    const decision = await this.#runner.effect<ApprovalDecision>({
      called: (effect, attempt): NewEvent<"approval.requested"> => ({
        ...this.#runner.stamp(),
        type: "approval.requested",
        effect,
        attempt,
        tool,
        callId,
        arguments: call.arguments,
        reason: `${tool} needs approval`,
        ...(inputSchema && { inputSchema }),
      }),
      isRepeatable: true,
      execute: ({ effect }) => ask(effect),
      goOn: async ({ effect }) => ({ kind: "end", result: await ask(effect) }),
      recall: (event) => event,
      returned: (effect, durationMs, end) => ({
        ...this.#runner.stamp(),
        witness: "person",
        type: "approval.decided",
        effect,
        durationMs,
        tool,
        callId,
        ...("result" in end
          ? end.result
          : { decision: "denied" as const, by: "nobody: the request failed", error: end.error }),
      }),
    });
    if (decision.decision === "denied") throw new Error(`${tool} was not approved (decided by ${decision.by})`);
    if (decision.decision !== "edited" || decision.arguments === undefined) return call.arguments;
    const complaint = await call.details.complaint(decision.arguments);
    if (complaint === undefined) return decision.arguments;
    throw new Error(`${tool} was not run: the arguments that ${decision.by} gave do not fit its input: ${complaint}`);
  }
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

function attemptOf(event: RunEvent): number {
  return "attempt" in event ? event.attempt : 1;
}
