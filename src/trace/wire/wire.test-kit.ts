import type { ObservedSpan } from "../../domain/index.ts";
import { ProtobufWriter } from "./protobuf-writer.ts";

export const TRACE_ID = "5b8efff798038103d269b633813fc60c";
export const SPAN_ID = "eee19b7ec3c1b174";

export function spanOf(changes: Partial<ObservedSpan> = {}): ObservedSpan {
  const plain = { name: "work", startNs: "1544712660000000000", attributes: {}, resource: { "service.name": "shop" } };
  return { traceId: TRACE_ID, spanId: SPAN_ID, ...plain, ...changes };
}

/** A request of one span with these fields of its own, as protobuf. */
export function protobufSpan(write: (writer: ProtobufWriter) => void): Uint8Array {
  const writer = new ProtobufWriter();
  writer.message(1, () => writer.message(2, () => writer.message(2, () => write(writer))));
  return writer.result();
}

/** The same as JSON. */
export function jsonSpan(fields: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({
    resourceSpans: [{ scopeSpans: [{ spans: [{ traceId: TRACE_ID, spanId: SPAN_ID, ...fields }] }] }],
  });
}
