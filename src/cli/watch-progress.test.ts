import { expect, test } from "vitest";
import type { Trial, TrialOutcome } from "../domain/index.ts";
import type { LoadedSuite } from "../eval/index.ts";
import { makeId, sampleTrial } from "../testing/sample-records.ts";
import type { Terminal } from "./terminal.ts";
import { watchProgress } from "./watch-progress.ts";

function watch({ canRedraw = false, isQuiet = false } = {}) {
  const written: string[] = [];
  const terminal: Terminal = {
    out: () => expect.unreachable("progress is no result"),
    err: (text) => void written.push(text),
    canRedraw,
    isInteractive: false,
    hasColor: false,
    width: 80,
  };
  return { written, progress: watchProgress(terminal, { isQuiet }) };
}

const suite = { name: "shop\u001b[2J", trials: 2, cases: [{}, { trials: 5 }] } as unknown as LoadedSuite;
const outcomes: TrialOutcome[] = [
  { kind: "scored", isPass: true, score: 1 },
  { kind: "scored", isPass: false, score: 0 },
  { kind: "void", reason: "provider", message: "down" },
];
const trials: Trial[] = outcomes.map((outcome) => sampleTrial(makeId<"eval-run">(), { outcome }));

function runAll(progress: ReturnType<typeof watchProgress>): void {
  progress.start(suite, "process");
  for (const [index, trial] of trials.entries())
    progress.trial(trial, { done: index + 1, total: 3, running: 2 - index });
  progress.end();
}

test("what is prepared is said in a line of its own, without a file's own commands", () => {
  const { written, progress } = watch({ canRedraw: true });
  progress.trial(trials[0]!, { done: 1, total: 3, running: 2 });
  progress.prepare("Compiling a\u001b[2J.ts");
  expect(written.slice(1)).toEqual(["\r\u001b[2K", "Compiling a\\u001b[2J.ts\n"]);
  const { written: quiet, progress: silent } = watch({ isQuiet: true });
  silent.prepare("Compiling");
  expect(quiet).toEqual([]);
});

test("the start says how many trials there are and what isolation promises", () => {
  const { written, progress } = watch();
  progress.start(suite, "process");
  expect(written).toEqual(["shop\\u001b[2J: 2 cases, 7 trials, isolation process (accident protection)\n"]);
});

test("without a terminal that redraws, lines are whole and few, the last one always", () => {
  const { written, progress } = watch();
  runAll(progress);
  expect(written.length).toBe(2);
  expect(written.at(-1)).toMatch(/^3\/3 trials, 1 passed, 1 failed, 1 void, .*\n$/);
  expect(written.join("")).not.toContain("\u001b");
});

test("on a terminal one line is redrawn and cleared at the end", () => {
  const { written, progress } = watch({ canRedraw: true });
  runAll(progress);
  expect(written.at(-2)).toMatch(/^\r\u001b\[2K█{20} 3\/3 trials, 1 passed, 1 failed, 1 void/);
  expect(written.at(-1)).toBe("\r\u001b[2K");
  progress.end();
  expect(written.at(-1)).toBe("\r\u001b[2K");
  expect(written.filter((text) => text === "\r\u001b[2K").length).toBe(1);
});

test("quiet is quiet", () => {
  for (const canRedraw of [true, false]) {
    const { written, progress } = watch({ canRedraw, isQuiet: true });
    runAll(progress);
    expect(written).toEqual([]);
  }
});
