import { type AssistantMessage, effectAround, type RunEvent } from "../../domain/index.ts";
import { equalJson, type Json, toJson } from "../../kernel/index.ts";
import type { PublicRunEvent } from "../../api/index.ts";
import { OpenParts } from "./open-parts.ts";
import type { PartChange, RunPart, TextPart, ToolPart } from "./run-part.ts";

type Streamed = RunEvent<"model.streamed">;

/**
 * Turns a run's log, event by event, into what protocols without a log of their own show: texts, reasoning, tool calls
 * with their approvals, in steps. It depends on the events alone, so every reader of the log, whenever and wherever it
 * reads, gets the same changes. Only what the run does itself is shown, not what happens inside its tools.
 */
export class PartProjection {
  readonly #open = new OpenParts();
  /** Model calls that have not returned: only their parts can still be dropped. */
  readonly #inFlight = new Set<number>();
  /** Tool parts by the effects that concern them: the call, the approval. */
  readonly #toolOfEffect = new Map<number, number>();
  #hasAnswered = false;

  /** Those that count, in order. */
  get parts(): readonly RunPart[] {
    return this.#open.all;
  }

  /** What this event, the next of the log, changes. */
  read(event: PublicRunEvent): readonly PartChange[] {
    this.#open.changes = [];
    this.#read(event);
    return this.#open.changes;
  }

