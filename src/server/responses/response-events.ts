import type { RunEvent } from "../../domain/index.ts";
import { invariant, type Json, type JsonObject } from "../../kernel/index.ts";
import type { PublicRunEvent } from "../../api/index.ts";
import { type PartChange, PartProjection, type RunPart, type TextPart, type ToolPart } from "../run-parts/index.ts";
import {
  approvalRequestItem,
  approvalResponseItem,
  argumentsText,
  type ItemStatus,
  textContent,
  textItem,
  toolItem,
} from "./response-items.ts";
import { addUsage, responseObject, type ResponseFacts, type ResponseStatus, type UsageSum } from "./response-object.ts";

export interface ResponseEvent extends JsonObject {
  readonly type: string;
  readonly sequence_number: number;
}

interface OutputItem {
  readonly outputIndex: number;
  /** The part it shows; approvals show none. */
  readonly part: RunPart | undefined;
  readonly item: JsonObject;
  readonly isDone: boolean;
}

/**
 * A run's log as the events of an OpenAI response. Numbers and items follow from the log alone, so `starting_after` goes
 * on exactly where any earlier stream of the response broke off. The protocol cannot take a text back: what a crash has
 * made void ends as an item marked `incomplete`, and the response object leaves it out.
 */
export class ResponseEvents {
  readonly #facts: ResponseFacts;
  readonly #parts = new PartProjection();
  readonly #items = new Map<string, OutputItem>();
  #sequence = 0;
  #outputCount = 0;
  #events: ResponseEvent[] = [];
  #usage: UsageSum | undefined;
  #answer: readonly TextPart[] | undefined;
  #end: RunEvent<"run.ended"> | undefined;
  #status: ResponseStatus;

  constructor(facts: ResponseFacts) {
    this.#facts = facts;
    this.#status = facts.isBackground ? "queued" : "in_progress";
  }

  /** Come first, before there is any event of the log. */
  opening(): readonly ResponseEvent[] {
    this.#events = [];
    this.#tell("response.created", { response: this.response });
    if (this.#facts.isBackground) this.#tell("response.queued", { response: this.response });
    return this.#events;
  }

  read(event: PublicRunEvent): readonly ResponseEvent[] {
    this.#events = [];
    this.#usage = addUsage(this.#usage, event);
    for (const change of this.#parts.read(event)) this.#show(change);
    return this.#events;
  }

  /** The response as it stands. Once the run has answered, its text is the answer's and no other. */
  get response(): JsonObject {
    const output = [...this.#items.values()].filter(({ part }) => this.#counts(part)).map(({ item }) => item);
    return responseObject(this.#facts, { status: this.#status, output, usage: this.#usage, end: this.#end });
  }

  #counts(part: RunPart | undefined): boolean {
    if (part?.kind !== "text" || this.#answer === undefined) return true;
    return this.#answer.some(({ index }) => index === part.index);
  }

  #show(change: PartChange): void {
    switch (change.type) {
      case "run.began":
        this.#status = "in_progress";
        return this.#tell("response.in_progress", { response: this.response });
      case "text.added":
        return this.#addText(change.part);
      case "text.grew":
        return this.#growText(change.part, change.delta);
      case "text.done":
        return this.#closeText(change.part);
      case "tool.added":
        return this.#addTool(change.part);
      case "tool.arguments-grew":
        return this.#changeTool(change.part, "delta", { delta: change.delta });
      case "tool.arguments-done":
        return this.#changeTool(change.part, "done", { arguments: argumentsText(change.part) });
      case "tool.asked":
        this.#keep(change.part, toolItem(this.#facts, change.part));
        return this.#addWhole(
          `asked-${change.approval.effect}`,
          approvalRequestItem(this.#facts, change.part, change.approval),
        );
      case "tool.decided":
        return this.#addWhole(`decided-${change.approval.effect}`, approvalResponseItem(this.#facts, change.approval));
      case "tool.done":
        return this.#closeTool(change.part);
      case "parts.dropped":
        for (const part of change.dropped) this.#drop(part);
        return;
      case "answered":
        this.#answer = change.parts;
        return;
      case "ended":
        return this.#close(change.event);
      case "step.began":
      case "step.ended":
      case "message.joined":
      case "paused":
        return;
    }
  }

  #addText(part: TextPart): void {
    this.#add(part, textItem(this.#facts, part, "in_progress"));
    this.#tellOf(part, "response.content_part.added", { content_index: 0, part: textContent(part) });
  }

  #growText(part: TextPart, delta: string): void {
    this.#keep(part, textItem(this.#facts, part, "in_progress"));
    if (part.kind === "reasoning") this.#tellOf(part, "response.reasoning_text.delta", { content_index: 0, delta });
    else this.#tellOf(part, "response.output_text.delta", { content_index: 0, delta, logprobs: [] });
  }

  #closeText(part: TextPart, status: ItemStatus = "completed"): void {
    const { kind, text } = part;
    if (kind === "reasoning") this.#tellOf(part, "response.reasoning_text.done", { content_index: 0, text });
    else this.#tellOf(part, "response.output_text.done", { content_index: 0, text, logprobs: [] });
    this.#tellOf(part, "response.content_part.done", { content_index: 0, part: textContent(part) });
    this.#finish(part, textItem(this.#facts, part, status));
  }

