import { badFormat } from "./bad-format.ts";
import { decodeText } from "./decode-text.ts";
import { type ParsedText, parseEntries, parseWithoutNaN } from "./parse-entries.ts";
import { readEntries, type ReadEntries } from "./read-entries.ts";
import { readResultLogs } from "./read-result-logs.ts";
import type { RecordedLog } from "./recorded-log.ts";
import type { RefusedRow } from "./recorded-trial.ts";
import { detectFormat, RECORDING_FORMATS, type RecordingFormat } from "./recording-format.ts";
import { describeContent, RESULT_FORMATS, type ResultFormat } from "./result-format.ts";

export interface RecordingFile {
  readonly path: string;
  readonly bytes: Uint8Array;
  /** Without it, the content says. */
  readonly format?: RecordingFormat;
  /** For results whose reward is made of parts: the path, within a row, of what says success. */
  readonly successPath?: string;
  /** For recordings without times. */
  readonly nowMs: number;
}

/** What a file of recordings holds: conversations as logs, and traces that still are spans. */
export interface ReadRecording extends ReadEntries {
  readonly format: RecordingFormat;
}

/** Rows named in the message; all of them are counted. */
const NAMED_MAX = 3;

/**
 * Reads a file of conversations or traces that others recorded. Rows that cannot be read are refused and listed; the
 * rest of the file is read.
 *
 * @throws {AegisError} "import.bad_format" with file and place where nothing can be read; "import.no_success_path" for
 * results whose reward is made of parts
 */
export function readRecording(file: RecordingFile): ReadRecording {
  try {
    const { format, ...read } = readFile(file);
    if (read.logs.length + read.traces.length === 0) throw nothingRead(file.path, format, read.refused);
    return { format, ...read, logs: withOwnIds(read.logs) };
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    // The engine's stack is the limit; a file that reaches it was made to.
    throw badFormat(file.path, "is nested too deeply", {}, cause);
  }
}

function readFile({ path, bytes, format: wanted, successPath, nowMs }: RecordingFile): ReadRecording {
  const text = decodeText({ path, bytes });
  const results = (format: ResultFormat) => ({
    format,
    traces: [],
    ...readResultLogs({ path, text, format, successPath, nowMs }),
  });
  if (isResults(wanted)) return results(wanted);
  const parsed = parse(path, text, wanted);
  const format = wanted ?? detect(parsed);
  if (format === undefined) throw unknownFormat(path, parsed);
  if (isResults(format)) return results(format);
  const read = readEntries(parsed.entries, { format, nowMs });
  return { format, ...read, refused: [...parsed.refused, ...read.refused] };
}

function isResults(format: RecordingFormat | undefined): format is ResultFormat {
  return RESULT_FORMATS.some((each) => each === format);
}

function parse(path: string, text: string, wanted: RecordingFormat | undefined): ParsedText {
  try {
    return parseEntries(path, text, wanted ?? "jsonl");
  } catch (error) {
    const mended = parseWithoutNaN(path, text);
    if (mended && (wanted ?? detect(mended)) === "inspect") return mended;
    throw error;
  }
}

function detect({ whole, entries }: ParsedText): RecordingFormat | undefined {
  if (whole !== undefined) return detectFormat(whole);
  for (const { value } of entries) {
    const format = detectFormat(value);
    if (format !== undefined) return format;
  }
  return undefined;
}

function unknownFormat(path: string, { whole, entries }: ParsedText) {
  const what = describeContent(whole ?? entries[0]?.value ?? null);
  return badFormat(path, `is no recording that is known (${RECORDING_FORMATS.join(", ")}): ${what}`);
}

function nothingRead(path: string, format: RecordingFormat, refused: readonly RefusedRow[]) {
  const named = refused.slice(0, NAMED_MAX).map(({ where, why }) => `${where}: ${why}`);
  const more = refused.length > NAMED_MAX ? `; and ${refused.length - NAMED_MAX} more` : "";
  const what = refused.length === 0 ? "holds nothing" : `cannot be read as ${format}: ${named.join("; ")}${more}`;
  return badFormat(path, what, { format, refused: refused.length });
}

/** Two rows of one file that are alike in everything are two conversations. */
function withOwnIds(logs: readonly RecordedLog[]): RecordedLog[] {
  const counts = new Map<string, number>();
  return logs.map((log) => {
    const count = (counts.get(log.externalId) ?? 0) + 1;
    counts.set(log.externalId, count);
    return count === 1 ? log : { ...log, externalId: `${log.externalId}~${count}` };
  });
}
