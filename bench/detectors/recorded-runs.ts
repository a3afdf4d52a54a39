// Findings in runs that others recorded, held against what is known of those runs from elsewhere.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Finding, RunEvent } from "../../src/domain/index.ts";
import { importResults } from "../../src/eval/import/index.ts";
import { AegisError, fixedClock, idMaker, seededRandom } from "../../src/kernel/index.ts";
import { detect } from "../../src/trace/detectors/index.ts";
import { rate } from "./score-labelled.ts";
import { table } from "./table.ts";

export interface RecordedRun {
  readonly file: string;
  /** As the labels name it. */
  readonly key: string;
  readonly events: readonly RunEvent[];
  readonly isPass: boolean;
}

/** A composite reward says in this place whether the task was solved. */
const SUCCESS_PATH = "info.reward_info.components.base_success";

export function readRecordedRuns(folder: string): RecordedRun[] {
  return (["tau1", "tau2"] as const).flatMap((format) =>
    readdirSync(join(folder, format))
      .filter((name) => name.endsWith(".json"))
      .flatMap((name) => readFile(folder, format, name)),
  );
}

function readFile(folder: string, format: "tau1" | "tau2", name: string): RecordedRun[] {
  const file = `${format}/${name}`;
  const request = {
    files: [{ path: file, bytes: readFileSync(join(folder, file)) }],
    format,
    runName: "recorded",
    makeId: idMaker(fixedClock(0), seededRandom(1)),
    nowMs: 0,
  };
  const { trials } = importAnyReward(request);
  return trials.map(({ trial, events: told }) => {
    const events = told.map((event, seq): RunEvent => ({ ...event, seq }));
    const [first] = events;
    const recorded = first?.type === "run.started" ? first.attributes?.["recordedTrial"] : undefined;
    const isPass = trial.outcome.kind === "scored" && trial.outcome.isPass;
    return { file, key: `${trial.caseId}#${String(recorded)}`, events, isPass };
  });
}

function importAnyReward(request: Parameters<typeof importResults>[0]): ReturnType<typeof importResults> {
  try {
    return importResults(request);
  } catch (error) {
    if (!(error instanceof AegisError) || error.code !== "import.no_success_path") throw error;
    return importResults({ ...request, successPath: SUCCESS_PATH });
  }
}

type Labels = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

export interface RepeatScore {
  readonly times: number;
  readonly labelled: number;
  readonly hits: number;
  readonly raised: number;
}

/** Against a count made by a program of its own. */
export function scoreRepeats(runs: readonly RecordedRun[], folder: string): RepeatScore[] {
  const labels = JSON.parse(readFileSync(join(folder, "expected.json"), "utf8")) as Labels;
  return [2, 3].map((times) => {
    const score = { times, labelled: 0, hits: 0, raised: 0 };
    for (const { file, key, events } of runs) {
      const isLabelled = labels[file]?.[`no_progress_repeat_ge${times}`]?.includes(key) ?? false;
      const isFound = detect({ events, rules: { repeatTimes: times } }).some(
        ({ detector }) => detector === "no-progress-repeat",
      );
      score.labelled += isLabelled ? 1 : 0;
      score.hits += isLabelled && isFound ? 1 : 0;
      score.raised += !isLabelled && isFound ? 1 : 0;
    }
    return score;
  });
}

/** Of the runs with a finding, how many failed, beside how many fail anyway. A failed run has more faults than findings. */
export function outcomeTable(runs: readonly RecordedRun[]): string {
  const all = runs.map((run) => ({ ...run, findings: detect({ events: run.events }) }));
  const failed = all.filter(({ isPass }) => !isPass).length;
  const row = (what: string, isMeant: (finding: Finding) => boolean): string[] => {
    const found = all.filter(({ findings }) => findings.some(isMeant));
    const hits = found.filter(({ isPass }) => !isPass).length;
    return [what, String(found.length), String(hits), rate(hits, found.length), rate(hits, failed)];
  };
  const names = [...new Set(all.flatMap(({ findings }) => findings.map(({ detector }) => detector)))].sort();
  return table(
    ["runs with", "runs", "of them failed", "share failed", "of all failed"],
    [
      ["(all runs)", String(all.length), String(failed), rate(failed, all.length), ""],
      ...names.map((name) => row(name, ({ detector }) => detector === name)),
      row("any finding", () => true),
      row("any medium or high", ({ severity }) => severity !== "low"),
      row("any high", ({ severity }) => severity === "high"),
    ],
  );
}
