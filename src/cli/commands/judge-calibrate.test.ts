import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseCalibration } from "../../judge/index.ts";
import { makeFolder, runCli } from "../run-cli.test-kit.ts";

/** Calls polite answers good, rude ones bad, and has no opinion on the rest. */
const CONFIG = `import { defineConfig } from "aegis";
import { scripted } from "aegis/model";
const verdict = (score) => ({ say: JSON.stringify({ reason: "by its tone", quotes: [], score }) });
export default defineConfig({
  calibrations: "kept",
  judge: {
    model: scripted({
      id: "judge",
      rules: [
        { when: { user: "polite answer" }, then: verdict(0.9) },
        { when: { user: "rude answer" }, then: verdict(0.1) },
      ],
      fallback: { say: "I cannot say." },
    }),
  },
});
`;

/** Of every three answers the third is bad; `wrong` are labelled against their tone, `mute` say nothing at all. */
function labels({ count, wrong = 0, mute = 0 }: { count: number; wrong?: number; mute?: number }): string {
  return Array.from({ length: count }, (_, index) => {
    const isPolite = index % 3 !== 2;
    const output = index < mute ? "..." : isPolite ? "polite answer" : "rude answer";
    return JSON.stringify({ id: `a${index}`, input: "hi", output, label: index < wrong ? !isPolite : isPolite });
  }).join("\n");
}

async function calibrate(files: Readonly<Record<string, string>>, words: readonly string[] = []) {
  const folder = makeFolder({ "aegis.config.ts": CONFIG, "tone.md": "Is the answer polite?", ...files });
  const given = ["--rubric", "tone.md", "--labels", "labels.jsonl", ...words];
  const end = await runCli(["judge", "calibrate", ...given], { cwd: folder.path });
  const file = /Record: (\S+)/.exec(end.stdout)?.[1];
  const record = file === undefined ? undefined : parseCalibration(readFileSync(join(folder.path, file), "utf8"), file);
  return { ...end, record, hasKept: existsSync(join(folder.path, "kept")) };
}

test.each([
  {
    judge: "agrees",
    labelled: { count: 40, wrong: 2 },
    exitCode: 0,
    says: "Calibrated: this judge may gate.",
    isKept: true,
  },
  {
    judge: "has too few labels",
    labelled: { count: 12 },
    exitCode: 1,
    says: "12 labelled items were judged, 30 are needed",
    isKept: true,
  },
  { judge: "disagrees", labelled: { count: 40, wrong: 20 }, exitCode: 1, says: "Not calibrated", isKept: true },
  {
    judge: "does not answer",
    labelled: { count: 40, mute: 5 },
    exitCode: 2,
    says: "Could not measure: 5 judgements were void.",
    isKept: false,
  },
])("a judge that $judge ends with $exitCode", async ({ labelled, exitCode, says, isKept }) => {
  const end = await calibrate({ "labels.jsonl": labels(labelled) });
  expect(end.stdout).toContain(says);
  expect(end.exitCode).toBe(exitCode);
  expect(end.hasKept).toBe(isKept);
  expect(end.record?.report.isCalibrated).toBe(isKept ? exitCode === 0 : undefined);
});

test("shows agreement, and keeps nothing when told so", async () => {
  const end = await calibrate({ "labels.jsonl": labels({ count: 40, wrong: 2 }) }, ["--no-write", "--passes", "2"]);
  expect(end.hasKept).toBe(false);
  expect(end.stdout).toMatchInlineSnapshot(`
    "Judge      tone  32f457a6ea69eb80  scripted/judge
    Answers    40 compared
    Kappa      0.89  (95 % interval 0.74 to 1.00)
    Agreement  95 % of answers; people called 63 % good
    Itself     all 2 passes agree on 100 % of answers
    People     one label per answer
    Spent      $0.00

                     judge: pass  judge: fail
      people: good            25           0
      people: bad              2          13

    Calibrated: this judge may gate.
    "
  `);
});

test("answers in JSON", async () => {
  const { stdout } = await calibrate({ "labels.jsonl": labels({ count: 40 }) }, ["--json", "--min", "0.95"]);
  expect(JSON.parse(stdout)).toMatchObject({
    isMeasured: true,
    report: { min: 0.95, isCalibrated: false, confusion: { truePass: 0, falseFail: 27, trueFail: 13 } },
    file: expect.stringMatching(/^kept\/\w+\.json$/) as string,
  });
});

test.each([
  {
    why: "a config without a judge",
    files: { "aegis.config.ts": "export default {}" },
    exitCode: 78,
    says: "judge: { model }",
  },
  { why: "a broken label", files: { "labels.jsonl": '{"id":"a"}' }, exitCode: 65, says: "labels.jsonl:1: label" },
  {
    why: "a rubric that is not there",
    files: {},
    words: ["--rubric", "none.md"],
    exitCode: 74,
    says: "none.md cannot be read",
  },
  { why: "an empty rubric", files: { "tone.md": " " }, exitCode: 78, says: "needs a rubric" },
  { why: "a pass mark out of range", files: {}, words: ["--min", "2"], exitCode: 64, says: "--min" },
])("refuses $why", async ({ files, words = [], exitCode, says }) => {
  const end = await calibrate({ "labels.jsonl": labels({ count: 3 }), ...files }, words);
  expect(end).toMatchObject({ exitCode, stdout: "" });
  expect(end.stderr).toContain(says);
});

test("asks for the files it needs", async () => {
  const folder = makeFolder();
  const end = await runCli(["judge", "calibrate"], { cwd: folder.path });
  expect(end.stderr).toContain("--rubric: name the rubric's file");
  expect(end.exitCode).toBe(64);
});
