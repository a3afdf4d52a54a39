import type { RecordedRun } from "./trajectory.ts";

export interface RegradeReport {
  /** Runs played again; crashed ones are not among them. */
  readonly trajectories: number;
  readonly agree: number;
  readonly disagree: readonly Disagreement[];
  readonly skipped: { readonly count: number; readonly reasons: Readonly<Record<string, number>> };
  readonly observations: number;
  readonly observationsIdentical: number;
  readonly observationDifferences: {
    readonly count: number;
    readonly injectedFaults: number;
    readonly shown: readonly ObservationDifference[];
  };
  readonly gtDataHash: { readonly checked: number; readonly reproduced: number };
}

export interface RunName {
  readonly file: string;
  readonly index: number;
  readonly taskId: number | string;
  readonly trial: number;
}

export interface Disagreement extends RunName {
  readonly recorded: number;
  readonly recomputed: number;
  readonly reason: string;
}

export interface ObservationDifference extends RunName {
  /** The assistant's turn, from 0. */
  readonly step: number;
  readonly tool: string;
  readonly why: "injected fault" | "unknown tool" | "unreadable arguments" | "different text";
  readonly recorded: string;
  readonly recomputed: string;
}

/** What several files came to together. */
export function mergeReports(left: RegradeReport, right: RegradeReport): RegradeReport {
  const reasons = { ...left.skipped.reasons };
  for (const [reason, count] of Object.entries(right.skipped.reasons)) reasons[reason] = (reasons[reason] ?? 0) + count;
  const [before, after] = [left.observationDifferences, right.observationDifferences];
  return {
    trajectories: left.trajectories + right.trajectories,
    agree: left.agree + right.agree,
    disagree: [...left.disagree, ...right.disagree],
    skipped: { count: left.skipped.count + right.skipped.count, reasons },
    observations: left.observations + right.observations,
    observationsIdentical: left.observationsIdentical + right.observationsIdentical,
    observationDifferences: {
      count: before.count + after.count,
      injectedFaults: before.injectedFaults + after.injectedFaults,
      shown: [...before.shown, ...after.shown],
    },
    gtDataHash: {
      checked: left.gtDataHash.checked + right.gtDataHash.checked,
      reproduced: left.gtDataHash.reproduced + right.gtDataHash.reproduced,
    },
  };
}

const DIFFERENCES_SHOWN_MAX = 20;

/** Counts what the runs of one file came to. */
export class Tally {
  readonly #file: string;
  readonly #reasons: Record<string, number> = {};
  readonly #disagree: Disagreement[] = [];
  readonly #shown: ObservationDifference[] = [];
  #counts = {
    trajectories: 0,
    skipped: 0,
    observations: 0,
    different: 0,
    injectedFaults: 0,
    checked: 0,
    reproduced: 0,
  };

  constructor(file: string) {
    this.#file = file;
  }

  skip(reason: string): void {
    this.#counts.skipped += 1;
    this.#reasons[reason] = (this.#reasons[reason] ?? 0) + 1;
  }

  observe(run: RecordedRun, count: number, differences: readonly Omit<ObservationDifference, keyof RunName>[]): void {
    this.#counts.observations += count;
    this.#counts.different += differences.length;
    this.#counts.injectedFaults += differences.filter(({ why }) => why === "injected fault").length;
    const room = DIFFERENCES_SHOWN_MAX - this.#shown.length;
    this.#shown.push(...differences.slice(0, room).map((difference) => ({ ...this.#named(run), ...difference })));
  }

  grade(run: RecordedRun, grades: { recorded: number; recomputed: number; reason: string }): void {
    this.#counts.trajectories += 1;
    if (grades.recorded === grades.recomputed) return;
    const reason = grades.reason === "" ? "state and outputs are as the task wants them" : grades.reason;
    this.#disagree.push({ ...this.#named(run), ...grades, reason });
  }

  hash(isReproduced: boolean): void {
    this.#counts.checked += 1;
    if (isReproduced) this.#counts.reproduced += 1;
  }

  report(): RegradeReport {
    const { trajectories, skipped, observations, different, injectedFaults, checked, reproduced } = this.#counts;
    return {
      trajectories,
      agree: trajectories - this.#disagree.length,
      disagree: this.#disagree,
      skipped: { count: skipped, reasons: this.#reasons },
      observations,
      observationsIdentical: observations - different,
      observationDifferences: { count: different, injectedFaults, shown: this.#shown },
      gtDataHash: { checked, reproduced },
    };
  }

  #named(run: RecordedRun): RunName {
    return { file: this.#file, index: run.index, taskId: run.taskId, trial: run.trial };
  }
}
