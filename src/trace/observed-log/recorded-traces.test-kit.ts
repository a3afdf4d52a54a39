import { readFileSync } from "node:fs";
import type { ObservedSpan } from "../../domain/index.ts";
import { isJsonObject, type Json, type JsonObject } from "../../kernel/index.ts";
import { readRecorded, recordedPath, spanWith } from "../dialects/spans.test-kit.ts";
import { langfuseSpans } from "../recorded/langfuse-spans.ts";

/** any-agent writes ids as whole numbers of 128 and 64 bits: their digits are kept as text before JSON is read. */
export function spansOfAnyAgent(name: string): ObservedSpan[] {
  const text = readFileSync(recordedPath(`frameworks/any-agent/${name}`), "utf8");
  const exact = text.replaceAll(/("(?:trace_id|span_id|start_time|end_time)"\s*:\s*)(\d+)/g, '$1"$2"');
  const { spans } = JSON.parse(exact) as { spans: JsonObject[] };
  return spans.map((span) => {
    const context = span["context"] as JsonObject;
    const parentId = isJsonObject(span["parent"]) ? span["parent"]["span_id"] : null;
    return spanWith(span["attributes"] as JsonObject, {
      traceId: hexadecimal(context["trace_id"], 32),
      spanId: hexadecimal(context["span_id"], 16),
      name: String(span["name"]),
      startNs: String(span["start_time"]),
      endNs: String(span["end_time"]),
      resource: (span["resource"] as JsonObject)["attributes"] as JsonObject,
      ...(typeof parentId === "string" && { parentSpanId: hexadecimal(parentId, 16) }),
    });
  });
}

/** What Langfuse exports of a trace, as the spans it was made of. */
export function spansOfLangfuse(name: string): ObservedSpan[] {
  return langfuseSpans(readRecorded(`frameworks/langfuse/${name}`));
}

function hexadecimal(decimal: Json | undefined, digits: number): string {
  return BigInt(String(decimal)).toString(16).padStart(digits, "0");
}
