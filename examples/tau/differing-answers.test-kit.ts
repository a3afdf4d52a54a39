import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { dataFolderOf } from "./data-folder.ts";
import type { PlayedTrial } from "../../test/play-suite-kit.ts";
import { type RecordedRun, readTrajectories } from "./trajectory.ts";

/** Trials whose tools answered something else than in the recording, with both. */
export function differingAnswers(played: readonly PlayedTrial[], file: string) {
  const path = join(dataFolderOf(process.env), "tau1", file);
  const runs = readTrajectories(path, readFileSync(path, "utf8")).filter(({ content }) => content.kind === "played");
  return played.flatMap(({ evalCase, trial, events }) => {
    const attempts = runs.filter(({ taskId }) => taskId === evalCase.from?.["taskId"]);
    const recorded = recordedAnswers(attempts[trial.attemptIndex]);
    const answered = events.flatMap((event) => (event.type === "tool.returned" ? [event.result ?? event.error] : []));
    const isSame = isDeepStrictEqual(answered, recorded);
    return isSame ? [] : [{ caseId: trial.caseId, attemptIndex: trial.attemptIndex, recorded, answered }];
  });
}

function recordedAnswers(run: RecordedRun | undefined): string[] {
  if (run?.content.kind !== "played") return [];
  return run.content.steps.flatMap((step) =>
    step.kind === "call" && step.observation !== undefined ? [step.observation] : [],
  );
}
