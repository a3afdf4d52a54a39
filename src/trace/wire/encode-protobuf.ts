import type { ObservedSpan, ObservedSpanEvent, ObservedSpanLink } from "../../domain/index.ts";
import type { Json, JsonObject } from "../../kernel/index.ts";
import { groupSpans, type ResourceGroup, type ScopeGroup } from "./group-spans.ts";
import { ProtobufWriter } from "./protobuf-writer.ts";
import { wireTraceId } from "./span-ids.ts";
import { membersOf, typedValue, ValuePlace } from "./typed-value.ts";

/** An ExportTraceServiceRequest as protobuf. */
export function encodeTraceProtobuf(spans: readonly ObservedSpan[]): Uint8Array<ArrayBuffer> {
  const encoder = new RequestEncoder();
  for (const group of groupSpans(spans)) encoder.resourceSpans(group);
  return encoder.writer.result();
}

/** One method per message. */
class RequestEncoder {
  readonly writer = new ProtobufWriter();

  resourceSpans(group: ResourceGroup): void {
    const { resource, resourceSchemaUrl, droppedCounts, types } = group[0][0];
    this.writer.message(1, () => {
      this.writer.message(1, () => {
        this.#keyValues(1, resource, new ValuePlace(types, ["resource"]));
        this.writer.uint(2, droppedCounts?.resourceAttributes);
      });
      for (const each of group) this.writer.message(2, () => this.#scopeSpans(each));
      this.writer.text(3, resourceSchemaUrl);
    });
  }

  #scopeSpans(group: ScopeGroup): void {
    const { scope, droppedCounts, types } = group[0];
    if (scope !== undefined) {
      this.writer.message(1, () => {
        this.writer.text(1, scope.name);
        this.writer.text(2, scope.version);
        this.#keyValues(3, scope.attributes, new ValuePlace(types, ["scope", "attributes"]));
        this.writer.uint(4, droppedCounts?.scopeAttributes);
      });
    }
    for (const span of group) this.writer.message(2, () => this.#span(span));
    this.writer.text(3, scope?.schemaUrl);
  }

  #span(span: ObservedSpan): void {
    const { writer } = this;
    const { droppedCounts, status, types } = span;
    writer.bytes(1, wireTraceId(span.traceId), "hex");
    writer.bytes(2, span.spanId, "hex");
    writer.text(3, span.traceState);
    if (span.parentSpanId !== undefined) writer.bytes(4, span.parentSpanId, "hex");
    writer.text(5, span.name);
    writer.uint(6, span.kind);
    writer.fixed64(7, span.startNs);
    writer.fixed64(8, span.endNs);
    this.#keyValues(9, span.attributes, new ValuePlace(types, ["attributes"]));
    writer.uint(10, droppedCounts?.attributes);
    for (const [index, event] of (span.events ?? []).entries()) {
      writer.message(11, () => this.#event(event, new ValuePlace(types, ["events", String(index), "attributes"])));
    }
    writer.uint(12, droppedCounts?.events);
    for (const [index, link] of (span.links ?? []).entries()) {
      writer.message(13, () => this.#link(link, new ValuePlace(types, ["links", String(index), "attributes"])));
    }
    writer.uint(14, droppedCounts?.links);
    if (status !== undefined) {
      writer.message(15, () => {
        writer.text(2, status.message);
        writer.uint(3, status.code === "ok" ? 1 : 2);
      });
    }
    writer.fixed32(16, span.flags);
  }

  #event(event: ObservedSpanEvent, place: ValuePlace): void {
    this.writer.fixed64(1, event.timeNs);
    this.writer.text(2, event.name);
    this.#keyValues(3, event.attributes, place);
    this.writer.uint(4, event.droppedAttributesCount);
  }

  #link(link: ObservedSpanLink, place: ValuePlace): void {
    this.writer.bytes(1, wireTraceId(link.traceId), "hex");
    this.writer.bytes(2, link.spanId, "hex");
    this.writer.text(3, link.traceState);
    this.#keyValues(4, link.attributes, place);
    this.writer.uint(5, link.droppedAttributesCount);
    this.writer.fixed32(6, link.flags);
  }

  #keyValues(number: number, attributes: JsonObject | undefined, place: ValuePlace): void {
    if (attributes !== undefined) this.#pairs(number, membersOf(attributes), place);
  }

  #pairs(number: number, pairs: readonly (readonly [string, Json])[], place: ValuePlace): void {
    for (const [key, value] of pairs) {
      this.writer.message(number, () => {
        this.writer.text(1, key);
        this.writer.message(2, () => this.#anyValue(value, place.inside(key)));
      });
    }
  }

  #anyValue(value: Json, place: ValuePlace): void {
    const { writer } = this;
    const typed = typedValue(value, place);
    switch (typed.type) {
      case "empty":
        break;
      case "string":
        writer.textAlways(1, typed.value);
        break;
      case "bool":
        writer.bool(2, typed.value);
        break;
      case "int":
        writer.int64(3, typed.value);
        break;
      case "double":
        writer.double(4, typed.value);
        break;
      case "array":
        writer.message(5, () => {
          for (const [index, each] of typed.values.entries()) {
            writer.message(1, () => this.#anyValue(each, place.inside(String(index))));
          }
        });
        break;
      case "object":
        writer.message(6, () => this.#pairs(1, typed.members, place));
        break;
      case "bytes":
        writer.bytes(7, typed.base64, "base64");
    }
  }
}
