import type { EffectError, Message, SourceReference } from "../../domain/index.ts";
import type { Json } from "../../kernel/index.ts";
import type { ModelReading } from "../span-reading.ts";
import type { SpanNode } from "./span-forest.ts";

/** A span, or several that tell the same, on their way to a called and a returned event. */
export type Effect = ModelEffect | ToolEffect;

export interface ModelEffect {
  readonly kind: "model";
  readonly node: SpanNode;
  readonly startNs: bigint;
  readonly endNs: bigint | undefined;
  /** Filled by what wraps it. */
  reading: ModelReading;
  readonly error: EffectError | undefined;
}

export interface ToolEffect {
  readonly kind: "tool";
  /** Undefined for a call that is known from messages alone. */
  readonly node: SpanNode | undefined;
  readonly startNs: bigint;
  readonly endNs: bigint | undefined;
  tool: string;
  /** Empty until it is known which request it answers. */
  callId: string;
  arguments: Json | undefined;
  result: Json | undefined;
  error: EffectError | undefined;
  sources: readonly SourceReference[];
  /** The model call that asked for it. */
  requestedBy: ModelEffect | undefined;
  /** Its place among the calls that were asked for together, from 0. */
  requestIndex: number;
}

/** The prompt of a model call as far as it was told. */
export function promptOf({ reading }: ModelEffect): readonly Message[] {
  return reading.input ?? [];
}
