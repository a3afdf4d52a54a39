import type { ObservedSpan } from "../domain/index.ts";
import { AegisError, type Id } from "../kernel/index.ts";
import { SpanTexts } from "./span-texts.ts";
import { assertKey } from "./stored-row.ts";
import type { SpanPart, TraceStore } from "./trace-store.ts";

/** What comes so fast that each database takes it its own way. */
export interface TraceWriter extends Pick<TraceStore, "saveTraces" | "packTraces"> {
  /** Parts are numbered in the order in which they are handed over. */
  readonly isInOrder: boolean;
  /**
   * Keeps them, all but those that follow on another part than their trace's last.
   * @returns for each part in turn its trace's run id; undefined for one that was not kept
   */
  addParts(
    parts: readonly EncodedPart[],
    place: { readonly atMs: number },
  ): Promise<readonly (Id<"run"> | undefined)[]>;
  /** The text of each part of a trace, in the order in which they came. */
  readParts(traceId: string): Promise<readonly string[]>;
}

/** Spans as stores keep them: see `SpanTexts`. */
export interface EncodedPart {
  readonly traceId: string;
  readonly spans: readonly ObservedSpan[];
  readonly text: string;
  /** It cannot be read without the part before it, whose link is one less. */
  readonly follows: boolean;
  readonly link: number;
  /** Of the trace where it is new. */
  readonly runId: Id<"run">;
}

/** A number that is near nobody else's. */
export function newLink(): number {
  return 2 ** 32 + Math.floor(Math.random() * 2 ** 52);
}

/** One part per trace, in order of its id; parts without spans are none. */
export function partsByTrace(parts: readonly SpanPart[]): SpanPart[] {
  const byTrace = new Map<string, ObservedSpan[]>();
  for (const { traceId, spans } of parts) {
    if (spans.length === 0) continue;
    const known = byTrace.get(traceId);
    if (known === undefined) byTrace.set(traceId, [...spans]);
    else for (const span of spans) known.push(span);
  }
  for (const traceId of byTrace.keys()) assertKey(traceId, "The trace's id");
  return [...byTrace]
    .map(([traceId, spans]) => ({ traceId, spans }))
    .toSorted((left, right) => (left.traceId < right.traceId ? -1 : 1));
}

/**
 * @param texts of a trace's parts, in the order in which they came
 * @throws {AegisError} "store.corrupt"
 */
export function decodeParts(texts: readonly string[]): ObservedSpan[] {
  const reader = new SpanTexts();
  try {
    return lastOfEach(texts.flatMap((text) => reader.read(text)));
  } catch (cause) {
    throw new AegisError("store.corrupt", "its column span_part.spans holds broken JSON", { cause });
  }
}

/** Of a trace, in the order in which they came: each span id once, the last that came; in order of start, then of id. */
export function lastOfEach(spans: readonly ObservedSpan[]): ObservedSpan[] {
  const last =
    spans.length <= FEW && !hasRepeats(spans) ? spans : new Map(spans.map((span) => [span.spanId, span])).values();
  return [...last].sort(
    (left, right) => compareDecimals(left.startNs, right.startNs) || compareTexts(left.spanId, right.spanId),
  );
}

/** So few are compared with each other: a map would keep each id in the engine's table of names, and clean it away again. */
const FEW = 24;

function hasRepeats(spans: readonly ObservedSpan[]): boolean {
  for (let later = 1; later < spans.length; later += 1) {
    const { spanId } = spans[later]!;
    for (let earlier = 0; earlier < later; earlier += 1) if (spans[earlier]!.spanId === spanId) return true;
  }
  return false;
}

/** Whole numbers of more digits than a number holds. */
function compareDecimals(left: string, right: string): number {
  return left.length - right.length || compareTexts(left, right);
}

function compareTexts(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
