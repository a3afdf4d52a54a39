import { badFormat, type RecordedFile } from "../../trace/recorded/index.ts";
import { buildImportedRun } from "./build-imported-run.ts";
import { buildImportedTrial } from "./build-imported-trial.ts";
import { type CollectedCase, collectCases } from "./collect-cases.ts";
import type { ImportedResults, ImportedTrial, ImportRequest } from "./imported-results.ts";
import { readImportFiles } from "./read-import-files.ts";

const REFUSED_LISTED_MAX = 100;

/**
 * Makes an eval run, like one of ours, of results that others recorded. Nothing is written: the caller stores the
 * answer as a whole or not at all.
 *
 * @throws {AegisError} "import.bad_format" with file and place; "import.no_success_path" for a composite reward
 */
export function importResults(request: ImportRequest): ImportedResults {
  try {
    return importAll(request);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    // The engine's stack is the limit; a result that reaches it was made to.
    throw badFormat(request.files.map(({ path }) => path).join(", "), "is nested too deeply", {}, cause);
  }
}

function importAll(request: ImportRequest): ImportedResults {
  const files = readImportFiles(request);
  const recorded = files.flatMap((file) => file.content.trials);
  const { cases, attempts } = collectCases(recorded);
  const run = buildImportedRun({ request, files, cases, recorded });
  const trials = attempts.map(({ trial, attemptIndex }) =>
    buildImportedTrial(trial, { run, attemptIndex, makeId: request.makeId, nowMs: request.nowMs }),
  );
  const refused = files.flatMap((file) => file.content.refused);
  const notes = {
    kept: trials.length,
    refusedCount: refused.length,
    refused: refused.slice(0, REFUSED_LISTED_MAX),
    remarks: [
      ...remarksOnCases(cases),
      ...remarksOn(
        files.map((file) => file.content),
        trials,
      ),
    ],
  };
  return { run, trials, notes };
}

function remarksOnCases(cases: readonly CollectedCase[]): string[] {
  const reworded = cases.filter((each) => each.isReworded).map((each) => each.id);
  return remark(reworded.length, `tasks are worded differently in some trials: ${reworded.slice(0, 10).join(", ")}`);
}

function remarksOn(files: readonly RecordedFile[], trials: readonly ImportedTrial[]): string[] {
  const total = (count: (file: RecordedFile) => number) => files.reduce((sum, file) => sum + count(file), 0);
  const all = files.flatMap((file) => file.trials);
  const untimed = all.filter((trial) => trial.durationMs === null && trial.startedAtMs === null).length;
  const unshown = all.filter((trial) => trial.messages.length === 0).length;
  const unasked = all.filter((trial) => trial.task === null).length;
  const metrics = trials.map(({ trial }) => trial.metrics);
  const unpriced = metrics.filter((each) => (each.outputTokens ?? 0) > 0 && each.costMicroUsd === null).length;
  return [
    remark(
      total((file) => file.userToolCallCount),
      "calls of the simulated user's own tools were left out",
    ),
    remark(
      total((file) => file.unpairedResultCount),
      "tool results without a call before them were left out",
    ),
    remark(unshown, "trials hold no messages, only their outcome"),
    remark(unasked, "trials do not say what was asked, so their case cannot be checked against another import"),
    remark(untimed, "trials have no times: their durations are 0"),
    remark(unpriced, "trials used tokens at no recorded price: their cost is unknown, not 0"),
  ].flat();
}

function remark(count: number, what: string): string[] {
  return count === 0 ? [] : [`${count} ${what}`];
}
