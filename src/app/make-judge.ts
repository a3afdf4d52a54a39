import { existsSync, globSync, readFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { z } from "zod";
import { AegisError, explainIssues, systemClock } from "../kernel/index.ts";
import type { MakeJudge } from "../eval/index.ts";
import { type Calibration, createJudge, parseCalibration } from "../judge/index.ts";
import { fromAiSdkModel, mergePrices, sleepRealTime, withRetries } from "../model/index.ts";
import type { Config } from "./config.ts";

const judgeSpec = z.strictObject({
  rubric: z.string().min(1),
  name: z.string().optional(),
  min: z.number().gt(0).max(1).optional(),
  passes: z.int().min(1).optional(),
  timeoutMs: z.int().positive().optional(),
});

/** Makes judges over the config's judge model; a judge without a fitting calibration reports and cannot gate. */
export function judgeMaker(config: Config): MakeJudge {
  let calibrations: readonly Calibration[] | undefined;
  return async (spec, file) => {
    const parsed = judgeSpec.safeParse(spec["judge"]);
    if (!parsed.success) {
      const { text } = explainIssues({ schema: judgeSpec, value: spec["judge"], issues: parsed.error.issues });
      throw new AegisError("check.bad_spec", `${file}: judge: ${text}`);
    }
    if (!config.judge) {
      throw new AegisError("config.bad_file", `${file}: a judge needs \`judge: { model }\` in aegis.config.ts`);
    }
    const { rubric, name, ...options } = parsed.data;
    calibrations ??= readCalibrations(config.calibrations);
    const judge = createJudge({
      ...definedOnly(options),
      rubric: readRubric(rubric, file),
      name: `judge(${
        name ??
        basename(rubric)
          .replace(/\.\w+$/, "")
          .slice(0, 60)
      })`,
      model: withRetries(fromAiSdkModel(config.judge.model), {
        clock: systemClock,
        random: Math.random,
        sleep: sleepRealTime,
      }),
      prices: mergePrices(config.prices),
      calibrations,
    });
    return {
      name: judge.name,
      id: judge.id,
      judge: async ({ events, expected, metadata }) => {
        const report = await judge.evaluate({
          conversation: events,
          metadata,
          ...(expected !== undefined && { expected }),
        });
        return report.verdict;
      },
    };
  };
}

/** A rubric is a file beside the case, or the text itself. */
function readRubric(rubric: string, file: string): string {
  if (!/\.(md|txt)$/.test(rubric)) return rubric;
  const path = resolve(dirname(file), rubric);
  if (existsSync(path)) return readFileSync(path, "utf8");
  throw new AegisError("case.missing_fixture", `${file} names the rubric ${path}, which does not exist`, {
    details: { path },
  });
}

function readCalibrations(folder: string): Calibration[] {
  return globSync("*.json", { cwd: folder }).map((name) => {
    const path = join(folder, name);
    return parseCalibration(readFileSync(path, "utf8"), path);
  });
}

function definedOnly<Options extends object>(
  options: Options,
): { [Key in keyof Options]: Exclude<Options[Key], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as never;
}
