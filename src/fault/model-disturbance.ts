import type { JsonObject } from "../kernel/index.ts";
import type { ToolRequest, Usage } from "../domain/index.ts";
import type { FaultError } from "./tool-disturbance.ts";

/** A model's answer without any provider's form. */
export interface ModelReply {
  readonly text: string;
  /** Arguments are a text where they are no JSON, and must be shown as that text. */
  readonly toolRequests: readonly ToolRequest[];
  readonly finishReason: "stop" | "tool-calls" | "length" | "content-filter" | "refusal" | "error" | "other";
  /** The model that says it answered. */
  readonly model?: string;
  /** Left out: the provider told none. */
  readonly usage?: Usage;
}

/** What a fault does to one call of a model. */
export interface ModelDisturbance {
  /** Of the catalogue. */
  readonly fault: string;
  /** For `fault.injected`. */
  readonly detail: JsonObject;
  /** Waited before the model hears of the call. */
  readonly delayMs: number;
  /** The provider never hears of the call: its outcome is `throw` or `hang`. */
  readonly isAsked: boolean;
  /** Waited before the caller sees anything. */
  readonly delayAfterMs: number;
  /** The answer takes as long as its bytes do at this pace. */
  readonly bytesPerSecond?: number;
  readonly outcome: ModelOutcome;
}

export type ModelOutcome =
  | { readonly kind: "reply" }
  | { readonly kind: "change"; readonly change: (reply: ModelReply) => ModelReply }
  | { readonly kind: "throw"; readonly error: FaultError }
  /** This share of a stream comes, then the error; where nothing is streamed, only the error. */
  | { readonly kind: "cut"; readonly share: number; readonly error: FaultError }
  | { readonly kind: "hang" };
