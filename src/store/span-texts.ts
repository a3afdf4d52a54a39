import type { ObservedSpan } from "../domain/index.ts";
import type { Json, JsonObject } from "../kernel/index.ts";

/** A value that begins as the one of that name before it did, of so many characters: only what it goes on with is written. */
type Grown = readonly [spanIndex: number, name: string, sharedLength: number];

/** What the spans of a part mostly have in common: they came in one request. */
type Common = Pick<ObservedSpan, "traceId" | "resource" | "resourceSchemaUrl" | "scope">;
type Own = Omit<ObservedSpan, keyof Common>;

interface WrittenPart {
  /** Left out where they have not: each tells its own. */
  readonly common?: Common;
  readonly spans: readonly (Own | ObservedSpan)[];
  readonly grown?: readonly Grown[];
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
    const common = commonOf(spans);
    let characters = 0;
    const written = spans.map((span, index) => {
      let { attributes } = span;
      for (const name in attributes) {
        const value = span.attributes[name];
        if (typeof value !== "string" || value.length < VALUE_LENGTH_MIN || name === "__proto__") continue;
        const length = sharedLength(this.#last.get(name), value);
        this.#last.set(name, value);
        if (length === 0) continue;
        if (attributes === span.attributes) attributes = { ...attributes };
        (attributes as Record<string, Json>)[name] = value.slice(length);
        grown.push([index, name, length]);
        characters += length;
      }
      if (common !== undefined) return ownOf(span, attributes);
      return attributes === span.attributes ? span : { ...span, attributes };
    });
    const part: WrittenPart = { ...(common && { common }), spans: written, ...(grown.length > 0 && { grown }) };
    const text = JSON.stringify(part);
    return { text, characters: text.length + characters };
  }

  /** @param text as written, or whole spans. @throws {SyntaxError} where it is no JSON */
  read(text: string): readonly ObservedSpan[] {
    // The writer's types held when the text was written.
    const part = JSON.parse(text) as WrittenPart | readonly ObservedSpan[];
    if (!("spans" in part)) return part.map((span) => this.#known(span));
    const { common, spans, grown = [] } = part;
    const bySpan = Map.groupBy(grown, ([index]) => index);
    return spans.map((own, index) => {
      const span = { ...common, ...own } as ObservedSpan;
      return this.#known(this.#whole(span, bySpan.get(index) ?? []));
    });
  }

  #whole(span: ObservedSpan, grown: readonly Grown[]): ObservedSpan {
    if (grown.length === 0) return span;
    const attributes: Record<string, Json | undefined> = { ...span.attributes };
    for (const [, name, length] of grown) {
      attributes[name] = (this.#last.get(name) ?? "").slice(0, length) + String(attributes[name]);
    }
    return { ...span, attributes };
  }

  #known(span: ObservedSpan): ObservedSpan {
    for (const name in span.attributes) {
      const value = span.attributes[name];
      if (typeof value === "string" && value.length >= VALUE_LENGTH_MIN) this.#last.set(name, value);
    }
    return span;
  }
}

/** Undefined where they differ, or are not known to be the same. */
function commonOf(spans: readonly ObservedSpan[]): Common | undefined {
  const [first] = spans;
  if (first === undefined) return undefined;
  const { traceId, resource, resourceSchemaUrl, scope } = first;
  for (const span of spans) {
    const isSame =
      span.traceId === traceId &&
      span.resource === resource &&
      span.resourceSchemaUrl === resourceSchemaUrl &&
      span.scope === scope;
    if (!isSame) return undefined;
  }
  return { traceId, resource, ...(resourceSchemaUrl !== undefined && { resourceSchemaUrl }), ...(scope && { scope }) };
}

/** Each member by its name: leaving out some of all takes several times as long. */
function ownOf(span: ObservedSpan, attributes: JsonObject): Own {
  const { spanId, parentSpanId, traceState, flags, name, kind, startNs, endNs, events, links, status } = span;
  const { droppedCounts, types } = span;
  // What is undefined is not written.
  const own: { readonly [Name in keyof Required<Own>]: Own[Name] | undefined } = {
    spanId,
    parentSpanId,
    traceState,
    flags,
    name,
    kind,
    startNs,
    endNs,
    attributes,
    events,
    links,
    status,
    droppedCounts,
    types,
  };
  return own as Own;
}

/** All of the earlier text but its last character, which closes a list; or nothing. */
function sharedLength(earlier: string | undefined, value: string): number {
  if (earlier === undefined || value.length < earlier.length) return 0;
  const length = earlier.length - 1;
  return value.slice(0, length) === earlier.slice(0, length) ? length : 0;
}
