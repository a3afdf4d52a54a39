import type { ObservedSpan } from "../domain/index.ts";
import type { Id } from "../kernel/index.ts";
import { type EncodedPart, newLink } from "./span-parts.ts";
import { SpanTexts } from "./span-texts.ts";
import type { UnsettledTrace } from "./trace-store.ts";

/** Of the spans' texts. Beyond it the longest known are forgotten: the database has them all. */
const CHARACTERS_MAX = 48 * 1024 * 1024;

interface RecentTrace {
  /** Where it is a new trace. */
  readonly runId: Id<"run">;
  /** Of the last part. */
  link: number;
  readonly spans: ObservedSpan[];
  readonly texts: SpanTexts;
  /** Of those that were sent to the database; the last ones may not be there yet. */
  partCount: number;
  characters: number;
}

export interface RecentPartsOptions {
  /** The database takes parts in the order in which they are sent: so one can go on from those before it. */
  readonly isInOrder: boolean;
}

/**
 * Spans that this process has sent to the database and that nobody has read yet, each trace's whole. A trace is read some
 * seconds after it came: what is still at hand need not be fetched and parsed again. And a part need not repeat what
 * those before it say.
 */
export class RecentParts {
  readonly #isInOrder: boolean;
  /** The longest known first. */
  readonly #traces = new Map<string, RecentTrace>();
  #characters = 0;

  constructor({ isInOrder }: RecentPartsOptions) {
    this.#isInOrder = isInOrder;
  }

  /** To be sent at once. @param makeId where the trace may be new: it is not at hand, or others may have removed it since */
  encode(traceId: string, spans: readonly ObservedSpan[], makeId: () => Id<"run">): EncodedPart {
    const known = this.#traces.get(traceId) ?? this.#begin(traceId, makeId());
    const follows = this.#isInOrder && known.partCount > 0;
    const texts = this.#isInOrder ? known.texts : new SpanTexts();
    const { text, characters } = texts.write(spans);
    for (const span of spans) known.spans.push(span);
    known.partCount += 1;
    known.link += 1;
    known.characters += characters;
    this.#characters += characters;
    for (const oldest of this.#traces.keys()) {
      if (this.#characters <= CHARACTERS_MAX) break;
      this.forget(oldest);
    }
    const mayBeNew = !follows && known.partCount > 1;
    return { traceId, spans, text, follows, link: known.link, runId: mayBeNew ? makeId() : known.runId };
  }

  /** The spans of so many parts, or of more, in the order in which they came; undefined where some are not at hand. */
  take({ traceId, runId, lastPart }: UnsettledTrace): readonly ObservedSpan[] | undefined {
    const known = this.#traces.get(traceId);
    this.forget(traceId);
    // Where others had begun the trace, or added to it, these are not all.
    return known?.runId === runId && known.partCount >= lastPart ? known.spans : undefined;
  }

  forget(traceId: string): void {
    this.#characters -= this.#traces.get(traceId)?.characters ?? 0;
    this.#traces.delete(traceId);
  }

  clear(): void {
    this.#traces.clear();
    this.#characters = 0;
  }

  #begin(traceId: string, runId: Id<"run">): RecentTrace {
    const trace = { runId, link: newLink(), spans: [], texts: new SpanTexts(), partCount: 0, characters: 0 };
    this.#traces.set(traceId, trace);
    return trace;
  }
}
