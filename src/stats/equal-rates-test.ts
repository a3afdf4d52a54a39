import { AegisError, type Random, seededRandom } from "../kernel/index.ts";
import { assertPositiveInteger } from "./assert-input.ts";
import { logBinomial } from "./log-binomial.ts";
import { assertPassCount, type PassCount } from "./pass-count.ts";

export interface EqualRatesOptions {
  /** Used only when there are too many tables to go through; seeded with 0 unless given. */
  readonly random?: Random;
  /** Tables drawn then; 9,999 unless given. */
  readonly draws?: number;
}

export interface EqualRatesResult {
  /** Share of tables with these totals that are no likelier than the one seen, in (0, 1]. */
  readonly pValue: number;
  readonly isExact: boolean;
}

/** Up to this many steps all tables are gone through. */
const EXACT_TABLES_MAX = 200_000;

/**
 * Do several groups of trials pass equally often? Fisher's exact test on a table of any number of groups (Freeman and
 * Halton): of all ways the passes could lie among the groups, those no likelier than the one seen.
 *
 * @param groups at least one; passed and total as in `wilsonInterval`
 * @throws {AegisError} "stats.bad_sample" for no group, "stats.bad_counts" for a bad count, "stats.bad_option" for draws
 * @see G. H. Freeman & J. H. Halton (1951), Biometrika 38(1/2), 141-149; (b + 1) / (m + 1) from Phipson & Smyth (2010)
 */
export function equalRatesTest(
  groups: readonly PassCount[],
  { random = seededRandom(0), draws = 9_999 }: EqualRatesOptions = {},
): EqualRatesResult {
  if (groups.length === 0) throw new AegisError("stats.bad_sample", "There is no group to compare");
  for (const group of groups) assertPassCount(group);
  assertPositiveInteger("draws", draws);
  const totals = groups.map(({ total }) => total);
  const passes = groups.reduce((sum, { passed }) => sum + passed, 0);
  const likelihood = (passed: readonly number[]) =>
    passed.reduce((sum, count, index) => sum + logBinomial(totals[index]!, count), 0);
  const threshold = likelihood(groups.map(({ passed }) => passed)) + 1e-7;
  const tables = allTables(totals, passes);
  if (tables) {
    const all = tables.map(likelihood);
    const largest = all.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY);
    const sum = (values: readonly number[]) => values.reduce((whole, value) => whole + Math.exp(value - largest), 0);
    return { pValue: Math.min(1, sum(all.filter((value) => value <= threshold)) / sum(all)), isExact: true };
  }
  let atMost = 0;
  for (let draw = 0; draw < draws; draw += 1)
    if (likelihood(drawTable(totals, passes, random)) <= threshold) atMost += 1;
  return { pValue: (atMost + 1) / (draws + 1), isExact: false };
}

/** Every way so many passes can lie among groups of these sizes; undefined when there are too many. */
function allTables(totals: readonly number[], passes: number): number[][] | undefined {
  let partial: { readonly passed: number[]; readonly left: number }[] = [{ passed: [], left: passes }];
  let room = totals.reduce((sum, total) => sum + total, 0);
  for (const total of totals) {
    room -= total;
    const next: typeof partial = [];
    for (const { passed, left } of partial) {
      for (let count = Math.max(0, left - room); count <= Math.min(total, left); count += 1) {
        if (next.length >= EXACT_TABLES_MAX) return undefined;
        next.push({ passed: [...passed, count], left: left - count });
      }
    }
    partial = next;
  }
  return partial.map(({ passed }) => passed);
}

/** Deals the passes out among all trials, each as likely as any other. */
function drawTable(totals: readonly number[], passes: number, random: Random): number[] {
  let left = passes;
  let trials = totals.reduce((sum, total) => sum + total, 0);
  return totals.map((total) => {
    let passed = 0;
    for (let index = 0; index < total; index += 1, trials -= 1) {
      if (random() * trials >= left) continue;
      passed += 1;
      left -= 1;
    }
    return passed;
  });
}
