import { type Problem, ROUTES } from "../api/index.ts";
import { AegisError } from "../kernel/index.ts";
import { encodeExportFailure, OTLP_CONTENT_TYPES, type OtlpEncoding, otlpEncodingOf } from "../trace/wire/index.ts";
import type { ServerContext } from "./server-context.ts";

const { method: METHOD, path: PATH } = ROUTES["traces.collect"];

/** Which of OTLP's encodings an exporter wrote in; undefined for all other clients, and for a type nobody here reads. */
export function exporterEncoding({ req }: ServerContext): OtlpEncoding | undefined {
  if (req.method !== METHOD || req.path !== PATH) return undefined;
  try {
    return otlpEncodingOf(req.header("content-type"));
  } catch (error) {
    if (error instanceof AegisError) return undefined;
    throw error;
  }
}

/** A problem as exporters of OpenTelemetry read it: a google.rpc.Status, whose own code is a number, so ours stands in its words. */
export function exportFailure({ detail, fix, code }: Problem, encoding: OtlpEncoding) {
  const sentence = /[.!?]$/.test(detail) ? detail : `${detail}.`;
  const message = `${sentence} ${fix}`.trim();
  return { type: OTLP_CONTENT_TYPES[encoding], body: encodeExportFailure(`${message} [${code}]`, encoding) };
}
