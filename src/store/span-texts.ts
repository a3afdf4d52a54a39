import type { ObservedSpan } from "../domain/index.ts";

/** A value that begins as the one of that name before it did, of so many characters: only what it goes on with is written. */
type Grown = readonly [spanIndex: number, name: string, sharedLength: number];

interface WrittenPart {
  readonly spans: readonly ObservedSpan[];
  readonly grown: readonly Grown[];
}

/** Shorter ones gain nothing. */
const VALUE_LENGTH_MIN = 256;

/**
 * Writes and reads the parts of one trace, in their order. Each prompt of a conversation repeats the one before and adds to
 * it: what they share is written once.
 */
export class SpanTexts {
  /** The last long value of each attribute. */
  readonly #last = new Map<string, string>();

  /** @returns JSON, and how many characters it stands for */
  write(spans: readonly ObservedSpan[]): { readonly text: string; readonly characters: number } {
    const grown: Grown[] = [];
    let shared = 0;
    const written = spans.map((span, index) => {
      let attributes: Record<string, ObservedSpan["attributes"][string]> | undefined;
      for (const name in span.attributes) {
        const value = span.attributes[name];
        if (typeof value !== "string" || value.length < VALUE_LENGTH_MIN || name === "__proto__") continue;
        const length = sharedLength(this.#last.get(name), value);
        this.#last.set(name, value);
        if (length === 0) continue;
        attributes ??= { ...span.attributes };
        attributes[name] = value.slice(length);
        grown.push([index, name, length]);
        shared += length;
      }
      return attributes === undefined ? span : { ...span, attributes };
    });
    const part: WrittenPart = { spans: written, grown };
    const text = JSON.stringify(grown.length === 0 ? written : part);
    return { text, characters: text.length + shared };
  }

  /** @throws {SyntaxError} where the text is no JSON */
  read(text: string): readonly ObservedSpan[] {
    // The writer's types held when the text was written.
    const part = JSON.parse(text) as WrittenPart | readonly ObservedSpan[];
    if (!("grown" in part)) return part.map((span) => this.#known(span));
    const bySpan = Map.groupBy(part.grown, ([index]) => index);
    return part.spans.map((span, index) => this.#known(this.#whole(span, bySpan.get(index) ?? [])));
  }

  #whole(span: ObservedSpan, grown: readonly Grown[]): ObservedSpan {
    if (grown.length === 0) return span;
    const attributes: Record<string, ObservedSpan["attributes"][string]> = { ...span.attributes };
    for (const [, name, length] of grown) {
      attributes[name] = (this.#last.get(name) ?? "").slice(0, length) + String(attributes[name]);
    }
    return { ...span, attributes };
  }

  #known(span: ObservedSpan): ObservedSpan {
    for (const name in span.attributes) {
      const value = span.attributes[name];
      if (typeof value === "string" && value.length >= VALUE_LENGTH_MIN && name !== "__proto__")
        this.#last.set(name, value);
    }
    return span;
  }
}

/** All of the earlier text but its last character, which closes a list; or nothing. */
function sharedLength(earlier: string | undefined, value: string): number {
  if (earlier === undefined || value.length < earlier.length) return 0;
  const length = earlier.length - 1;
  return value.slice(0, length) === earlier.slice(0, length) ? length : 0;
}