  #read(event: PublicRunEvent): void {
    switch (event.type) {
      case "run.started":
        return this.#open.tell({ type: "run.began" });
      case "message.received":
        return this.#readMessage(event);
      case "message.sent":
        return this.#readAnswer(event);
      case "run.paused":
        this.#open.closeTexts();
        return this.#open.tell({ type: "paused", on: event.on, effects: event.effects });
      case "run.ended":
        return this.#readEnd(event);
      case "approval.requested":
        return this.#readApprovalRequest(event);
      case "approval.decided":
        return this.#readDecision(event);
      default:
        if ("effect" in event && effectAround(event.effect) === undefined) this.#readEffect(event);
    }
  }

  #readEffect(event: PublicRunEvent): void {
    if (event.type === "model.called") return this.#readModelCall(event.effect);
    if (event.type === "model.streamed") return this.#readStreamed(event);
    if (event.type === "model.reset") return this.#dropOf(event.effect);
    if (event.type === "model.returned") return this.#readModelEnd(event);
    if (event.type === "tool.called") return this.#readToolCall(event);
    if (event.type === "tool.returned") return this.#readToolEnd(event);
  }

  #readMessage({ seq, effect, signalId, content }: RunEvent<"message.received">): void {
    // The message that began the run is the client's own.
    if (effect === undefined && signalId === undefined) return;
    this.#open.tell({ type: "message.joined", id: signalId ?? String(seq), text: content });
  }

  /** Calls under way at the same time share a step, so that what a reset drops is always of the open one. */
  #readModelCall(effect: number): void {
    this.#dropOf(effect);
    if (this.#inFlight.size === 0 || !this.#open.hasOpenStep) this.#open.beginStep();
    this.#inFlight.add(effect);
  }

  #readStreamed({ effect, text, reasoning, toolCall }: Streamed): void {
    if (reasoning !== undefined && reasoning !== "") this.#speak("reasoning", effect, reasoning);
    if (text !== undefined && text !== "") this.#speak("text", effect, text);
    if (toolCall === undefined) return;
    this.#open.closeTexts(({ modelEffect }) => modelEffect === effect);
    const part = this.#requested(effect, toolCall.callId) ?? this.#addTool({ ...toolCall, modelEffect: effect });
    const grown = this.#open.changeTool(part.index, { argumentsText: part.argumentsText + toolCall.argumentsText });
    this.#open.tell({ type: "tool.arguments-grew", part: grown, delta: toolCall.argumentsText });
  }

  #speak(kind: TextPart["kind"], effect: number, delta: string): void {
    const last = this.#textsOf(effect).at(-1);
    if (last !== undefined && last.kind === kind && !last.isDone) return this.#open.growText(last.index, delta);
    this.#open.closeTexts(({ modelEffect }) => modelEffect === effect);
    this.#needStep();
    this.#open.growText(this.#open.addText(kind, effect).index, delta);
  }

  #readModelEnd({ effect, message, error }: Pick<RunEvent<"model.returned">, "effect" | "message" | "error">): void {
    if (error !== undefined) this.#dropOf(effect);
    else if (message !== undefined) this.#completeSpoken(effect, message);
    this.#inFlight.delete(effect);
  }

  /** What was not streamed is there at the end; what was streamed otherwise is said again. */
  #completeSpoken(effect: number, { content, reasoning = "", toolRequests = [] }: AssistantMessage): void {
    if (!this.#isContinued(effect, "text", content) || !this.#isContinued(effect, "reasoning", reasoning)) {
      this.#open.drop(this.#textsOf(effect));
    }
    for (const [kind, whole] of [
      ["reasoning", reasoning],
      ["text", content],
    ] as const) {
      const rest = whole.slice(this.#spoken(effect, kind).length);
      if (rest !== "") this.#speak(kind, effect, rest);
    }
    for (const { callId, tool, arguments: given } of toolRequests) {
      const part = this.#requested(effect, callId) ?? this.#addTool({ callId, tool, modelEffect: effect });
      this.#completeArguments(part, given, "requested");
    }
  }

  #isContinued(effect: number, kind: TextPart["kind"], whole: string): boolean {
    const spoken = this.#spoken(effect, kind);
    // A message without reasoning says nothing on what was thought.
    return whole.startsWith(spoken) || (kind === "reasoning" && whole === "");
  }

  #readToolCall({
    effect,
    callId,
    tool,
    arguments: given,
  }: Omit<RunEvent<"tool.called">, "declaration" | "idempotencyKey">): void {
    // Made again after a crash: it is the same call.
    if (this.#toolOfEffect.has(effect)) return;
    this.#open.closeTexts();
    const part = this.#waiting(callId) ?? this.#addTool({ callId, tool, modelEffect: undefined });
    this.#toolOfEffect.set(effect, part.index);
    this.#completeArguments(part, given, "called");
  }

  #readToolEnd({ effect, result, error }: Omit<RunEvent<"tool.returned">, "labels">): void {
    const part = this.#open.tool(this.#toolOfEffect.get(effect));
    if (part === undefined) return;
    const end =
      error === undefined
        ? ({ state: "returned", result: result ?? null } as const)
        : ({ state: "failed", errorText: error.message } as const);
    this.#open.tell({ type: "tool.done", part: this.#open.changeTool(part.index, end) });
  }

  /** Also of calls inside a tool: a person has to see what the run waits for. */
  #readApprovalRequest(event: RunEvent<"approval.requested">): void {
    const { effect, tool = "approval", callId = `approval-${effect}`, reason } = event;
    if (this.#toolOfEffect.has(effect)) return;
    this.#open.closeTexts();
    const isInside = effectAround(effect) !== undefined;
    const part =
      (isInside ? undefined : this.#waiting(callId)) ?? this.#addTool({ callId, tool, modelEffect: undefined });
    this.#toolOfEffect.set(effect, part.index);
    this.#completeArguments(part, event.arguments ?? { reason }, "requested");
    const approval = { effect, reason };
    this.#open.tell({ type: "tool.asked", part: this.#open.changeTool(part.index, { approval }), approval });
  }

  #readDecision({ effect, decision, by, tool, arguments: edited }: RunEvent<"approval.decided">): void {
    const part = this.#open.tool(this.#toolOfEffect.get(effect));
    if (part?.approval === undefined) return;
    const approval = { ...part.approval, decision, by };
    const decided = this.#open.changeTool(part.index, { approval, ...(edited !== undefined && { arguments: edited }) });
    this.#open.tell({ type: "tool.decided", part: decided, approval });
    if (edited !== undefined) this.#open.tell({ type: "tool.arguments-done", part: decided });
    if (decision === "denied") {
      this.#open.tell({ type: "tool.done", part: this.#open.changeTool(part.index, { state: "denied" }) });
    } else if (tool === undefined || effectAround(effect) !== undefined) {
      // Nothing of it follows in what is shown: a question is answered, a call inside a tool goes on in there.
      const answered = this.#open.changeTool(part.index, { state: "returned", result: { decision, by } });
      this.#open.tell({ type: "tool.done", part: answered });
    }
  }

  #readAnswer({ content, data }: RunEvent<"message.sent">): void {
    const indexes = this.#sayAnswer(content);
    this.#hasAnswered = true;
    this.#open.closeTexts();
    const parts = this.#texts(({ index }) => indexes.includes(index));
    this.#open.tell({ type: "answered", parts, data });
  }

  /** The answer is what the last model call said, goes on from it, stands instead of it, or is a step of its own. */
  #sayAnswer(content: string): readonly number[] {
    const drafts = this.#hasAnswered ? [] : this.#texts(({ kind }) => kind === "text");
    const draft = drafts.map(({ text }) => text).join("");
    const draftIndexes = drafts.map(({ index }) => index);
    if (content === draft) return draftIndexes;
    const hasTools = this.#open.stepParts.some(({ kind }) => kind === "tool");
    if (this.#hasAnswered || hasTools) {
      if (content === "") return [];
      this.#open.beginStep();
      return [this.#addAnswer(content)];
    }
    this.#needStep();
    const last = drafts.at(-1);
    if (last !== undefined && content.startsWith(draft)) {
      const rest = content.slice(draft.length);
      if (last.isDone) return [...draftIndexes, this.#addAnswer(rest)];
      this.#open.growText(last.index, rest);
      return draftIndexes;
    }
    this.#open.drop(drafts);
    return content === "" ? [] : [this.#addAnswer(content)];
  }

  #addAnswer(text: string): number {
    const { index } = this.#open.addText("text", undefined);
    this.#open.growText(index, text);
    return index;
  }

  #readEnd(event: RunEvent<"run.ended">): void {
    for (const part of this.#open.all) {
      if (part.kind !== "tool" || ["returned", "failed", "denied"].includes(part.state)) continue;
      this.#open.tell({ type: "tool.done", part: this.#open.changeTool(part.index, { state: "unfinished" }) });
    }
    this.#open.endStep();
    this.#open.tell({ type: "ended", event });
  }

  #dropOf(effect: number): void {
    this.#open.drop(
      this.#open.stepParts.filter(
        (part) => part.modelEffect === effect && (part.kind !== "tool" || !this.#isBound(part.index)),
      ),
    );
  }

  #isBound(index: number): boolean {
    return [...this.#toolOfEffect.values()].includes(index);
  }

  #needStep(): void {
    if (!this.#open.hasOpenStep) this.#open.beginStep();
  }

  #addTool({ callId, tool, modelEffect }: Pick<ToolPart, "callId" | "tool" | "modelEffect">): ToolPart {
    this.#needStep();
    return this.#open.addTool({ callId, tool, modelEffect });
  }

  #completeArguments(part: ToolPart, given: Json, state: "requested" | "called"): void {
    const isKnown = part.arguments !== undefined && equalJson(part.arguments, given);
    const changed = this.#open.changeTool(part.index, { arguments: toJson(given), state });
    if (!isKnown) this.#open.tell({ type: "tool.arguments-done", part: changed });
  }

  /** Of the open step: earlier ones change no more. */
  #texts(which: (part: TextPart) => boolean): readonly TextPart[] {
    return this.#open.stepParts.filter((part): part is TextPart => part.kind !== "tool" && which(part));
  }

  #textsOf(effect: number): readonly TextPart[] {
    return this.#texts(({ modelEffect }) => modelEffect === effect);
  }

  #spoken(effect: number, kind: TextPart["kind"]): string {
    const parts = this.#textsOf(effect).filter((part) => part.kind === kind);
    return parts.map(({ text }) => text).join("");
  }

  /** What this model call has asked for under this id. */
  #requested(effect: number, callId: string): ToolPart | undefined {
    return this.#find((part) => part.modelEffect === effect && !this.#isBound(part.index), callId);
  }

  /** A call that was asked for or approved and has not been made yet. */
  #waiting(callId: string): ToolPart | undefined {
    return this.#find((part) => part.state === "streaming" || part.state === "requested", callId);
  }

  #find(which: (part: ToolPart) => boolean, callId: string): ToolPart | undefined {
    const isIt = (part: RunPart): part is ToolPart =>
      part.kind === "tool" && (part.callId === callId || part.callId === `${callId}-${part.index}`) && which(part);
    return this.#open.all.filter(isIt).at(-1);
  }
}
