import type { ObservedScope, ObservedSpan, ObservedSpanEvent, ObservedSpanLink } from "../../domain/index.ts";
import type { Json, JsonObject } from "../../kernel/index.ts";
import { badPayload } from "./bad-payload.ts";
import { countOf, enumOf, field, listOf, objectOf, textOf, timeOf } from "./json-fields.ts";
import { JsonValues } from "./json-values.ts";
import { parseTraceJson } from "./parse-trace-json.ts";
import { setTold, SPAN_KINDS, STATUS_CODES, statusOf } from "./span-fields.ts";
import { hexOfId, isNoParent, isSpanId, isTraceId } from "./span-ids.ts";
import { type Draft, type DroppedDraft, type ReadSpans, SpanIntake, type SpanOrigin } from "./span-intake.ts";

/**
 * Reads an ExportTraceServiceRequest in OTLP's JSON: also with ids in base64, enums by name, fields by their protocol's
 * names and the deprecated `instrumentationLibrarySpans`.
 * @throws {AegisError} "trace.bad_payload" where it is no JSON, or a field it knows holds something else
 */
export function decodeTraceJson(text: string): ReadSpans {
  const request = objectOf(parseTraceJson(text), "the request");
  if (request === undefined) throw badPayload("the request is no object");
  const decoder = new RequestDecoder();
  for (const each of listOf(field(request, "resourceSpans", "resource_spans"), "resourceSpans")) {
    decoder.resourceSpans(objectOf(each, "one of resourceSpans") ?? {});
  }
  return decoder.intake.result();
}

class RequestDecoder {
  readonly intake = new SpanIntake();
  readonly #values = new JsonValues(this.intake);

  resourceSpans(told: JsonObject): void {
    const resource: Record<string, Json> = {};
    const { notes } = this.intake;
    const given = objectOf(field(told, "resource"), "a resource") ?? {};
    this.intake.beginValues();
    notes.enter("resource");
    const droppedCount = this.#values.keyValues(resource, field(given, "attributes")) + droppedAttributes(given);
    notes.leave();
    const origin: Draft<SpanOrigin> = { resource };
    if (droppedCount > 0) origin.dropped = { resourceAttributes: droppedCount };
    setTold(origin, "resourceSchemaUrl", this.#values.name(field(told, "schemaUrl", "schema_url")));
    const types = notes.take();
    if (types !== undefined) origin.types = types;
    const scopes = field(told, "scopeSpans", "scope_spans");
    const libraries = field(told, "instrumentationLibrarySpans", "instrumentation_library_spans");
    for (const each of [...listOf(scopes, "scopeSpans"), ...listOf(libraries, "instrumentationLibrarySpans")]) {
      this.#scopeSpans(objectOf(each, "one of scopeSpans") ?? {}, origin);
    }
  }

  #scopeSpans(told: JsonObject, origin: SpanOrigin): void {
    const library = field(told, "instrumentationLibrary", "instrumentation_library");
    const given = objectOf(field(told, "scope") ?? library, "a scope");
    const inner: Draft<SpanOrigin> = { ...origin };
    const schemaUrl = this.#values.name(field(told, "schemaUrl", "schema_url"));
    if (given !== undefined || schemaUrl !== "")
      inner.scope = this.#scope({ given: given ?? {}, schemaUrl, origin: inner });
    const types = this.intake.notes.take();
    if (types !== undefined) inner.types = { ...origin.types, ...types };
    for (const each of listOf(field(told, "spans"), "spans")) {
      if (this.intake.beginSpan()) this.#span(objectOf(each, "a span") ?? {}, inner);
    }
  }

