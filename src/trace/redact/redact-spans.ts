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
  const resource = once(span.resource, shared, redactor.redactJson);
  const scope = span.scope && once(span.scope, shared, (part) => redactPart(part, redactor));
  const events = span.events && mapped(span.events, (event) => redactPart(event, redactor));
  const links = span.links && mapped(span.links, (link) => redactPart(link, redactor));
  const status = span.status && redactPart(span.status, redactor);
  const part = redactPart(span, redactor);
  const isSame =
    part === span &&
    resource === span.resource &&
    scope === span.scope &&
    events === span.events &&
    links === span.links &&
    status === span.status;
  if (isSame) return span;
  const clean = { ...part, resource, ...(scope && { scope }), ...(events && { events }), ...(links && { links }) };
  const whole = status ? { ...clean, status } : clean;
  return span.types === undefined ? whole : withTypes(span, whole);
}

function once<Part extends object>(part: Part, shared: Map<object, object>, redact: (part: Part) => Part): Part {
  const known = shared.get(part) as Part | undefined;
  if (known !== undefined) return known;
  const clean = redact(part);
  shared.set(part, clean);
  return clean;
}

/** What senders may write into of a part of a span: its ids, times and schemas are none of it. */
interface Told {
  readonly name?: string;
  readonly version?: string;
  readonly message?: string;
  readonly traceState?: string;
  readonly attributes?: JsonObject;
}

/** The same object where nothing changed. */
function redactPart<Part extends Told>(part: Part, redactor: Redactor): Part {
  const name = textIn(part.name, redactor);
  const version = textIn(part.version, redactor);
  const message = textIn(part.message, redactor);
  const traceState = textIn(part.traceState, redactor);
  const attributes = part.attributes && redactor.redactJson(part.attributes);
  const isSame =
    name === part.name &&
    version === part.version &&
    message === part.message &&
    traceState === part.traceState &&
    attributes === part.attributes;
  if (isSame) return part;
  const changes: Changes<Told> = {};
  if (name !== undefined) changes.name = name;
  if (version !== undefined) changes.version = version;
  if (message !== undefined) changes.message = message;
  if (traceState !== undefined) changes.traceState = traceState;
  if (attributes !== undefined) changes.attributes = attributes;
  return { ...part, ...changes };
}

function textIn(text: string | undefined, redactor: Redactor): string | undefined {
  return text === undefined ? undefined : redactor.redactText(text);
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
