import { invariant } from "../kernel/index.ts";
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
  const parts = partsByTrace(given).map(({ traceId, spans }) => recent.encode(traceId, spans, makeId));
  const runIds = new Map<string, EncodedPart["runId"]>();
  const add = async (some: readonly EncodedPart[]): Promise<readonly EncodedPart[]> => {
    const kept = some.length === 0 ? [] : await writer.addParts(some, { atMs });
    return some.filter(({ traceId }, index) => {
      const runId = kept[index];
      if (runId !== undefined) runIds.set(traceId, runId);
      return runId === undefined;
    });
  };
  try {
    const refused = await add(parts);
    for (const { traceId } of refused) recent.forget(traceId);
    const left = await add(refused.map((part) => wholeOf(part, makeId())));
    invariant(left.length === 0, "a part that follows on none is kept");
    return runIds;
  } catch (error) {
    for (const { traceId } of parts) recent.forget(traceId);
    throw error;
  }
}

function wholeOf(part: EncodedPart, runId: EncodedPart["runId"]): EncodedPart {
  return { ...part, text: new SpanTexts().write(part.spans).text, follows: false, link: newLink(), runId };
}
