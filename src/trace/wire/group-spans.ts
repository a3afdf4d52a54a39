import type { ObservedSpan, ValueTypes } from "../../domain/index.ts";
import { canonicalJson, type Json } from "../../kernel/index.ts";

/** Spans of one scope of one resource; what they have in common is read off the first. */
export type ScopeGroup = readonly [ObservedSpan, ...ObservedSpan[]];
/** Of one resource. */
export type ResourceGroup = readonly [ScopeGroup, ...ScopeGroup[]];

/** As a request has them: by resource and by scope, in the order they first came. */
export function groupSpans(spans: readonly ObservedSpan[]): ResourceGroup[] {
  const texts = new Map<object, string>();
  const resources = new Map<string, Map<string, [ObservedSpan, ...ObservedSpan[]]>>();
  for (const span of spans) {
    const { resource, scope, droppedCounts = {}, types = {} } = span;
    const resourceKey = [
      textOf(resource, texts),
      span.resourceSchemaUrl,
      droppedCounts.resourceAttributes,
      typesUnder("resource", types),
    ].join("\n");
    const scopeKey = [
      scope === undefined ? "" : textOf(scope, texts),
      droppedCounts.scopeAttributes,
      typesUnder("scope", types),
    ].join("\n");
    const scopes = resources.get(resourceKey) ?? new Map<string, [ObservedSpan, ...ObservedSpan[]]>();
    resources.set(resourceKey, scopes);
    const group = scopes.get(scopeKey);
    if (group === undefined) scopes.set(scopeKey, [span]);
    else group.push(span);
  }
  return [...resources.values()].map((scopes) => [...scopes.values()] as unknown as ResourceGroup);
}

/** Spans that came together share these objects. */
function textOf(value: object, texts: Map<object, string>): string {
  const known = texts.get(value);
  if (known !== undefined) return known;
  const text = canonicalJson(value as Json);
  texts.set(value, text);
  return text;
}

function typesUnder(root: "resource" | "scope", types: ValueTypes): string {
  const paths = Object.keys(types).filter((path) => path.startsWith(root));
  return paths.map((path) => `${path}=${types[path]}`).join(",");
}
