import { readFile, stat } from "node:fs/promises";
import { resolve } from "node:path";
import { AegisError, LIMITS } from "../kernel/index.ts";
import type { ImportedResults, ImportFormat } from "../eval/import/index.ts";
import type { App } from "./open-app.ts";

export interface ImportEvalRequest {
  readonly files: readonly string[];
  readonly format: ImportFormat;
  readonly runName: string;
  readonly successPath?: string;
  readonly skipBad?: boolean;
}

/** Reads recorded results and stores them as one eval run: all of it or nothing. */
export async function importEval(app: App, request: ImportEvalRequest): Promise<ImportedResults> {
  const { files: paths, ...options } = request;
  const files = await Promise.all(paths.map((path) => readInput(resolve(app.cwd, path))));
  const { makeId, clock } = app;
  const { importResults } = await import("../eval/import/index.ts");
  const imported = importResults({ ...options, files, makeId, nowMs: clock.nowMs() });
  const store = await app.store();
  // The run is marked finished last: an import that was cut short is never taken for a whole one.
  await store.createEvalRun({ ...imported.run, status: "interrupted" });
  try {
    await Promise.all(
      imported.trials.flatMap(({ trial, events }) => [store.append(trial.runId, events, 0), store.saveTrial(trial)]),
    );
    await store.updateEvalRun(imported.run);
  } catch (error) {
    await store.removeEvalRun(imported.run.id).catch(() => undefined);
    throw error;
  }
  return imported;
}

async function readInput(path: string) {
  try {
    const { size } = await stat(path);
    if (size > LIMITS.importFileBytesMax) {
      throw new AegisError(
        "import.bad_format",
        `${path}: ${size} bytes is more than the limit of ${LIMITS.importFileBytesMax}`,
      );
    }
    return { path, bytes: await readFile(path) };
  } catch (cause) {
    if (cause instanceof AegisError) throw cause;
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") {
      throw new AegisError("io.not_found", `there is no file ${path}`, { cause, details: { path } });
    }
    throw new AegisError("io.failed", `${path} cannot be read: ${(cause as Error).message}`, { cause });
  }
}
