import { countNoun } from "../../kernel/index.ts";
import type { FailureBoundary, LevelSummary } from "./stress-summary.ts";

/** @param levels from weak to strong; one without a number stands for the condition as it is */
export function failureBoundary(levels: readonly LevelSummary[], unit: string | null): FailureBoundary {
  const numbered = levels.filter((each): each is LevelSummary & { level: number } => each.level !== null);
  const measured = numbered.filter(({ verdict }) => verdict !== "not measured");
  const shownAt = measured.find(isShown)?.level ?? null;
  const halvedAt = measured.find(isHalved)?.level ?? null;
  const broken = measured.findIndex((each) => isShown(each) || isHalved(each));
  const heldTo = measured[(broken === -1 ? measured.length : broken) - 1]?.level ?? null;
  const cases = firstFailures(measured);
  return { shownAt, halvedAt, heldTo, cases, sentence: say({ levels, measured, shownAt, halvedAt, heldTo, unit }) };
}

function isShown({ verdict }: LevelSummary): boolean {
  return verdict === "worse" || verdict === "worse in cases";
}

function isHalved({ stressed, undisturbed }: LevelSummary): boolean {
  return stressed !== null && undisturbed !== null && undisturbed.rate > 0 && stressed.rate <= undisturbed.rate / 2;
}

function firstFailures(levels: readonly (LevelSummary & { readonly level: number })[]): FailureBoundary["cases"] {
  const failsAt = new Map<string, number>();
  for (const { level, cases } of levels) {
    for (const { caseId, undisturbed, stressed } of cases) {
      const couldDoIt = undisturbed.total > 0 && undisturbed.passed >= undisturbed.total / 2;
      const fails = stressed.total > 0 && stressed.passed < stressed.total / 2;
      if (couldDoIt && fails && !failsAt.has(caseId)) failsAt.set(caseId, level);
    }
  }
  return [...failsAt].map(([caseId, level]) => ({ caseId, failsAt: level }));
}

interface Found extends Pick<FailureBoundary, "shownAt" | "halvedAt" | "heldTo"> {
  readonly levels: readonly LevelSummary[];
  readonly measured: readonly (LevelSummary & { readonly level: number })[];
  readonly unit: string | null;
}

function say({ levels, measured, shownAt, halvedAt, heldTo, unit }: Found): string {
  const at = (level: number) => `${level}${unit === null ? "" : ` ${unit}`}`;
  const held = heldTo === null ? "" : `; held up to ${at(heldTo)}`;
  if (shownAt !== null && (halvedAt === null || shownAt <= halvedAt)) return `fails from ${at(shownAt)} on${held}`;
  if (halvedAt !== null) {
    const shown = shownAt === null ? "too few trials to show it" : `shown at ${at(shownAt)}`;
    return `at ${at(halvedAt)} at most half still passes (${shown})${held}`;
  }
  const strongest = measured.at(-1);
  if (strongest) return `no failure shown up to ${at(strongest.level)}, ${countNoun(measured.length, "level")} tried`;
  if (levels.every(({ verdict }) => verdict === "not measured")) return "nothing was measured";
  return levels.some(isShown) ? "fails; `levels` would show from where on" : "no failure shown";
}