  #scope(from: { given: JsonObject; schemaUrl: string; origin: Draft<SpanOrigin> }): ObservedScope {
    const { given, origin } = from;
    const scope: Draft<ObservedScope> = { name: this.#values.name(field(given, "name")) };
    const attributes: Record<string, Json> = {};
    const { notes } = this.intake;
    this.intake.beginValues();
    notes.enter("scope");
    notes.enter("attributes");
    const droppedCount = this.#values.keyValues(attributes, field(given, "attributes")) + droppedAttributes(given);
    notes.leave();
    notes.leave();
    setTold(scope, "version", this.#values.name(field(given, "version")));
    if (Object.keys(attributes).length > 0) scope.attributes = attributes;
    setTold(scope, "schemaUrl", from.schemaUrl);
    if (droppedCount > 0) origin.dropped = { ...origin.dropped, scopeAttributes: droppedCount };
    return scope;
  }

  #span(told: JsonObject, origin: SpanOrigin): void {
    this.intake.beginValues();
    const attributes: Record<string, Json> = {};
    const startNs = timeOf(field(told, "startTimeUnixNano", "start_time_unix_nano"));
    const endNs = timeOf(field(told, "endTimeUnixNano", "end_time_unix_nano"));
    const span: Draft<ObservedSpan> = {
      traceId: idOf(field(told, "traceId", "trace_id"), 32),
      spanId: idOf(field(told, "spanId", "span_id"), 16),
      name: this.#values.name(field(told, "name")),
      startNs: startNs ?? "0",
      attributes,
      resource: origin.resource,
    };
    const parent = idOf(field(told, "parentSpanId", "parent_span_id"), 16);
    if (!isNoParent(parent)) span.parentSpanId = parent;
    setTold(span, "traceState", this.#values.name(field(told, "traceState", "trace_state")));
    setTold(span, "flags", countOf(field(told, "flags"), "flags"));
    setTold(span, "kind", enumOf(field(told, "kind"), SPAN_KINDS));
    if (endNs !== "0" && endNs !== undefined) span.endNs = endNs;
    const status = this.#status(field(told, "status"));
    if (status !== undefined) span.status = status;
    const dropped = this.#bags(told, span, attributes);
    if (startNs === undefined || endNs === undefined) this.intake.refuse("bad_time");
    else this.intake.accept(span, { origin, dropped });
  }

  #bags(told: JsonObject, span: Draft<ObservedSpan>, attributes: Record<string, Json>): DroppedDraft {
    const { notes } = this.intake;
    notes.enter("attributes");
    const droppedAttributesCount = this.#values.keyValues(attributes, field(told, "attributes"));
    notes.leave();
    const events = this.#events(listOf(field(told, "events"), "events"));
    const links = this.#links(listOf(field(told, "links"), "links"));
    if (events.kept.length > 0) span.events = events.kept;
    if (links.kept.length > 0) span.links = links.kept;
    const dropped: DroppedDraft = {};
    setTold(dropped, "attributes", droppedAttributesCount + droppedAttributes(told));
    const eventsCount = countOf(field(told, "droppedEventsCount", "dropped_events_count"), "droppedEventsCount");
    setTold(dropped, "events", events.droppedCount + eventsCount);
    const linksCount = countOf(field(told, "droppedLinksCount", "dropped_links_count"), "droppedLinksCount");
    setTold(dropped, "links", links.droppedCount + linksCount);
    return dropped;
  }

  #status(told: Json | undefined): ObservedSpan["status"] {
    const status = objectOf(told, "a status");
    if (status === undefined) return undefined;
    return statusOf(enumOf(field(status, "code"), STATUS_CODES), this.#values.text(field(status, "message")));
  }

  #events(list: readonly Json[]): { kept: ObservedSpanEvent[]; droppedCount: number } {
    const kept: ObservedSpanEvent[] = [];
    for (const each of list) {
      if (!this.intake.takeValue()) continue;
      const told = objectOf(each, "an event") ?? {};
      const attributes: Record<string, Json> = {};
      const event: Draft<ObservedSpanEvent> = {
        name: this.#values.name(field(told, "name")),
        timeNs: timeOf(field(told, "timeUnixNano", "time_unix_nano")) ?? "0",
        attributes,
      };
      const droppedCount = this.#bag(["events", kept.length], attributes, told);
      setTold(event, "droppedAttributesCount", droppedCount);
      kept.push(event);
    }
    return { kept, droppedCount: list.length - kept.length };
  }

  /** A link that leads nowhere is left out and counted. */
  #links(list: readonly Json[]): { kept: ObservedSpanLink[]; droppedCount: number } {
    const kept: ObservedSpanLink[] = [];
    for (const each of list) {
      if (!this.intake.takeValue()) continue;
      const told = objectOf(each, "a link") ?? {};
      const attributes: Record<string, Json> = {};
      const link: Draft<ObservedSpanLink> = {
        traceId: idOf(field(told, "traceId", "trace_id"), 32),
        spanId: idOf(field(told, "spanId", "span_id"), 16),
      };
      if (!isTraceId(link.traceId) || !isSpanId(link.spanId)) continue;
      setTold(link, "traceState", this.#values.name(field(told, "traceState", "trace_state")));
      setTold(link, "flags", countOf(field(told, "flags"), "flags"));
      const droppedCount = this.#bag(["links", kept.length], attributes, told);
      if (Object.keys(attributes).length > 0) link.attributes = attributes;
      setTold(link, "droppedAttributesCount", droppedCount);
      kept.push(link);
    }
    return { kept, droppedCount: list.length - kept.length };
  }

  #bag(place: readonly [string, number], attributes: Record<string, Json>, told: JsonObject): number {
    const { notes } = this.intake;
    notes.enter(place[0]);
    notes.enter(place[1]);
    notes.enter("attributes");
    const droppedCount = this.#values.keyValues(attributes, field(told, "attributes"));
    notes.leave();
    notes.leave();
    notes.leave();
    return droppedCount + droppedAttributes(told);
  }
}

function droppedAttributes(told: JsonObject): number {
  return countOf(field(told, "droppedAttributesCount", "dropped_attributes_count"), "droppedAttributesCount");
}

function idOf(told: Json | undefined, digits: 16 | 32): string {
  return typeof told === "number" ? hexOfId(told, digits) : hexOfId(textOf(told, "an id"), digits);
}
