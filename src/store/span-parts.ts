import type { ObservedSpan } from "../domain/index.ts";
import { AegisError, type Id } from "../kernel/index.ts";
import { assertKey } from "./stored-row.ts";
import type { SpanPart, TraceStore } from "./trace-store.ts";

/** What comes so fast that each database takes it its own way. */
export interface TraceWriter extends Pick<TraceStore, "saveTraces" | "packTraces"> {
  /** @returns for each part in turn its trace's run id, and its number among the trace's parts, from 1 */
  addParts(
    parts: readonly EncodedPart[],
    place: Parameters<TraceStore["addSpans"]>[1],
  ): Promise<readonly { readonly runId: Id<"run">; readonly number: number }[]>;
  /** The JSON text of each part of a trace, in the order in which they came. */
  readParts(traceId: string): Promise<readonly string[]>;
}

/** Spans as stores keep them: one JSON text. */
export interface EncodedPart {
  readonly traceId: string;
  readonly text: string;
  readonly spans: readonly ObservedSpan[];
}

/** One part per trace, in order of its id; parts without spans are none. */
export function encodeParts(parts: readonly SpanPart[]): EncodedPart[] {
  const byTrace = new Map<string, ObservedSpan[]>();
  for (const { traceId, spans } of parts) {
    if (spans.length === 0) continue;
    const known = byTrace.get(traceId);
    if (known === undefined) byTrace.set(traceId, [...spans]);
    else for (const span of spans) known.push(span);
  }
  return [...byTrace]
    .map(([traceId, spans]) => {
      assertKey(traceId, "The trace's id");
      return { traceId, text: JSON.stringify(spans), spans };
    })
    .toSorted((left, right) => (left.traceId < right.traceId ? -1 : 1));
}

/**
 * @param texts of a trace's parts, in the order in which they came
 * @throws {AegisError} "store.corrupt"
 */
export function decodeParts(texts: readonly string[]): ObservedSpan[] {
  return lastOfEach(texts.flatMap(spansOf));
}

/** Of a trace, in the order in which they came: each span id once, the last that came; in order of start, then of id. */
export function lastOfEach(spans: readonly ObservedSpan[]): ObservedSpan[] {
  const byId = new Map(spans.map((span) => [span.spanId, span]));
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
