import type { ObservedSpan } from "../domain/index.ts";

/** Of the spans' JSON text. Beyond it the longest known are forgotten: the database has them all. */
const CHARACTERS_MAX = 48 * 1024 * 1024;

interface RecentTrace {
  readonly spans: ObservedSpan[];
  lastPart: number;
  characters: number;
}

/**
 * Spans that this process has kept and that nobody has read yet, each trace's whole: a trace is read some seconds after it
 * came, and what is still at hand need not be fetched, unpacked and parsed again.
 */
export class RecentParts {
  /** The longest known first. */
  readonly #traces = new Map<string, RecentTrace>();
  #characters = 0;

  /** @param part.number of the part among the trace's, from 1; one that does not follow on what is known came from elsewhere */
  keep(part: {
    readonly traceId: string;
    readonly number: number;
    readonly spans: readonly ObservedSpan[];
    readonly characters: number;
  }): void {
    const { traceId, number, spans, characters } = part;
    const known = this.#traces.get(traceId);
    if (number !== 1 && number - 1 !== known?.lastPart) return this.#forget(traceId);
    if (known === undefined || number === 1) {
      this.#forget(traceId);
      this.#traces.set(traceId, { spans: [...spans], lastPart: number, characters });
    } else {
      for (const span of spans) known.spans.push(span);
      known.lastPart = number;
      known.characters += characters;
    }
    this.#characters += characters;
    for (const oldest of this.#traces.keys()) {
      if (this.#characters <= CHARACTERS_MAX) break;
      this.#forget(oldest);
    }
  }

  /** The spans of so many parts, or of more, in the order in which they came; undefined where some are not at hand. */
  take(traceId: string, lastPart: number): readonly ObservedSpan[] | undefined {
    const known = this.#traces.get(traceId);
    if (known === undefined || known.lastPart < lastPart) return undefined;
    this.#forget(traceId);
    return known.spans;
  }

  clear(): void {
    this.#traces.clear();
    this.#characters = 0;
  }

  #forget(traceId: string): void {
    this.#characters -= this.#traces.get(traceId)?.characters ?? 0;
    this.#traces.delete(traceId);
  }
}
