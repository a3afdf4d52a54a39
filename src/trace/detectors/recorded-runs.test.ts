import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import { hasSucceeded, toolCallsOf } from "../../check/index.ts";
import type { RunEvent } from "../../domain/index.ts";
import { importResults } from "../../eval/import/index.ts";
import { fixedClock, idMaker, seededRandom } from "../../kernel/index.ts";
import { noProgressRepeat } from "./no-progress-repeat.ts";
import { detect } from "./detect.ts";

// Runs that others recorded; repeats and retries in them were counted by a program of their own.
const folder = process.env["AEGIS_DATA"] ?? join(import.meta.dirname, "../../../../shared/data");
const hasData = existsSync(join(folder, "expected.json"));

interface Figures {
  readonly no_progress_repeat_ge2?: readonly string[];
  readonly no_progress_repeat_ge3?: readonly string[];
  readonly retries_right_after_error?: number;
}

const expectedByName: [string, Figures][] = hasData
  ? Object.entries(JSON.parse(readFileSync(join(folder, "expected.json"), "utf8")) as Record<string, Figures>).filter(
      ([name, figures]) => /^tau[12]\//.test(name) && figures.no_progress_repeat_ge2 !== undefined,
    )
  : [];

test("the recorded runs are at hand", ({ skip }) => {
  skip(!hasData, "set AEGIS_DATA to their folder");
  expect(expectedByName.length).toBeGreaterThan(10);
});

test.each(expectedByName)("%s: repeats are those counted independently, retries are none", (name, expected) => {
  const runs = runsIn(name);
  const keysAt = (times: number) =>
    runs.filter(({ events }) => repeats(events, times).length > 0).map(({ key }) => key);
  expect(keysAt(2).toSorted()).toEqual(expected.no_progress_repeat_ge2?.toSorted());
  expect(keysAt(3).toSorted()).toEqual(expected.no_progress_repeat_ge3?.toSorted());

  let retryCount = 0;
  for (const { events } of runs) {
    const retries = retriesAfterErrors(events);
    retryCount += retries.length;
    const flagged = new Set(repeats(events, 2).flatMap(({ evidence }) => evidence));
    for (const { failed } of retries) expect(flagged).not.toContain(failed);
    for (const { retry, hasFailed } of retries) if (hasFailed) expect(flagged).not.toContain(retry);
  }
  expect(retryCount).toBe(expected.retries_right_after_error);
});

function repeats(events: readonly RunEvent[], times: number) {
  return detect({ events, rules: { repeatTimes: times } }, [noProgressRepeat]);
}

/** Counted here by hand: an identical call whose call before it had failed. */
function retriesAfterErrors(events: readonly RunEvent[]) {
  const calls = toolCallsOf(events);
  return calls.flatMap((call, index) => {
    const before = calls[index - 1];
    if (!before || before.signature !== call.signature || before.failure === null) return [];
    return [{ failed: before.called.seq, retry: call.called.seq, hasFailed: !hasSucceeded(call) }];
  });
}

function runsIn(name: string) {
  const start = /^(.*) \(\d+ files merged\)$/.exec(name)?.[1];
  const format = name.startsWith("tau1/") ? "tau1" : "tau2";
  const paths =
    start === undefined
      ? [name]
      : readdirSync(join(folder, format))
          .filter((file) => file.startsWith(`${basename(start)}__trial`))
          .toSorted()
          .map((file) => `${format}/${file}`);
  const { trials } = importResults({
    files: paths.map((path) => ({ path, bytes: readFileSync(join(folder, path)) })),
    format,
    runName: "recorded",
    makeId: idMaker(fixedClock(0), seededRandom(1)),
    nowMs: 0,
  });
  return trials.map(({ trial, events: told }) => {
    const events = told.map((event, seq): RunEvent => ({ ...event, seq }));
    const [first] = events;
    const recorded = first?.type === "run.started" ? first.attributes?.["recordedTrial"] : undefined;
    return { key: `${trial.caseId}#${String(start === undefined ? recorded : trial.attemptIndex)}`, events };
  });
}
