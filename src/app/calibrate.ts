import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { AegisError, LIMITS, systemClock } from "../kernel/index.ts";
import {
  type Calibration,
  type CalibrationReport,
  calibrateJudge,
  calibrationRecord,
  createJudge,
  readLabels,
} from "../judge/index.ts";
import { fromAiSdkModel, mergePrices, sleepRealTime, withRetries } from "../model/index.ts";
import type { Config } from "./config.ts";
import type { App } from "./open-app.ts";

export interface CalibrationRequest {
  /** Path of the rubric. */
  readonly rubric: string;
  /** Path of the labels, JSON lines. */
  readonly labels: string;
  /** The mean score from which on an answer passes, in (0, 1]. */
  readonly min: number;
  readonly passes: number;
  /** Shown in messages; no part of the judge's identity. */
  readonly name: string;
  /** Items judged at a time. */
  readonly concurrency: number;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: { readonly doneCount: number; readonly itemCount: number }) => void;
}

export interface CalibrationResult {
  readonly report: CalibrationReport;
  readonly record: Calibration;
  /** Too many of the judge's answers were void to say anything. */
  readonly isMeasured: boolean;
}

/** Above this share of void judgements nothing was measured. */
const VOID_SHARE_MAX = 0.1;

/**
 * Lets the project's judge model rate what people rated.
 *
 * @throws {AegisError} "config.bad_file" without a judge model, "judge.bad_labels", or "io.failed"
 */
export async function calibrate(app: App, request: CalibrationRequest): Promise<CalibrationResult> {
  const config = await app.config();
  if (!config.judge) {
    throw new AegisError("config.bad_file", "a judge needs `judge: { model }` in aegis.config.ts");
  }
  const { name, min, passes, concurrency, signal, onProgress } = request;
  const rubric = await readInput(resolve(app.cwd, request.rubric));
  const labels = readLabels(await readInput(resolve(app.cwd, request.labels)), request.labels);
  const judge = createJudge({
    rubric,
    name,
    min,
    passes,
    model: judgeModel(config.judge.model),
    prices: mergePrices(config.prices),
  });
  const report = await calibrateJudge({
    judge,
    labels,
    concurrency,
    ...(signal && { signal }),
    ...(onProgress && { onProgress }),
  });
  const isMeasured = report.voidCount <= VOID_SHARE_MAX * report.items.length;
  return { report, record: calibrationRecord(judge, report, app.clock), isMeasured };
}

/** Keeps the record where judges look for it; the newest measurement of a judge replaces the one before. */
export async function saveCalibration({ calibrations }: Config, record: Calibration): Promise<string> {
  const path = join(calibrations, `${record.judgeId}.json`);
  const staged = `${path}.${process.pid}.new`;
  try {
    await mkdir(calibrations, { recursive: true });
    await writeFile(staged, `${JSON.stringify(record, null, 2)}\n`);
    await rename(staged, path);
    return path;
  } catch (cause) {
    await rm(staged, { force: true });
    throw new AegisError("io.failed", `${path} cannot be written: ${(cause as Error).message}`, {
      cause,
      details: { path },
    });
  }
}

function judgeModel(model: NonNullable<Config["judge"]>["model"]) {
  return withRetries(fromAiSdkModel(model), { clock: systemClock, random: Math.random, sleep: sleepRealTime });
}

async function readInput(path: string): Promise<string> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (cause) {
    throw new AegisError("io.failed", `${path} cannot be read: ${(cause as Error).message}`, {
      cause,
      details: { path },
    });
  }
  if (text.length <= LIMITS.suiteFileBytesMax) return text;
  throw new AegisError("io.failed", `${path} is longer than ${LIMITS.suiteFileBytesMax} characters`, {
    details: { path },
  });
}
