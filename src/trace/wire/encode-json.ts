import type { ObservedSpan, ObservedSpanEvent, ObservedSpanLink } from "../../domain/index.ts";
import type { Json, JsonObject } from "../../kernel/index.ts";
import { groupSpans, type ResourceGroup, type ScopeGroup } from "./group-spans.ts";
import { wireTraceId } from "./span-ids.ts";
import { membersOf, typedValue, ValuePlace } from "./typed-value.ts";

/** An ExportTraceServiceRequest in OTLP's JSON: ids in hexadecimal, whole numbers of 64 bits as text. */
export function encodeTraceJson(spans: readonly ObservedSpan[]): string {
  return JSON.stringify({ resourceSpans: groupSpans(spans).map(resourceSpans) });
}

function resourceSpans(group: ResourceGroup): JsonObject {
  const { resource, resourceSchemaUrl, droppedCounts, types } = group[0][0];
  return {
    resource: {
      attributes: keyValues(resource, new ValuePlace(types, ["resource"])),
      droppedAttributesCount: droppedCounts?.resourceAttributes,
    },
    scopeSpans: group.map(scopeSpans),
    schemaUrl: resourceSchemaUrl,
  };
}

function scopeSpans(group: ScopeGroup): JsonObject {
  const { scope, droppedCounts, types } = group[0];
  const attributes = keyValues(scope?.attributes ?? {}, new ValuePlace(types, ["scope", "attributes"]));
  return {
    scope: scope && {
      name: scope.name,
      version: scope.version,
      attributes,
      droppedAttributesCount: droppedCounts?.scopeAttributes,
    },
    spans: group.map(spanJson),
    schemaUrl: scope?.schemaUrl,
  };
}

function spanJson(span: ObservedSpan): JsonObject {
  const { droppedCounts, status, types } = span;
  const place = (...path: string[]) => new ValuePlace(types, path);
  return {
    traceId: wireTraceId(span.traceId),
    spanId: span.spanId,
    parentSpanId: span.parentSpanId,
    traceState: span.traceState,
    flags: span.flags,
    name: span.name,
    kind: span.kind,
    startTimeUnixNano: span.startNs,
    endTimeUnixNano: span.endNs,
    attributes: keyValues(span.attributes, place("attributes")),
    droppedAttributesCount: droppedCounts?.attributes,
    events: span.events?.map((event, index) => eventJson(event, place("events", String(index), "attributes"))),
    droppedEventsCount: droppedCounts?.events,
    links: span.links?.map((link, index) => linkJson(link, place("links", String(index), "attributes"))),
    droppedLinksCount: droppedCounts?.links,
    status: status && { code: status.code === "ok" ? 1 : 2, message: status.message },
  };
}

function eventJson(event: ObservedSpanEvent, place: ValuePlace): JsonObject {
  return {
    timeUnixNano: event.timeNs,
    name: event.name,
    attributes: keyValues(event.attributes, place),
    droppedAttributesCount: event.droppedAttributesCount,
  };
}

function linkJson(link: ObservedSpanLink, place: ValuePlace): JsonObject {
  return {
    traceId: wireTraceId(link.traceId),
    spanId: link.spanId,
    traceState: link.traceState,
    flags: link.flags,
    attributes: keyValues(link.attributes ?? {}, place),
    droppedAttributesCount: link.droppedAttributesCount,
  };
}

/** undefined where there are none. */
function keyValues(attributes: JsonObject, place: ValuePlace): Json[] | undefined {
  const pairs = membersOf(attributes).map(([key, value]) => ({ key, value: anyValue(value, place.inside(key)) }));
  return pairs.length === 0 ? undefined : pairs;
}

function anyValue(value: Json, place: ValuePlace): JsonObject {
  const typed = typedValue(value, place);
  switch (typed.type) {
    case "empty":
      return {};
    case "string":
      return { stringValue: typed.value };
    case "bool":
      return { boolValue: typed.value };
    case "int":
      return { intValue: String(typed.value) };
    case "double":
      return { doubleValue: Number.isFinite(typed.value) ? typed.value : String(typed.value) };
    case "bytes":
      return { bytesValue: typed.base64 };
    case "array":
      return { arrayValue: { values: typed.values.map((each, index) => anyValue(each, place.inside(String(index)))) } };
    case "object":
      return {
        kvlistValue: {
          values: typed.members.map(([key, each]) => ({ key, value: anyValue(each, place.inside(key)) })),
        },
      };
  }
}
