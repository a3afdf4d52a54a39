import { wilsonInterval } from "../../../stats/index.ts";
import type { UncoveredCondition } from "../gap-report.ts";
import type { RunFacts } from "../reading/run-facts.ts";
import { conditionsOf, type NamedCondition } from "./conditions-of.ts";

export interface ShownCondition extends NamedCondition {
  readonly runIds: readonly string[];
}

export interface Uncovered {
  readonly shown: readonly ShownCondition[];
  /** Conditions that production shows at all, each told once. */
  readonly conditionCount: number;
}

/** Conditions that production runs show and no eval run does, those of most runs first. */
export function findUncovered(evals: readonly RunFacts[], production: readonly RunFacts[]): Uncovered {
  const covered = new Set(evals.flatMap((run) => conditionsOf(run).map(({ text }) => text)));
  const shown = new Map<string, NamedCondition & { readonly runIds: string[] }>();
  for (const run of production) {
    for (const condition of conditionsOf(run)) {
      const there = shown.get(condition.text);
      if (there) there.runIds.push(run.runId);
      else shown.set(condition.text, { ...condition, runIds: [run.runId] });
    }
  }
  const uncovered = [...shown.values()].filter(({ text }) => !covered.has(text));
  const ranked = withoutEchoes(uncovered).toSorted(
    (left, right) => right.runIds.length - left.runIds.length || (left.text < right.text ? -1 : 1),
  );
  return { shown: ranked, conditionCount: shown.size - uncovered.length + ranked.length };
}

/** Of conditions that the very same runs show, the one that says most: the highest step, the named tool. */
function withoutEchoes(conditions: readonly ShownCondition[]): ShownCondition[] {
  const keyOf = (text: string, { runIds }: ShownCondition) => `${text}\n${runIds.join(" ")}`;
  const byLadder = new Map(conditions.map((each) => [keyOf(each.ladder ?? each.text, each), each]));
  const kept = [...byLadder.values()];
  const narrower = new Set(kept.flatMap((each) => (each.within === undefined ? [] : [keyOf(each.within, each)])));
  return kept.filter((each) => !narrower.has(keyOf(each.text, each)));
}

const RUN_IDS_MAX = 5;

export function describeUncovered(
  { text, group, runIds }: ShownCondition,
  { evals, production }: { readonly evals: number; readonly production: number },
): UncoveredCondition {
  const runCount = runIds.length;
  return {
    condition: text,
    group,
    runCount,
    share: runCount / production,
    interval: wilsonInterval({ passed: runCount, total: production }),
    evalShareMax: evals === 0 ? 1 : wilsonInterval({ passed: 0, total: evals }).upper,
    runIds: runIds.slice(0, RUN_IDS_MAX),
  };
}
