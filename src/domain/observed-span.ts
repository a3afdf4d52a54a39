import type { JsonObject } from "../kernel/index.ts";

/** A span as somebody's telemetry told it. Nothing of it is interpreted yet, and nothing is lost. */
export interface ObservedSpan {
  /** Lower-case hexadecimal: 32 digits, or 16 where the sender's are 64 bits long. */
  readonly traceId: string;
  /** Lower-case hexadecimal, 16 digits. */
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  /** As OTLP numbers them: 1 internal, 2 server, 3 client, 4 producer, 5 consumer. */
  readonly kind?: number;
  /** Nanoseconds since the epoch, a decimal number as text: more digits than a number holds. */
  readonly startNs: string;
  /** Left out where the span has not ended. */
  readonly endNs?: string;
  /** Values as plain JSON; bytes as base64 text, whole numbers beyond 2^53 as decimal text. */
  readonly attributes: JsonObject;
  readonly events?: readonly ObservedSpanEvent[];
  readonly links?: readonly { readonly traceId: string; readonly spanId: string; readonly attributes?: JsonObject }[];
  /** `unset` is left out. */
  readonly status?: { readonly code: "ok" | "error"; readonly message?: string };
  /** Of what sent it: `service.name`, `deployment.environment.name`, ... */
  readonly resource: JsonObject;
  readonly scope?: { readonly name: string; readonly version?: string };
}

export interface ObservedSpanEvent {
  readonly name: string;
  readonly timeNs: string;
  readonly attributes: JsonObject;
}
