import { execFileSync } from "node:child_process";
import { expect, test } from "vitest";
import { cutText, padText, textWidth } from "./fit-text.ts";
import { HOSTILE_TEXTS, madeReport } from "./made-report.ts";
import { nextCommands, shellWord } from "./next-commands.ts";
import { isProgressWorthLogging, progressLine, progressLogLine } from "./progress-line.ts";
import { sayDuration, sayNumber } from "./say.ts";
import { toJsonReport } from "./to-json-report.ts";

test.each([
  { text: "abc", width: 3 },
  { text: "日本", width: 4 },
  { text: "e\u0301", width: 1 },
  { text: "👩‍👩‍👧", width: 2 },
  { text: "…", width: 1 },
])("$text takes $width columns", ({ text, width }) => {
  expect(textWidth(text)).toBe(width);
});

test.each([
  { text: "abcdef", columns: 4, cut: "abc…" },
  { text: "日本語", columns: 4, cut: "日…" },
  { text: "abcd", columns: 4, cut: "abcd" },
  { text: "abcd", columns: 0, cut: "" },
])("$text in $columns columns is $cut", ({ text, columns, cut }) => {
  expect(cutText(text, columns)).toBe(cut);
  expect(textWidth(padText(text, columns))).toBe(columns);
});

test.each([
  { ms: 87.4, said: "87 ms" },
  { ms: 1_234, said: "1.2 s" },
  { ms: 185_000, said: "3 min 05 s" },
])("$ms ms is said as $said", ({ ms, said }) => {
  expect(sayDuration(ms)).toBe(said);
});

test("numbers have thousands", () => {
  expect([0, 999, 1_000, 1_234_567].map(sayNumber)).toEqual(["0", "999", "1,000", "1,234,567"]);
});

test.each(HOSTILE_TEXTS.filter((text) => text.isWellFormed() && !text.includes("\u0000")))(
  "%j is one word to a real shell",
  (text) => {
    expect(execFileSync("/bin/sh", ["-c", `printf %s ${shellWord(text)}`], { encoding: "utf8" })).toBe(text);
  },
);

test("the next commands follow from what was found", () => {
  const { summary, comparison } = madeReport();
  expect(nextCommands(summary, comparison)).toEqual(["aegis eval show candidate --case refund"]);
  expect(nextCommands(summary)).toContain("aegis eval baseline set candidate");
});

test("the JSON report survives JSON and keeps its shape", () => {
  const report = toJsonReport(madeReport());
  expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  expect(Object.keys(report)).toEqual(["schemaVersion", "run", "summary", "comparison", "gate"]);
  const { comparison: _, ...alone } = madeReport();
  expect(Object.keys(toJsonReport(alone))).toEqual(["schemaVersion", "run", "summary", "gate"]);
});

const PROGRESS = { done: 12, total: 40, passed: 9, failed: 2, voided: 1, running: 4, elapsedMs: 6_000 };

test("progress on a terminal fits its line", () => {
  expect(progressLine({ ...PROGRESS, width: 120 })).toBe(
    "██████░░░░░░░░░░░░░░ 12/40 trials, 9 passed, 2 failed, 1 void, 4 running, 6.0 s, about 14.0 s left",
  );
  expect(textWidth(progressLine({ ...PROGRESS, width: 40 }))).toBe(39);
  expect(progressLine({ ...PROGRESS, done: 0, total: 0, running: 0, voided: 0, width: 80 })).toContain("0/0 trials");
});

test("progress in a log file is plain and rare", () => {
  expect(progressLogLine({ ...PROGRESS, done: 40, running: 0 })).toBe(
    "40/40 trials, 9 passed, 2 failed, 1 void, 6.0 s",
  );
  const written: number[] = [];
  for (let done = 1; done <= 25; done += 1) {
    if (isProgressWorthLogging({ done, total: 25, lastDone: written.at(-1) ?? 0 })) written.push(done);
  }
  expect(written).toEqual([3, 5, 8, 10, 13, 15, 18, 20, 23, 25]);
});
