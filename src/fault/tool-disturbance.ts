import type { Json, JsonObject } from "../kernel/index.ts";
import type { JsonChange } from "./change/change-json.ts";

/** What a fault does to one call of a tool; `performToolCall` carries it out. */
export interface ToolDisturbance {
  /** Of the catalogue. */
  readonly fault: string;
  /** For `fault.injected`: a status, a time, a share, a marker. */
  readonly detail: JsonObject;
  /** Waited before the tool hears of the call. */
  readonly delayMs: number;
  /** How often the tool really runs: 0 it never hears of it, 1 as ever, 2 the call is delivered twice. */
  readonly executionCount: 0 | 1 | 2;
  /** What of the arguments reaches the tool; all of them unless told. */
  readonly changeArguments?: (given: Json) => Json;
  /** Waited before the caller sees the outcome. */
  readonly delayAfterMs: number;
  /** The outcome takes as long as its bytes do at this pace. */
  readonly bytesPerSecond?: number;
  readonly outcome: ToolOutcome;
}

/** What the caller sees. */
export type ToolOutcome =
  /** What the tool gave, an error too. */
  | { readonly kind: "result" }
  | { readonly kind: "instead"; readonly value: Json }
  /** What the tool gave, changed; an error of the tool stays what it is. */
  | { readonly kind: "change"; readonly change: JsonChange }
  | { readonly kind: "throw"; readonly error: FaultError }
  /** Nothing ever comes back; ends with the caller's own limit. */
  | { readonly kind: "hang" };

/** An error as a client of the broken thing would throw it. */
export interface FaultError {
  readonly name: string;
  readonly message: string;
  /** Of the system, e.g. `ECONNREFUSED`. */
  readonly code?: string;
  readonly status?: number;
  readonly retryAfterMs?: number;
}
