import type { JsonObject } from "../kernel/index.ts";

/** A span as somebody's telemetry told it. Nothing of it is interpreted yet. */
export interface ObservedSpan {
  /** Lower-case hexadecimal: 32 digits, or 16 where the sender's are 64 bits long. */
  readonly traceId: string;
  /** Lower-case hexadecimal, 16 digits. */
  readonly spanId: string;
  readonly parentSpanId?: string;
  /** As W3C trace context has it. */
  readonly traceState?: string;
  /** As OTLP has them: the lowest eight bits are those of W3C trace context. */
  readonly flags?: number;
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
  readonly links?: readonly ObservedSpanLink[];
  /** `unset` is left out. */
  readonly status?: { readonly code: "ok" | "error"; readonly message?: string };
  /** Of what sent it: `service.name`, `deployment.environment.name`, ... */
  readonly resource: JsonObject;
  readonly resourceSchemaUrl?: string;
  readonly scope?: ObservedScope;
  readonly droppedCounts?: DroppedCounts;
  readonly types?: ValueTypes;
}

export interface ObservedSpanEvent {
  readonly name: string;
  readonly timeNs: string;
  readonly attributes: JsonObject;
  readonly droppedAttributesCount?: number;
}

export interface ObservedSpanLink {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceState?: string;
  readonly flags?: number;
  readonly attributes?: JsonObject;
  readonly droppedAttributesCount?: number;
}

/** The library that made the span. */
export interface ObservedScope {
  readonly name: string;
  readonly version?: string;
  readonly attributes?: JsonObject;
  readonly schemaUrl?: string;
}

/** How much of the span its sender, or a limit of ours, left out. */
export interface DroppedCounts {
  readonly attributes?: number;
  readonly events?: number;
  readonly links?: number;
  readonly resourceAttributes?: number;
  readonly scopeAttributes?: number;
}

/**
 * What a value was where plain JSON does not tell, by its path in the span: a `double` that is a whole number or none at
 * all (NaN), an `int` or `bytes` told as text. A path of an array speaks for all that is in it.
 */
export interface ValueTypes {
  readonly [path: string]: "int" | "double" | "bytes";
}
