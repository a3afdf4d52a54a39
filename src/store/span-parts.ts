import type { ObservedSpan } from "../domain/index.ts";
import { AegisError } from "../kernel/index.ts";
import { assertKey } from "./stored-row.ts";
import type { SpanPart, TraceStore } from "./trace-store.ts";

/** What comes so fast that each database takes it its own way. */
export type TraceWriter = Pick<TraceStore, "addSpans" | "readSpans" | "saveTraces">;

/** Spans as stores keep them: one JSON text. */
export interface EncodedPart {
  readonly traceId: string;
  readonly spans: string;
}

/** One part per trace, in order of its id; parts without spans are none. */
export function encodeParts(parts: readonly SpanPart[]): EncodedPart[] {
  const byTrace = new Map<string, ObservedSpan[]>();
  for (const { traceId, spans } of parts) {
    if (spans.length === 0) continue;
    const known = byTrace.get(traceId);
    if (known === undefined) byTrace.set(traceId, [...spans]);
    else known.push(...spans);
  }
  return [...byTrace]
    .map(([traceId, spans]) => {
      assertKey(traceId, "The trace's id");
      return { traceId, spans: JSON.stringify(spans) };
    })
    .toSorted((left, right) => (left.traceId < right.traceId ? -1 : 1));
}

/**
 * @param texts of a trace's parts, in the order in which they came
 * @throws {AegisError} "store.corrupt"
 */
export function decodeParts(texts: readonly string[]): ObservedSpan[] {
  const byId = new Map<string, ObservedSpan>();
  for (const text of texts) for (const span of spansOf(text)) byId.set(span.spanId, span);
  return [...byId.values()].toSorted(
    (left, right) => compareDecimals(left.startNs, right.startNs) || compareTexts(left.spanId, right.spanId),
  );
}

function spansOf(text: string): readonly ObservedSpan[] {
  try {
    // The writer's type held when the text was written.
    return JSON.parse(text) as readonly ObservedSpan[];
  } catch (cause) {
    throw new AegisError("store.corrupt", "its column span_part.spans holds broken JSON", { cause });
  }
}

/** Whole numbers of more digits than a number holds. */
function compareDecimals(left: string, right: string): number {
  return left.length - right.length || compareTexts(left, right);
}

function compareTexts(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
