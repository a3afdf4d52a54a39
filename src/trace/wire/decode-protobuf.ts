import type { ObservedScope } from "../../domain/index.ts";
import type { Json } from "../../kernel/index.ts";
import { ProtobufReader } from "./protobuf-reader.ts";
import { ProtobufSpans } from "./protobuf-spans.ts";
import { ProtobufValues } from "./protobuf-values.ts";
import { type Draft, type DroppedDraft, type ReadSpans, SpanIntake, type SpanOrigin } from "./span-intake.ts";

/**
 * Reads an ExportTraceServiceRequest in one pass.
 * @throws {AegisError} "trace.bad_payload" where the bytes break off or are none; nothing of the request counts then
 * @see https://github.com/open-telemetry/opentelemetry-proto: trace/v1/trace.proto
 */
export function decodeTraceProtobuf(bytes: Uint8Array): ReadSpans {
  const decoder = new RequestDecoder(bytes);
  decoder.request();
  return decoder.intake.result();
}

/** One method per message. A case is number * 8 + wire type. */
class RequestDecoder {
  readonly intake = new SpanIntake();
  readonly #reader: ProtobufReader;
  readonly #values: ProtobufValues;
  readonly #spans: ProtobufSpans;

  constructor(bytes: Uint8Array) {
    this.#reader = new ProtobufReader(bytes);
    this.#values = new ProtobufValues(this.#reader, this.intake);
    this.#spans = new ProtobufSpans({ reader: this.#reader, values: this.#values, intake: this.intake });
  }

  request(): void {
    const reader = this.#reader;
    while (reader.isInside(reader.size)) {
      const tag = reader.tag();
      if (tag === 10) this.#resourceSpans(reader.end(reader.size));
      else reader.skip(tag, reader.size);
    }
  }

  /** Fields may come in any order: the resource is looked for first. */
  #resourceSpans(end: number): void {
    const reader = this.#reader;
    const start = reader.at;
    const origin: Draft<SpanOrigin> = { resource: {} };
    const resource: Record<string, Json> = {};
    const dropped: DroppedDraft = {};
    this.intake.beginValues();
    this.intake.notes.enter("resource");
    while (reader.isInside(end)) {
      const tag = reader.tag();
      if (tag === 10) this.#resource(reader.end(end), resource, dropped);
      else if (tag === 26) origin.resourceSchemaUrl = this.#values.name(reader.end(end), true);
      else reader.skip(tag, end);
    }
    this.intake.notes.leave();
    origin.resource = resource;
    if (dropped.resourceAttributes !== undefined) origin.dropped = dropped;
    const types = this.intake.notes.take();
    if (types !== undefined) origin.types = types;
    if (origin.resourceSchemaUrl === "") delete origin.resourceSchemaUrl;
    reader.at = start;
    while (reader.isInside(end)) {
      const tag = reader.tag();
      // 8002: instrumentation_library_spans, which these once were.
      if (tag === 18 || tag === 8002) this.#scopeSpans(reader.end(end), origin);
      else reader.skip(tag, end);
    }
  }

  #resource(end: number, resource: Record<string, Json>, dropped: DroppedDraft): void {
    const reader = this.#reader;
    let droppedCount = 0;
    while (reader.isInside(end)) {
      const tag = reader.tag();
      if (tag === 10) droppedCount += this.#values.keyValue(resource, reader.end(end)) ? 0 : 1;
      else if (tag === 16) droppedCount += reader.count();
      else reader.skip(tag, end);
    }
    if (droppedCount > 0) dropped.resourceAttributes = droppedCount;
  }

  #scopeSpans(end: number, origin: SpanOrigin): void {
    const reader = this.#reader;
    const start = reader.at;
    const scope: Draft<ObservedScope> = { name: "" };
    const dropped: DroppedDraft = { ...origin.dropped };
    let hasScope = false;
    this.intake.beginValues();
    while (reader.isInside(end)) {
      const tag = reader.tag();
      if (tag === 10) {
        this.#scope(reader.end(end), scope, dropped);
        hasScope = true;
      } else if (tag === 26) {
        scope.schemaUrl = this.#values.name(reader.end(end), true);
        hasScope ||= scope.schemaUrl !== "";
      } else reader.skip(tag, end);
    }
    if (scope.schemaUrl === "") delete scope.schemaUrl;
    const types = this.intake.notes.take();
    const inner: SpanOrigin = {
      ...origin,
      ...(hasScope && { scope }),
      ...(dropped.scopeAttributes !== undefined && { dropped }),
      ...(types !== undefined && { types: { ...origin.types, ...types } }),
    };
    reader.at = start;
    while (reader.isInside(end)) {
      const tag = reader.tag();
      if (tag === 18) this.#spans.span(reader.end(end), inner);
      else reader.skip(tag, end);
    }
  }

  #scope(end: number, scope: Draft<ObservedScope>, dropped: DroppedDraft): void {
    const reader = this.#reader;
    const attributes: Record<string, Json> = {};
    let droppedCount = 0;
    let hasAttributes = false;
    this.intake.notes.enter("scope");
    this.intake.notes.enter("attributes");
    while (reader.isInside(end)) {
      const tag = reader.tag();
      if (tag === 10) scope.name = this.#values.name(reader.end(end), true);
      else if (tag === 18) scope.version = this.#values.name(reader.end(end), true);
      else if (tag === 26) {
        const isKept = this.#values.keyValue(attributes, reader.end(end));
        hasAttributes ||= isKept;
        droppedCount += isKept ? 0 : 1;
      } else if (tag === 32) droppedCount += reader.count();
      else reader.skip(tag, end);
    }
    this.intake.notes.leave();
    this.intake.notes.leave();
    if (scope.version === "") delete scope.version;
    if (hasAttributes) scope.attributes = attributes;
    if (droppedCount > 0) dropped.scopeAttributes = droppedCount;
  }
}
