import { type MicroUsd, sumMicroUsd } from "../domain/index.ts";
import { cohenKappa, krippendorffAlpha } from "../stats/index.ts";
import type { CalibrationReport, CalibrationRule } from "./calibration.ts";
import type { Judge, JudgeInput, JudgeReport } from "./judge.ts";
import type { Label } from "./read-labels.ts";

/** Substantial agreement (Landis & Koch 1977) that is not an accident of few labels or of one common answer. */
export const CALIBRATION_RULE: CalibrationRule = { labelsMin: 30, labelsEachMin: 5, kappaMin: 0.6, kappaLowerMin: 0.4 };

export interface CalibrateOptions {
  readonly judge: Judge;
  readonly labels: readonly Label[];
  /** Instead of the judge's own number. */
  readonly passes?: number;
  /** Items judged at a time. */
  readonly concurrency?: number;
  readonly rule?: CalibrationRule;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: { readonly doneCount: number; readonly itemCount: number }) => void;
}

/** Lets the judge rate what people rated, and compares. Rejects only when cancelled, with the signal's reason. */
export async function calibrateJudge(options: CalibrateOptions): Promise<CalibrationReport> {
  const { judge, concurrency = 4, passes = judge.passes, rule = CALIBRATION_RULE, signal, onProgress } = options;
  const items = groupById(options.labels);
  const judged: Judged[] = [];
  const queue = items.entries();
  const work = async () => {
    for (const [index, item] of queue) {
      signal?.throwIfAborted();
      const report = await judge.evaluate({ ...inputOf(item), passes, ...(signal && { signal }) });
      signal?.throwIfAborted();
      judged[index] = { item, report };
      onProgress?.({ doneCount: Object.keys(judged).length, itemCount: items.length });
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, Math.min(concurrency, items.length)) }, work));
  return summarize(judged, { judge, passes, rule });
}

interface LabelledItem {
  readonly id: string;
  readonly labels: readonly Label[];
  /** What most people said; null for a tie. */
  readonly label: boolean | null;
}

interface Judged {
  readonly item: LabelledItem;
  readonly report: JudgeReport;
}

function groupById(labels: readonly Label[]): LabelledItem[] {
  return [...Map.groupBy(labels, ({ id }) => id)].map(([id, group]) => {
    const goodCount = group.filter(({ label }) => label).length;
    const isTie = goodCount * 2 === group.length;
    return { id, labels: group, label: isTie ? null : goodCount * 2 > group.length };
  });
}

function inputOf({ labels: [first] }: LabelledItem): JudgeInput {
  const { input, output = "", transcript, expected } = first ?? {};
  const answer = { role: "assistant", content: output } as const;
  const messages = input === undefined ? [answer] : [{ role: "user", content: input } as const, answer];
  return { conversation: transcript ?? messages, ...(expected !== undefined && { expected }) };
}

function summarize(
  judged: readonly Judged[],
  { judge, passes, rule }: { judge: Judge; passes: number; rule: CalibrationRule },
): CalibrationReport {
  const outcomes = judged.map(({ item, report }) => ({ people: item.label, judge: report.verdict.outcome }));
  const count = (people: boolean, outcome: "pass" | "fail") =>
    outcomes.filter((each) => each.people === people && each.judge === outcome).length;
  const confusion = {
    truePass: count(true, "pass"),
    falsePass: count(false, "pass"),
    trueFail: count(false, "fail"),
    falseFail: count(true, "fail"),
  };
  const itemCount = confusion.truePass + confusion.falsePass + confusion.trueFail + confusion.falseFail;
  const table = [
    [confusion.truePass, confusion.falseFail],
    [confusion.falsePass, confusion.trueFail],
  ];
  const agreement = itemCount === 0 ? null : cohenKappa(table);
  const kappa = agreement?.kappa ?? null;
  const kappaInterval = agreement?.interval ?? null;
  const reasons = reasonsAgainst({ confusion, kappa, kappaLower: kappaInterval?.lower ?? null }, rule);
  return {
    judgeId: judge.id,
    min: judge.min,
    passes,
    itemCount,
    voidCount: outcomes.filter((each) => each.judge === "void").length,
    tieCount: outcomes.filter((each) => each.people === null).length,
    kappa,
    kappaInterval,
    observedAgreement: agreement?.observedAgreement ?? null,
    baseRate: itemCount === 0 ? null : (confusion.truePass + confusion.falseFail) / itemCount,
    confusion,
    selfConsistency: selfConsistencyOf(judged, judge.min),
    raters: ratersOf(judged),
    costMicroUsd: sumMicroUsd(judged.map(({ report }): MicroUsd | null => report.costMicroUsd)),
    rule,
    isCalibrated: reasons.length === 0,
    reasons,
    items: judged.map(({ item, report: { verdict } }) => {
      const { id, label } = item;
      return { id, label, outcome: verdict.outcome, score: verdict.score };
    }),
  };
}

function reasonsAgainst(
  found: { confusion: CalibrationReport["confusion"]; kappa: number | null; kappaLower: number | null },
  rule: CalibrationRule,
): string[] {
  const { truePass, falsePass, trueFail, falseFail } = found.confusion;
  const good = truePass + falseFail;
  const bad = trueFail + falsePass;
  const { kappa, kappaLower } = found;
  return [
    ...(good + bad < rule.labelsMin ? [`${good + bad} labelled items were judged, ${rule.labelsMin} are needed`] : []),
    ...(good < rule.labelsEachMin ? [`People called ${good} items good, ${rule.labelsEachMin} are needed`] : []),
    ...(bad < rule.labelsEachMin ? [`People called ${bad} items bad, ${rule.labelsEachMin} are needed`] : []),
    ...(kappa === null || kappa < rule.kappaMin
      ? [`Kappa is ${kappa?.toFixed(2) ?? "undefined"}, at least ${rule.kappaMin} is needed`]
      : []),
    ...(kappaLower === null || kappaLower <= rule.kappaLowerMin
      ? [`Kappa may be as low as ${kappaLower?.toFixed(2) ?? "unknown"}, more than ${rule.kappaLowerMin} is needed`]
      : []),
  ];
}

/** How often the judge agrees with itself, over items where at least two passes scored. */
function selfConsistencyOf(judged: readonly Judged[], min: number): CalibrationReport["selfConsistency"] {
  const shares = judged.flatMap(({ report }) => {
    const scored = report.passes.flatMap((pass) => (pass.kind === "scored" ? [pass.score >= min] : []));
    if (scored.length < 2) return [];
    const good = scored.filter(Boolean).length;
    const bad = scored.length - good;
    const pairs = (count: number) => (count * (count - 1)) / 2;
    return [(pairs(good) + pairs(bad)) / pairs(scored.length)];
  });
  if (shares.length === 0) return { unanimousShare: null, pairwiseAgreement: null };
  return {
    unanimousShare: shares.filter((share) => share === 1).length / shares.length,
    pairwiseAgreement: shares.reduce((sum, share) => sum + share, 0) / shares.length,
  };
}

/** Agreement among people, where several rated the same item: a judge cannot be asked for more. */
function ratersOf(judged: readonly Judged[]): CalibrationReport["raters"] {
  const several = judged.map(({ item }) => item.labels).filter((labels) => labels.length > 1);
  if (several.length === 0) return null;
  const { alpha, unitCount } = krippendorffAlpha(several.map((labels) => labels.map(({ label }) => Number(label))));
  const raters = new Set(several.flat().map(({ rater }) => rater));
  return { alpha: alpha ?? null, itemCount: unitCount, raterCount: raters.size };
}
