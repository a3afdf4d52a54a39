import { invariant } from "../../kernel/index.ts";
import type { PartChange, RunPart, TextPart, ToolPart } from "./run-part.ts";

type Changed<Part> = { readonly [Key in keyof Part]?: Part[Key] };

/** The parts of a run as they are after the events read so far: parts are replaced, never changed in place. */
export class OpenParts {
  /** What the event being read has changed. */
  changes: PartChange[] = [];
  readonly #parts = new Map<number, RunPart>();
  #count = 0;
  /** The parts of the open step, in order; undefined where none is open. */
  #step: Map<number, RunPart> | undefined;

  get all(): readonly RunPart[] {
    return [...this.#parts.values()];
  }

  get hasOpenStep(): boolean {
    return this.#step !== undefined;
  }

  /** The parts of the open step. */
  get stepParts(): readonly RunPart[] {
    return [...(this.#step?.values() ?? [])];
  }

  tell(...changes: readonly PartChange[]): void {
    this.changes.push(...changes);
  }

  beginStep(): void {
    this.endStep();
    this.#step = new Map();
    this.tell({ type: "step.began" });
  }

  endStep(): void {
    this.closeTexts();
    if (this.#step === undefined) return;
    this.#step = undefined;
    this.tell({ type: "step.ended" });
  }

  addText(kind: TextPart["kind"], modelEffect: number | undefined): TextPart {
    const part: TextPart = { kind, index: this.#takeIndex(), modelEffect, text: "", isDone: false };
    this.#keep(part);
    this.tell({ type: "text.added", part });
    return part;
  }

  growText(index: number, delta: string): void {
    const part = this.#text(index);
    const grown = this.#replace(part, { text: part.text + delta });
    this.tell({ type: "text.grew", part: grown, delta });
  }

  /** Texts stay open until something else happens: the answer may go on where the model's words end. */
  closeTexts(which: (part: TextPart) => boolean = () => true): void {
    for (const part of this.stepParts) {
      if (part.kind === "tool" || part.isDone || !which(part)) continue;
      this.tell({ type: "text.done", part: this.#replace(part, { isDone: true }) });
    }
  }

  addTool(part: Pick<ToolPart, "modelEffect" | "callId" | "tool">): ToolPart {
    const isTaken = this.all.some((other) => other.kind === "tool" && other.callId === part.callId);
    const index = this.#takeIndex();
    const added: ToolPart = {
      kind: "tool",
      index,
      ...part,
      callId: isTaken ? `${part.callId}-${index}` : part.callId,
      argumentsText: "",
      arguments: undefined,
      state: "streaming",
      approval: undefined,
      result: undefined,
      errorText: undefined,
    };
    this.#keep(added);
    this.tell({ type: "tool.added", part: added });
    return added;
  }

  changeTool(index: number, change: Changed<Omit<ToolPart, "kind" | "index">>): ToolPart {
    const part = this.tool(index);
    invariant(part !== undefined, "only a tool part is changed as one");
    return this.#replace<ToolPart>(part, change);
  }

  tool(index: number | undefined): ToolPart | undefined {
    const part = index === undefined ? undefined : this.#parts.get(index);
    return part?.kind === "tool" ? part : undefined;
  }

  /** Takes parts away that count no more; all of them are of the open step. */
  drop(dropped: readonly RunPart[]): void {
    if (dropped.length === 0) return;
    for (const { index } of dropped) {
      this.#parts.delete(index);
      this.#step?.delete(index);
    }
    this.tell({ type: "parts.dropped", dropped, kept: this.stepParts });
  }

  #text(index: number): TextPart {
    const part = this.#parts.get(index);
    invariant(part !== undefined && part.kind !== "tool", "only a text grows as one");
    return part;
  }

  #replace<Part extends RunPart>(part: Part, change: Changed<Part>): Part {
    const replaced: Part = { ...part, ...change };
    this.#parts.set(part.index, replaced);
    if (this.#step?.has(part.index)) this.#step.set(part.index, replaced);
    return replaced;
  }

  #keep(part: RunPart): void {
    this.#parts.set(part.index, part);
    this.#step?.set(part.index, part);
  }

  #takeIndex(): number {
    this.#count += 1;
    return this.#count - 1;
  }
}
