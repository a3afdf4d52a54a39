import {
  type AssistantMessage,
  LOG_SCHEMA_VERSION,
  type Message,
  microUsdFromUsd,
  type NewEvent,
} from "../../domain/index.ts";
import { type JsonObject, toJson } from "../../kernel/index.ts";
import { textOfJson } from "./optional-json.ts";
import type { RecordedAnswer, RecordedCall, RecordedMessage, RecordedRun } from "./recorded-run.ts";

/** Where the log stands, and what is known of the run beside its recording. */
export interface LogPlace {
  /** For recordings without times: every event then carries this one. */
  readonly nowMs: number;
  readonly caseId?: string;
  readonly attemptIndex?: number;
  readonly seed?: number;
  readonly sessionId?: string;
  /** Beside the recording's own. */
  readonly attributes?: JsonObject;
}

/**
 * The run's log as its recording tells it: origin `observed`, witness `agent`. Calls run one after the other, in the
 * order they were asked for. A model call takes from the message before it to its answer.
 */
export function buildLog(run: RecordedRun, place: LogPlace): NewEvent[] {
  return new LogBuilder(run, place).build();
}

class LogBuilder {
  readonly #run: RecordedRun;
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

  constructor(run: RecordedRun, place: LogPlace) {
    this.#run = run;
    this.#place = place;
    const firstMs = run.messages.find((message) => message.atMs !== null && !message.isContext)?.atMs;
    this.#startMs = run.startedAtMs ?? firstMs ?? place.nowMs;
    this.#nowMs = this.#startMs;
  }

  build(): NewEvent[] {
    this.#start();
    for (const message of this.#run.messages) {
      if (message.isContext) this.#remember(message);
      else if (message.role === "assistant") this.#answer(message);
      else {
        this.#moveTo(message.atMs);
        const { role, content } = message;
        this.#events.push({ ...this.#head(), type: "message.received", from: role, content });
        this.#conversation.push({ role, content });
      }
    }
    const { durationMs, ending } = this.#run;
    if (ending === null) return this.#events;
    if (durationMs !== null) this.#moveTo(this.#startMs + durationMs);
    const lastedMs = durationMs ?? this.#nowMs - this.#startMs;
    this.#events.push({ ...this.#head(), type: "run.ended", ...ending, durationMs: lastedMs });
    return this.#events;
  }

  #start(): void {
    const { agent, file, where, attributes: told, expected } = this.#run;
    const { nowMs: _, attributes, ...known } = this.#place;
    this.#events.push({
      ...this.#head(),
      type: "run.started",
      schemaVersion: LOG_SCHEMA_VERSION,
      agent,
      origin: "observed",
      ...known,
      attributes: {
        importedFrom: file,
        where,
        ...attributes,
        ...told,
        ...(expected && { expected: toJson(expected) }),
      },
    });
  }

  /** Part of the next prompt, but nothing that happened. */
  #remember(message: RecordedMessage): void {
    if (message.role !== "assistant") {
      this.#conversation.push({ role: message.role, content: message.content });
      return;
    }
    const callIds = message.calls.map((call) => this.#callId(call));
    this.#conversation.push(messageOf(message, callIds));
    for (const [index, call] of message.calls.entries()) this.#result(call, callIds[index] ?? "");
  }

  #answer(answer: RecordedAnswer): void {
    const callIds = answer.calls.map((call) => this.#callId(call));
    const message = messageOf(answer, callIds);
    if (answer.isFromModel) this.#model(answer, message);
    else this.#moveTo(answer.atMs);
    this.#conversation.push(message);
    // Text beside a call stays with the agent; text alone is what the user is shown.
    if (answer.calls.length === 0 && answer.content !== "" && !answer.isInternal) {
      this.#events.push({ ...this.#head(), type: "message.sent", content: answer.content });
    }
    for (const [index, call] of answer.calls.entries()) this.#call(call, callIds[index] ?? "");
  }

  #model(answer: RecordedAnswer, message: AssistantMessage): void {
    const { model, settings, toolNames = [] } = this.#run;
    const effect = this.#effect++;
    this.#moveTo(answer.askedAtMs ?? null);
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
      toolNames,
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
    this.#result(call, callId);
  }

  #result({ tool, result }: RecordedCall, callId: string): void {
    if (!result) return;
    const { content, isError } = result;
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
