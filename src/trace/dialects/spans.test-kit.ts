import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { ObservedSpan } from "../../domain/index.ts";
import type { Json, JsonObject } from "../../kernel/index.ts";

const folder = process.env["AEGIS_DATA"] ?? join(import.meta.dirname, "../../../../shared/data");

export function recordedPath(path: string): string {
  return join(folder, path);
}

export const hasRecordings = existsSync(recordedPath("otel"));

export function readRecorded(path: string): Json {
  return JSON.parse(readFileSync(recordedPath(path), "utf8")) as Json;
}

let count = 0;

/** A span with these attributes; what else it has can be given. */
export function spanWith(attributes: JsonObject, rest: Partial<ObservedSpan> = {}): ObservedSpan {
  count += 1;
  return {
    traceId: "0af7651916cd43dd8448eb211c80319c",
    spanId: count.toString(16).padStart(16, "0"),
    name: "span",
    startNs: "1700000000000000000",
    endNs: "1700000001000000000",
    attributes,
    resource: {},
    ...rest,
  };
}

/** Spans as the OpenTelemetry SDK for JavaScript holds them: times as seconds and nanoseconds. */
export function spansOfSdk(path: string): ObservedSpan[] {
  return (readRecorded(path) as JsonObject[]).map((span) => {
    const { traceId, spanId } = span["spanContext"] as { traceId: string; spanId: string };
    return spanWith(span["attributes"] as JsonObject, {
      traceId,
      spanId,
      name: String(span["name"]),
      startNs: nanoseconds(span["startTime"]),
      endNs: nanoseconds(span["endTime"]),
    });
  });
}

function nanoseconds(time: Json | undefined): string {
  const [seconds = 0, rest = 0] = time as readonly number[];
  return String(BigInt(seconds) * 1_000_000_000n + BigInt(rest));
}
