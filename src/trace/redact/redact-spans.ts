import type { ObservedSpan, ValueTypes } from "../../domain/index.ts";
import { type Json, type JsonObject, valueAtPath } from "../../kernel/index.ts";
import type { Redactor } from "../../network/index.ts";

/** Spans without secrets, before anything of them is stored; the very same objects where there was nothing to hide. */
export function redactSpans(spans: readonly ObservedSpan[], redactor: Redactor): readonly ObservedSpan[] {
  return redactor.redactAll(spans, (all) => {
    // The spans of one sender share theirs.
    const shared = new Map<object, object>();
    return mapped(all, (span) => redactSpan(span, redactor, shared));
  });
}

type Changes<Whole> = { -readonly [Key in keyof Whole]?: Whole[Key] };

function redactSpan(span: ObservedSpan, redactor: Redactor, shared: Map<object, object>): ObservedSpan {
  const changes: Changes<ObservedSpan> = {};
  const once = <Part extends object>(part: Part, redact: (part: Part) => Part): Part => {
    const clean = (shared.get(part) as Part | undefined) ?? redact(part);
    shared.set(part, clean);
    return clean;
  };
  const resource = once(span.resource, redactor.redactJson);
  if (resource !== span.resource) changes.resource = resource;
  const scope = span.scope && once(span.scope, (part) => redactPart(part, redactor));
  if (scope !== undefined && scope !== span.scope) changes.scope = scope;
  const events = span.events && mapped(span.events, (event) => redactPart(event, redactor));
  if (events !== undefined && events !== span.events) changes.events = events;
  const links = span.links && mapped(span.links, (link) => redactPart(link, redactor));
  if (links !== undefined && links !== span.links) changes.links = links;
  const status = span.status && redactPart(span.status, redactor);
  if (status !== undefined && status !== span.status) changes.status = status;
  const clean = changed(redactPart(span, redactor), changes);
  return clean === span || span.types === undefined ? clean : withTypes(span, clean);
}

/** What senders may write into of a part of a span: its ids, times and schemas are none of it. */
interface Told {
  readonly name?: string;
  readonly version?: string;
  readonly message?: string;
  readonly traceState?: string;
  readonly attributes?: JsonObject;
}

function redactPart<Part extends Told>(part: Part, redactor: Redactor): Part {
  const changes: Changes<Told> = {};
  const change = <Key extends keyof Told>(key: Key, before: Told[Key], clean: Told[Key]) => {
    if (clean !== before) changes[key] = clean;
  };
  const { name, version, message, traceState, attributes } = part;
  if (name !== undefined) change("name", name, redactor.redactText(name));
  if (version !== undefined) change("version", version, redactor.redactText(version));
  if (message !== undefined) change("message", message, redactor.redactText(message));
  if (traceState !== undefined) change("traceState", traceState, redactor.redactText(traceState));
  if (attributes !== undefined) change("attributes", attributes, redactor.redactJson(attributes));
  return changed(part, changes);
}

/** The same object where nothing changed. */
function changed<Whole extends object>(whole: Whole, changes: object): Whole {
  for (const _ in changes) return { ...whole, ...changes };
  return whole;
}

/** What was noted of a value does not hold for the placeholder in its place; of a list it holds for the others in it. */
function withTypes(before: ObservedSpan, clean: ObservedSpan): ObservedSpan {
  const { types = {}, ...rest } = clean;
  const kept = Object.entries(types).filter(([path]) => {
    const value = valueAtPath(clean as unknown as Json, path);
    return Array.isArray(value) || (value !== undefined && value === valueAtPath(before as unknown as Json, path));
  });
  return kept.length === 0 ? rest : { ...rest, types: Object.fromEntries(kept) as ValueTypes };
}

/** The same list where nothing changed. */
function mapped<Value>(list: readonly Value[], map: (value: Value) => Value): readonly Value[] {
  const clean = list.map(map);
  return clean.some((value, index) => value !== list[index]) ? clean : list;
}
