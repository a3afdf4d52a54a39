import type { CaseKind } from "../../domain/index.ts";
import { AegisError } from "../../kernel/index.ts";
import { compareCounts, normalQuantile, passesForBound, wilsonInterval } from "../../stats/index.ts";
import { graduationSentence } from "./graduation-sentence.ts";
import { type CaseGraduation, DEFAULT_RULE, type GraduationReport, type GraduationRule } from "./graduation-report.ts";
import type { GroupCase, HistoryGroup, SuiteHistory } from "./suite-history.ts";

/** A case as its file has it now. */
export interface CurrentCase {
  readonly id: string;
  readonly kind: CaseKind;
  readonly hash: string;
  /** Hash of the suite's checks and settings now; undefined where only runs tell of it. */
  readonly suiteHash?: string;
}

/** Level at which the newest version passes less often than those before it. */
const WORSE_ALPHA = 0.05;

/**
 * Which capability cases became something the agent reliably does? Only trials of the case as it is now, under the
 * checks as they are now, of the newest versions.
 *
 * @param current the suite's cases as files have them; those of the newest run of each case where there are no files
 */
export function decideGraduation(
  history: SuiteHistory,
  { rule = DEFAULT_RULE, current }: { readonly rule?: GraduationRule; readonly current?: readonly CurrentCase[] } = {},
): GraduationReport {
  const groups = history.groups.slice(-rule.versions);
  const cases = (current ?? casesOfRuns(history)).map((one) => decideCase(one, { groups, rule, history }));
  return {
    suite: history.suite,
    by: history.by,
    rule,
    versions: groups.map(({ label }) => label),
    cases,
    leftOut: history.leftOut,
  };
}

/**
 * @throws {AegisError} "case.no_demotion": a regression case is a promise; that it fails is a finding, and taking the
 *   promise back for it would hide what it was made to show
 */
export function refuseDemotion(to: CaseKind): void {
  if (to === "regression") return;
  throw new AegisError(
    "case.no_demotion",
    "a regression case is not made a capability case again: it once worked, so its failing is the finding it is there for",
  );
}

interface Evidence {
  readonly groups: readonly HistoryGroup[];
  readonly rule: GraduationRule;
  readonly history: SuiteHistory;
}

function decideCase(one: CurrentCase, { groups, rule, history }: Evidence): CaseGraduation {
  const judgeHash = groups.at(-1)?.runs.at(-1)?.hashes.judge;
  const versions = groups.flatMap((group) => {
    const found = casesIn(group, { one, judgeHash });
    if (found.length === 0) return [];
    const sum = (of: (each: GroupCase) => number) => found.reduce((total, each) => total + of(each), 0);
    const runs = found.flatMap((each) => each.runs);
    return [{ label: group.label, runs, passed: sum(({ passed }) => passed), total: sum(({ total }) => total) }];
  });
  const passed = versions.reduce((sum, version) => sum + version.passed, 0);
  const total = versions.reduce((sum, version) => sum + version.total, 0);
  const z = normalQuantile((1 + rule.confidence) / 2);
  const pooled = total === 0 ? null : { passed, total, ...wilsonInterval({ passed, total, z }) };
  const { minRate: lowerMin, confidence } = rule;
  const moreTrials = passesForBound({ passed, total, lowerMin, confidence }) ?? null;
  const past = {
    wasRun: history.groups.some(({ cases }) => [...cases.values()].some(({ id }) => id === one.id)),
    wasRunAsItIs: history.groups.some((group) => casesIn(group, { one, judgeHash }).length > 0),
  };
  const found = { id: one.id, kind: one.kind, pooled, versions, pNewestWorse: newestWorse(versions), moreTrials };
  const decision = decide(found, { rule, past, asked: groups.length });
  const missing = groups.filter(({ label }) => versions.every((version) => version.label !== label));
  return { ...found, decision, sentence: graduationSentence({ ...found, decision }, { rule, missing }) };
}

function decide(
  { kind, pooled, versions, pNewestWorse }: Omit<CaseGraduation, "decision" | "sentence">,
  {
    rule,
    past,
    asked,
  }: {
    readonly rule: GraduationRule;
    readonly past: { readonly wasRun: boolean; readonly wasRunAsItIs: boolean };
    readonly asked: number;
  },
): CaseGraduation["decision"] {
  if (kind === "regression") return "is regression";
  if (!past.wasRun) return "never run";
  if (!past.wasRunAsItIs) return "changed since";
  if (!pooled || asked < rule.versions || versions.length < rule.versions) return "too few versions";
  if (pNewestWorse !== null && pNewestWorse <= WORSE_ALPHA) return "newest version worse";
  if (pooled.lower >= rule.minRate) return "graduates";
  return pooled.passed / pooled.total < rule.minRate ? "below the bar" : "too few trials";
}

/** A case that only lately began to fail must not graduate on what older versions did. */
function newestWorse(versions: CaseGraduation["versions"]): number | null {
  const newest = versions.at(-1);
  const older = versions.slice(0, -1);
  if (!newest || older.length === 0) return null;
  const sum = (of: (each: (typeof older)[number]) => number) => older.reduce((all, each) => all + of(each), 0);
  return compareCounts({ a: { passed: sum(({ passed }) => passed), total: sum(({ total }) => total) }, b: newest })
    .pWorse;
}

/** The case as it is now: its question, the checks it is held against, and the judges of the newest run. */
function casesIn({ cases }: HistoryGroup, { one, judgeHash }: Wanted): GroupCase[] {
  return [...cases.values()].filter(
    ({ id, hashes }) =>
      id === one.id &&
      hashes.case === one.hash &&
      (one.suiteHash === undefined || hashes.suite === one.suiteHash) &&
      hashes.judge === judgeHash,
  );
}

interface Wanted {
  readonly one: CurrentCase;
  readonly judgeHash: string | undefined;
}

/** As the newest run of each had it. */
function casesOfRuns({ groups }: SuiteHistory): CurrentCase[] {
  const runs = groups.flatMap((group) => group.runs).toSorted((a, b) => a.startedAtMs - b.startedAtMs);
  const newest = new Map<string, CurrentCase>();
  for (const { cases, hashes } of runs) {
    for (const { id, kind, hash } of cases) newest.set(id, { id, kind, hash, suiteHash: hashes.suite });
  }
  return [...newest.values()].toSorted((a, b) => (a.id < b.id ? -1 : 1));
}
