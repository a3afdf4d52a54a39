import { countNoun } from "../../kernel/index.ts";
import type { DimensionGap } from "./gap-report.ts";
import type { RunSides } from "./measure/dimension-sample.ts";

/** What the figures cannot see: first of these logs, then of any. */
export function limitsOf({ evals, production }: RunSides, dimensions: readonly DimensionGap[]): string[] {
  const runs = [...evals, ...production];
  const untold = dimensions.filter(({ status }) => status === "not told").map(({ name }) => name);
  const few = dimensions.filter(({ status }) => status === "too few").map(({ name }) => name);
  const untimed = runs.filter(({ isTimed }) => !isTimed).length;
  const promptless = runs.filter(({ systemText }) => systemText === undefined).length;
  return [
    ...(untold.length > 0 ? [`A side's logs say nothing of: ${untold.join(", ")}.`] : []),
    ...(few.length > 0 ? [`Too few runs to tell: ${few.join(", ")}.`] : []),
    ...(untimed > 0 ? [`${countNoun(untimed, "log")} without times: no latency, pace or duration.`] : []),
    ...(promptless > 0 ? [`${countNoun(promptless, "log")} without a system prompt.`] : []),
    ...ALWAYS,
  ];
}

const ALWAYS: readonly string[] = [
  "Each dimension is looked at by itself: long contexts and failing tools may both be covered, and never together.",
  "What users mean, and whether answers are right, is not measured: only how both look.",
  "Language, anger and slips are read off word lists, English first; a slip is a guess.",
  "Bytes that a cassette gave back and those of a case's own service both count as a trial's world.",
  "Production that was never logged or fell out of the sample cannot show up here.",
];
