import { equalJson } from "../../src/kernel/index.ts";
import type { RunEvent } from "../../src/domain/index.ts";
import type { CustomAnswer, CustomJudge } from "../../src/check/index.ts";
import { changedRecords, type RecordsByTable } from "./changed-records.ts";
import { type Domain, isTerminating } from "./environment.ts";
import type { RecordedAttempt, RecordedTask } from "./recorded-tasks.ts";
import { referenceEpisode, untoldOutput } from "./reward.ts";

/**
 * The reward of tau-bench as a check: the episode came to its end, the records that the world saw changed are those that
 * the task's own actions change, and the user was told what had to be told.
 */
export function outcomeCheck(
  { task, attempts }: RecordedTask,
  domainFor: (hasProvinces: boolean) => Domain,
): CustomJudge {
  return ({ events, state }): CustomAnswer => {
    const started = events.find((event) => event.type === "run.started");
    const attempt = attemptAt(attempts, started?.attemptIndex ?? 0);
    const end = events.findLast((event) => isTransfer(event) || event.type === "run.ended");
    const isDone =
      events.some(isTransfer) || (attempt.isStopped && end?.type === "run.ended" && end.outcome === "answered");
    if (!isDone) return fail("The episode was cut off before it was done.", end ? [end.seq] : []);
    if (state === null) return { outcome: "void", explanation: "The world's state was not captured." };
    const wanted = changedRecords(referenceEpisode(domainFor(attempt.hasProvinces), task)).after;
    const differing = differingRecords(state.after as RecordsByTable, wanted);
    const captured = events.findLast((event) => event.type === "state.captured");
    const evidence = captured ? [captured.seq] : [];
    if (differing.length > 0)
      return fail(`The final state differs from the wanted one in ${enumeration(differing)}.`, evidence);
    const missing = untoldOutput(task.outputs, responsesIn(events));
    if (missing !== undefined) return fail(`The user was never told ${JSON.stringify(missing)}.`, evidence);
    return {
      outcome: "pass",
      explanation: "The final state is the wanted one, and the user was told all there was to tell.",
      evidence,
    };
  };
}

/** Attempts beyond the recorded ones repeat the last. */
export function attemptAt(attempts: readonly RecordedAttempt[], attemptIndex: number): RecordedAttempt {
  const attempt = attempts[Math.min(attemptIndex, attempts.length - 1)];
  if (attempt === undefined) throw new Error("a task without attempts is no case");
  return attempt;
}

/** Texts beside a tool call are not among them: the user never saw those. */
function responsesIn(events: readonly RunEvent[]): string[] {
  return events.flatMap((event) => {
    if (event.type !== "model.returned" || !event.message) return [];
    return (event.message.toolRequests ?? []).length === 0 ? [event.message.content] : [];
  });
}

function isTransfer(event: RunEvent): boolean {
  return event.type === "tool.returned" && event.error === undefined && isTerminating(event.tool);
}

function differingRecords(left: RecordsByTable, right: RecordsByTable): string[] {
  return [...new Set([...Object.keys(left), ...Object.keys(right)])].flatMap((table) => {
    const [mine, theirs] = [left[table] ?? {}, right[table] ?? {}];
    const ids = [...new Set([...Object.keys(mine), ...Object.keys(theirs)])];
    return ids
      .filter((id) => !(id in mine && id in theirs && equalJson(mine[id], theirs[id])))
      .map((id) => `${table} ${id}`);
  });
}

function enumeration(names: readonly string[]): string {
  return names.length <= 3 ? names.join(", ") : `${names.slice(0, 3).join(", ")} and ${names.length - 3} more`;
}

function fail(explanation: string, evidence: readonly number[]): CustomAnswer {
  return { outcome: "fail", explanation, evidence };
}
