import type { EvalRun } from "../../domain/index.ts";
import { canonicalJson, type JsonObject } from "../../kernel/index.ts";
import { type RecordedTrial, sha256, SUCCESS_MIN } from "../../trace/recorded/index.ts";
import type { CollectedCase } from "./collect-cases.ts";
import type { ImportRequest, ReadFile } from "./imported-results.ts";

interface Parts {
  readonly request: ImportRequest;
  readonly files: readonly ReadFile[];
  readonly cases: readonly CollectedCase[];
  readonly recorded: readonly RecordedTrial[];
}

/** The run around recorded trials. What a file does not say is shown as such, never made up. */
export function buildImportedRun({ request, files, cases, recorded }: Parts): EvalRun {
  const starts = knownTimes(recorded, (trial) => trial.startedAtMs);
  const ends = knownTimes(recorded, (trial) =>
    trial.startedAtMs === null ? null : trial.startedAtMs + (trial.durationMs ?? 0),
  );
  const distinct = (read: (trial: RecordedTrial) => string | null) =>
    [...new Set(recorded.map(read))].filter((value) => value !== null);
  return {
    id: request.makeId<"eval-run">(),
    name: request.runName,
    suite: distinct((trial) => trial.tags[0] ?? null).join("+") || "imported",
    agent: {
      name: distinct((trial) => trial.agent.name).join("+"),
      version: distinct((trial) => trial.agent.version).join("+"),
    },
    models: modelsOf(recorded),
    origin: "import",
    status: "finished",
    isolation: "none",
    seed: recorded[0]?.seed ?? 0,
    startedAtMs: starts.reduce((least, atMs) => Math.min(least, atMs), starts[0] ?? request.nowMs),
    endedAtMs: ends.reduce((most, atMs) => Math.max(most, atMs), ends[0] ?? request.nowMs),
    hashes: { suite: sha256(canonicalJson(successRule(request))), dataset: datasetHash(cases), judge: "" },
    cases: cases.map(({ id, hash, trials }) => ({
      id,
      kind: trials[0]?.kind ?? "capability",
      tags: [...new Set(trials.flatMap((trial) => trial.tags))],
      trials: trials.length,
      passRate: 1,
      hash,
    })),
    owner: null,
    attributes: {
      format: request.format,
      importedAtMs: request.nowMs,
      ...(request.successPath !== undefined && { successPath: request.successPath }),
      files: files.map((file) => ({ path: file.path, sha256: file.sha256, trials: file.content.trials.length })),
    },
  };
}

/** Two imports that read success differently are not the same measurement. */
function successRule({ successPath }: ImportRequest): JsonObject {
  return { successPath: successPath ?? null, successMin: SUCCESS_MIN };
}

/** Empty as soon as one case's question is not known: then only the known cases' hashes can be compared. */
function datasetHash(cases: readonly CollectedCase[]): string {
  if (cases.some((each) => each.hash === "")) return "";
  return sha256(canonicalJson(Object.fromEntries(cases.map((each) => [each.id, each.hash]))));
}

function modelsOf(recorded: readonly RecordedTrial[]): string[] {
  const named = recorded.flatMap((trial) =>
    trial.model === null
      ? trial.messages.flatMap((message) => (message.role === "assistant" && message.model ? [message.model] : []))
      : [trial.model],
  );
  return [...new Set(named)].toSorted();
}

function knownTimes(recorded: readonly RecordedTrial[], read: (trial: RecordedTrial) => number | null): number[] {
  return recorded.map(read).filter((atMs) => atMs !== null);
}
