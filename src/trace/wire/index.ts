export { decodeTraceJson } from "./decode-json.ts";
export { decodeTraceProtobuf } from "./decode-protobuf.ts";
export { encodeTraceJson } from "./encode-json.ts";
export { encodeTraceProtobuf } from "./encode-protobuf.ts";
export {
  decodeExportResponse,
  encodeExportFailure,
  encodeExportResponse,
  OTLP_CONTENT_TYPES,
  type OtlpEncoding,
} from "./export-response.ts";
export { parseTraceJson } from "./parse-trace-json.ts";
export { otlpEncodingOf, readOtlpRequest } from "./read-otlp-request.ts";
export { readSpanFile } from "./read-span-file.ts";
export { type PartialSuccess, partialSuccessOf, type ReadSpans, type RefusalReason } from "./span-intake.ts";
