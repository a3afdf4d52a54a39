import { isJsonObject, type Json } from "../../kernel/index.ts";
import { badPayload } from "./bad-payload.ts";
import { countOf, field, objectOf, textOf } from "./json-fields.ts";
import { ProtobufReader } from "./protobuf-reader.ts";
import { ProtobufWriter } from "./protobuf-writer.ts";
import type { PartialSuccess } from "./span-intake.ts";

export type OtlpEncoding = "protobuf" | "json";

export const OTLP_CONTENT_TYPES: Readonly<Record<OtlpEncoding, string>> = {
  protobuf: "application/x-protobuf",
  json: "application/json",
};

/** An ExportTraceServiceResponse: empty where everything was taken. */
export function encodeExportResponse(
  partial: PartialSuccess | undefined,
  encoding: OtlpEncoding,
): Uint8Array<ArrayBuffer> {
  if (encoding === "json") {
    const partialSuccess = partial && { ...partial, rejectedSpans: String(partial.rejectedSpans) };
    return Buffer.from(JSON.stringify({ partialSuccess }));
  }
  const writer = new ProtobufWriter();
  if (partial !== undefined) {
    writer.message(1, () => {
      writer.uint(1, partial.rejectedSpans);
      writer.text(2, partial.errorMessage);
    });
  }
  return writer.result();
}

/** What OTLP answers with 4xx and 5xx: a google.rpc.Status. */
export function encodeExportFailure(message: string, encoding: OtlpEncoding): Uint8Array<ArrayBuffer> {
  if (encoding === "json") return Buffer.from(JSON.stringify({ message }));
  const writer = new ProtobufWriter();
  writer.text(2, message);
  return writer.result();
}

/**
 * @returns undefined where everything was taken
 * @throws {AegisError} "trace.bad_payload"
 */
export function decodeExportResponse(bytes: Uint8Array, encoding: OtlpEncoding): PartialSuccess | undefined {
  return encoding === "json" ? fromJson(new TextDecoder().decode(bytes)) : fromProtobuf(bytes);
}

function fromJson(text: string): PartialSuccess | undefined {
  const response = text.trim() === "" ? {} : parse(text);
  if (!isJsonObject(response)) throw badPayload("the response is no object");
  const partial = objectOf(field(response, "partialSuccess", "partial_success"), "partialSuccess");
  if (partial === undefined) return undefined;
  return toldOnly({
    rejectedSpans: countOf(field(partial, "rejectedSpans", "rejected_spans"), "rejectedSpans"),
    errorMessage: textOf(field(partial, "errorMessage", "error_message"), "errorMessage"),
  });
}

function parse(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    throw badPayload("the response is no JSON", error);
  }
}

function fromProtobuf(bytes: Uint8Array): PartialSuccess | undefined {
  const reader = new ProtobufReader(bytes);
  let rejectedSpans = 0;
  let errorMessage = "";
  while (reader.isInside(reader.size)) {
    const tag = reader.tag();
    if (tag !== 10) {
      reader.skip(tag, reader.size);
      continue;
    }
    const end = reader.end(reader.size);
    while (reader.isInside(end)) {
      const inner = reader.tag();
      if (inner === 8) rejectedSpans = Math.max(0, Number(reader.int64()));
      else if (inner === 18) errorMessage = reader.text(reader.end(end));
      else reader.skip(inner, end);
    }
  }
  return toldOnly({ rejectedSpans, errorMessage });
}

function toldOnly(partial: PartialSuccess): PartialSuccess | undefined {
  return partial.rejectedSpans === 0 && partial.errorMessage === "" ? undefined : partial;
}
