import type { RecentParts } from "./recent-parts.ts";
import { type EncodedPart, newLink, partsByTrace, type TraceWriter } from "./span-parts.ts";
import { SpanTexts } from "./span-texts.ts";
import type { TraceStore } from "./trace-store.ts";

type AddSpans = TraceStore["addSpans"];

/** Parts are written as they follow on what this process has sent; where somebody else had added to the trace, as a whole. */
export async function addSpans(
  { writer, recent }: { readonly writer: TraceWriter; readonly recent: RecentParts },
  ...[given, { atMs, makeId }]: Parameters<AddSpans>
): ReturnType<AddSpans> {
  const parts = partsByTrace(given).map(({ traceId, spans }) => recent.encode(traceId, spans, makeId()));
  if (parts.length === 0) return new Map();
  const forget = (some: readonly EncodedPart[]) => some.forEach(({ traceId }) => recent.forget(traceId));
  try {
    const placed = await writer.addParts(parts, { atMs });
    forget(parts.filter(({ number }, index) => number !== placed[index]?.number));
    const runIds = new Map(parts.map(({ traceId }, index) => [traceId, placed[index]!.runId]));
    const refused = parts.filter((_, index) => placed[index]?.number === 0);
    if (refused.length === 0) return runIds;
    const whole = refused.map((part) => {
      const { text } = new SpanTexts().write(part.spans, { follows: false });
      return { ...part, text, follows: false, link: newLink(), runId: makeId() };
    });
    const again = await writer.addParts(whole, { atMs });
    for (const [index, { traceId }] of whole.entries()) runIds.set(traceId, again[index]!.runId);
    return runIds;
  } catch (error) {
    forget(parts);
    throw error;
  }
}
