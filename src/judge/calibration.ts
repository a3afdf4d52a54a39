import { z } from "zod";
import { AegisError, type Clock } from "../kernel/index.ts";
import type { JudgeIdentity } from "./judge.ts";

const shareSchema = z.number().min(0).max(1).nullable();
const countSchema = z.int().min(0);

const ruleSchema = z.strictObject({
  labelsMin: countSchema,
  labelsEachMin: countSchema,
  kappaMin: z.number(),
  kappaLowerMin: z.number(),
});

const reportSchema = z.strictObject({
  judgeId: z.string(),
  min: z.number(),
  passes: z.int().min(1),
  itemCount: countSchema,
  voidCount: countSchema,
  tieCount: countSchema,
  kappa: z.number().nullable(),
  kappaInterval: z.strictObject({ lower: z.number(), upper: z.number() }).nullable(),
  observedAgreement: shareSchema,
  baseRate: shareSchema,
  confusion: z.strictObject({
    truePass: countSchema,
    falsePass: countSchema,
    trueFail: countSchema,
    falseFail: countSchema,
  }),
  selfConsistency: z.strictObject({ unanimousShare: shareSchema, pairwiseAgreement: shareSchema }),
  raters: z.strictObject({ alpha: z.number().nullable(), itemCount: countSchema, raterCount: countSchema }).nullable(),
  costMicroUsd: z.int().nullable(),
  rule: ruleSchema,
  isCalibrated: z.boolean(),
  reasons: z.array(z.string()),
  items: z.array(
    z.strictObject({
      id: z.string(),
      label: z.boolean().nullable(),
      outcome: z.enum(["pass", "fail", "void"]),
      score: shareSchema,
    }),
  ),
});

const calibrationSchema = z.strictObject({
  judgeId: z.string(),
  model: z.string(),
  rubricHash: z.string(),
  report: reportSchema,
  at: z.iso.datetime(),
});

/** When a judge agrees with people well enough to gate. */
export type CalibrationRule = Readonly<z.infer<typeof ruleSchema>>;

/** How well a judge agreed with people, and whether that is enough. */
export type CalibrationReport = Readonly<z.infer<typeof reportSchema>>;

/** The record kept beside a suite: which judge agreed how well with people, and when. */
export type Calibration = Readonly<z.infer<typeof calibrationSchema>>;

export function calibrationRecord(judge: JudgeIdentity, report: CalibrationReport, clock: Clock): Calibration {
  const { id: judgeId, model, rubricHash } = judge;
  return { judgeId, model, rubricHash, report, at: new Date(clock.nowMs()).toISOString() };
}

/** @throws {AegisError} "judge.bad_calibration", naming the file and the field */
export function parseCalibration(text: string, file: string): Calibration {
  const parsed = calibrationSchema.safeParse(parseJson(text));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const why = `${file}: ${issue?.path.join(".") || "the record"}: ${issue?.message ?? "is wrong"}`;
  throw new AegisError("judge.bad_calibration", why, { details: { file } });
}

/**
 * May this judge fail a trial? Only with a calibration of the very same rubric, model, prompt and pass mark, made with
 * no more passes than it makes now.
 */
export function isGating(judge: JudgeIdentity, calibrations: readonly Calibration[]): boolean {
  return calibrations.some(
    ({ judgeId, model, rubricHash, report }) =>
      judgeId === judge.id &&
      model === judge.model &&
      rubricHash === judge.rubricHash &&
      report.isCalibrated &&
      report.min === judge.min &&
      report.passes <= judge.passes,
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
