import type { ObservedSpan } from "../../domain/index.ts";
import { isJsonObject, type Json, type JsonObject } from "../../kernel/index.ts";
import type { TextRedactor } from "../../network/index.ts";

/** Spans without secrets, before anything of them is stored; the very same objects where there was nothing to hide. */
export function redactSpans(spans: readonly ObservedSpan[], redactor: TextRedactor): ObservedSpan[] {
  // The spans of one sender share theirs.
  const resources = new Map<JsonObject, JsonObject>();
  return spans.map((span) => {
    const resource = resources.get(span.resource) ?? redactObject(span.resource, redactor);
    resources.set(span.resource, resource);
    return redactSpan(span, resource, redactor);
  });
}

function redactSpan(span: ObservedSpan, resource: JsonObject, redactor: TextRedactor): ObservedSpan {
  const changes: Partial<Record<keyof ObservedSpan, unknown>> = {};
  if (resource !== span.resource) changes.resource = resource;
  const name = redactor.text(span.name);
  if (name !== span.name) changes.name = name;
  const attributes = redactObject(span.attributes, redactor);
  if (attributes !== span.attributes) changes.attributes = attributes;
  const events = span.events && redactAttributesOf(span.events, redactor);
  if (events !== span.events) changes.events = events;
  const links = span.links && redactAttributesOf(span.links, redactor);
  if (links !== span.links) changes.links = links;
  const said = span.status?.message;
  const clean = said === undefined ? said : redactor.text(said);
  if (clean !== said) changes.status = { ...span.status, message: clean };
  return Object.keys(changes).length === 0 ? span : ({ ...span, ...changes } as ObservedSpan);
}

function redactAttributesOf<Each extends { readonly attributes?: JsonObject }>(
  list: readonly Each[],
  redactor: TextRedactor,
): readonly Each[] {
  return mapped(list, (each) => {
    const attributes = each.attributes && redactObject(each.attributes, redactor);
    return attributes === each.attributes ? each : { ...each, attributes };
  });
}

function redactObject(value: JsonObject, redactor: TextRedactor): JsonObject {
  let changed: JsonObject | undefined;
  for (const name of Object.keys(value)) {
    const member = value[name];
    if (member === undefined) continue;
    const clean = redactMember(name, member, redactor);
    if (clean === member) continue;
    changed ??= { ...value };
    Object.defineProperty(changed, name, { value: clean, enumerable: true, writable: true, configurable: true });
  }
  return changed ?? value;
}

function redactMember(name: string, value: Json, redactor: TextRedactor): Json {
  if (typeof value === "string") return redactor.named(lastName(name), value);
  if (Array.isArray(value)) return mapped(value as Json[], (each) => redactMember(name, each, redactor));
  return isJsonObject(value) ? redactObject(value, redactor) : value;
}

const lastNames = new Map<string, string>();
/** Names come from outside: what is kept of them has an end. */
const NAMES_KEPT_MAX = 10_000;
const NAME_CHARACTERS_MAX = 200;

/** `http.request.header.authorization`: what the value is called is the last part. */
function lastName(name: string): string {
  const known = lastNames.get(name);
  if (known !== undefined) return known;
  const last = name.slice(name.lastIndexOf(".") + 1);
  if (name.length > NAME_CHARACTERS_MAX) return last;
  if (lastNames.size >= NAMES_KEPT_MAX) lastNames.clear();
  lastNames.set(name, last);
  return last;
}

/** The same list where nothing changed. */
function mapped<Value>(list: readonly Value[], map: (value: Value) => Value): readonly Value[] {
  const clean = list.map(map);
  return clean.some((value, index) => value !== list[index]) ? clean : list;
}
