import { canonicalJson, type Json, LIMITS } from "../../kernel/index.ts";
import { badFormat, type RecordedTrial, sha256 } from "../../trace/recorded/index.ts";
import { agreedInputs } from "./agreed-inputs.ts";

export interface CollectedCase {
  readonly id: string;
  /** SHA-256 of id and input; empty where no trial says what was asked. */
  readonly hash: string;
  /** True where files word the question differently, though it is the same task. */
  readonly isReworded: boolean;
  /** In attempt order. */
  readonly trials: readonly RecordedTrial[];
}

export interface RecordedAttempt {
  readonly trial: RecordedTrial;
  readonly attemptIndex: number;
}

/**
 * Trials by case, cases in the order they are first met. Attempts count from 0 without gaps: first by file, then by the
 * recorded number, which some recorders always leave at 0 and others fill with the task's.
 *
 * @throws {AegisError} "import.bad_format" when one id stands for different tasks, or a limit is reached
 */
export function collectCases(recorded: readonly RecordedTrial[]): {
  readonly cases: CollectedCase[];
  readonly attempts: RecordedAttempt[];
} {
  const groups = new Map<string, RecordedTrial[]>();
  for (const trial of recorded) {
    const group = groups.get(trial.caseId);
    if (group) group.push(trial);
    else groups.set(trial.caseId, [trial]);
  }
  refuseOverLimit(groups, recorded[0]?.file ?? "import");
  const fileOrder = new Map([...new Set(recorded.map((trial) => trial.file))].map((file, index) => [file, index]));
  const cases = [...groups].map(([id, group]) => {
    const trials = group.toSorted(
      (left, right) =>
        (fileOrder.get(left.file) ?? 0) - (fileOrder.get(right.file) ?? 0) ||
        (left.recordedTrial ?? 0) - (right.recordedTrial ?? 0),
    );
    const inputs = agreedInputs(id, trials);
    return { id, hash: hashOf(id, inputs), isReworded: inputs.length > 1, trials };
  });
  const indexOf = new Map(cases.flatMap((each) => each.trials.map((trial, index) => [trial, index] as const)));
  return { cases, attempts: recorded.map((trial) => ({ trial, attemptIndex: indexOf.get(trial) ?? 0 })) };
}

function refuseOverLimit(groups: ReadonlyMap<string, readonly RecordedTrial[]>, file: string): void {
  if (groups.size > LIMITS.casesMax)
    throw badFormat(file, `and its neighbours hold ${groups.size} cases, more than ${LIMITS.casesMax}`);
  for (const [id, { length }] of groups) {
    if (length > LIMITS.trialsMax)
      throw badFormat(file, `case ${id} has ${length} trials, more than ${LIMITS.trialsMax}`);
  }
}

/** One wording is hashed as it is, several together: a comparison with one of them then warns. */
function hashOf(id: string, inputs: readonly Json[]): string {
  if (inputs.length === 0) return "";
  return sha256(canonicalJson(inputs.length === 1 ? { id, input: inputs[0] } : { id, inputs }));
}
