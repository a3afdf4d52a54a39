import type { ObservedSpan, ObservedSpanEvent, ObservedSpanLink } from "../../domain/index.ts";
import { isJsonObject, type Json, type JsonObject } from "../../kernel/index.ts";
import { badPayload } from "./bad-payload.ts";
import { enumOf, field, listOf, objectOf, textOf, timeOf } from "./json-fields.ts";
import { PlainValues } from "./plain-values.ts";
import { parseTraceJson } from "./parse-trace-json.ts";
import { setTold, SPAN_KINDS, STATUS_CODES, statusOf } from "./span-fields.ts";
import { hexOfId, isNoParent, isSpanId, isTraceId } from "./span-ids.ts";
import { type Draft, type ReadSpans, SpanIntake, type SpanOrigin } from "./span-intake.ts";

/**
 * Reads spans as Python's OpenTelemetry writes them as JSON, one by one in `{spans: [...]}` or as a plain array: names
 * with underscores, ids as numbers or 0x text, attributes as plain JSON, times as nanoseconds or ISO text.
 * @throws {AegisError} "trace.bad_payload" where it is no JSON or holds no list of spans
 */
export function readSpanFile(text: string): ReadSpans {
  const file = parseTraceJson(text);
  const list = Array.isArray(file) ? (file as readonly Json[]) : isJsonObject(file) ? file["spans"] : undefined;
  if (list === undefined) throw badPayload("the file holds no list of `spans`");
  const intake = new SpanIntake();
  for (const each of listOf(list, "`spans`")) {
    if (intake.beginSpan()) readSpan(objectOf(each, "a span") ?? {}, intake);
  }
  return intake.result();
}

function readSpan(told: JsonObject, intake: SpanIntake): void {
  intake.beginValues();
  const values = new PlainValues(intake);
  const context = objectOf(field(told, "context"), "a context") ?? {};
  const parent = parentOf(told);
  const startNs = fileTimeOf(field(told, "start_time"));
  const endNs = fileTimeOf(field(told, "end_time"));
  const origin = originOf(told, values);
  const span: Draft<ObservedSpan> = {
    traceId: idOf(field(context, "trace_id"), 32),
    spanId: idOf(field(context, "span_id"), 16),
    name: values.name(field(told, "name")),
    startNs: startNs ?? "0",
    attributes: values.object(field(told, "attributes")),
    resource: origin.resource,
  };
  if (!isNoParent(parent)) span.parentSpanId = parent;
  setTold(span, "kind", enumOf(enumName(field(told, "kind"), "SPAN_KIND_"), SPAN_KINDS));
  if (endNs !== undefined && endNs !== "0") span.endNs = endNs;
  const status = objectOf(field(told, "status"), "a status") ?? {};
  const code = enumOf(enumName(field(status, "status_code"), "STATUS_CODE_"), STATUS_CODES);
  const read = statusOf(code, values.text(field(status, "description")));
  if (read !== undefined) span.status = read;
  const events = eventsOf(told, values);
  if (events.length > 0) span.events = events;
  const links = linksOf(told, values);
  if (links.length > 0) span.links = links;
  if (startNs === undefined || endNs === undefined) intake.refuse("bad_time");
  else intake.accept(span, { origin });
}

function parentOf(told: JsonObject): string {
  const parent = objectOf(field(told, "parent"), "a parent");
  return idOf(parent === undefined ? field(told, "parent_id") : field(parent, "span_id"), 16);
}

function originOf(told: JsonObject, values: PlainValues): SpanOrigin {
  const resource = objectOf(field(told, "resource"), "a resource") ?? {};
  const origin: Draft<SpanOrigin> = { resource: values.object(field(resource, "attributes")) };
  setTold(origin, "resourceSchemaUrl", values.name(field(resource, "schema_url")));
  const scope = objectOf(field(told, "instrumentation_scope"), "a scope");
  if (scope !== undefined) {
    const version = values.name(field(scope, "version"));
    origin.scope = { name: values.name(field(scope, "name")), ...(version !== "" && { version }) };
  }
  return origin;
}

function eventsOf(told: JsonObject, values: PlainValues): ObservedSpanEvent[] {
  return listOf(field(told, "events"), "events").map((each) => {
    const event = objectOf(each, "an event") ?? {};
    return {
      name: values.name(field(event, "name")),
      timeNs: fileTimeOf(field(event, "timestamp")) ?? "0",
      attributes: values.object(field(event, "attributes")),
    };
  });
}

function linksOf(told: JsonObject, values: PlainValues): ObservedSpanLink[] {
  return listOf(field(told, "links"), "links").flatMap((each) => {
    const link = objectOf(each, "a link") ?? {};
    const context = objectOf(field(link, "context"), "a context") ?? {};
    const traceId = idOf(field(context, "trace_id"), 32);
    const spanId = idOf(field(context, "span_id"), 16);
    if (!isTraceId(traceId) || !isSpanId(spanId)) return [];
    return [{ traceId, spanId, attributes: values.object(field(link, "attributes")) }];
  });
}

function idOf(told: Json | undefined, digits: 16 | 32): string {
  return typeof told === "number" ? hexOfId(told, digits) : hexOfId(textOf(told, "an id"), digits);
}

/** `internal`, `SpanKind.INTERNAL` and `INTERNAL` are all SPAN_KIND_INTERNAL. */
function enumName(told: Json | undefined, prefix: string): Json | undefined {
  if (typeof told !== "string") return told;
  return prefix + told.slice(told.lastIndexOf(".") + 1).toUpperCase();
}

/** Nanoseconds, or the time as text with up to nine digits after the second. */
function fileTimeOf(told: Json | undefined): string | undefined {
  const iso = typeof told === "string" ? /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,9}))?Z$/.exec(told) : null;
  if (iso === null) return timeOf(told);
  const seconds = Date.parse(`${iso[1]}Z`) / 1_000;
  return seconds >= 0 ? `${seconds}${(iso[2] ?? "").padEnd(9, "0")}`.replace(/^0+(?=\d)/, "") : undefined;
}
