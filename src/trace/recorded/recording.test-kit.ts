import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { EventType, NewEvent, RunEvent } from "../../domain/index.ts";
import { AegisError } from "../../kernel/index.ts";
import { type ReadRecording, readRecording, type RecordingFile } from "./read-recording.ts";
import type { RecordedLog } from "./recorded-log.ts";

/** When the recordings of these tests are read. */
export const NOW_MS = Date.UTC(2026, 0, 2);

/** Recorded by others; see its README for where from. */
export const dataFolder = process.env["AEGIS_DATA"] ?? join(import.meta.dirname, "../../../../shared/data");
export const hasData = existsSync(join(dataFolder, "expected.json"));

type Options = Partial<Omit<RecordingFile, "bytes">>;

/** Reads a value as a file that holds it. */
export function readValue(value: unknown, options: Options = {}): ReadRecording {
  return readText(JSON.stringify(value), options);
}

export function readText(text: string, options: Options = {}): ReadRecording {
  return readRecording({ path: "recording.json", bytes: Buffer.from(text), nowMs: NOW_MS, ...options });
}

/** Reads a file of the recorded data, by its place in it. */
export function readData(path: string, options: Options = {}): ReadRecording {
  return readRecording({ path, bytes: readFileSync(join(dataFolder, path)), nowMs: NOW_MS, ...options });
}

export function rawData(path: string): unknown {
  return JSON.parse(readFileSync(join(dataFolder, path), "utf8"));
}

export function onlyLog({ logs }: ReadRecording): RecordedLog {
  const [log] = logs;
  if (!log || logs.length > 1) throw new Error(`expected one log, found ${logs.length}`);
  return log;
}

export function numbered(events: readonly NewEvent[]): RunEvent[] {
  return events.map((event, seq) => ({ ...event, seq }));
}

export function ofType<Type extends EventType>(
  events: readonly NewEvent[],
  type: Type,
): Extract<NewEvent, { readonly type: Type }>[] {
  return events.filter((event): event is Extract<NewEvent, { readonly type: Type }> => event.type === type);
}

/** A log in short: one line per event, with what tells it from the others. */
export function outline(events: readonly NewEvent[]): string[] {
  return events.map((event) => {
    if (event.type === "message.received") return `${event.from}: ${event.content}`;
    if (event.type === "message.sent") return `sent: ${event.content}`;
    if (event.type === "model.called") return `model ${event.model} < ${event.added.length}`;
    if (event.type === "model.returned") return `model > ${event.message?.content ?? ""}`;
    if (event.type === "tool.called") return `${event.tool}(${JSON.stringify(event.arguments)})`;
    if (event.type === "tool.returned")
      return event.error ? `! ${event.error.message}` : `= ${JSON.stringify(event.result)}`;
    if (event.type === "run.ended") return `ended: ${event.outcome}${event.error ? ` (${event.error.name})` : ""}`;
    return event.type;
  });
}

export function refusalOf(read: () => unknown): AegisError {
  try {
    read();
  } catch (error) {
    if (error instanceof AegisError) return error;
    throw error;
  }
  throw new Error("it was not refused");
}
