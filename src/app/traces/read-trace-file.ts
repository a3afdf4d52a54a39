import { AegisError } from "../../kernel/index.ts";
import { type ReadRecording, readRecording, RECORDING_FORMATS } from "../../trace/recorded/index.ts";
import {
  decodeTraceJson,
  decodeTraceProtobuf,
  partialSuccessOf,
  readSpanFile,
  type ReadSpans,
} from "../../trace/wire/index.ts";

export const TRACE_FILE_FORMATS = ["otlp", "otel-python", ...RECORDING_FORMATS] as const;
export type TraceFileFormat = (typeof TRACE_FILE_FORMATS)[number];

export interface TraceFile {
  readonly path: string;
  readonly bytes: Uint8Array;
  /** Without it, the content says. */
  readonly format?: TraceFileFormat;
  readonly nowMs: number;
}

export interface ReadTraceFile extends Pick<ReadRecording, "logs" | "traces"> {
  readonly format: TraceFileFormat;
  /** Spans that came as such. */
  readonly spans: ReadSpans["spans"];
  /** In sentences. */
  readonly refused: readonly string[];
}

/** Only the beginning is looked at: a file may be large. */
const LOOKED_AT_BYTES = 4_096;

/**
 * What a file of traces holds, whichever of the known formats it is in.
 * @throws {AegisError} "import.bad_format", "import.no_success_path", "trace.bad_payload"
 */
export function readTraceFile({ path, bytes, format, nowMs }: TraceFile): ReadTraceFile {
  const kind = format ?? detect(bytes);
  if (kind === "otlp" || kind === "otel-python")
    return spansOf(
      kind,
      inFile(path, () => readSpans(kind, bytes)),
    );
  const read = readRecording({ path, bytes, nowMs, ...(kind !== undefined && { format: kind }) });
  const refused = read.refused.map(({ where, why }) => `${where}: ${why}`);
  return { format: read.format, logs: read.logs, traces: read.traces, spans: [], refused };
}

function spansOf(format: TraceFileFormat, read: ReadSpans): ReadTraceFile {
  const partial = partialSuccessOf(read);
  return { format, logs: [], traces: [], spans: read.spans, refused: partial ? [partial.errorMessage] : [] };
}

function readSpans(kind: "otlp" | "otel-python", bytes: Uint8Array): ReadSpans {
  if (kind === "otel-python") return readSpanFile(new TextDecoder().decode(bytes));
  return isText(bytes) ? readLines(bytes) : decodeTraceProtobuf(bytes);
}

const FIX = "Check that the file is whole and of a known format; --format says which one it is.";

/** Whatever is wrong is told with its place: of several files, one may be broken. */
function inFile(place: string, read: () => ReadSpans): ReadSpans {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof AegisError)) throw cause;
    throw new AegisError(cause.code, `${place}: ${cause.message}`, { cause, details: cause.details, fix: FIX });
  }
}

/** Undefined leaves it to the readers of recordings. */
function detect(bytes: Uint8Array): "otlp" | "otel-python" | undefined {
  if (!isText(bytes)) return "otlp";
  const head = new TextDecoder().decode(bytes.subarray(0, LOOKED_AT_BYTES));
  if (/^\s*\{\s*"(?:resourceSpans|resource_spans)"/.test(head)) return "otlp";
  const isPython = /"(?:context|span_id)"\s*:/.test(head) && /"trace_id"\s*:/.test(head);
  return isPython && /^\s*(?:\[|\{\s*"spans")/.test(head) ? "otel-python" : undefined;
}

/** Protobuf has control characters in its first bytes, text has none. */
function isText(bytes: Uint8Array): boolean {
  const head = bytes.subarray(0, LOOKED_AT_BYTES);
  return !head.some((byte) => byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d);
}

/** One request, or one a line, as collectors write files. */
function readLines(bytes: Uint8Array): ReadSpans {
  const text = new TextDecoder().decode(bytes);
  const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "");
  const isOneALine = lines.length > 1 && lines.every((line) => /^\s*\{/.test(line) && /\}\s*$/.test(line));
  if (!isOneALine) return decodeTraceJson(text);
  const read = lines.map((line, index) => inFile(`line ${index + 1}`, () => decodeTraceJson(line)));
  return {
    spans: read.flatMap(({ spans }) => spans),
    refused: read.flatMap(({ refused }) => refused),
    cutCount: read.reduce((sum, { cutCount }) => sum + cutCount, 0),
  };
}