  #addTool(part: ToolPart): void {
    this.#add(part, toolItem(this.#facts, part));
    this.#tellOf(part, "response.mcp_call.in_progress", {});
  }

  #changeTool(part: ToolPart, what: "delta" | "done", fields: JsonObject): void {
    this.#keep(part, toolItem(this.#facts, part));
    this.#tellOf(part, `response.mcp_call_arguments.${what}`, fields);
  }

  #closeTool(part: ToolPart): void {
    if (part.state === "returned") this.#tellOf(part, "response.mcp_call.completed", {});
    else if (part.state !== "unfinished") this.#tellOf(part, "response.mcp_call.failed", {});
    this.#finish(part, toolItem(this.#facts, part));
  }

  /** What was said to be finished stays so in the stream; the response object forgets it all the same. */
  #drop(part: RunPart): void {
    if (!this.#itemOf(part).isDone) {
      if (part.kind === "tool") this.#finish(part, toolItem(this.#facts, part, true));
      else this.#closeText(part, "incomplete");
    }
    this.#items.delete(keyOf(part));
  }

  #close(end: RunEvent<"run.ended">): void {
    this.#end = end;
    this.#status = END_STATUS[end.outcome];
    // The protocol has no event for a cancelled response: `incomplete` is the one end that is neither of the others.
    const type = this.#status === "cancelled" ? "response.incomplete" : `response.${this.#status}`;
    this.#tell(type, { response: this.response });
  }

  #add(part: RunPart, item: JsonObject): void {
    const outputIndex = this.#takeOutputIndex();
    this.#items.set(keyOf(part), { outputIndex, part, item, isDone: false });
    this.#tell("response.output_item.added", { output_index: outputIndex, item });
  }

  #addWhole(key: string, item: JsonObject): void {
    const outputIndex = this.#takeOutputIndex();
    this.#items.set(key, { outputIndex, part: undefined, item, isDone: true });
    this.#tell("response.output_item.added", { output_index: outputIndex, item });
    this.#tell("response.output_item.done", { output_index: outputIndex, item });
  }

  #finish(part: RunPart, item: JsonObject): void {
    const { outputIndex } = this.#itemOf(part);
    this.#items.set(keyOf(part), { outputIndex, part, item, isDone: true });
    this.#tell("response.output_item.done", { output_index: outputIndex, item });
  }

  #keep(part: RunPart, item: JsonObject): void {
    this.#items.set(keyOf(part), { ...this.#itemOf(part), part, item });
  }

  #itemOf(part: RunPart): OutputItem {
    const item = this.#items.get(keyOf(part));
    invariant(item !== undefined, "a part is added before it changes");
    return item;
  }

  #takeOutputIndex(): number {
    this.#outputCount += 1;
    return this.#outputCount - 1;
  }

  /** An event about one part's item. */
  #tellOf(part: RunPart, type: string, fields: JsonObject): void {
    const { outputIndex, item } = this.#itemOf(part);
    this.#tell(type, { item_id: item["id"], output_index: outputIndex, ...fields });
  }

  #tell(type: string, fields: { readonly [key: string]: Json | undefined }): void {
    this.#events.push({ type, sequence_number: this.#sequence, ...fields });
    this.#sequence += 1;
  }
}

const END_STATUS: Readonly<Record<RunEvent<"run.ended">["outcome"], ResponseStatus>> = {
  answered: "completed",
  cancelled: "cancelled",
  failed: "failed",
  timeout: "failed",
  exited: "failed",
};

function keyOf({ index }: RunPart): string {
  return `part-${index}`;
}
