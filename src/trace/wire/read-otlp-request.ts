import { AegisError } from "../../kernel/index.ts";
import { decodeTraceJson } from "./decode-json.ts";
import { decodeTraceProtobuf } from "./decode-protobuf.ts";
import type { OtlpEncoding } from "./export-response.ts";
import type { ReadSpans } from "./span-intake.ts";

/**
 * Which of OTLP's encodings a content type names; parameters do not count.
 * @throws {AegisError} "request.bad_type" for any other
 */
export function otlpEncodingOf(contentType: string | undefined): OtlpEncoding {
  const type = contentType?.split(";")[0]?.trim().toLowerCase();
  if (type === "application/x-protobuf" || type === "application/protobuf") return "protobuf";
  if (type === "application/json") return "json";
  throw new AegisError("request.bad_type", "Telemetry comes as protobuf or JSON, and the content type says neither.", {
    fix: "Send `Content-Type: application/x-protobuf` or `application/json`.",
  });
}

/**
 * Reads the body of a POST to /v1/traces, already decompressed.
 * @throws {AegisError} "request.bad_type", "trace.bad_payload"
 */
export function readOtlpRequest(request: {
  readonly contentType: string | undefined;
  readonly bytes: Uint8Array;
}): ReadSpans {
  if (otlpEncodingOf(request.contentType) === "protobuf") return decodeTraceProtobuf(request.bytes);
  return decodeTraceJson(new TextDecoder().decode(request.bytes));
}
