import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Feedback, RunEvent } from "../../domain/index.ts";
import { AegisError, type Id } from "../../kernel/index.ts";
import { readLog } from "../../trace/index.ts";
import type { RecordedLog, RecordedTrace } from "../../trace/recorded/index.ts";
import { settleAll } from "../../trace/settle/index.ts";
import type { App } from "../open-app.ts";
import { openAppTraces } from "./open-app-traces.ts";
import { appSettling } from "./settle-before-looking.ts";
import { readTraceFile, type TraceFileFormat } from "./read-trace-file.ts";

export interface ImportTracesRequest {
  readonly files: readonly string[];
  readonly format?: TraceFileFormat;
  /** Told of each file as soon as it is kept: a later one may be refused. */
  readonly onFile?: (file: ImportedTraceFile) => void;
}

export interface ImportedTraceFile {
  readonly path: string;
  readonly format: TraceFileFormat;
  readonly runCount: number;
  /** Conversations that were there already. */
  readonly knownCount: number;
  readonly spanCount: number;
  /** In sentences. */
  readonly refused: readonly string[];
  /** Values that were hidden, by kind. */
  readonly redacted: Readonly<Record<string, number>>;
}

/** Logs are written in groups of so many: each shares one wait for the disk. */
const GROUP = 200;

/**
 * Reads files of traces and recorded conversations and keeps them as observed runs. What was imported before is known
 * again, and not written twice.
 *
 * @throws {AegisError} "import.bad_format", "trace.bad_payload", "io.not_found"
 */
export async function importTraces(app: App, request: ImportTracesRequest): Promise<ImportedTraceFile[]> {
  const { clock } = app;
  const store = await app.store();
  const traces = await openAppTraces(app);
  const settling = await appSettling(app);
  const imported: ImportedTraceFile[] = [];
  for (const file of request.files) {
    const path = resolve(app.cwd, file);
    const { format } = request;
    const read = readTraceFile({
      path: file,
      bytes: await readBytes(path),
      nowMs: clock.nowMs(),
      ...(format !== undefined && { format }),
    });
    const spans = [...read.spans, ...read.traces.flatMap((trace) => trace.spans)];
    const redacted = await traces.collect(spans);
    await settleAll(settling, { quietSinceMs: Infinity });
    const runIds = new Set<string>();
    for (const { traceId } of spans) runIds.add(traceId);
    await store.addFeedback(await feedbackOfTraces(app, read.traces));
    const known = await keepLogs(app, read.logs);
    const kept = {
      path: file,
      format: read.format,
      runCount: read.logs.length - known + runIds.size,
      knownCount: known,
      spanCount: spans.length,
      refused: read.refused,
      redacted,
    };
    imported.push(kept);
    request.onFile?.(kept);
  }
  while ((await store.packTraces(GROUP)) > 0);
  return imported;
}

/** @returns how many were there already */
async function keepLogs(app: App, logs: readonly RecordedLog[]): Promise<number> {
  const store = await app.store();
  let known = 0;
  for (let from = 0; from < logs.length; from += GROUP) {
    const group = logs.slice(from, from + GROUP).map((log) => ({ log, runId: runIdOf(log.externalId) }));
    const kept = await Promise.all(
      group.map(async ({ log, runId }) => {
        const isNew = await store.append(runId, log.events, 0).then(
          () => true,
          (error: unknown) => {
            if (error instanceof AegisError && error.code === "log.conflict") return false;
            throw error;
          },
        );
        if (!isNew) known += 1;
        return { log, runId, isNew };
      }),
    );
    await store.addFeedback(kept.flatMap(({ log, runId }) => outcomeOf(log, runId, app.clock.nowMs())));
    const feedback = Map.groupBy(await store.listFeedback(kept.map(({ runId }) => runId)), ({ runId }) => runId);
    await store.saveTraces(
      kept.map(({ log, runId }) => {
        const events = log.events.map((event, seq) => ({ ...event, seq }) as RunEvent);
        const { summary, words } = readLog(events, { runId, feedback: feedback.get(runId) ?? [] });
        return { summary: { ...summary, costMicroUsd: log.costMicroUsd ?? summary.costMicroUsd }, words };
      }),
    );
    // All that anybody said of a new one was said above: nobody has to read it again.
    await store.noteSettledLogs(kept.filter(({ isNew }) => isNew).map(({ runId }) => ({ runId, change: 1 })));
  }
  return known;
}

/** How it went, as the recording says. */
function outcomeOf({ success, externalId, events }: RecordedLog, runId: Id<"run">, nowMs: number): Feedback[] {
  if (success === null) return [];
  const atMs = events.at(-1)?.atMs ?? nowMs;
  const id = idOf<"feedback">(`outcome of ${externalId}`);
  const name = success.isPass ? "task solved" : "task not solved";
  return [{ id, runId, atMs, kind: "outcome", name, score: success.score, by: "the recording" }];
}

async function feedbackOfTraces(app: App, traces: readonly RecordedTrace[]): Promise<Feedback[]> {
  const store = await app.store();
  const all = await Promise.all(
    traces.map(async ({ traceId, externalId, verdicts }): Promise<Feedback[]> => {
      if (verdicts.length === 0) return [];
      const found = await store.findTrace(traceId);
      if (found === undefined) return [];
      return verdicts.map(({ name, score, explanation }, index) => ({
        id: idOf<"feedback">(`verdict ${index} of ${externalId}`),
        runId: found.runId,
        atMs: found.startedAtMs + found.durationMs,
        kind: "outcome",
        name,
        score: Math.min(1, Math.max(0, score ?? 0)),
        ...(explanation !== "" && { comment: explanation }),
        by: "recording",
      }));
    }),
  );
  return all.flat();
}

function runIdOf(externalId: string): Id<"run"> {
  return idOf<"run">(`run ${externalId}`);
}

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** The same text always makes the same id. */
function idOf<Kind extends string>(text: string): Id<Kind> {
  const bytes = createHash("sha256").update(text).digest();
  const digits = Array.from({ length: 26 }, (_, index) => ALPHABET[(bytes[index] ?? 0) % (index === 0 ? 8 : 32)]);
  return digits.join("") as Id<Kind>;
}

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") {
      throw new AegisError("io.not_found", `there is no file ${path}`, { cause, details: { path } });
    }
    throw new AegisError("io.failed", `${path} cannot be read: ${(cause as Error).message}`, { cause });
  }
}
