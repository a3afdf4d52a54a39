import { readFileSync } from "node:fs";
import type { ObservedSpan } from "../../domain/index.ts";
import { isJsonObject, type Json, type JsonObject } from "../../kernel/index.ts";
import { readRecorded, recordedPath, spanWith } from "../dialects/spans.test-kit.ts";
import { objectIn } from "../messages/parse-text.ts";

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
  const { trace, observations } = readRecorded(`frameworks/langfuse/${name}`) as {
    trace: JsonObject;
    observations: JsonObject[];
  };
  return observations.map((observation) => {
    const metadata = objectIn(observation["metadata"]) ?? {};
    const parentId = observation["parentObservationId"];
    const told = {
      "langfuse.observation.type": String(observation["type"]).toLowerCase(),
      "langfuse.observation.input": observation["input"],
      "langfuse.observation.output": observation["output"],
      "langfuse.observation.model.name": observation["model"],
      "langfuse.observation.usage_details": observation["usageDetails"],
      "langfuse.session.id": trace["sessionId"],
      "langfuse.user.id": trace["userId"],
    };
    const known = Object.entries(told).filter(([, value]) => value !== null && value !== undefined);
    return spanWith(
      { ...objectIn(metadata["attributes"]), ...(Object.fromEntries(known) as JsonObject) },
      {
        traceId: String(trace["id"]),
        spanId: String(observation["id"]),
        name: String(observation["name"]),
        startNs: `${Date.parse(String(observation["startTime"]))}000000`,
        endNs: `${Date.parse(String(observation["endTime"]))}000000`,
        resource: objectIn(metadata["resourceAttributes"]) ?? {},
        ...(typeof parentId === "string" && { parentSpanId: parentId }),
      },
    );
  });
}

function hexadecimal(decimal: Json | undefined, digits: number): string {
  return BigInt(String(decimal)).toString(16).padStart(digits, "0");
}
