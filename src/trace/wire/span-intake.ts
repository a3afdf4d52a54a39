import type { DroppedCounts, ObservedScope, ObservedSpan, ValueTypes } from "../../domain/index.ts";
import { countNoun, type Json, type JsonObject, LIMITS } from "../../kernel/index.ts";
import { isSpanId, isTraceId } from "./span-ids.ts";
import { ValueNotes } from "./value-notes.ts";

const REFUSALS = {
  bad_trace_id: "with a trace id that is not 16 or 8 bytes, or all zero",
  bad_span_id: "with a span id that is not 8 bytes, or all zero",
  bad_parent_id: "with a parent's id that is not 8 bytes",
  bad_time: "with a start or end that is no whole number of nanoseconds",
  too_many: `beyond the ${LIMITS.traceRequestSpansMax} of one request`,
} as const;

export type RefusalReason = keyof typeof REFUSALS;

/** What a request held. */
export interface ReadSpans {
  readonly spans: readonly ObservedSpan[];
  /** Spans that were not taken; each reason once. */
  readonly refused: readonly { readonly reason: RefusalReason; readonly count: number }[];
  /** Texts, names and values of the spans taken that were cut or left out for a limit; each is marked in its place. */
  readonly cutCount: number;
}

/** What OTLP tells the sender of a request that was not taken whole. */
export interface PartialSuccess {
  readonly rejectedSpans: number;
  readonly errorMessage: string;
}

/** undefined: everything was taken as it came. Without refused spans it is a warning, as OTLP has it. */
export function partialSuccessOf({ refused, cutCount }: Omit<ReadSpans, "spans">): PartialSuccess | undefined {
  if (refused.length === 0 && cutCount === 0) return undefined;
  const sentences = refused.map(({ reason, count }) => `Refused: ${countNoun(count, "span")} ${REFUSALS[reason]}.`);
  if (cutCount > 0) sentences.push(`Cut for its size: ${countNoun(cutCount, "value")}.`);
  return {
    rejectedSpans: refused.reduce((sum, { count }) => sum + count, 0),
    errorMessage: sentences.join(" "),
  };
}

/** Something while it is being read. */
export type Draft<Type> = { -readonly [Key in keyof Type]: Type[Key] };
export type DroppedDraft = Draft<DroppedCounts>;

/** Where spans come from: what they have in common. */
export interface SpanOrigin {
  readonly resource: JsonObject;
  readonly resourceSchemaUrl?: string;
  readonly scope?: ObservedScope;
  readonly dropped?: DroppedCounts;
  readonly types?: ValueTypes;
}

/** Gathers the spans of one request and holds them to the limits. */
export class SpanIntake {
  readonly notes = new ValueNotes();
  readonly #spans: ObservedSpan[] = [];
  readonly #refused = new Map<RefusalReason, number>();
  #seenCount = 0;
  #cutCount = 0;
  #valuesLeft = 0;

  /** @returns false where the request holds too many: the span is counted as refused and need not be read */
  beginSpan(): boolean {
    this.#seenCount += 1;
    if (this.#seenCount <= LIMITS.traceRequestSpansMax) return true;
    this.refuse("too_many");
    return false;
  }

  /** A span, resource or scope begins: each has its own count of values. */
  beginValues(): void {
    this.#valuesLeft = LIMITS.spanValuesMax;
  }

  /** @returns false where there is no room for one more value */
  takeValue(): boolean {
    this.#valuesLeft -= 1;
    if (this.#valuesLeft >= 0) return true;
    this.#cutCount += 1;
    return false;
  }

  /** What was noted of the span is forgotten. */
  refuse(reason: RefusalReason): void {
    this.notes.take();
    this.#refused.set(reason, (this.#refused.get(reason) ?? 0) + 1);
  }

  /** Takes a span, or refuses it for its ids or times. */
  accept(span: Draft<ObservedSpan>, { origin, dropped = {} }: { origin: SpanOrigin; dropped?: DroppedDraft }): void {
    const types = this.notes.take();
    if (!isTraceId(span.traceId)) return this.refuse("bad_trace_id");
    if (!isSpanId(span.spanId)) return this.refuse("bad_span_id");
    if (span.parentSpanId !== undefined && !isSpanId(span.parentSpanId)) return this.refuse("bad_parent_id");
    if (origin.resourceSchemaUrl !== undefined) span.resourceSchemaUrl = origin.resourceSchemaUrl;
    if (origin.scope !== undefined) span.scope = origin.scope;
    const droppedCounts = origin.dropped === undefined ? dropped : { ...dropped, ...origin.dropped };
    for (const _ in droppedCounts) {
      span.droppedCounts = droppedCounts;
      break;
    }
    const allTypes =
      origin.types === undefined || types === undefined ? (types ?? origin.types) : { ...origin.types, ...types };
    if (allTypes !== undefined) span.types = allTypes;
    this.#spans.push(span);
  }

  /** What stands in the place of a value too deep inside others. */
  tooDeep(): Json {
    this.#cutCount += 1;
    return this.notes.plain("[cut: nested too deep]");
  }

  /** @param start as much of it as may stay, see `keptBytes` */
  cut(start: string, bytes: number): string {
    this.#cutCount += 1;
    return `${start}… [cut: ${bytes} bytes]`;
  }

  /** @param text holds it whole */
  limited(text: string, bytesMax: number): string {
    if (text.length * 3 <= bytesMax) return text;
    const bytes = Buffer.byteLength(text);
    if (bytes <= bytesMax) return text;
    return this.cut(startOf(text, keptBytes(bytesMax)), bytes);
  }

  result(): ReadSpans {
    const refused = [...this.#refused].map(([reason, count]) => ({ reason, count }));
    return { spans: this.#spans, refused, cutCount: this.#cutCount };
  }
}

/** How much of something too long stays, so that it is within the limit with its mark: read again it is not cut again. */
export function keptBytes(bytesMax: number): number {
  return bytesMax - 32;
}

/** Of bytes, which are a third longer as text: how many may be, and how many stay of more. */
export const BYTES_MAX = Math.floor(LIMITS.spanTextBytesMax / 4) * 3;
export const KEPT_BYTES = Math.floor(keptBytes(LIMITS.spanTextBytesMax) / 4) * 3;

/** As many whole characters as fit. */
function startOf(text: string, bytesMax: number): string {
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(bytesMax));
  return text.slice(0, read);
}

/** Sets a member that may have any name: `__proto__` too is only a name. */
export function setMember(target: Record<string, Json>, key: string, value: Json): void {
  if (key === "__proto__")
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
  else target[key] = value;
}
