import { basename, relative } from "node:path";
import { z } from "zod";
import { calibrate, type CalibrationResult, saveCalibration } from "../../app/calibration/index.ts";
import { formatMicroUsd } from "../../domain/index.ts";
import { escapeTerminal, jsonLine, LIMITS } from "../../kernel/index.ts";
import { defineCommand } from "../command.ts";
import type { Terminal } from "../terminal.ts";

export const judgeCalibrate = defineCommand({
  name: "judge calibrate",
  summary: "Measure a judge's agreement with people's labels.",
  about: [
    "A judge may fail a trial only once it agrees with people: at least 30 labelled answers, 5 of each sort, a kappa of",
    "at least 0.6, and its 95 % interval above 0.4. Labels are JSON lines: {id, input, output, label: true|false, rater?}.",
    "The record belongs to this rubric, model and pass mark: change one of them and calibrate again.",
    "Exit codes: 0 calibrated, 1 not calibrated, 2 more than a tenth of the judgements were void.",
  ].join("\n"),
  flags: z.strictObject({
    rubric: z.string({ error: "name the rubric's file" }).describe("file of the rubric"),
    labels: z.string({ error: "name the file of labels" }).describe("file of people's labels, JSON lines"),
    min: z.coerce.number().gt(0).max(1).default(0.7).describe("the mean score that passes, as the suite has it"),
    passes: z.coerce
      .number()
      .int()
      .min(1)
      .max(LIMITS.judgePassesMax)
      .default(3)
      .describe("how often the model is asked per answer"),
    name: z.string().optional().describe("name in messages; the rubric's file name unless told"),
    concurrency: z.coerce
      .number()
      .int()
      .min(1)
      .max(LIMITS.concurrencyMax)
      .default(4)
      .describe("answers judged at a time"),
    write: z.boolean().default(true).describe("keep the record in evals/calibrations; --no-write only prints"),
    json: z.boolean().default(false).describe("print JSON"),
  }),
  examples: [
    { line: "aegis judge calibrate --rubric rubrics/next-step.md --labels labels.jsonl", does: "may this judge gate?" },
    {
      line: "aegis judge calibrate --rubric r.md --labels l.jsonl --min 0.5 --no-write",
      does: "try another pass mark",
    },
  ],
  async run({ flags, app, terminal, signal }) {
    const { write, json, name = basename(flags.rubric).replace(/\.\w+$/, ""), ...request } = flags;
    const progress = showProgress(terminal, json);
    const result = await calibrate(app, { ...request, name, signal, onProgress: progress.step }).finally(progress.end);
    const config = await app.config();
    const file = write && result.isMeasured ? await saveCalibration(config, result.record) : null;
    const shown = file === null ? null : relative(app.cwd, file);
    terminal.out(json ? jsonLine({ ...result, file: shown }) : render(result, { name, file: shown }));
    return result.isMeasured ? Number(!result.report.isCalibrated) : 2;
  },
});

function showProgress(terminal: Terminal, isQuiet: boolean) {
  const isShown = terminal.canRedraw && !isQuiet;
  return {
    step: ({ doneCount, itemCount }: { doneCount: number; itemCount: number }) => {
      if (isShown) terminal.err(`\r\u001b[2K${doneCount} of ${itemCount} answers judged`);
    },
    end: () => {
      if (isShown) terminal.err("\r\u001b[2K");
    },
  };
}

function render(
  { report, record, isMeasured }: CalibrationResult,
  shown: { name: string; file: string | null },
): string {
  const { confusion, kappa, kappaInterval, raters, selfConsistency, baseRate, observedAgreement, costMicroUsd } =
    report;
  const interval = kappaInterval
    ? `  (95 % interval ${number(kappaInterval.lower)} to ${number(kappaInterval.upper)})`
    : "";
  const left = [
    ...(report.voidCount > 0 ? [`${report.voidCount} void`] : []),
    ...(report.tieCount > 0 ? [`${report.tieCount} on which people disagreed evenly`] : []),
  ];
  const among = raters
    ? `alpha ${number(raters.alpha)} among ${raters.raterCount} people on ${raters.itemCount} answers`
    : "one label per answer";
  const rows = [
    ["Judge", `${shown.name}  ${record.judgeId}  ${record.model}`],
    ["Answers", `${report.itemCount} compared${left.length > 0 ? `, left out: ${left.join(", ")}` : ""}`],
    ["Kappa", `${number(kappa)}${interval}`],
    ["Agreement", `${percent(observedAgreement)} of answers; people called ${percent(baseRate)} good`],
    ["Itself", `all ${report.passes} passes agree on ${percent(selfConsistency.unanimousShare)} of answers`],
    ["People", among],
    ["Spent", formatMicroUsd(costMicroUsd)],
  ];
  const lines = [
    ...rows.map(([name = "", value = ""]) => `${name.padEnd(10)} ${escapeTerminal(value)}`),
    "",
    "                 judge: pass  judge: fail",
    `  people: good  ${cell(confusion.truePass)}${cell(confusion.falseFail)}`,
    `  people: bad   ${cell(confusion.falsePass)}${cell(confusion.trueFail)}`,
    "",
    ...verdict(report, isMeasured),
    ...(shown.file === null ? [] : ["", `Record: ${escapeTerminal(shown.file)}`]),
  ];
  return `${lines.join("\n")}\n`;
}

function verdict({ isCalibrated, reasons, voidCount }: CalibrationResult["report"], isMeasured: boolean): string[] {
  if (!isMeasured) return [`Could not measure: ${voidCount} judgements were void.`];
  if (isCalibrated) return ["Calibrated: this judge may gate."];
  return [
    "Not calibrated: this judge reports, and cannot fail a trial.",
    ...reasons.map((reason) => `  - ${escapeTerminal(reason)}`),
  ];
}

function number(value: number | null): string {
  return value === null ? "undefined" : value.toFixed(2);
}

function percent(share: number | null): string {
  return share === null ? "an unknown share" : `${(share * 100).toFixed(0)} %`;
}

function cell(count: number): string {
  return String(count).padStart(12);
}
