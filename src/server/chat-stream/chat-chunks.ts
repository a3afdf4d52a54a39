import type { UIMessageChunk } from "ai";
import type { PublicRunEvent } from "../../api/index.ts";
import { type PartChange, PartProjection, type RunPart, type TextPart, type ToolPart } from "../run-parts/index.ts";

interface ChatRun {
  readonly runId: string;
  readonly sessionId: string;
}

/** The id of the assistant's message: the same in every stream of the run, so that a client replaces what it has. */
export function chatMessageId(runId: string): string {
  return `msg_${runId}`;
}

export function approvalId(runId: string, effect: number): string {
  return `${runId}:${effect}`;
}

/** Which run's effect an approval of a UI message is about; undefined for one that is none of ours. */
export function readApprovalId(id: string): { readonly runId: string; readonly effect: number } | undefined {
  const [, runId, effect] = /^([0-9A-Z]{26}):(\d{1,15})$/.exec(id) ?? [];
  return runId === undefined || effect === undefined ? undefined : { runId, effect: Number(effect) };
}

/** A part of the message that says how far it has come: a client that sends it back goes on from there. */
export const OFFSET_PART = "data-aegis";

/**
 * A run's log as chunks of an AI SDK UI message stream. The chunks of an event depend on the log up to it alone. Text
 * that a crash has made void is taken back with `reset-step`, and what else the step held is said again.
 */
export class ChatChunks {
  readonly #run: ChatRun;
  readonly #parts = new PartProjection();

  constructor(run: ChatRun) {
    this.#run = run;
  }

  /** Comes first, before there is any event: the client knows at once that it was heard. */
  opening(nextSeq: number): UIMessageChunk[] {
    return [{ type: "start", messageId: chatMessageId(this.#run.runId) }, this.#offset(nextSeq)];
  }

  read(event: PublicRunEvent): UIMessageChunk[] {
    return this.#parts.read(event).flatMap((change) => this.#chunks(change, event.seq));
  }

  /** Ends a stream whose run waits for a person: a chat client sends a decision only when nothing streams. */
  closing(nextSeq: number): UIMessageChunk[] {
    return [this.#offset(nextSeq), { type: "finish", finishReason: "tool-calls" }];
  }

  #chunks(change: PartChange, seq: number): UIMessageChunk[] {
    switch (change.type) {
      case "run.began":
        return [];
      case "step.began":
        return [{ type: "start-step" }];
      case "step.ended":
        return [{ type: "finish-step" }];
      case "text.added":
        return [{ type: `${change.part.kind}-start`, id: textId(change.part) }];
      case "text.grew":
        return [{ type: `${change.part.kind}-delta`, id: textId(change.part), delta: change.delta }];
      case "text.done":
        return [{ type: `${change.part.kind}-end`, id: textId(change.part) }];
      case "tool.added":
        return [toolStart(change.part)];
      case "tool.arguments-grew":
        return [{ type: "tool-input-delta", toolCallId: change.part.callId, inputTextDelta: change.delta }];
      case "tool.arguments-done":
        return [toolInput(change.part)];
      case "tool.asked":
        return [this.#offset(seq + 1), ...this.#approval(change.part)];
      case "tool.decided":
        return this.#decision(change.part);
      case "tool.done":
        return toolEnd(change.part);
      case "parts.dropped":
        return [{ type: "reset-step" }, ...change.kept.flatMap((part) => this.#again(part))];
      case "message.joined":
        return [{ type: "steering-message", id: change.id, parts: [{ type: "text", text: change.text }] }];
      case "answered":
        return change.data === undefined ? [] : [{ type: "data-answer", id: "answer", data: change.data }];
      case "paused":
        return [{ type: "data-pause", data: { on: change.on, effects: change.effects }, transient: true }];
      case "ended":
        return [this.#offset(seq + 1), ...endChunks(change.event)];
    }
  }

  /** A part as it stands, for a client that has just forgotten it. */
  #again(part: RunPart): UIMessageChunk[] {
    if (part.kind !== "tool") {
      const id = textId(part);
      const started: UIMessageChunk[] = [
        { type: `${part.kind}-start`, id },
        { type: `${part.kind}-delta`, id, delta: part.text },
      ];
      return part.isDone ? [...started, { type: `${part.kind}-end`, id }] : started;
    }
    if (part.arguments === undefined) {
      const inputTextDelta = part.argumentsText;
      return [toolStart(part), { type: "tool-input-delta", toolCallId: part.callId, inputTextDelta }];
    }
    return [toolInput(part), ...this.#approval(part), ...this.#decision(part), ...toolEnd(part)];
  }

  #approval({ callId, approval }: ToolPart): UIMessageChunk[] {
    if (approval === undefined) return [];
    const { effect, reason } = approval;
    const id = approvalId(this.#run.runId, effect);
    return [{ type: "tool-approval-request", approvalId: id, toolCallId: callId, reason }];
  }

  #decision({ approval }: ToolPart): UIMessageChunk[] {
    if (approval?.decision === undefined) return [];
    const id = approvalId(this.#run.runId, approval.effect);
    return [{ type: "tool-approval-response", approvalId: id, approved: approval.decision !== "denied" }];
  }

  #offset(nextSeq: number): UIMessageChunk {
    return { type: OFFSET_PART, id: "aegis", data: { ...this.#run, nextSeq } };
  }
}

function textId({ kind, index }: TextPart): string {
  return `${kind}-${index}`;
}

/** Our tools run on the server: `providerExecuted` keeps clients from running them, and from sending results by themselves. */
function toolStart({ callId, tool }: ToolPart): UIMessageChunk {
  return { type: "tool-input-start", toolCallId: callId, toolName: tool, providerExecuted: true };
}

function toolInput({ callId, tool, arguments: input }: ToolPart): UIMessageChunk {
  return { type: "tool-input-available", toolCallId: callId, toolName: tool, input, providerExecuted: true };
}

function toolEnd({ callId, state, result, errorText = "" }: ToolPart): UIMessageChunk[] {
  switch (state) {
    case "returned":
      return [{ type: "tool-output-available", toolCallId: callId, output: result, providerExecuted: true }];
    case "failed":
      return [{ type: "tool-output-error", toolCallId: callId, errorText, providerExecuted: true }];
    case "unfinished":
      return [toolUnfinished(callId)];
    case "denied":
      return [{ type: "tool-output-denied", toolCallId: callId }];
    case "streaming":
    case "requested":
    case "called":
      return [];
  }
}

function toolUnfinished(toolCallId: string): UIMessageChunk {
  const errorText = "The run ended before this call returned.";
  return { type: "tool-output-error", toolCallId, errorText, providerExecuted: true };
}

function endChunks({ outcome, error }: Extract<PartChange, { type: "ended" }>["event"]): UIMessageChunk[] {
  switch (outcome) {
    case "answered":
      return [{ type: "finish", finishReason: "stop" }];
    case "cancelled":
      return [
        { type: "abort", reason: "The run was cancelled." },
        { type: "finish", finishReason: "interrupted" },
      ];
    case "failed":
    case "timeout":
    case "exited":
      return [
        { type: "error", errorText: error?.message ?? `The run ended: ${outcome}.` },
        { type: "finish", finishReason: "error" },
      ];
  }
}
