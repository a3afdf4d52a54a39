import {
  type AssistantMessage,
  LOG_SCHEMA_VERSION,
  type Message,
  microUsdFromUsd,
  type NewEvent,
} from "../../domain/index.ts";
import { toJson } from "../../kernel/index.ts";
import { textOfJson } from "./optional-json.ts";
import type { RecordedAnswer, RecordedCall, RecordedTrial } from "./recorded-trial.ts";

/** Where the log of a recorded trial stands in its eval run. */
export interface LogPlace {
  readonly attemptIndex: number;
  /** For recordings without times: every event then carries this one. */
  readonly nowMs: number;
}

/**
 * The trial's log as its recording tells it: origin `observed`, witness `agent`. Calls run one after the other, in the
 * order they were asked for. A model call takes from the message before it to its answer.
 */
export function buildLog(trial: RecordedTrial, place: LogPlace): NewEvent[] {
  return new LogBuilder(trial, place).build();
}

class LogBuilder {
  readonly #trial: RecordedTrial;
  readonly #place: LogPlace;
  readonly #events: NewEvent[] = [];
  readonly #conversation: Message[] = [];
  readonly #callIds = new Set<string>();
  readonly #startMs: number;
  #nowMs: number;
  #effect = 0;
  /** Messages of the conversation that the last model call was given. */
  #promptCount = 0;
  #costUsd = 0;

  constructor(trial: RecordedTrial, place: LogPlace) {
    this.#trial = trial;
    this.#place = place;
    const firstMs = trial.messages.find((message) => message.atMs !== null)?.atMs;
    this.#startMs = trial.startedAtMs ?? firstMs ?? place.nowMs;
    this.#nowMs = this.#startMs;
  }

  build(): NewEvent[] {
    this.#start();
    for (const message of this.#trial.messages) {
      if (message.role === "assistant") this.#answer(message);
      else {
        this.#moveTo(message.atMs);
        const { role, content } = message;
        this.#events.push({ ...this.#head(), type: "message.received", from: role, content });
        this.#conversation.push({ role, content });
      }
    }
    if (this.#trial.durationMs !== null) this.#moveTo(this.#startMs + this.#trial.durationMs);
    const durationMs = this.#trial.durationMs ?? this.#nowMs - this.#startMs;
    this.#events.push({ ...this.#head(), type: "run.ended", ...this.#trial.ending, durationMs });
    return this.#events;
  }

  #start(): void {
    const { agent, caseId, file, where, recordedTrial, attributes, seed, expected } = this.#trial;
    this.#events.push({
      ...this.#head(),
      type: "run.started",
      schemaVersion: LOG_SCHEMA_VERSION,
      agent,
      origin: "observed",
      caseId,
      attemptIndex: this.#place.attemptIndex,
      seed,
      attributes: {
        importedFrom: file,
        where,
        recordedTrial,
        ...attributes,
        ...(expected && { expected: toJson(expected) }),
      },
    });
  }

  #answer(answer: RecordedAnswer): void {
    const callIds = answer.calls.map((call) => this.#callId(call));
    const message = messageOf(answer, callIds);
    if (answer.isFromModel) this.#model(answer, message);
    else this.#moveTo(answer.atMs);
    this.#conversation.push(message);
    // Text beside a call stays with the agent; text alone is what the user is shown.
    if (answer.calls.length === 0 && answer.content !== "") {
      this.#events.push({ ...this.#head(), type: "message.sent", content: answer.content });
    }
    for (const [index, call] of answer.calls.entries()) this.#call(call, callIds[index] ?? "");
  }

  #model(answer: RecordedAnswer, message: AssistantMessage): void {
    const { model, settings } = this.#trial;
    const effect = this.#effect++;
    const calledAtMs = this.#nowMs;
    this.#events.push({
      ...this.#head(),
      type: "model.called",
      effect,
      attempt: 1,
      provider: "recorded",
      model: model ?? answer.model ?? "unknown",
      keptCount: this.#promptCount,
      added: this.#conversation.slice(this.#promptCount),
      toolNames: [],
      ...(settings && { settings }),
    });
    this.#promptCount = this.#conversation.length;
    this.#moveTo(answer.atMs);
    this.#events.push({
      ...this.#head(),
      type: "model.returned",
      effect,
      durationMs: this.#nowMs - calledAtMs,
      message,
      costMicroUsd: this.#costMicroUsd(answer.costUsd),
      ...(answer.model && { model: answer.model }),
      ...(answer.usage && { usage: answer.usage }),
    });
  }

  #call(call: RecordedCall, callId: string): void {
    const { tool } = call;
    const effect = this.#effect++;
    const calledAtMs = this.#nowMs;
    this.#events.push({
      ...this.#head(),
      type: "tool.called",
      effect,
      attempt: 1,
      callId,
      tool,
      arguments: call.arguments,
    });
    if (!call.result) return;
    const { content, isError, atMs } = call.result;
    this.#moveTo(atMs);
    const outcome = isError ? { error: { name: "ToolError", message: textOfJson(content) } } : { result: content };
    const durationMs = this.#nowMs - calledAtMs;
    this.#events.push({ ...this.#head(), type: "tool.returned", effect, durationMs, callId, tool, ...outcome });
    this.#conversation.push({ role: "tool", callId, tool, result: content, ...(isError && { isError }) });
  }

  /** Recorded ids may be missing or repeat within a conversation; in the log they are unique. */
  #callId(call: RecordedCall): string {
    const wanted = call.id || `call-${this.#callIds.size + 1}`;
    let callId = wanted;
    for (let count = 2; this.#callIds.has(callId); count += 1) callId = `${wanted}~${count}`;
    this.#callIds.add(callId);
    return callId;
  }

  /** Rounds the running sum, so that the parts add up to the trial's rounded cost. */
  #costMicroUsd(costUsd: number | null): number | null {
    if (costUsd === null) return null;
    const before = microUsdFromUsd(this.#costUsd);
    this.#costUsd += costUsd;
    return microUsdFromUsd(this.#costUsd) - before;
  }

  /** Time never goes back, whatever the recorder's clock did. */
  #moveTo(atMs: number | null): void {
    if (atMs !== null) this.#nowMs = Math.max(this.#nowMs, atMs);
  }

  #head(): { readonly atMs: number; readonly witness: "agent" } {
    return { atMs: this.#nowMs, witness: "agent" };
  }
}

function messageOf(answer: RecordedAnswer, callIds: readonly string[]): AssistantMessage {
  const toolRequests = answer.calls.map((call, index) => ({
    callId: callIds[index] ?? "",
    tool: call.tool,
    arguments: call.arguments,
  }));
  return {
    role: "assistant",
    content: answer.content,
    ...(answer.reasoning && { reasoning: answer.reasoning }),
    ...(toolRequests.length > 0 && { toolRequests }),
  };
}
